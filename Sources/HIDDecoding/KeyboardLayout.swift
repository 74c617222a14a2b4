/// What a key types at one level.
public enum KeyOutput: Hashable, Sendable {
    case text(String)
    /// A dead key, as the character it types before a space, such as `´`, `^` or `¨` (or as a combining mark).
    case dead(Character)
}

/// The layout a keyboard wedge was told to type in: what each key (HID usage page 07) types.
public struct KeyboardLayout: Hashable, Sendable {
    /// One key's four levels; nil types nothing.
    public struct Key: Hashable, Sendable {
        public var plain: KeyOutput?
        public var shift: KeyOutput?
        public var altGr: KeyOutput?
        public var shiftAltGr: KeyOutput?

        /// A key.
        public init(
            plain: KeyOutput?, shift: KeyOutput? = nil, altGr: KeyOutput? = nil, shiftAltGr: KeyOutput? = nil
        ) {
            self.plain = plain
            self.shift = shift
            self.altGr = altGr
            self.shiftAltGr = shiftAltGr
        }

        /// Caps Lock shifts it: the same letter in both cases.
        var isLetter: Bool {
            guard case .text(let lower)? = plain, case .text(let upper)? = shift, lower != upper else { return false }
            return lower.uppercased() == upper || (lower == "i" && upper == "İ")
        }
    }

    /// Such as `us`, `de`, `ch(fr)`.
    public var name: String
    /// By usage: 0x04…0x38 and 0x64 are looked up here, and 0x63 and 0x87…0x8B where present. Keypad digits and
    /// signs, Enter, Tab, Escape and Backspace are the same in every layout and need not be given.
    public var keys: [UInt8: Key]

    /// A layout.
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

    /// What a key types; nil if nothing at that level.
    func output(_ usage: UInt8, shift: Bool, altGr: Bool, capsLock: Bool) -> KeyOutput? {
        guard let key = keys[usage] else { return nil }
        if altGr { return shift ? key.shiftAltGr : key.altGr }
        let isShifted = shift != (capsLock && key.isLetter)
        return isShifted ? key.shift : key.plain
    }
}
