/// The output of a key at one level.
public enum KeyOutput: Hashable, Sendable {
    case text(String)
    /// A dead key, as the character it types before a space, such as `´`, `^` or `¨` (or as a combining mark).
    case dead(Character)
}

/// The layout that a keyboard wedge is set to type in: the output of each key (HID usage page 07).
public struct KeyboardLayout: Hashable, Sendable {
    /// A key with its four levels; nil types nothing.
    public struct Key: Hashable, Sendable {
        /// The output without modifiers.
        public var plain: KeyOutput?
        /// The output with Shift.
        public var shift: KeyOutput?
        /// The output with AltGr.
        public var altGr: KeyOutput?
        /// The output with Shift and AltGr.
        public var shiftAltGr: KeyOutput?

        /// Creates a key; levels left out type nothing.
        public init(
            plain: KeyOutput?, shift: KeyOutput? = nil, altGr: KeyOutput? = nil, shiftAltGr: KeyOutput? = nil
        ) {
            self.plain = plain
            self.shift = shift
            self.altGr = altGr
            self.shiftAltGr = shiftAltGr
        }

        /// A Boolean value that is true if Caps Lock shifts the key: the same letter in both cases.
        var isLetter: Bool {
            guard case .text(let lower)? = plain, case .text(let upper)? = shift, lower != upper else { return false }
            return lower.uppercased() == upper || (lower == "i" && upper == "İ")
        }
    }

    /// The name, such as `us`, `de` or `ch(fr)`.
    public var name: String
    /// The keys by usage.
    ///
    /// 0x04…0x38 and 0x64 are looked up here, and 0x63 and 0x87…0x8B where present. Keypad digits and signs, Enter,
    /// Tab, Escape and Backspace are the same in every layout and need not be given.
    public var keys: [UInt8: Key]

    /// Creates a layout from its keys by usage (HID usage page 07).
    public init(name: String, keys: [UInt8: Key]) {
        self.name = name
        self.keys = keys
    }

    /// The US layout, in which nearly every scanner leaves the factory (HUT 1.5 §10, table 10.1).
    public static let us = KeyboardLayout(name: "us", keys: usKeys())

    private static func usKeys() -> [UInt8: Key] {
        // From usage 0x04 on; 0x28…0x2B are Enter, Escape, Backspace, Tab; 0x32 is a second backslash here.
        let plain = "abcdefghijklmnopqrstuvwxyz1234567890\u{0}\u{0}\u{0}\u{0} -=[]\\\\;'`,./"
        let shift = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\u{0}\u{0}\u{0}\u{0} _+{}||:\"~<>?"
        var keys: [UInt8: Key] = [:]
        var usage: UInt8 = 0x04
        for (low, high) in zip(plain, shift) {
            if low != "\u{0}" { keys[usage] = Key(plain: .text(String(low)), shift: .text(String(high))) }
            usage += 1
        }
        // The key of ISO keyboards between left shift and Z.
        keys[0x64] = Key(plain: .text("\\"), shift: .text("|"))
        return keys
    }

    /// Returns the output of a key, or nil if the level types nothing.
    func output(_ usage: UInt8, shift: Bool, altGr: Bool, capsLock: Bool) -> KeyOutput? {
        guard let key = keys[usage] else { return nil }
        if altGr { return shift ? key.shiftAltGr : key.altGr }
        let isShifted = shift != (capsLock && key.isLetter)
        return isShifted ? key.shift : key.plain
    }
}
