import TextFormats

/// The texts of cells: tidied where a spreadsheet has left signs that nobody sees, and written so that reading returns
/// them.
public enum SheetText {
    /// The word that empties a field.
    static let clearing = "-"
    /// The word that returns an asset in the column of the person who has it.
    static let returning = "available"

    /// Returns the text without invisible signs, without white space around it, and with each run of white space and
    /// no-break spaces inside as one space.
    ///
    /// Invisible signs are U+00AD, U+200B to U+200F, U+2060 and U+FEFF.
    public static func tidied(_ text: String) -> String {
        if isTidy(text) { return text }
        var result = ""
        var isPending = false
        for scalar in text.unicodeScalars {
            if isInvisible(scalar) { continue }
            if scalar.properties.isWhitespace {
                isPending = !result.isEmpty
                continue
            }
            if isPending { result.append(" ") }
            isPending = false
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    private static func isTidy(_ text: String) -> Bool {
        var before: UInt8 = 0x20
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte), byte != 0x20 || before != 0x20 else { return false }
            before = byte
        }
        return before != 0x20 || text.isEmpty
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x200B...0x200F, 0x2060, 0xFEFF: true
        default: false
        }
    }

    /// Returns true if the text has nothing but white space and invisible signs.
    public static func isBlank(_ text: String) -> Bool {
        if let first = text.utf8.first, (0x21...0x7E).contains(first) { return false }
        return text.unicodeScalars.allSatisfy { $0.properties.isWhitespace || isInvisible($0) }
    }

    // MARK: Written and read

    /// Returns the text without the blanks, tabs and invisible signs around it; line ends stay.
    public static func trimmed(_ text: String) -> String {
        if hasPlainEnds(text) { return text }
        let scalars = text.unicodeScalars
        func isEdge(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "\t" || scalar.properties.generalCategory == .spaceSeparator || isInvisible(scalar)
        }
        guard let first = scalars.firstIndex(where: { !isEdge($0) }),
            let last = scalars.lastIndex(where: { !isEdge($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Returns the cell for a text in a column.
    ///
    /// A text that would be read as a word (`-`, for the person who has an asset also `available`) has a backslash in
    /// front of it, and one that would be read as guarded an apostrophe.
    ///
    /// - Parameter isGuarded: true to put an apostrophe in front of what a spreadsheet would take for a formula: a text
    ///   that begins with `=`, `+`, `-`, `@`, a tab or a carriage return (OWASP, “CSV Injection”).
    public static func cell(_ text: String, in column: SheetTarget, isGuarded: Bool = false) -> String {
        if isWord(text, column) { return "\\" + text }
        let rest = text.utf8.drop { $0 == UInt8(ascii: "'") }
        guard let first = rest.first, isFormula(first), isGuarded || rest.count < text.utf8.count else { return text }
        return "'" + text
    }

    /// Returns the text of a cell: the reverse of ``cell(_:in:isGuarded:)``.
    static func text(_ cell: String, in column: SheetTarget) -> String {
        guard let first = cell.utf8.first, first == UInt8(ascii: "'") || first == UInt8(ascii: "\\") else {
            return cell
        }
        if first == UInt8(ascii: "\\") { return isWord(cell, column) ? String(cell.dropFirst()) : cell }
        guard let start = cell.utf8.first(where: { $0 != UInt8(ascii: "'") }), isFormula(start) else { return cell }
        return String(cell.unicodeScalars.dropFirst())
    }

    /// Returns true for a word with any number of backslashes in front of it and white space around it.
    private static func isWord(_ text: String, _ column: SheetTarget) -> Bool {
        guard text.utf8.count < 64 else { return false }
        let word = trimmingWhiteSpace(String(text.unicodeScalars.drop { $0 == "\\" }))
        return word == clearing || (column == .field(.assignee) && word.lowercased() == returning)
    }

    private static func isFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }
}
