import DepotModel
import DepotStore
import Testing

/// By what scanners are told apart, and which lane is whose.
struct ScannerIdentityTests {
    private func events(_ store: DepotStore) throws -> [LedgerEvent] {
        try store.events(since: EventNumber(rawValue: 0), limit: 1000)
    }

    @Test func whatScannersAreKnownByIsKeptAndTold() async throws {
        let fixture = try Fixture()
        let (key, store) = ("usb:05e0:S123", fixture.store)
        try await store.setScannerIdentity(key, knownBy: .port, isManual: false, actor: .test, origin: .test)
        let first = try #require(try events(store).last)
        #expect(first.kind == .administration && first.message?.contains(key) == true)
        #expect(first.facts["known_by"] == "port" && first.facts["manual"] == "false")
        // decided so already: nothing to tell
        try await store.setScannerIdentity(key, knownBy: .port, isManual: false, actor: .test, origin: .test)
        #expect(try events(store).count == 1)
        try await store.setScannerIdentity(key, knownBy: .serial, isManual: true, actor: .test, origin: .test)
        #expect(try events(store).last?.changes == [FieldChange(field: "known_by", from: "port", to: "serial")])
        try await store.setScannerIdentity(
            "usb:0c2e:0", knownBy: .port, isManual: true, actor: .test, origin: .test)
        #expect(try events(store).count == 3)
        for bad in ["", " ", "a\0b", String(repeating: "x", count: 300)] {
            await #expect(throws: CommitFailure.self) {
                try await store.setScannerIdentity(bad, knownBy: .port, isManual: true, actor: .test, origin: .test)
            }
        }
        let reopened = try await fixture.reopened()
        #expect(
            try reopened.scannerIdentities() == [
                ScannerIdentity(key: key, knownBy: .serial, isManual: true, at: noon),
                ScannerIdentity(key: "usb:0c2e:0", knownBy: .port, isManual: true, at: noon),
            ])
        await reopened.close()
    }

    @Test func aLaneGoesToAnotherScannerWithAllThatItHas() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let lane = try await store.lane(forScanner: "usb:05e0:X")
        _ = try await store.setMode(.audit, lane: lane.id, actor: .test, origin: .test)
        var wanted = scan("IT-1", outcome: .unknown, message: "?")
        (wanted.lane, wanted.terminator) = (lane.id, "tab")
        _ = try await fixture.tenant.commit(wanted)
        let before = store.lastEvent
        try await move(store, [("usb:05e0:X", "port:1-4")])
        let moved = try await store.lane(forScanner: "port:1-4")
        #expect(moved.id == lane.id && moved.name == lane.name && moved.mode == .audit && moved.terminator == "tab")
        let event = try #require(try store.events(since: before, limit: 10).first)
        #expect(event.kind == .administration && event.message?.contains("port:1-4") == true)
        #expect(event.changes == [FieldChange(field: "scanner", from: "usb:05e0:X", to: "port:1-4")])
        let count = try events(store).count
        // done already, and one that no lane has
        try await move(store, [("usb:05e0:X", "port:1-4"), ("usb:05e0:Y", "port:1-5")])
        #expect(try events(store).count == count)
        // the scanner that had it is new to the station
        #expect(try await store.lane(forScanner: "usb:05e0:X").id != lane.id)
    }

    @Test func theLaneThatHadTheScannerIsKeptWithoutOne() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let (old, new) = (try await store.lane(forScanner: "port:1-4"), try await store.lane(forScanner: "usb:05e0:X"))
        let before = store.lastEvent
        try await move(store, [("port:1-4", "usb:05e0:X")])
        #expect(try await store.lane(forScanner: "usb:05e0:X").id == old.id)
        #expect(try store.lanes().map(\.scanner) == ["usb:05e0:X", "former:usb:05e0:X:\(new.id)"])
        let told = try store.events(since: before, limit: 10).filter { $0.facts["action"] == "scanner_moved" }
        #expect(told.map { $0.facts["lane_id"] } == [new.id.description, old.id.description])
        #expect(try await store.verify().problems.isEmpty)
    }

    @Test func allOfItIsOneTransaction() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let lane = try await store.lane(forScanner: "usb:05e0:X")
        let error = await failure {
            try await move(store, [("usb:05e0:X", "port:1-4"), ("usb:05e0:Y", DepotStore.typedScans)])
        }
        #expect(error?.code == .badRequest)
        #expect(try await store.lane(forScanner: "usb:05e0:X").id == lane.id)
        #expect(try store.scannerIdentities().isEmpty && events(store).isEmpty)
    }

    @Test func aTerminatorIsForgottenWhereThereIsNone() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let lane = try await store.lane(forScanner: "usb:05e0:X")
        for (told, kept) in [("enter", "enter"), (nil, "enter"), ("", nil)] as [(String?, String?)] {
            var wanted = scan("IT-1", outcome: .unknown, message: "?")
            (wanted.lane, wanted.terminator) = (lane.id, told)
            _ = try await fixture.tenant.commit(wanted)
            #expect(try await store.lane(forScanner: "usb:05e0:X").terminator == kept)
        }
    }

    private func move(_ store: DepotStore, _ moves: [(from: String, to: String)]) async throws {
        try await store.setScannerIdentity(
            "usb:05e0:X", knownBy: .port, isManual: false, moves: moves, actor: .test, origin: .test)
    }
}
