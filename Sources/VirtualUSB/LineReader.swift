import Glibc

/// Reads lines from a descriptor as they come.
struct LineReader {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var ended = false
    private static let longest = 1 << 20

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Returns a complete line, or nil if there is none yet or after the end.
    mutating func line() -> String? {
        if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: buffer[..<end], as: UTF8.self)
            buffer.removeSubrange(...end)
            return line
        }
        guard ended, !buffer.isEmpty else { return nil }
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// A Boolean value that is true if everything was read.
    var isAtEnd: Bool { ended && buffer.isEmpty }

    /// Reads the available bytes, after `poll` reported some.
    mutating func fill() {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        if count <= 0 || buffer.count > Self.longest {
            ended = true
        } else {
            buffer += chunk[..<count]
        }
    }
}
