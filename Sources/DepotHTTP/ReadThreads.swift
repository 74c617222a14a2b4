import Dispatch
import Synchronization

/// The threads of long reads: few, and of each caller at most one runs at a time. Callers take turns.
final class ReadThreads: Sendable {
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
    }

    private let queues: [DispatchQueue]
    private let state: Mutex<State>

    init(count: Int = 2) {
        queues = (0..<count).map { DispatchQueue(label: "depot.reads.\($0)") }
        state = Mutex(State(idle: Array(0..<count)))
    }

    /// Runs what the caller asks for.
    func executor(for caller: String) -> any TaskExecutor { CallerExecutor(threads: self, caller: caller) }

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
                return thread
            }
            if !isRunning, state.waiting[caller] == nil { state.turns.append(caller) }
            state.waiting[caller, default: []].append(part)
            return nil
        }
        guard let thread else { return }
        queues[thread].async { self.run(part, on: thread) }
    }

    private func run(_ first: Part, on thread: Int) {
        var part = first
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
