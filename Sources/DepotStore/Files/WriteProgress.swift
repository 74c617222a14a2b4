import DepotModel
import Glibc

/// How the writer gets on.
struct WriteProgress {
    /// Why the last batch that was to be written was not; nil after one that was.
    private(set) var failure: DepotError?
    /// Batches that were written since the start.
    private(set) var written = 0
    /// Batches that were to be written since the start, and were not.
    private(set) var failed = 0
    /// Pages that went to the disk since the start, to the log as well as what followed a commit.
    private(set) var pages = 0
    /// Transitions that were committed since the start.
    private(set) var transitions = 0
    private var began: Int64?

    /// How long the writer has been at the batch that it has in hand, in milliseconds; nil while it has none.
    var milliseconds: Int64? { began.map { Self.now() - $0 } }

    mutating func begin() { began = Self.now() }

    /// - Parameters:
    ///   - pages: how many went to the disk; none says nothing about it.
    ///   - transitions: how many were committed.
    mutating func end(_ failure: DepotError?, pages: Int, transitions: Int) {
        began = nil
        self.pages += pages
        self.transitions += transitions
        if let failure {
            self.failure = failure
            failed += 1
        } else if pages > 0 {
            self.failure = nil
            written += 1
        }
    }

    /// Counts pages of what followed a commit.
    mutating func follow(pages: Int) { self.pages += pages }

    /// Says that what failed would not fail now, if nothing has failed since.
    mutating func clearFailure(after failed: Int) { if self.failed == failed { failure = nil } }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
