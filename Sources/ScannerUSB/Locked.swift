import Glibc

/// State behind a pthread mutex.
///
/// Where several threads really contend (callbacks against the worker, reports against the consumer) this is used rather
/// than `Synchronization.Mutex`: ThreadSanitizer knows pthread mutexes, and reports the contended path of the other.
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
