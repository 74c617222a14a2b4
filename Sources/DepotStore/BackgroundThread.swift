import DepotModel
import Glibc

/// Runs long blocking work on a thread of its own that gives way to all others.
func onBackgroundThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(DepotError) -> Value
) async -> Result<Value, DepotError> {
    await withCheckedContinuation { continuation in
        let work = ThreadWork {
            continuation.resume(returning: Result { () throws(DepotError) in try body() })
        }
        let context = Unmanaged.passRetained(work)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                // of this thread alone; that it may fail changes nothing but whom it keeps waiting
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
                Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            continuation.resume(
                returning: .failure(DepotError(.busy, "There is no thread for it.", hint: "Try again in a moment.")))
            return
        }
        pthread_detach(thread)
    }
}

/// What a thread runs.
private final class ThreadWork: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
