/// Text that is not JSON, with the place at which it stops being it.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, such as `a value is expected, not “}”`.
    public var reason: String
    /// The place in bytes from the start.
    public var offset: Int
    /// The line of the place, from 1 on.
    public var line = 1
    /// The Unicode scalar of the line, from 1 on.
    public var column = 1

    /// Creates the error.
    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The same with the place as line and column of the text.
    func located(in bytes: [UInt8]) -> JSONError {
        var located = self
        let before = bytes.prefix(offset)
        located.line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        located.column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        return located
    }

    public var description: String { "\(reason) at line \(line), column \(column)" }
}
