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
}
