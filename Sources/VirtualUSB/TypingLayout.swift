/// A key (usage page 07) with the modifier bits of HID 1.11 §8.3.
struct KeyStroke: Hashable, Sendable {
    var usage: UInt8
    var modifiers: UInt8 = 0

    static let control: UInt8 = 0x01
    static let shift: UInt8 = 0x02
    static let alt: UInt8 = 0x04
    static let altGr: UInt8 = 0x40

    static let enter = KeyStroke(usage: 0x28)
    static let escape = KeyStroke(usage: 0x29)
    static let backspace = KeyStroke(usage: 0x2A)
    static let tab = KeyStroke(usage: 0x2B)
    static let space = KeyStroke(usage: 0x2C)
}

/// The keyboard layout for which a wedge scanner types, equal to xkeyboard-config's `us` and `de`.
public enum TypingLayout: String, Hashable, Sendable, CaseIterable {
    case us, de

    /// Returns the keys that type a character, in order, or nil if the layout lacks it.
    func strokes(for scalar: Unicode.Scalar) -> [KeyStroke]? {
        switch scalar.value {
        case 0x0A, 0x0D: return [.enter]
        case 0x09: return [.tab]
        case 0x08: return [.backspace]
        case 0x1B: return [.escape]
        case 0x01...0x1A:
            // Ctrl and the letter: 1 is A.
            guard let letter = Unicode.Scalar(scalar.value + 0x60) else { return nil }
            return table[letter].map { $0.map { KeyStroke(usage: $0.usage, modifiers: KeyStroke.control) } }
        case 0x1C...0x1F where self == .us:
            // Ctrl and \ ] 6 - are key positions of the US layout only.
            let usages: [UInt32: UInt8] = [0x1C: 0x31, 0x1D: 0x30, 0x1E: 0x23, 0x1F: 0x2D]
            return usages[scalar.value].map { [KeyStroke(usage: $0, modifiers: KeyStroke.control)] }
        default: return table[scalar]
        }
    }

    private var table: [Unicode.Scalar: [KeyStroke]] { self == .us ? Self.usTable : Self.deTable }

    /// The rows of keys: usage, plain, with Shift, with AltGr.
    private typealias Row = (usage: UInt8, plain: String, shift: String, altGr: String)

    private static let usTable = build(
        letters: "abcdefghijklmnopqrstuvwxyz",
        rows: [
            (0x1E, "1", "!", ""), (0x1F, "2", "@", ""), (0x20, "3", "#", ""), (0x21, "4", "$", ""),
            (0x22, "5", "%", ""),
            (0x23, "6", "^", ""), (0x24, "7", "&", ""), (0x25, "8", "*", ""), (0x26, "9", "(", ""),
            (0x27, "0", ")", ""),
            (0x2C, " ", "", ""), (0x2D, "-", "_", ""), (0x2E, "=", "+", ""), (0x2F, "[", "{", ""), (0x30, "]", "}", ""),
            (0x31, "\\", "|", ""), (0x33, ";", ":", ""), (0x34, "'", "\"", ""), (0x35, "`", "~", ""),
            (0x36, ",", "<", ""), (0x37, ".", ">", ""), (0x38, "/", "?", ""),
        ],
        dead: [:])

    private static let deTable = build(
        letters: "abcdefghijklmnopqrstuvwxzy",
        rows: [
            (0x1E, "1", "!", ""), (0x1F, "2", "\"", "²"), (0x20, "3", "§", "³"), (0x21, "4", "$", ""),
            (0x22, "5", "%", ""), (0x23, "6", "&", ""), (0x24, "7", "/", "{"), (0x25, "8", "(", "["),
            (0x26, "9", ")", "]"), (0x27, "0", "=", "}"), (0x2C, " ", "", ""), (0x2D, "ß", "?", "\\"),
            (0x2F, "ü", "Ü", ""), (0x30, "+", "*", "~"), (0x32, "#", "'", ""), (0x33, "ö", "Ö", ""),
            (0x34, "ä", "Ä", ""), (0x35, "", "°", ""), (0x36, ",", ";", ""), (0x37, ".", ":", ""), (0x38, "-", "_", ""),
            (0x64, "<", ">", "|"), (0x14, "", "", "@"), (0x08, "", "", "€"), (0x10, "", "", "µ"),
        ],
        dead: ["^": KeyStroke(usage: 0x35), "´": KeyStroke(usage: 0x2E), "`": KeyStroke(usage: 0x2E, modifiers: 0x02)])

    /// Builds the strokes of a layout; `letters` are in the order of usages 04...1D. A dead key types its own character
    /// before Space.
    private static func build(
        letters: String, rows: [Row], dead: [Unicode.Scalar: KeyStroke]
    ) -> [Unicode.Scalar: [KeyStroke]] {
        var table: [Unicode.Scalar: [KeyStroke]] = [:]
        func add(_ text: String, _ usage: UInt8, _ modifiers: UInt8) {
            for scalar in text.unicodeScalars { table[scalar] = [KeyStroke(usage: usage, modifiers: modifiers)] }
        }
        for (usage, letter) in zip(UInt8(0x04)...0x1D, letters) {
            add(String(letter), usage, 0)
            add(letter.uppercased(), usage, KeyStroke.shift)
        }
        for row in rows {
            add(row.plain, row.usage, 0)
            add(row.shift, row.usage, KeyStroke.shift)
            add(row.altGr, row.usage, KeyStroke.altGr)
        }
        for (scalar, stroke) in dead { table[scalar] = [stroke, .space] }
        return table
    }
}
