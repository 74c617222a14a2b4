import DepotModel
import TextFormats

/// The first look at a sheet, while its bytes arrive: the encoding, and whether it is a sheet of text at all.
public struct SheetInspection: Sendable {
    /// The number of bytes at the beginning that are kept.
    static let kept = 65_536

    private(set) var beginning: [UInt8] = []
    private var check = UTF8Check()
    private var count = 0

    /// Creates an inspection of a file of which nothing has arrived.
    public init() {}

    /// Takes the next bytes.
    public mutating func feed(_ bytes: ArraySlice<UInt8>) {
        if beginning.count < Self.kept { beginning += bytes.prefix(Self.kept - beginning.count) }
        count += bytes.count
        check.feed(bytes)
    }

    /// Returns the encoding, and the reason for it where the caller did not give it.
    ///
    /// - Throws: `DepotError.Code.badRequest` if the file is empty or is something else, which the sentence names.
    func encoding(_ wanted: SheetEncoding?) throws(DepotError) -> (encoding: SheetEncoding, reason: String) {
        guard count > 0 else {
            throw DepotError(.badRequest, "The file is empty.", hint: "The first line names the columns.")
        }
        if let format = FileFormat(beginning) {
            throw DepotError(.badRequest, "The file is \(format.noun), not a CSV file.", hint: format.hint)
        }
        if let wanted { return (wanted, "given") }
        if beginning.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, "byte order mark") }
        if beginning.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, "byte order mark") }
        if beginning.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, "byte order mark") }
        let sample = beginning.prefix(1024)
        let zeros = (even: zeros(sample, 0), odd: zeros(sample, 1))
        // Text in a Latin script has a zero in every other byte of UTF-16.
        if zeros.odd * 4 > sample.count, zeros.even * 16 < sample.count {
            return (.utf16LittleEndian, "every other byte is zero")
        }
        if zeros.even * 4 > sample.count, zeros.odd * 16 < sample.count {
            return (.utf16BigEndian, "every other byte is zero")
        }
        if check.isValid { return (.utf8, check.multibyteCount > 0 ? "all text is valid UTF-8" : "all text is ASCII") }
        // A few bytes may be broken in a file that is UTF-8 otherwise; their rows are refused.
        if check.multibyteCount > check.invalidCount { return (.utf8, "nearly all text is valid UTF-8") }
        return (.windows1252, "not valid UTF-8")
    }

    private func zeros(_ bytes: ArraySlice<UInt8>, _ parity: Int) -> Int {
        bytes.indices.count { bytes[$0] == 0 && $0 % 2 == parity }
    }
}

/// A format of files that are mistaken for sheets of text.
private struct FileFormat {
    var noun: String
    var hint: String

    private static let save = "Save the sheet as “CSV UTF-8” and import that file."

    /// Recognizes a format by the beginning of the file, or returns nil.
    init?(_ bytes: [UInt8]) {
        func begins(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        let start = bytes.prefix(512).drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        let word = String(decoding: start.prefix(16), as: UTF8.self).lowercased()
        hint = Self.save
        if begins("PK\u{3}\u{4}") {
            let names = String(decoding: bytes.prefix(4096), as: UTF8.self)
            if names.contains("opendocument.spreadsheet") {
                noun = "an OpenDocument sheet (.ods)"
            } else if names.contains("[Content_Types].xml") || names.contains("xl/") {
                noun = "an Excel workbook (.xlsx)"
            } else {
                noun = "a ZIP archive"
                hint = "Unpack it and import the CSV file in it."
            }
        } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            noun = "an old Excel workbook (.xls)"
        } else if begins("%PDF-") {
            noun = "a PDF document"
        } else if begins("{\\rtf") {
            noun = "a rich text document"
        } else if bytes.starts(with: [0x1F, 0x8B]) {
            noun = "compressed with gzip"
            hint = "Unpack it and import the CSV file in it."
        } else if begins("SQLite format 3\0") {
            noun = "an SQLite database"
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) || bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            noun = "a picture"
        } else if ["<!doctype", "<html", "<table", "<?xml"].contains(where: word.hasPrefix) {
            noun = word.hasPrefix("<?xml") ? "an XML document" : "a web page"
        } else if word.hasPrefix("{") || word.hasPrefix("[{") || word.hasPrefix("[\n") {
            noun = "JSON"
        } else {
            return nil
        }
    }
}
