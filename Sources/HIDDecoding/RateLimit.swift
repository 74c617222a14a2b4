/// Tells a scanner that has gone mad from one that empties its memory: bursts pass, a stream without end does not.
struct RateLimit: Sendable {
    private let capacity: UInt64
    /// Microseconds for one more.
    private let interval: UInt64
    /// When all would be given back, had nothing come any more.
    private var fullAt: UInt64 = 0
    private var lastAt: UInt64 = 0

    init(burst: UInt64, perSecond: UInt64) {
        capacity = burst
        interval = 1_000_000 / max(1, perSecond)
    }

    /// Forgets what was counted.
    mutating func reset() { (fullAt, lastAt) = (0, 0) }

    /// Counts `count` more; false when they are more than the limit.
    mutating func take(_ count: Int, at: UInt64) -> Bool {
        // A clock that went back gives nothing back for what it forgets.
        if at < lastAt { fullAt = at }
        lastAt = at
        let wanted = max(fullAt, at).saturatingAdd(UInt64(count) &* interval)
        // what is beyond the limit counts for as long as it lasts, not for as long as it was
        fullAt = min(wanted, at.saturatingAdd(capacity &* interval))
        return wanted <= fullAt
    }
}
