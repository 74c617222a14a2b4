import DepotStore
import NIOCore
import Synchronization

/// At which level callers' routes were answered lately, so that the lower ones are not tried in vain each time.
final class CostlyRoutes: Sendable {
    /// How long that is remembered.
    private static let memory = TimeAmount.seconds(60)
    /// How many are remembered.
    private static let places = 2000

    private let known = Mutex<[String: (level: ReadBudget.Level, until: NIODeadline)]>([:])

    /// Where to begin.
    func level(of route: String, at now: NIODeadline) -> ReadBudget.Level {
        known.withLock { known in known[route].flatMap { now < $0.until ? $0.level : nil } ?? .short }
    }

    /// Remembers that the route is answered at the level; with what it cost, whether a lower one would have done.
    func note(_ route: String, _ level: ReadBudget.Level, spent: Duration? = nil, at now: NIODeadline) {
        guard level > .short else { return }
        let level = spent.flatMap { spent in ReadBudget.Level.allCases.first { spent <= $0.processor } } ?? level
        known.withLock { known in
            if known.count >= Self.places { known.removeAll() }
            known[route] = level == .short ? nil : (level, now + Self.memory)
        }
    }
}
