/// A record of a CSV file.
enum CSVRecord: Hashable {
    /// The cells, and the line of the file on which the record starts; the first line is 1.
    case row(line: Int, cells: [String])
    /// A record that breaks the format.
    case broken(line: Int, reason: String)
}

/// A streaming parser of comma-separated values (RFC 4180) in UTF-8, in constant memory.
///
/// Lines end with CR LF, LF or CR; a byte order mark at the start is skipped. A record of blank cells only is skipped,
/// but its lines are counted. A quote inside a cell that does not begin with one is literal.
struct CSVParser {
    /// The largest size of a cell in bytes.
    static let maximumCell = 64 << 10
    /// The largest size of a record in bytes.
    static let maximumRecord = 1 << 20
    static let maximumCells = 1000

    private enum State { case start, plain, quoted, quoteInQuoted }

    private var state = State.start
    private var line = 1
    private var recordLine = 1
    private var cell: [UInt8] = []
    private var cells: [String] = []
    private var size = 0
    private var problem: String?
    private var wasReturn = false
    /// The number of bytes of a byte order mark so far, or nil once there can be none.
    private var mark: Int? = 0
    private var records: [CSVRecord] = []

    /// Parses the next bytes and passes on the complete records.
    mutating func feed(_ bytes: [UInt8]) -> [CSVRecord] {
        bytes.withUnsafeBufferPointer { bytes in
            var next = 0
            while next < bytes.count {
                // Most bytes inside a cell are literal and can be appended together.
                if state == .plain || state == .quoted {
                    let start = next
                    while next < bytes.count, Self.isPlain(bytes[next]) { next += 1 }
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

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != 0x0A && byte != 0x0D
    }

    /// Ends the file and passes on the last record, if no line end followed it.
    mutating func finish() -> [CSVRecord] {
        if state == .quoted { problem = "A quoted cell does not end." }
        if state != .start || !cells.isEmpty { endRecord() }
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
            mark = nil
            for held in Self.byteOrderMark[..<seen] { parse(held) }
        }
        parse(byte)
    }

    private mutating func parse(_ byte: UInt8) {
        let isNewline = byte == 0x0A || byte == 0x0D
        // A line feed after a carriage return ends the same line.
        let isSecondHalf = byte == 0x0A && wasReturn
        wasReturn = byte == 0x0D
        if isNewline, !isSecondHalf { line += 1 }
        if state == .quoted {
            if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { append(byte) }
            return
        }
        if isSecondHalf { return recordLine = line }
        switch byte {
        case 0x0A, 0x0D: endRecord()
        case UInt8(ascii: ","):
            endCell()
            state = .start
        case UInt8(ascii: "\"") where state == .start: state = .quoted
        case UInt8(ascii: "\"") where state == .quoteInQuoted:
            append(byte)
            state = .quoted
        default:
            if state == .quoteInQuoted { problem = problem ?? "There is text after a closing quote." }
            append(byte)
            state = .plain
        }
    }

    private mutating func append(_ byte: UInt8) {
        withUnsafePointer(to: byte) { append(UnsafeBufferPointer(start: $0, count: 1)) }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        defer { size += bytes.count }
        guard problem == nil else { return }
        let (inCell, inRecord) = (Self.maximumCell - cell.count, Self.maximumRecord - size)
        if bytes.count > inRecord, inRecord <= inCell {
            problem = "The row is longer than \(Self.maximumRecord) bytes."
        } else if bytes.count > inCell {
            problem = "A cell is longer than \(Self.maximumCell) bytes."
        } else {
            cell.append(contentsOf: bytes)
        }
    }

    private mutating func endCell() {
        if cells.count >= Self.maximumCells { problem = problem ?? "The row has more than \(Self.maximumCells) cells." }
        if problem == nil { cells.append(String(decoding: cell, as: UTF8.self)) }
        cell.removeAll(keepingCapacity: true)
    }

    private mutating func endRecord() {
        endCell()
        if let problem {
            records.append(.broken(line: recordLine, reason: problem))
        } else if cells.contains(where: { !$0.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }) {
            records.append(.row(line: recordLine, cells: cells))
        }
        cells.removeAll(keepingCapacity: true)
        problem = nil
        size = 0
        state = .start
        recordLine = line
    }
}
