import Synchronization

/// Knows between which two moments a report arrived, and when it was silent.
///
/// usbfs says that a transfer has completed and not when. The event thread therefore looks again and again while
/// something was sent a moment ago, and what it did not find had not arrived. When nothing was sent for long it sleeps
/// until something is, and takes it that it was woken at once.
final class ArrivalClock: Sendable {
    /// How long after a report it goes on looking; longer than any silence that decides about a code (5 s at most).
    private static let attention: UInt64 = 6_500_000
    /// How often it looks, in microseconds: shorter than any silence that decides about a code.
    private static let interval = 20_000

    private let pairs = Locked([TransferPair]())
    private let isAsleep = Atomic<Bool>(true)
    private let pass = Atomic<UInt64>(0)
    private let lastActivityAt = Atomic<UInt64>(0)
    /// The beginning of the last pass whose silences were told.
    private let toldUntil = Atomic<UInt64>(0)

    /// The number of the pass that is going on.
    var currentPass: UInt64 { pass.load(ordering: .acquiring) }

    /// Whether the pass that is going on waits without looking: when what it finds arrived is then known no better than
    /// by when it was found.
    var isSleeping: Bool { isAsleep.load(ordering: .acquiring) }

    /// Something was sent, or is read from now on.
    func noteActivity(at: UInt64) { lastActivityAt.store(at, ordering: .releasing) }

    /// Begins a pass; returns how long it may wait, in microseconds, and whether what it does not find is to be told.
    func begin(at now: UInt64) -> (wait: Int, isAttentive: Bool) {
        pass.add(1, ordering: .acquiringAndReleasing)
        let last = lastActivityAt.load(ordering: .acquiring)
        let elapsed = now >= last ? now - last : 0
        // A process that was stopped for longer than that looks once more.
        let isTold = toldUntil.load(ordering: .acquiring) >= last &+ Self.attention
        let isAttentive = last > 0 && (elapsed < Self.attention || !isTold)
        isAsleep.store(!isAttentive, ordering: .releasing)
        guard isAttentive else { return (86_400_000_000, false) }
        return (Self.interval, true)
    }

    /// Ends the pass that began at `start`: whoever sent nothing in it was silent until then.
    func end(startedAt start: UInt64) {
        toldUntil.store(start, ordering: .releasing)
        for pair in pairs.withLock({ $0 }) { pair.wasSilent(until: start, inPass: currentPass) }
    }

    func add(_ pair: TransferPair) { pairs.withLock { $0.append(pair) } }

    func remove(_ pair: TransferPair) { pairs.withLock { pairs in pairs.removeAll { $0 === pair } } }
}
