/// The input reports of one transfer as the device sent them, report ids included where the device uses them.
public struct HIDReport: Hashable, Sendable {
    /// The bytes, usually of one report; a fast device may put several into one transfer.
    public var bytes: [UInt8]
    /// The latest time at which the report had not yet arrived, in microseconds of the clock of ``at``.
    ///
    /// The kernel reports that a transfer has completed, not when. A process that was stopped or was not scheduled
    /// therefore knows no more than this interval.
    public var since: UInt64
    /// The time at which the report was received from the kernel, in microseconds of a monotonic clock.
    public var at: UInt64

    /// Creates a report that arrived between the two times in microseconds, or exactly at `at` without `since`.
    public init(_ bytes: [UInt8], since: UInt64? = nil, at: UInt64) {
        self.bytes = bytes
        self.since = min(since ?? at, at)
        self.at = at
    }
}
