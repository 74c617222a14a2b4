import DepotModel
import Glibc

/// The progress of the writer.
struct WriteProgress {
    /// The error of the last batch, or nil if it was written.
    private(set) var failure: DepotError?
    /// The number of batches written since the start.
    private(set) var written = 0
    /// The number of batches that failed since the start.
    private(set) var failed = 0
    /// The number of pages written to disk since the start, to the log as well as in the work after a commit.
    private(set) var pages = 0
    /// The number of transitions committed since the start.
    private(set) var transitions = 0
    private var began: Int64?

    /// The time that the writer has spent on the current batch, in milliseconds, or nil if there is none.
    var milliseconds: Int64? { began.map { Self.now() - $0 } }

    mutating func begin() { began = Self.now() }

    /// Records the end of a batch.
    ///
    /// - Parameters:
    ///   - pages: The number of pages written to disk; 0 leaves an earlier failure in place.
    ///   - transitions: The number of committed transitions.
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

    /// Counts pages written in the work after a commit.
    mutating func follow(pages: Int) { self.pages += pages }

    /// Clears a failure that would not happen now, unless there was another one since.
    mutating func clearFailure(after failed: Int) { if self.failed == failed { failure = nil } }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
