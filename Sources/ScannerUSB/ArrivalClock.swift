import Synchronization

/// Determines the interval in which a report arrived, and the periods of silence.
///
/// usbfs reports that a transfer has completed, not when. The event thread therefore polls for a while after each report:
/// a transfer that a pass did not find had not completed. After a longer silence the thread sleeps until the next report
/// and assumes that it was woken at once.
final class ArrivalClock: Sendable {
    /// The time after a report during which the thread keeps polling, in microseconds; longer than any silence that
    /// matters to a decoder (5 s at most).
    private static let pollingPeriod: UInt64 = 6_500_000
    /// The polling interval in microseconds, shorter than any silence that matters to a decoder.
    private static let interval = 20_000

    private let pairs = Locked([TransferPair]())
    private let isAsleep = Atomic<Bool>(true)
    private let pass = Atomic<UInt64>(0)
    private let lastActivityAt = Atomic<UInt64>(0)
    /// The beginning of the last pass whose silences were reported, in microseconds.
    private let reportedUntil = Atomic<UInt64>(0)

    /// The number of the current pass.
    var currentPass: UInt64 { pass.load(ordering: .acquiring) }

    /// A Boolean value that is true if the current pass waits without polling, so that the arrival of a report is known
    /// only by the time at which it is found.
    var isSleeping: Bool { isAsleep.load(ordering: .acquiring) }

    /// Records a report, or the start of reading, at a time in microseconds.
    func noteActivity(at: UInt64) { lastActivityAt.store(at, ordering: .releasing) }

    /// Begins a pass and returns its longest wait in microseconds, and whether its silences are to be reported.
    func begin(at now: UInt64) -> (wait: Int, isAttentive: Bool) {
        pass.add(1, ordering: .acquiringAndReleasing)
        let last = lastActivityAt.load(ordering: .acquiring)
        let elapsed = now >= last ? now - last : 0
        // A process that was stopped for longer than that polls once more.
        let isReported = reportedUntil.load(ordering: .acquiring) >= last &+ Self.pollingPeriod
        let isAttentive = last > 0 && (elapsed < Self.pollingPeriod || !isReported)
        isAsleep.store(!isAttentive, ordering: .releasing)
        guard isAttentive else { return (86_400_000_000, false) }
        return (Self.interval, true)
    }

    /// Ends the pass that began at `start`: scanners that sent nothing in it were silent until then.
    func end(startedAt start: UInt64) {
        reportedUntil.store(start, ordering: .releasing)
        for pair in pairs.withLock({ $0 }) { pair.wasSilent(until: start, inPass: currentPass) }
    }

    func add(_ pair: TransferPair) { pairs.withLock { $0.append(pair) } }

    func remove(_ pair: TransferPair) { pairs.withLock { pairs in pairs.removeAll { $0 === pair } } }
}
