public import DepotModel
import DepotStore
import Logging
import Synchronization

extension Station {
    /// The time in milliseconds by which the clock may be behind the newest event, since the clock of a person or
    /// another station may be ahead that far.
    private static let clockTolerance: Int64 = 60_000

    /// The health of the station at the last check.
    public var health: StationHealth { healthState.withLock { $0 } }

    /// Checks the health of the station and publishes changes. Call it once a second.
    ///
    /// - Parameter others: further problems that need attention.
    public func checkHealth(_ others: [DepotError] = []) async {
        await ReadBudget.$current.withValue(.own) { await updateHealth(others) }
    }

    private func updateHealth(_ others: [DepotError]) async {
        var problems: [DepotError] = []
        do throws(DepotError) { try await store.checkWriting() } catch { problems.append(error) }
        let foreign = store.foreignChanges
        if toldForeign.withLock({ told in
            defer { told = foreign }
            return told != foreign
        }) {
            logger.warning("another program has changed the database", metadata: ["times": "\(foreign)"])
        }
        if problems.isEmpty, let slowness = slownessProblem() { problems.append(slowness) }
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

    private func slownessProblem() -> DepotError? {
        guard store.isWritingSlowly else { return nil }
        return DepotError(
            .storeSlow, "The station is writing slowly.",
            hint:
                "keep scanning: every answer waits for the disk, and nothing is lost; is another program using the disk?"
        )
    }

    private func diskProblem() -> DepotError? {
        let wanted = Int64(configuration.minimumFreeMebibytes) << 20
        guard wanted > 0, let free = store.freeBytes, free < wanted else { return nil }
        return DepotError(
            .diskLow, "The disk with the database has less than \(configuration.minimumFreeMebibytes) MiB left.",
            hint: "free up space before nothing can be written any more")
    }

    private func clockProblem() -> DepotError? {
        // The first event after a start with a wrong clock has the wrong time already, so the highest time counts.
        let highest = highestTime.withLock { highest in
            if let time = try? store.newestEventTime() { highest = max(highest ?? time, time) }
            return highest
        }
        guard let highest, highest.milliseconds - now().milliseconds > Self.clockTolerance else { return nil }
        return DepotError(
            .clockWrong, "The clock is behind the ledger, whose newest time is \(highest).",
            hint: "set the clock; new events take their time from it")
    }
}
