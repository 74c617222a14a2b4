import Synchronization

/// An entry of a registry, which is released at the latest when nobody refers to it any more.
final class Lease: Sendable {
    private let ended = Mutex(false)
    private let released = Mutex(false)
    private let onEnd: @Sendable () -> Void
    private let onRelease: @Sendable () -> Void

    /// Creates the lease.
    ///
    /// - Parameters:
    ///   - onEnd: The function that is called once, when the registry ends the lease.
    ///   - onRelease: The function that is called once, when the lease is released.
    init(onEnd: @escaping @Sendable () -> Void = {}, onRelease: @escaping @Sendable () -> Void) {
        self.onEnd = onEnd
        self.onRelease = onRelease
    }

    /// A Boolean value that is true once the registry has ended the lease.
    var isEnded: Bool { ended.withLock { $0 } }

    /// Ends the lease.
    func end() {
        guard Self.isFirst(ended) else { return }
        onEnd()
    }

    /// Releases the lease.
    func release() {
        guard Self.isFirst(released) else { return }
        onRelease()
    }

    private static func isFirst(_ flag: borrowing Mutex<Bool>) -> Bool {
        flag.withLock { flag in
            defer { flag = true }
            return !flag
        }
    }

    deinit { release() }
}
