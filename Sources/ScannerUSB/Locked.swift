import Glibc

/// State behind a pthread mutex.
///
/// It replaces `Synchronization.Mutex` where threads contend (callbacks with the worker, reports with the consumer):
/// ThreadSanitizer supports pthread mutexes and reports false races on the contended path of the other.
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
