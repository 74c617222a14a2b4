/// What is kept of a scanned code: all of it, or the beginning of one that is too long for any label.
public struct KeptCode: Hashable, Sendable {
    /// What tells apart two long codes that begin alike.
    public struct Cut: Hashable, Sendable {
        /// How many bytes the whole code had.
        public var length: Int
        /// Of the whole code; differs from one process to the next.
        var digest: Int
    }

    /// How many bytes are kept.
    public static let maximumBytes = 4096

    /// At most ``maximumBytes``.
    public private(set) var bytes: [UInt8]
    /// Nil where the code is whole.
    public private(set) var cut: Cut?

    /// Keeps what there is of a code.
    ///
    /// - Parameter length: how many bytes it had, where `code` is only its beginning.
    public init(_ code: [UInt8], length: Int? = nil) {
        let length = max(code.count, length ?? 0)
        guard length > Self.maximumBytes else {
            bytes = code
            return
        }
        // a copy: the rest is given back
        bytes = Array(code.prefix(Self.maximumBytes))
        var hasher = Hasher()
        code.withUnsafeBytes { hasher.combine(bytes: $0) }
        cut = Cut(length: length, digest: hasher.finalize())
    }

    /// The bytes as text; nil where they are none. What the cut left of a character is not part of it.
    public var text: String? {
        for dropped in 0...(cut == nil ? 0 : 3) {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
        }
        return nil
    }
}
