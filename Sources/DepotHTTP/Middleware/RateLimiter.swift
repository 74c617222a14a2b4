import DepotDialect
import NIOCore
import Synchronization

/// A limiter of requests per minute and caller: a token bucket that holds one minute's requests and refills evenly.
final class RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var at: NIODeadline
    }

    /// The maximum number of remembered callers. A forgotten one starts with a full bucket.
    private static let places = 10_000
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Takes one request from the caller's bucket, and returns the rest; nil means that there is no limit.
    ///
    /// - Throws: `RequestError.rateLimited(retryAfter:)` if the bucket is empty.
    func take(_ caller: String, limit: Int, at now: NIODeadline) throws(RequestError) -> RateLimitState? {
        guard limit > 0 else { return nil }
        let perSecond = Double(limit) / 60
        let level = buckets.withLock { buckets in
            if buckets.count >= Self.places, buckets[caller] == nil { buckets.removeAll() }
            var bucket = buckets[caller] ?? Bucket(level: Double(limit), at: now)
            let passed = Double((now - bucket.at).nanoseconds) / 1_000_000_000
            bucket.level = min(Double(limit), bucket.level + max(0, passed) * perSecond) - 1
            let left = bucket.level
            if bucket.level < 0 { bucket.level += 1 }
            bucket.at = now
            buckets[caller] = bucket
            return left
        }
        guard level >= 0 else { throw .rateLimited(retryAfter: max(1, Int((-level / perSecond).rounded(.up)))) }
        return RateLimitState(limit: limit, remaining: Int(level))
    }
}
