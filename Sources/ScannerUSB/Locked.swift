import Glibc

/// State behind a pthread mutex.
///
/// It replaces `Synchronization.Mutex` where threads contend (callbacks with the worker, reports with the consumer), so that
/// `make test-sanitizers` can check them: ThreadSanitizer supports pthread mutexes, but does not see the lock of a `Mutex`
/// that a thread waits for, and reports each of them as a race (Swift 6.3.1 on Linux).
// The state is touched only inside `withLock`.
final class Locked<State>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var state: State

    init(_ state: sending State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }
}
