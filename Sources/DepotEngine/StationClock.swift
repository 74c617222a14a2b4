public import DepotModel
import Glibc

/// The two clocks of a station: the wall clock for records, the monotonic one for windows and timeouts.
///
/// A jump of the wall clock therefore makes no scan a duplicate and no lane forget its holder.
public struct StationClock: Sendable {
    /// Returns the time of day.
    public var wall: @Sendable () -> Timestamp
    /// Returns the monotonic time in microseconds (CLOCK_MONOTONIC, the clock of reports).
    public var monotonic: @Sendable () -> UInt64

    /// Creates clocks for a replay or a test.
    public init(wall: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> UInt64) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// The clocks of this machine.
    public static let system = StationClock(
        wall: {
            let time = read(CLOCK_REALTIME)
            return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        },
        monotonic: {
            let time = read(CLOCK_MONOTONIC)
            return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        })

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}

/// Returns a new version 7 identity with random numbers of this system.
func newIdentity(at time: Timestamp) -> UniqueID {
    var random = SystemRandomNumberGenerator()
    return .version7(at: time, random: (random.next(), random.next()))
}
