/// One record of a CSV file.
public enum CSVRecord: Hashable, Sendable {
    /// Its fields, and the line it begins on; the first line is 1.
    case row(line: Int, fields: [String])
    /// A record that breaks the format. Reading goes on at the next line.
    case broken(line: Int, reason: String)
}

/// A strict streaming reader of comma-separated values (RFC 4180) in UTF-8.
///
/// Lines end with CR LF or LF; a leading byte order mark and empty lines are skipped. Memory is bounded by
/// ``maximumRecord``.
public struct CSVReader: Sendable {
    /// The most bytes of one record.
    public static let maximumRecord = 256 << 10

    private enum State { case fieldStart, plain, quoted, quoteInQuoted, skipping }

    private var state = State.fieldStart
    private var line = 1
    private var recordLine = 1
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var size = 0
    private var pendingReturn = false
    /// The first bytes, while they may be a byte order mark.
    private var mark: [UInt8]? = []
    private var records: [CSVRecord] = []

    /// A reader at the start of a file.
    public init() {}

    /// Takes the next bytes.
    ///
    /// - Returns: the records that are whole now.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [CSVRecord] {
        for byte in bytes { take(byte) }
        return drain()
    }

    /// Ends the file.
    ///
    /// - Returns: the last record, where no line end followed it.
    public mutating func finish() -> [CSVRecord] {
        endMark()
        if pendingReturn { fail("a carriage return without a line feed") }
        switch state {
        case .quoted: fail("a quoted field that does not end")
        case .skipping: break
        case .fieldStart where fields.isEmpty && size == 0: break
        case .fieldStart, .plain, .quoteInQuoted: endRecord()
        }
        state = .fieldStart
        return drain()
    }

    private mutating func drain() -> [CSVRecord] {
        defer { records.removeAll() }
        return records
    }

    /// The first bytes are no byte order mark, or the file ends.
    private mutating func endMark() {
        guard let held = mark else { return }
        mark = nil
        for byte in held { take(byte) }
    }

    private mutating func take(_ byte: UInt8) {
        if let held = mark {
            mark = held + [byte]
            let whole: [UInt8] = [0xEF, 0xBB, 0xBF]
            if whole == mark { mark = nil } else if !whole.starts(with: held + [byte]) { endMark() }
            return
        }
        let newline = UInt8(ascii: "\n")
        if pendingReturn {
            pendingReturn = false
            if byte != newline { fail("a carriage return without a line feed") }
        }
        if byte == newline { line += 1 }
        if state == .skipping {
            if byte == newline { startRecord() }
            return
        }
        size += 1
        guard size <= CSVReader.maximumRecord else {
            fail("a record of more than \(CSVReader.maximumRecord) bytes")
            if byte == newline { startRecord() }
            return
        }
        switch (state, byte) {
        case (.fieldStart, UInt8(ascii: "\"")): state = .quoted
        case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
        case (.quoteInQuoted, UInt8(ascii: "\"")):
            field.append(byte)
            state = .quoted
        case (.quoted, _): field.append(byte)
        case (_, newline):
            if size > 1 || !fields.isEmpty { endRecord() } else { startRecord() }
        case (_, UInt8(ascii: "\r")):
            pendingReturn = true
            size -= 1
        case (_, UInt8(ascii: ",")): endField()
        case (.quoteInQuoted, _): fail("text after a closing quote")
        case (.plain, UInt8(ascii: "\"")): fail("a quote inside a field that does not begin with one")
        case (_, _):
            field.append(byte)
            state = .plain
        }
    }

    private mutating func endField() {
        guard let text = String(validating: field, as: UTF8.self) else { return fail("not valid UTF-8") }
        fields.append(text)
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    private mutating func endRecord() {
        endField()
        if state != .skipping { records.append(.row(line: recordLine, fields: fields)) }
        startRecord()
    }

    private mutating func fail(_ reason: String) {
        guard state != .skipping else { return }
        records.append(.broken(line: recordLine, reason: reason))
        state = .skipping
        field.removeAll()
    }

    private mutating func startRecord() {
        state = .fieldStart
        recordLine = line
        field.removeAll(keepingCapacity: true)
        fields.removeAll()
        size = 0
    }
}
