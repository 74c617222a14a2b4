import Dispatch
import Synchronization

/// A timer that calls back once at a deadline, which can be moved. It uses no kernel timer while no deadline is set.
final class DeadlineTimer: Sendable {
    private struct State {
        var source: (any DispatchSourceTimer)?
        var deadline: UInt64?
    }

    private let state = Mutex(State())
    private let clock: @Sendable () -> UInt64
    private let fire: @Sendable () -> Void

    /// Creates a timer without a deadline.
    ///
    /// - Parameters:
    ///   - clock: the monotonic clock of the deadlines, in microseconds.
    ///   - fire: the callback, called on a queue of its own; it must not block.
    init(clock: @escaping @Sendable () -> UInt64, fire: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.fire = fire
    }

    deinit { state.withLock { $0.source?.cancel() } }

    /// Sets the deadline in microseconds of the clock, or clears it with nil.
    func arm(_ deadline: UInt64?) {
        state.withLock { state in
            guard state.deadline != deadline else { return }
            state.deadline = deadline
            guard let deadline else {
                state.source?.cancel()
                state.source = nil
                return
            }
            let now = clock()
            let wait = deadline > now ? min(deadline - now, 86_400_000_000) : 0
            if state.source == nil {
                let source = DispatchSource.makeTimerSource()
                source.setEventHandler { [weak self] in self?.fired() }
                source.activate()
                state.source = source
            }
            state.source?.schedule(deadline: .now() + .microseconds(Int(wait)), leeway: .milliseconds(1))
        }
    }

    private func fired() {
        state.withLock { $0.deadline = nil }
        fire()
    }
}
