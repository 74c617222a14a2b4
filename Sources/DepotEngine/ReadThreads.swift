import DepotStore
import Dispatch
import Synchronization

/// A few threads for long reads. Callers take turns, and at most one job of each caller runs at a time.
package final class ReadThreads: Sendable {
    /// A job of a caller's task.
    private struct CallerJob: Sendable {
        var job: UnownedJob
        // Retained until the job has run, since its task may release it earlier.
        var executor: CallerExecutor
    }

    private struct State {
        var waiting: [String: [CallerJob]] = [:]
        /// The callers with waiting jobs of which none runs, in order of their turns.
        var readyCallers: [String] = []
        var running: Set<String> = []
        var idle: [Int]
        /// The jobs for woken threads.
        var next: [Int: CallerJob] = [:]
    }

    /// The semaphores that wake each thread for its job in ``State/next``.
    private let wakes: [DispatchSemaphore]
    private let state: Mutex<State>

    /// Creates the threads and starts them.
    ///
    /// - Parameters:
    ///   - count: the number of threads.
    ///   - niceness: the nice value of the threads (setpriority(2)).
    package init(count: Int, niceness: Int32 = 15) {
        wakes = (0..<count).map { _ in DispatchSemaphore(value: 0) }
        state = Mutex(State(idle: Array(0..<count)))
        for thread in 0..<count {
            let wake = wakes[thread]
            let isStarted = startBackgroundThread(niceness: niceness) { [weak self] in
                while true {
                    wake.wait()
                    guard let self else { return }
                    run(on: thread)
                }
            }
            if !isStarted { state.withLock { $0.idle.removeAll { $0 == thread } } }
        }
    }

    deinit { for wake in wakes { wake.signal() } }

    /// Returns an executor for the tasks of a caller.
    package func executor(for caller: String) -> any TaskExecutor { CallerExecutor(threads: self, caller: caller) }

    /// Returns the number of the caller's jobs that wait for a thread.
    package func waiting(of caller: String) -> Int { state.withLock { $0.waiting[caller]?.count ?? 0 } }

    private final class CallerExecutor: TaskExecutor {
        let threads: ReadThreads
        let caller: String

        init(threads: ReadThreads, caller: String) {
            self.threads = threads
            self.caller = caller
        }

        func enqueue(_ job: consuming ExecutorJob) {
            threads.enqueue(CallerJob(job: UnownedJob(job), executor: self))
        }
    }

    private func enqueue(_ callerJob: CallerJob) {
        let caller = callerJob.executor.caller
        let thread: Int? = state.withLock { state in
            let isRunning = state.running.contains(caller)
            if !isRunning, let thread = state.idle.popLast() {
                state.running.insert(caller)
                state.next[thread] = callerJob
                return thread
            }
            if !isRunning, state.waiting[caller] == nil { state.readyCallers.append(caller) }
            state.waiting[caller, default: []].append(callerJob)
            return nil
        }
        if let thread { wakes[thread].signal() }
    }

    private func run(on thread: Int) {
        guard var callerJob = state.withLock({ $0.next.removeValue(forKey: thread) }) else { return }
        while true {
            callerJob.job.runSynchronously(on: callerJob.executor.asUnownedTaskExecutor())
            let done = callerJob.executor.caller
            let next: CallerJob? = state.withLock { state in
                state.running.remove(done)
                if state.waiting[done] != nil { state.readyCallers.append(done) }
                guard !state.readyCallers.isEmpty else {
                    state.idle.append(thread)
                    return nil
                }
                return Self.dequeue(&state)
            }
            guard let next else { return }
            callerJob = next
        }
    }

    /// Removes the oldest job of the caller whose turn it is and returns it.
    private static func dequeue(_ state: inout State) -> CallerJob? {
        let caller = state.readyCallers.removeFirst()
        guard var jobs = state.waiting.removeValue(forKey: caller), !jobs.isEmpty else { return nil }
        let callerJob = jobs.removeFirst()
        if !jobs.isEmpty { state.waiting[caller] = jobs }
        state.running.insert(caller)
        return callerJob
    }
}
