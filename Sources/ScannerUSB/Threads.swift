import CLinuxShim
import Glibc

/// Returns the microseconds of CLOCK_MONOTONIC, the clock of reports and of every delay in this module.
func monotonicMicroseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(clamping: now.tv_sec) &* 1_000_000 &+ UInt64(clamping: now.tv_nsec) / 1000
}

/// Runs `body` with every signal blocked, so that threads created inside never receive one.
func withAllSignalsBlocked<Result>(_ body: () -> Result) -> Result {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
}

private final class ThreadBody {
    let name: String
    let run: @Sendable () -> Void
    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

private nonisolated func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
    linux_name_thread(body.name)
    body.run()
    return nil
}

/// Starts a named thread that receives no signals, or returns nil if the system has no more threads.
func startThread(_ name: String, _ run: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(ThreadBody(name, run))
    let result = withAllSignalsBlocked { pthread_create(&thread, nil, threadMain, body.toOpaque()) }
    guard result == 0 else {
        body.release()
        return nil
    }
    return thread
}

/// Starts a detached, named thread that receives no signals, or returns false if the system has no more threads.
package func startDetachedThread(_ name: String, _ run: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = startThread(name, run) else { return false }
    pthread_detach(thread)
    return true
}
