import DepotModel
import Glibc

/// Starts a thread that handles no signals, yields to others and is never joined. Returns false if the system cannot
/// create one.
///
/// - Parameter niceness: The thread's niceness, 0 to 19 (setpriority(2)).
package func startBackgroundThread(niceness: Int32, _ run: @escaping @Sendable () -> Void) -> Bool {
    let context = Unmanaged.passRetained(ThreadWork(niceness, run))
    var (thread, all, before) = (pthread_t(), sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let code = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            let work = Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue()
            // The niceness is that of this thread alone. A failure is ignored, since it affects only others' waiting
            // times.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, work.niceness)
            work.run()
            return nil
        }, context.toOpaque())
    guard code == 0 else {
        context.release()
        return false
    }
    pthread_detach(thread)
    return true
}

/// Runs long blocking work on a thread of its own that yields to all others, and returns its result.
func onBackgroundThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(DepotError) -> Value
) async -> Result<Value, DepotError> {
    await withCheckedContinuation { continuation in
        let isStarted = startBackgroundThread(niceness: 19) {
            continuation.resume(returning: Result { () throws(DepotError) in try body() })
        }
        guard !isStarted else { return }
        continuation.resume(
            returning: .failure(DepotError(.busy, "No thread could be started.", hint: "Try again in a moment.")))
    }
}

/// The work of a thread.
private final class ThreadWork: Sendable {
    let niceness: Int32
    let run: @Sendable () -> Void

    init(_ niceness: Int32, _ run: @escaping @Sendable () -> Void) {
        self.niceness = niceness
        self.run = run
    }
}
