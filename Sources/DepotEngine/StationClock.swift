public import DepotModel
import Glibc

/// The two clocks of a station: the wall for what is recorded, the monotonic one for windows and time-outs.
///
/// A jump of the wall clock therefore neither makes a duplicate out of two scans nor forgets a holder.
public struct StationClock: Sendable {
    /// The time of day, UTC.
    public var wall: @Sendable () -> Timestamp
    /// Microseconds that never go back (CLOCK_MONOTONIC, the clock that stamps reports).
    public var monotonic: @Sendable () -> UInt64

    /// Clocks of one's own, for replay and tests.
    public init(wall: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> UInt64) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// This machine's clocks.
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

/// A new version 7 identity from this system's random numbers.
func newIdentity(at time: Timestamp) -> UniqueID {
    var random = SystemRandomNumberGenerator()
    return .version7(at: time, random: (random.next(), random.next()))
}
