import DepotModel
import DepotStore
import GRDB
import HIDDecoding
import Synchronization
import Testing

@testable import DepotEngine

/// What a station says of itself while something around it is broken.
@Suite struct HealthTests {
    private struct Depot {
        let station: Station
        let hub: EventHub
        let path: String
        /// Milliseconds by which the clock is wrong.
        let skew: Skew
    }

    private final class Skew: Sendable {
        let milliseconds = Mutex<Int64>(0)
    }

    private func withDepot(
        _ adjust: (inout DepotEngine.Configuration) -> Void = { _ in }, _ body: (Depot) async throws -> Void
    ) async throws {
        let skew = Skew()
        let clock = StationClock(
            wall: { StationClock.system.wall().advanced(byMilliseconds: skew.milliseconds.withLock { $0 }) },
            monotonic: StationClock.system.monotonic)
        var configuration = DepotEngine.Configuration()
        configuration.minimumFreeMebibytes = 0
        adjust(&configuration)
        try await withStation(configuration, clock: clock, now: clock.wall) { station, _, hub, path in
            try await body(Depot(station: station, hub: hub, path: path, skew: skew))
        }
    }

    @Test func aStationThatWorksIsOKAndSaysNothing() async throws {
        try await withDepot { depot in
            let subscription = depot.hub.subscribe()
            await depot.station.checkHealth()
            #expect(depot.station.health == StationHealth())
            subscription.cancel()
            for await case .health in subscription { Issue.record("nothing has changed") }
        }
    }

    @Test func aDiskThatIsNearlyFullIsSaidWhileChangesGoOn() async throws {
        try await withDepot({ $0.minimumFreeMebibytes = 1_000_000_000 }) { depot in
            await depot.station.checkHealth()
            #expect(depot.station.health.problems.map(\.code) == [.diskLow])
            #expect(depot.station.health.state == .degraded)
        }
    }

    @Test func aClockBehindTheLedgerIsSaid() async throws {
        try await withDepot { depot in
            depot.skew.milliseconds.withLock { $0 = -3_600_000 }
            await depot.station.checkHealth()
            #expect(depot.station.health.problems.map(\.code) == [.clockWrong])
            depot.skew.milliseconds.withLock { $0 = 0 }
            await depot.station.checkHealth()
            #expect(depot.station.health.state == .ok)
        }
    }

    @Test func whoWatchesIsToldOnceOfAProblemAndOnceOfItsEnd() async throws {
        try await withDepot { depot in
            var settings = GRDB.Configuration()
            settings.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: depot.path, configuration: settings)
            await depot.station.checkHealth()
            var told = depot.hub.subscribe().makeAsyncIterator()
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            for _ in 0..<3 { await depot.station.checkHealth() }
            guard case .health(let failing)? = await told.next() else { throw DepotError(.internal, "no health") }
            #expect(failing.state == .failing)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            for _ in 0..<3 { await depot.station.checkHealth() }
            guard case .health(let well)? = await told.next() else { throw DepotError(.internal, "no health") }
            #expect(well == StationHealth())
        }
    }

    @Test func whatOthersSayIsPartOfIt() async throws {
        try await withDepot { depot in
            await depot.station.checkHealth([DepotError(.logFailing, "The log takes no lines.")])
            #expect(depot.station.health.state == .degraded)
        }
    }
}
