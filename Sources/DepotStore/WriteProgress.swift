import DepotModel
import Glibc

/// How the writer gets on.
struct WriteProgress {
    /// Why the last batch was not committed; nil after one that was.
    var failure: DepotError?
    /// Batches that were committed since the start.
    var committed = 0
    private var began: Int64?

    /// How long the writer has been at the batch that it has in hand, in milliseconds; 0 while it has none.
    var milliseconds: Int64 { began.map { Self.now() - $0 } ?? 0 }

    mutating func begin() { began = Self.now() }

    mutating func end(_ failure: DepotError?) {
        began = nil
        self.failure = failure
        if failure == nil { committed += 1 }
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
