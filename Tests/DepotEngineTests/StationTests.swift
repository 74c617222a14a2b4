import DepotEngine
import DepotModel
import DepotStore
import GRDB
import HIDDecoding
import Testing

/// The station on a real database, without USB: scans come typed or as reports.
@Suite struct StationTests {
    /// A station in a folder of its own, with one person and one asset.
    private struct Depot {
        let station: Station
        let store: DepotStore
        let asset: AssetID
        let path: String
    }

    private let actor = Actor(kind: .user, name: "tester")
    private let origin = Origin(face: .socket)

    private func withDepot(_ body: (Depot) async throws -> Void) async throws {
        var configuration = DepotEngine.Configuration()
        configuration.duplicateWindow = .zero
        try await withStation(configuration, busyMilliseconds: 0) { station, store, _, path in
            _ = try await store.tenant().createPerson(
                PersonDraft(name: "Sarah Chen", badge: "BADGE:7"), operation: station.newOperation(), actor: actor,
                origin: origin, at: station.now())
            let made = try await store.tenant().createAsset(
                AssetDraft(tag: "IT-1"), operation: station.newOperation(), actor: actor, origin: origin,
                at: station.now())
            let asset = try #require(made.asset?.asset.id)
            try await body(Depot(station: station, store: store, asset: asset, path: path))
        }
    }

    private func scan(_ depot: Depot, _ code: String, id: UniqueID? = nil) async -> Result<ScanResult, DepotError> {
        await depot.station.scan(Array(code.utf8), lane: nil, id: id, actor: actor, origin: origin)
    }

    @Test func aScanThatCannotBeWrittenIsRefusedLoudlyAndNotKept() async throws {
        try await withDepot { depot in
            #expect(try await scan(depot, "BADGE:7").get().outcome == .shown)
            let events = depot.store.lastEvent
            let subscription = depot.station.events.subscribe()
            // Somebody else holds the database, as a full disk or a stuck backup would.
            var unsafe = GRDB.Configuration()
            unsafe.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: depot.path, configuration: unsafe)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let refused = await scan(depot, "IT-1")
            guard case .failure(let error) = refused else {
                Issue.record("it was answered as if it were written")
                return
            }
            #expect(error.code == .storeUnavailable)
            #expect(error.message.contains("Scan it again"))
            // The lane says so to whoever looks, and keeps its holder.
            var lane: LaneStatus?
            for await case .lane(let status) in subscription {
                lane = status
                break
            }
            #expect(lane?.last?.reason == ScanResult.notRecorded)
            #expect(lane?.holder?.name == "Sarah Chen")
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            #expect(depot.store.lastEvent == events)
            // Scanned again, it is done.
            #expect(try await scan(depot, "IT-1").get().outcome == .applied)
            let asset = try #require(try depot.store.tenant().asset(depot.asset))
            #expect(asset.holder?.name == "Sarah Chen")
            subscription.cancel()
        }
    }

    @Test func theSameScanTwiceIsAppliedOnceAndMovesTheLaneOnce() async throws {
        try await withDepot { depot in
            _ = await scan(depot, "BADGE:7")
            let id = depot.station.newOperation()
            let first = try await scan(depot, "IT-1", id: id).get()
            let again = try await scan(depot, "IT-1", id: id).get()
            #expect(first.outcome == .applied)
            #expect(again.outcome == .applied)
            #expect(again.number == first.number && again.event == first.event)
            #expect(again.at == first.at && again.message == first.message && again.holder == first.holder)
            #expect(try depot.store.tenant().asset(depot.asset)?.asset.checkoutCount == 1)
        }
    }

    @Test func reportsOfAScannerBecomeScansOnItsOwnLane() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station, product: " ")
            await scanner.connect()
            await scanner.type("IT-1")
            await scanner.type("I", enter: false)
            await scanner.disconnect()
            let scans = try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 10)
            #expect(scans.map(\.outcome) == [.refused, .broken])
            #expect(scans.map(\.text) == ["IT-1", "I"])
            #expect(scans.first?.endedBy == "enter")
            let status = try #require(depot.station.scanners().first)
            #expect(status.name == "Scanner 05e0:1200")
            #expect(status.state == .unplugged)
            #expect(status.scans == 2)
        }
    }

    @Test func anIdentityDocumentLeavesNoTrace() async throws {
        try await withDepot { depot in
            let licence = "@\n\u{1e}\rANSI 636000100002DL00410278ZV03190008DLDAQT64235789DCSSAMPLE"
            let result = try await scan(depot, licence).get()
            #expect(result.outcome == .refused)
            #expect(!result.code.contains("T64235789"))
            let row = try #require(try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 10).last)
            #expect(row.raw.isEmpty && row.text?.isEmpty != false)
        }
    }

    /// The journal's row, the event and the answer say the same of a scan.
    private func expectOneStory(_ result: ScanResult, _ depot: Depot) throws {
        let rows = try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 100)
        let row = try #require(rows.first { $0.id == result.scan })
        let event = try #require(try result.event.flatMap { try depot.store.event($0) })
        #expect([row.outcome, event.outcome] == [result.outcome, result.outcome])
        #expect([row.message, event.message] == [result.message, result.message])
        #expect([row.reason, event.facts["reason"]] == [result.reason, result.reason])
    }

    @Test func aRefusedScanIsToldInTheSameWordsEverywhere() async throws {
        try await withDepot { depot in
            var draft = AssetDraft(tag: "IT-2")
            draft.name = "ThinkPad"
            draft.statusName = "Out for Repair"
            _ = try await depot.store.tenant().createAsset(
                draft, operation: depot.station.newOperation(), actor: actor, origin: origin, at: depot.station.now())
            _ = await scan(depot, "BADGE:7")
            let id = depot.station.newOperation()
            let refused = try await scan(depot, "IT-2", id: id).get()
            #expect(refused.outcome == .refused && refused.reason == "in_maintenance")
            #expect(refused.message.hasPrefix("IT-2 (ThinkPad) "))
            try expectOneStory(refused, depot)
            // Sent again, it is answered as it was, even where the rules say something else by now.
            _ = await scan(depot, "IT-1")
            let again = try await scan(depot, "IT-2", id: id).get()
            #expect(again.number == refused.number && again.event == refused.event)
            try expectOneStory(again, depot)
        }
    }

    @Test func whatIsSoAlreadyIsNoRefusalAnywhere() async throws {
        try await withDepot { depot in
            var draft = AssetDraft(tag: "IT-2")
            draft.name = "ThinkPad"
            _ = try await depot.store.tenant().createAsset(
                draft, operation: depot.station.newOperation(), actor: actor, origin: origin, at: depot.station.now())
            let lane = try await scan(depot, "BADGE:7").get().lane
            _ = try await depot.station.setMode(.checkin, lane: lane, actor: actor, origin: origin)
            let result = try await scan(depot, "IT-2").get()
            #expect(result.outcome == .alreadySo && result.reason == "not_deployed")
            #expect(result.message.hasPrefix("IT-2 (ThinkPad) "))
            try expectOneStory(result, depot)
        }
    }
}
