/// The reason for which a text is not JSON, and its position.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, such as `a value is expected, not “}”`.
    public var reason: String
    /// The position in bytes from the start.
    public var offset: Int
    /// The line, counted from 1.
    public var line = 1
    /// The position in the line in Unicode scalars, counted from 1.
    public var column = 1

    /// Creates an error at an offset in bytes.
    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// Returns the error with its line and column in the text.
    func located(in bytes: [UInt8]) -> JSONError {
        var located = self
        let before = bytes.prefix(offset)
        located.line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        located.column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        return located
    }

    /// The reason with its line and column.
    public var description: String { "\(reason) at line \(line), column \(column)" }
}
