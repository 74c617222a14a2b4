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
    /// The times that the newest batches took, in milliseconds, the newest last.
    private var recent: [Int64] = []
    /// The time of the end of the newest batch.
    private var ended: Int64 = 0

    /// The number of batches after which ``isSlow(at:)`` can tell.
    private static let samples = 16
    /// The time in milliseconds from which a batch is slow: a memory card, or a disk that others use as well.
    private static let slow: Int64 = 15
    /// The time in milliseconds for which the newest batches count.
    private static let memory: Int64 = 60_000

    /// The time that the writer has spent on the current batch, in milliseconds, or nil if there is none.
    var milliseconds: Int64? { began.map { Self.now() - $0 } }

    /// Returns true if most of the newest batches, which ended less than a minute ago, were slow.
    func isSlow(at now: Int64 = WriteProgress.now()) -> Bool {
        guard recent.count == Self.samples, now - ended < Self.memory else { return false }
        return recent.count { $0 >= Self.slow } > Self.samples / 2
    }

    mutating func begin(at now: Int64 = WriteProgress.now()) { began = now }

    /// Records the end of a batch.
    ///
    /// - Parameters:
    ///   - pages: The number of pages written to disk; 0 leaves an earlier failure in place.
    ///   - transitions: The number of committed transitions.
    mutating func end(_ failure: DepotError?, pages: Int, transitions: Int, at now: Int64 = WriteProgress.now()) {
        if let began, pages > 0 {
            recent.append(now - began)
            if recent.count > Self.samples { recent.removeFirst() }
            ended = now
        }
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

    /// Returns the time of the monotonic clock in milliseconds.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
