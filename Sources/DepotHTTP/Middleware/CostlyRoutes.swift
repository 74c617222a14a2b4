import DepotStore
import NIOCore
import Synchronization

/// The levels at which callers' routes were answered recently, so that lower ones are not tried in vain each time.
final class CostlyRoutes: Sendable {
    /// The time for which a level is remembered.
    private static let memory = TimeAmount.seconds(60)
    /// The maximum number of remembered levels.
    private static let places = 2000

    private let known = Mutex<[String: (level: ReadBudget.Level, until: NIODeadline)]>([:])

    /// Returns the level at which to begin.
    func level(of route: String, at now: NIODeadline) -> ReadBudget.Level {
        known.withLock { known in known[route].flatMap { now < $0.until ? $0.level : nil } ?? .short }
    }

    /// Remembers the level at which the route was answered, or a lower one if the cost would have allowed it.
    func note(_ route: String, _ level: ReadBudget.Level, spent: Duration? = nil, at now: NIODeadline) {
        guard level > .short else { return }
        let level = spent.flatMap { spent in ReadBudget.Level.allCases.first { spent <= $0.processor } } ?? level
        known.withLock { known in
            if known.count >= Self.places { known.removeAll() }
            known[route] = level == .short ? nil : (level, now + Self.memory)
        }
    }
}
