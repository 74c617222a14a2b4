/// A writer of comma-separated values (RFC 4180); lines end with CR LF.
public struct CSVWriter: Sendable {
    /// The records written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Creates a writer with room for this many bytes.
    public init(reserving capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    /// Writes a field of the current record; nil is an empty field.
    public mutating func field(_ text: String?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard var text, !text.isEmpty else { return }
        text.withUTF8 { text in
            let needsQuotes =
                text.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A } || text.first == 0x20
                || text.last == 0x20
            guard needsQuotes else { return bytes.append(contentsOf: text) }
            bytes.append(0x22)
            for byte in text {
                if byte == 0x22 { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(0x22)
        }
    }

    /// Ends the current record.
    public mutating func endRecord() {
        bytes += [0x0D, 0x0A]
        needsComma = false
    }
}
