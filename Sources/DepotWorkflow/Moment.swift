public import DepotModel

/// The time of a scan on two clocks: the wall clock for the ledger, the monotonic one for deadlines and windows.
public struct Moment: Hashable, Sendable {
    /// The time of day.
    public var wall: Timestamp
    /// The time of the monotonic clock, which never jumps.
    public var uptime: Duration

    /// Creates a moment.
    public init(wall: Timestamp, uptime: Duration) {
        self.wall = wall
        self.uptime = uptime
    }

    /// Returns the time of day at a time of the monotonic clock.
    public func wall(at uptime: Duration) -> Timestamp {
        let (seconds, attoseconds) = (uptime - self.uptime).components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return wall }
        return wall.advanced(byMilliseconds: milliseconds).advanced(
            byMilliseconds: attoseconds / 1_000_000_000_000_000)
    }

    /// Returns the time of the monotonic clock at a time of day.
    public func uptime(at wall: Timestamp) -> Duration {
        let (difference, overflow) = wall.milliseconds.subtractingReportingOverflow(self.wall.milliseconds)
        return overflow ? uptime : uptime + .milliseconds(difference)
    }
}
