/// One record of a CSV file.
public enum CSVRecord: Hashable, Sendable {
    /// A record's fields, and the line of the file on which it begins, counted from 1.
    case row(line: Int, fields: [String])
    /// A malformed record, with the reason as one sentence.
    case broken(line: Int, reason: String)
}

/// A streaming reader of comma-separated values (RFC 4180) in UTF-8, in constant memory.
///
/// Lines end with CR LF or LF. A byte order mark at the start and empty lines are skipped. A malformed record ends
/// where its quotes and line ends indicate, so that no line inside a quoted field is mistaken for a record.
public struct CSVReader: Sendable {
    /// The choices on which CSV files differ.
    public struct Options: Hashable, Sendable {
        /// A Boolean value that is true if a lone CR ends a line; otherwise it makes its record malformed.
        public var endsLinesAtCarriageReturn: Bool
        /// A Boolean value that is true if a quote inside an unquoted field is plain text; otherwise it makes its
        /// record malformed.
        public var keepsStrayQuotes: Bool
        /// A Boolean value that is true if records with only empty or blank fields are skipped; their lines still
        /// count.
        public var skipsBlankRecords: Bool
        /// The ASCII byte between two fields, a comma unless it is set.
        public var separator = UInt8(ascii: ",")

        /// RFC 4180 to the letter, for files that a program wrote.
        public static let strict = Options(
            endsLinesAtCarriageReturn: false, keepsStrayQuotes: false, skipsBlankRecords: false)
        /// The leniency that spreadsheets need: lone CRs, stray quotes and blank records.
        public static let lenient = Options(
            endsLinesAtCarriageReturn: true, keepsStrayQuotes: true, skipsBlankRecords: true)
    }

    /// The maximum size of a field in bytes.
    public static let maximumField = 64 << 10
    /// The maximum size of a record in bytes.
    public static let maximumRecord = 1 << 20
    /// The maximum number of fields in a record.
    public static let maximumFields = 1000

    private enum State { case start, plain, quoted, quoteInQuoted }

    private let options: Options
    private var state = State.start
    private var line = 1
    private var recordLine = 1
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var size = 0
    private var problem: String?
    /// A Boolean value that is true if the last byte was a CR.
    private var wasReturn = false
    /// The number of bytes of a byte order mark seen so far, or nil once there can be none.
    private var mark: Int? = 0
    private var records: [CSVRecord] = []

    /// Creates a reader at the start of a file.
    public init(_ options: Options) { self.options = options }

    /// Reads the next bytes and returns the records that they complete.
    public mutating func feed(_ bytes: [UInt8]) -> [CSVRecord] {
        bytes.withUnsafeBufferPointer { bytes in
            var next = 0
            while next < bytes.count {
                // Most bytes inside a field are plain, so runs of them are appended at once.
                if state == .quoted || (state == .plain && !wasReturn) {
                    let start = next
                    while next < bytes.count, isPlain(bytes[next]) { next += 1 }
                    if next > start {
                        append(UnsafeBufferPointer(rebasing: bytes[start..<next]))
                        wasReturn = false
                    }
                    if next == bytes.count { return }
                }
                take(bytes[next])
                next += 1
            }
        }
        return drain()
    }

    private func isPlain(_ byte: UInt8) -> Bool {
        byte != options.separator && byte != UInt8(ascii: "\"") && byte != 0x0A && byte != 0x0D
    }

    /// Ends the file and returns the last record if no line end followed it.
    public mutating func finish() -> [CSVRecord] {
        endMark()
        if state == .quoted { breakRecord("A quoted field does not end.") }
        if wasReturn, !options.endsLinesAtCarriageReturn, state != .quoted { breakAtReturn() }
        if state != .start || !fields.isEmpty { endRecord() }
        return drain()
    }

    private mutating func drain() -> [CSVRecord] {
        defer { records.removeAll(keepingCapacity: true) }
        return records
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private mutating func take(_ byte: UInt8) {
        if let seen = mark {
            if byte == Self.byteOrderMark[seen] {
                mark = seen == 2 ? nil : seen + 1
                return
            }
            endMark()
        }
        parse(byte)
    }

    /// Parses the held bytes as text, once they turn out to be no byte order mark.
    private mutating func endMark() {
        guard let seen = mark else { return }
        mark = nil
        for held in Self.byteOrderMark[..<seen] { parse(held) }
    }

    private mutating func parse(_ byte: UInt8) {
        let isAfterReturn = wasReturn
        wasReturn = byte == 0x0D
        if options.endsLinesAtCarriageReturn {
            // A LF after a CR ends the same line.
            let isSecondHalf = byte == 0x0A && isAfterReturn
            if (byte == 0x0A || byte == 0x0D) && !isSecondHalf { line += 1 }
            if isSecondHalf, state != .quoted { return recordLine = line }
        } else {
            if byte == 0x0A { line += 1 }
            if isAfterReturn, byte != 0x0A, state != .quoted { breakAtReturn() }
        }
        if state == .quoted {
            if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { append(byte) }
            return
        }
        switch byte {
        case 0x0A: endRecord()
        case 0x0D: if options.endsLinesAtCarriageReturn { endRecord() }
        case options.separator:
            endField()
            state = .start
        case UInt8(ascii: "\"") where state == .start: state = .quoted
        case UInt8(ascii: "\"") where state == .quoteInQuoted:
            append(byte)
            state = .quoted
        default:
            if state == .quoteInQuoted { breakRecord("There is text after a closing quote.") }
            if byte == UInt8(ascii: "\""), !options.keepsStrayQuotes {
                breakRecord("There is a quote inside a field that does not begin with one.")
            }
            append(byte)
            state = .plain
        }
    }

    private mutating func breakRecord(_ reason: String) { problem = problem ?? reason }

    /// Marks the record as malformed because of a CR that ended no line.
    private mutating func breakAtReturn() {
        breakRecord("There is a carriage return without a line feed.")
        state = .plain
    }

    private mutating func append(_ byte: UInt8) {
        withUnsafePointer(to: byte) { append(UnsafeBufferPointer(start: $0, count: 1)) }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        defer { size += bytes.count }
        guard problem == nil else { return }
        let (inField, inRecord) = (Self.maximumField - field.count, Self.maximumRecord - size)
        if bytes.count > inRecord, inRecord <= inField {
            problem = "The row is longer than \(Self.maximumRecord) bytes."
        } else if bytes.count > inField {
            problem = "A field is longer than \(Self.maximumField) bytes."
        } else {
            field.append(contentsOf: bytes)
        }
    }

    private mutating func endField() {
        if fields.count >= Self.maximumFields { breakRecord("The row has more than \(Self.maximumFields) fields.") }
        if problem == nil {
            if let text = String(validating: field, as: UTF8.self) {
                fields.append(text)
            } else {
                problem = "The row is not valid UTF-8."
            }
        }
        field.removeAll(keepingCapacity: true)
    }

    private mutating func endRecord() {
        let isEmptyLine = state == .start && fields.isEmpty && problem == nil
        endField()
        if let problem {
            records.append(.broken(line: recordLine, reason: problem))
        } else if !isEmptyLine, !(options.skipsBlankRecords && fields.allSatisfy(Self.isBlank)) {
            records.append(.row(line: recordLine, fields: fields))
        }
        fields.removeAll(keepingCapacity: true)
        problem = nil
        size = 0
        state = .start
        recordLine = line
    }

    private static func isBlank(_ field: String) -> Bool { field.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}
