/// A token bucket that tells a faulty scanner from one that empties its memory: bursts pass, an endless stream does not.
struct RateLimit: Sendable {
    private let capacity: UInt64
    /// Microseconds per token.
    private let interval: UInt64
    /// The time at which the bucket is full again if nothing more comes, in microseconds.
    private var fullAt: UInt64 = 0
    private var lastAt: UInt64 = 0

    init(burst: UInt64, perSecond: UInt64) {
        capacity = burst
        interval = 1_000_000 / max(1, perSecond)
    }

    /// Fills the bucket.
    mutating func reset() { (fullAt, lastAt) = (0, 0) }

    /// Consumes `count` tokens and returns whether the bucket held as many.
    mutating func consume(_ count: Int, at: UInt64) -> Bool {
        // A clock that went backwards must not hand out tokens.
        if at < lastAt { fullAt = at }
        lastAt = at
        let wanted = max(fullAt, at).saturatingAdd(UInt64(count) &* interval)
        // what is beyond the limit counts for as long as it lasts, not for as long as it was
        fullAt = min(wanted, at.saturatingAdd(capacity &* interval))
        return wanted <= fullAt
    }
}
