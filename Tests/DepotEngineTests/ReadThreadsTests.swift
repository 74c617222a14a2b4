import DepotEngine
import Dispatch
import Synchronization
import Testing

/// Long reads: few at one time, one of a caller, in turns.
struct ReadThreadsTests {
    private final class Seen: Sendable {
        struct State {
            var running: [String: Int] = [:]
            var mostOfOne = 0
            var most = 0
            var order: [String] = []
        }
        let state = Mutex(State())

        func during(_ caller: String, _ body: () -> Void) {
            state.withLock { state in
                state.running[caller, default: 0] += 1
                state.mostOfOne = max(state.mostOfOne, state.running[caller] ?? 0)
                state.most = max(state.most, state.running.values.reduce(0, +))
                state.order.append(caller)
            }
            body()
            state.withLock { $0.running[caller, default: 0] -= 1 }
        }
    }

    /// Something that takes a while, on the thread that it is given.
    private func compute() {
        var sum = 0
        for number in 0..<200_000 { sum = sum &+ number }
        #expect(sum != 0)
    }

    @Test func eachCallerHasOneAtATimeAndAllOfThemTwo() async {
        let (threads, seen) = (ReadThreads(count: 2), Seen())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                let caller = "caller \(number % 3)"
                group.addTask {
                    await withTaskExecutorPreference(threads.executor(for: caller)) {
                        seen.during(caller) { compute() }
                    }
                }
            }
        }
        let state = seen.state.withLock { $0 }
        #expect(state.order.count == 60)
        #expect(state.mostOfOne == 1)
        #expect(state.most <= 2)
    }

    @Test func whoAsksMuchDoesNotKeepOthersWaiting() async {
        let (threads, seen) = (ReadThreads(count: 1), Seen())
        let (gate, started) = (DispatchSemaphore(value: 0), AsyncStream<Void>.makeStream())
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withTaskExecutorPreference(threads.executor(for: "first")) {
                    started.continuation.finish()
                    gate.wait()
                }
            }
            for await _ in started.stream {}
            for caller in Array(repeating: "much", count: 20) + ["little"] {
                group.addTask(executorPreference: threads.executor(for: caller)) {
                    seen.during(caller) {}
                }
            }
            gate.signal()
        }
        // its turn comes after one of those that were there before
        #expect(seen.state.withLock { $0.order.firstIndex(of: "little") } ?? 99 <= 1)
    }
}
