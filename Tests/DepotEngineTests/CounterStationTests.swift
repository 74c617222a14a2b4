import DepotEngine
import DepotModel
import DepotStore
import Foundation
import HIDDecoding
import Logging
import Testing

/// Sessions, time-outs, undo and restarts at a lane, on a real database.
@Suite struct CounterStationTests {
    private let actor = Actor(kind: .user, name: "tester")
    private let origin = Origin(face: .socket)

    private struct Depot {
        let station: Station
        let store: DepotStore
        let lane: LaneID

        var status: LaneStatus? { station.lanes().first { $0.id == lane } }

        func scan(_ code: String) async throws -> ScanResult {
            try await station.scan(
                Array(code.utf8), lane: lane, id: nil, actor: Actor(kind: .user, name: "tester"),
                origin: Origin(face: .socket)
            ).get()
        }

        /// The first published status of the lane that matches.
        func status(where matches: (LaneStatus) -> Bool) async -> LaneStatus? {
            let subscription = station.events.subscribe()
            defer { subscription.cancel() }
            if let status, matches(status) { return status }
            for await item in subscription {
                if case .lane(let status) = item, status.id == lane, matches(status) { return status }
            }
            return nil
        }
    }

    private func withDepot(
        _ adjust: (inout DepotEngine.Configuration) -> Void = { _ in }, _ body: (Depot, String) async throws -> Void
    ) async throws {
        var configuration = DepotEngine.Configuration()
        configuration.duplicateWindow = .zero
        adjust(&configuration)
        try await withStation(configuration) { station, store, _, path in
            for (name, badge) in [("Sarah Chen", "BADGE:7"), ("Jürgen Müller", "BADGE:8")] {
                _ = try await store.tenant().createPerson(
                    PersonDraft(name: name, badge: badge),
                    ChangeRequest(operation: station.newOperation(), actor: actor, origin: origin, at: station.now()))
            }
            for tag in ["IT-1", "IT-2", "IT-3"] {
                _ = try await store.tenant().createAsset(
                    AssetDraft(tag: tag),
                    ChangeRequest(operation: station.newOperation(), actor: actor, origin: origin, at: station.now()))
            }
            let lane = try await station.scan(
                Array("DEPOT:DONE".utf8), lane: nil, id: nil, actor: actor, origin: origin
            ).get().lane
            try await body(Depot(station: station, store: store, lane: lane), path)
        }
    }

    @Test func aSessionIsPublishedWithWhatTheHolderStillHas() async throws {
        try await withDepot { depot, _ in
            for code in ["BADGE:7", "IT-1", "DEPOT:DONE", "BADGE:7", "IT-2", "IT-3"] { _ = try await depot.scan(code) }
            let undone = try await depot.scan("DEPOT:UNDO")
            let session = try #require(depot.status?.session)
            #expect(session.holder?.name == "Sarah Chen")
            #expect(session.counts.out == 1 && session.items.map(\.tag) == ["IT-3", "IT-2"])
            #expect(session.items.map(\.isUndone) == [true, false])
            #expect(session.open?.count == 2 && session.open?.returned == 0)
            #expect(session.open?.items.map(\.tag) == ["IT-1", "IT-2"])
            #expect(depot.status?.undo == session.items.last?.event && undone.tone == .done)
            #expect(depot.status?.timeout == 60)
            _ = try await depot.scan("IT-1")
            #expect(depot.status?.question?.kind == .return && depot.status?.question?.tag == "IT-1")
            #expect(try await depot.scan("IT-1").message == "IT-1 is back from Sarah Chen.")
            #expect(depot.status?.session?.open?.returned == 1 && depot.status?.question == nil)
            #expect(try await depot.scan("DEPOT:DONE").message == "Sarah Chen: 1 out, 1 back, 1 still out.")
            #expect(depot.status?.session == nil)
        }
    }

    @Test func afterTheTimeOutTheLaneShowsNothingOfThePerson() async throws {
        try await withDepot({ $0.holderTimeout = .milliseconds(300) }) { depot, _ in
            _ = try await depot.scan("BADGE:7")
            _ = try await depot.scan("IT-1")
            let status = try #require(await depot.status { $0.holder == nil && $0.last == nil })
            #expect(status.session == nil && status.deadline == nil && status.question == nil)
            // A result without a holder on the lane names people too.
            _ = try await depot.scan("IT-1")
            #expect(await depot.status { $0.last == nil } != nil)
        }
    }

    @Test func aModeForNowEndsAndSaysSo() async throws {
        try await withDepot({ $0.modeTimeout = .milliseconds(200) }) { depot, _ in
            #expect(try await depot.scan("DEPOT:MODE:AUDIT").outcome == .shown)
            let status = try #require(await depot.status { $0.last?.reason == ScanResult.modeEnded })
            #expect(status.mode == .counter && status.homeMode == .counter && status.modeUntil == nil)
            #expect(status.last?.message.contains("Counter: scan a badge") == true)
        }
    }

    @Test func aPersonChoosesWhatTheCodeCouldNotSay() async throws {
        try await withDepot { depot, _ in
            for tag in ["TWIN-1", "TWIN-2"] {
                var draft = AssetDraft(tag: tag)
                draft.serial = "SN-9"
                _ = try await depot.store.tenant().createAsset(
                    draft,
                    ChangeRequest(
                        operation: depot.station.newOperation(), actor: actor, origin: origin, at: depot.station.now()))
            }
            _ = try await depot.scan("BADGE:7")
            let asked = try await depot.scan("SN-9")
            #expect(asked.outcome == .ambiguous && asked.tone == .warning && asked.candidates.count == 2)
            let twin = try #require(asked.candidates.last)
            func choose(_ scan: UniqueID, _ id: Int64) async -> Result<ScanResult, DepotError> {
                await depot.station.choose(
                    scan: scan, kind: "asset", entity: id, lane: depot.lane, id: nil, actor: actor, origin: origin)
            }
            for (scan, id) in [(depot.station.newOperation(), twin.id), (asked.scan, 999)] {
                guard case .failure(let error) = await choose(scan, id) else {
                    Issue.record("it was chosen")
                    continue
                }
                #expect(error.code == .conflict)
            }
            let chosen = try await choose(asked.scan, twin.id).get()
            #expect(chosen.message == "TWIN-2 is checked out to Sarah Chen.")
            guard case .failure = await choose(asked.scan, twin.id) else {
                Issue.record("it was chosen twice")
                return
            }
        }
    }

    @Test func theScreensCommandsAreNoDuplicatesOfEachOther() async throws {
        try await withDepot({ $0.duplicateWindow = .seconds(60) }) { depot, _ in
            for code in ["BADGE:7", "IT-1", "IT-2"] { _ = try await depot.scan(code) }
            func command(_ command: DepotEngine.LaneCommand) async throws -> ScanResult {
                try await depot.station.command(command, lane: depot.lane, id: nil, actor: actor, origin: origin).get()
            }
            #expect(try await command(.undo).outcome == .applied)
            #expect(try await command(.undo).outcome == .applied)
            #expect(depot.status?.session?.counts.total == 0)
            #expect(try await command(.done).message == "Nothing was done for Sarah Chen.")
            #expect(try await command(.mode(.lookup)).outcome == .shown)
            #expect(depot.status?.mode == .lookup && depot.status?.homeMode == .counter)
            #expect(depot.status?.modeUntil != nil)
        }
    }

    /// The database as after a power cut: the station that comes next reads what the scans' own commits wrote.
    @Test func theStateOfALaneSurvives() async throws {
        try await withDepot { depot, path in
            for code in ["DEPOT:OPERATOR:BADGE:8", "DEPOT:MODE:CHECKOUT", "BADGE:7", "IT-1", "IT-2", "DEPOT:UNDO"] {
                _ = try await depot.scan(code)
            }
            let before = try #require(depot.status)
            let copy = path + ".copy"
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) } }
            for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + end, toPath: copy + end) }
            let hub = EventHub()
            let store = try DepotStore(
                DepotStore.Settings(path: copy, station: "s"), now: StationClock.system.wall,
                onCommit: { hub.publish($0) })
            let station = try await Station(
                configuration: depot.station.configuration, store: store, events: hub, layouts: { _ in .us },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let after = try #require(station.lanes().first { $0.id == depot.lane })
            #expect(after.mode == .checkout && after.homeMode == .counter && after.operatorName == "Jürgen Müller")
            #expect(after.session == before.session && after.undo == before.undo && after.undo != nil)
            let moved = try #require(after.deadline).milliseconds - (try #require(before.deadline)).milliseconds
            #expect(abs(moved) < 1000)
            let undone = try await station.command(
                .undo, lane: depot.lane, id: nil, actor: actor, origin: origin
            ).get()
            #expect(undone.message == "Undone: checkout of IT-1 to Sarah Chen.")
            await station.stop()
            await store.close()
        }
    }

    @Test func theHomeModeIsKeptAndTheConfigurationHasTheLastWord() async throws {
        try await withDepot { depot, _ in
            let status = try await depot.station.setMode(.checkin, lane: depot.lane, actor: actor, origin: origin)
            #expect(status.mode == .checkin && status.homeMode == .checkin && status.modeUntil == nil)
            _ = try await depot.scan("DEPOT:MODE:AUDIT")
            #expect(depot.status?.mode == .audit && depot.status?.homeMode == .checkin)
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            let lane = try #require(
                depot.station.lanes().first { $0.scanner == scanner.description.identity })
            #expect(lane.id.rawValue == 1 && lane.name == "Lane 1")
            var configuration = depot.station.configuration
            var device = DepotEngine.Configuration.Device()
            device.identity = scanner.description.identity
            device.mode = "audit"
            configuration.devices = [device]
            _ = try await depot.station.reload(configuration)
            #expect(depot.station.lanes().first { $0.id == lane.id }?.homeMode == .audit)
            await #expect(throws: CommitFailure.self) {
                _ = try await depot.station.setMode(.lookup, lane: lane.id, actor: actor, origin: origin)
            }
            let renamed = try await depot.station.rename(
                lane: lane.id, to: "Front desk", actor: actor, origin: origin)
            #expect(renamed.name == "Front desk")
        }
    }
}
