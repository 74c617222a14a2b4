import Synchronization

/// One entry of a registry until it is released: at the latest when nobody holds it any more.
final class Lease: Sendable {
    private let ended = Mutex(false)
    private let released = Mutex(false)
    private let onEnd: @Sendable () -> Void
    private let onRelease: @Sendable () -> Void

    /// Creates the lease.
    ///
    /// - Parameters:
    ///   - onEnd: called once, when the registry ends the lease.
    ///   - onRelease: called once, when it is released.
    init(onEnd: @escaping @Sendable () -> Void = {}, onRelease: @escaping @Sendable () -> Void) {
        self.onEnd = onEnd
        self.onRelease = onRelease
    }

    /// A Boolean value that is true once the registry ended it.
    var isEnded: Bool { ended.withLock { $0 } }

    /// Ends it.
    func end() {
        guard Self.isFirst(ended) else { return }
        onEnd()
    }

    /// Gives it back.
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
