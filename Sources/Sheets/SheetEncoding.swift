/// The encoding of a sheet's text.
public enum SheetEncoding: String, Hashable, Sendable, CaseIterable, Codable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case windows1252 = "windows-1252"
}

/// The character between two cells of a row.
public enum SheetSeparator: String, Hashable, Sendable, CaseIterable, Codable {
    case comma, semicolon, tab
    case verticalBar = "bar"

    /// The character as a byte.
    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: 0x09
        case .verticalBar: UInt8(ascii: "|")
        }
    }

    /// Returns the separator that a first line `sep=;` declares for Excel, or nil for another line.
    init?(declaration line: String) {
        guard line.lowercased().hasPrefix("sep="), let byte = line.utf8.dropFirst(4).first, line.utf8.count == 5,
            let separator = SheetSeparator.allCases.first(where: { $0.byte == byte })
        else { return nil }
        self = separator
    }
}
