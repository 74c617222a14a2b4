import DepotStore
import Dispatch
import Synchronization

/// The threads of long reads: few, and of each caller at most one runs at a time. Callers take turns.
package final class ReadThreads: Sendable {
    /// A part of a caller's task.
    private struct Part: Sendable {
        var job: UnownedJob
        // kept until the part has run, however early its task is done with it
        var executor: CallerExecutor
    }

    private struct State {
        var waiting: [String: [Part]] = [:]
        /// Callers with something to run of whom nothing runs, in turn.
        var turns: [String] = []
        var running: Set<String> = []
        var idle: [Int]
        /// What threads are woken for.
        var next: [Int: Part] = [:]
    }

    /// Wakes a thread for the part that lies in its place.
    private let wakes: [DispatchSemaphore]
    private let state: Mutex<State>

    /// Starts the threads.
    ///
    /// - Parameter niceness: how much they give way to others (setpriority(2)).
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

    /// Runs what the caller asks for.
    package func executor(for caller: String) -> any TaskExecutor { CallerExecutor(threads: self, caller: caller) }

    /// How much of the caller's waits for a thread.
    package func waiting(of caller: String) -> Int { state.withLock { $0.waiting[caller]?.count ?? 0 } }

    private final class CallerExecutor: TaskExecutor {
        let threads: ReadThreads
        let caller: String

        init(threads: ReadThreads, caller: String) {
            self.threads = threads
            self.caller = caller
        }

        func enqueue(_ job: consuming ExecutorJob) {
            threads.enqueue(Part(job: UnownedJob(job), executor: self))
        }
    }

    private func enqueue(_ part: Part) {
        let caller = part.executor.caller
        let thread: Int? = state.withLock { state in
            let isRunning = state.running.contains(caller)
            if !isRunning, let thread = state.idle.popLast() {
                state.running.insert(caller)
                state.next[thread] = part
                return thread
            }
            if !isRunning, state.waiting[caller] == nil { state.turns.append(caller) }
            state.waiting[caller, default: []].append(part)
            return nil
        }
        if let thread { wakes[thread].signal() }
    }

    private func run(on thread: Int) {
        guard var part = state.withLock({ $0.next.removeValue(forKey: thread) }) else { return }
        while true {
            part.job.runSynchronously(on: part.executor.asUnownedTaskExecutor())
            let done = part.executor.caller
            let next: Part? = state.withLock { state in
                state.running.remove(done)
                if state.waiting[done] != nil { state.turns.append(done) }
                guard !state.turns.isEmpty else {
                    state.idle.append(thread)
                    return nil
                }
                return Self.take(&state)
            }
            guard let next else { return }
            part = next
        }
    }

    /// The oldest part of the caller whose turn it is.
    private static func take(_ state: inout State) -> Part? {
        let caller = state.turns.removeFirst()
        guard var parts = state.waiting.removeValue(forKey: caller), !parts.isEmpty else { return nil }
        let part = parts.removeFirst()
        if !parts.isEmpty { state.waiting[caller] = parts }
        state.running.insert(caller)
        return part
    }
}
