/// The stored part of a scanned code: all of it, or the beginning of one that is too long for any label.
public struct KeptCode: Hashable, Sendable {
    /// The distinguishing mark of a long code, by which two that begin alike are told apart.
    public struct Cut: Hashable, Sendable {
        /// The length of the whole code in bytes.
        public var length: Int
        /// The hash of the whole code, which differs from one process to the next.
        var digest: Int
    }

    /// The largest number of bytes that are stored.
    public static let maximumBytes = 4096

    /// The code or its beginning, at most ``maximumBytes``.
    public private(set) var bytes: [UInt8]
    /// The mark of a truncated code, or nil if the code is whole.
    public private(set) var cut: Cut?

    /// Creates a stored code.
    ///
    /// - Parameter length: the length of the whole code in bytes, if `code` is only its beginning.
    public init(_ code: [UInt8], length: Int? = nil) {
        let length = max(code.count, length ?? 0)
        guard length > Self.maximumBytes else {
            bytes = code
            return
        }
        // A copy, so that the memory of the rest is released.
        bytes = Array(code.prefix(Self.maximumBytes))
        var hasher = Hasher()
        code.withUnsafeBytes { hasher.combine(bytes: $0) }
        cut = Cut(length: length, digest: hasher.finalize())
    }

    /// The bytes as text without a truncated last character, or nil if they are not UTF-8.
    public var text: String? {
        for dropped in 0...(cut == nil ? 0 : 3) {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
        }
        return nil
    }
}
