public import DepotModel
import DepotStore
import Logging
import Synchronization

extension Station {
    /// How far the clock may be before the newest event. Another station's, or a person's, may be that far ahead.
    private static let clockTolerance: Int64 = 60_000

    /// Whether the station can do its work, as it was looked at last.
    public var health: StationHealth { healthState.withLock { $0 } }

    /// Looks whether the station can do its work, and tells whoever watches where that has changed. Call once a second.
    ///
    /// - Parameter others: what else needs attention.
    public func checkHealth(_ others: [DepotError] = []) async {
        await ReadBudget.$current.withValue(.own) { await lookAtHealth(others) }
    }

    private func lookAtHealth(_ others: [DepotError]) async {
        var problems: [DepotError] = []
        do throws(DepotError) { try await store.checkWriting() } catch { problems.append(error) }
        let foreign = store.foreignChanges
        if toldForeign.withLock({ told in
            defer { told = foreign }
            return told != foreign
        }) {
            logger.warning("another program has changed the database", metadata: ["times": "\(foreign)"])
        }
        problems += [diskProblem(), clockProblem()].compactMap(\.self) + others
        let newer = StationHealth(problems: problems)
        let older = healthState.withLock { state in
            defer { state = newer }
            return state
        }
        guard newer != older else { return }
        events.publish(newer)
        let codes = Set(older.problems.map(\.code))
        for problem in problems where !codes.contains(problem.code) {
            logger.error("the station has a problem", metadata: ["problem": "\(problem)"])
        }
        let left = Set(problems.map(\.code))
        for problem in older.problems where !left.contains(problem.code) {
            logger.notice("a problem is over", metadata: ["problem": "\(problem.code)"])
        }
    }

    private func diskProblem() -> DepotError? {
        let wanted = Int64(configuration.minimumFree) << 20
        guard wanted > 0, let free = store.freeBytes, free < wanted else { return nil }
        return DepotError(
            .diskLow, "The disk with the database has less than \(configuration.minimumFree) MiB left.",
            hint: "make room on it before nothing can be written any more")
    }

    private func clockProblem() -> DepotError? {
        // the first event after a wrong start has the wrong time already, so the highest counts
        let highest = highestTime.withLock { highest in
            if let time = try? store.newestEventTime() { highest = max(highest ?? time, time) }
            return highest
        }
        guard let highest, highest.milliseconds - now().milliseconds > Self.clockTolerance else { return nil }
        return DepotError(
            .clockWrong, "The clock is before the times in the ledger, which go up to \(highest).",
            hint: "set the clock: new events get its times")
    }
}
