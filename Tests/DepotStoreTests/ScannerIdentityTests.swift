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
        let first = try await store.setScannerIdentity(
            key, knownBy: .port, isManual: false, actor: .test, origin: .test)
        #expect(first?.kind == .administration && first?.message?.contains(key) == true)
        #expect(first?.facts["known_by"] == "port" && first?.facts["manual"] == "false")
        // decided so already: nothing to tell
        let again = try await store.setScannerIdentity(
            key, knownBy: .port, isManual: false, actor: .test, origin: .test)
        #expect(again == nil)
        let second = try await store.setScannerIdentity(
            key, knownBy: .serial, isManual: true, actor: .test, origin: .test)
        #expect(second?.changes == [FieldChange(field: "known_by", from: "port", to: "serial")])
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
        let moved = try await store.moveLane(lane.id, toScanner: "port:1-4", actor: .test, origin: .test)
        #expect(moved.id == lane.id && moved.scanner == "port:1-4" && moved.name == lane.name)
        #expect(moved.mode == .audit && moved.terminator == "tab")
        let event = try #require(try events(store).last)
        #expect(event.kind == .administration && event.message?.contains("port:1-4") == true)
        #expect(event.changes == [FieldChange(field: "scanner", from: "usb:05e0:X", to: "port:1-4")])
        #expect(try await store.lane(forScanner: "port:1-4") == moved)
        // the scanner that had it is new to the station
        #expect(try await store.lane(forScanner: "usb:05e0:X").id != lane.id)
        let count = try events(store).count
        #expect(try await store.moveLane(lane.id, toScanner: "port:1-4", actor: .test, origin: .test) == moved)
        #expect(try events(store).count == count)
    }

    @Test func theLaneThatHadTheScannerIsKeptWithoutOne() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let (old, new) = (try await store.lane(forScanner: "port:1-4"), try await store.lane(forScanner: "usb:05e0:X"))
        let before = store.lastEvent
        let moved = try await store.moveLane(old.id, toScanner: "usb:05e0:X", actor: .test, origin: .test)
        #expect(try await store.lane(forScanner: "usb:05e0:X") == moved)
        let former = "former:usb:05e0:X:\(new.id)"
        #expect(try store.lanes().map(\.scanner) == ["usb:05e0:X", former])
        let told = try store.events(since: before, limit: 10)
        #expect(told.map { $0.facts["lane_id"] } == [new.id.description, old.id.description])
        // and back again
        _ = try await store.moveLane(new.id, toScanner: "usb:05e0:X", actor: .test, origin: .test)
        #expect(try store.lanes().map(\.scanner) == ["former:usb:05e0:X:\(old.id)", "usb:05e0:X"])
        #expect(try await store.verify().problems.isEmpty)
    }

    @Test func onlyALaneOfAScannerGoesToAScanner() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let typed = try await store.lane(forScanner: DepotStore.typedScans).id
        let tenants = try await store.lane(forScanner: DepotStore.typedScans + ":2").id
        let lane = try await store.lane(forScanner: "usb:05e0:X").id
        for (lane, identity, code) in [
            (typed, "usb:1", DepotError.Code.badRequest), (tenants, "usb:1", .badRequest),
            (lane, DepotStore.typedScans, .badRequest), (lane, "", .badRequest),
            (LaneID(rawValue: 99), "usb:1", .notFound),
        ] {
            let error = await failure {
                _ = try await store.moveLane(lane, toScanner: identity, actor: .test, origin: .test)
            }
            #expect(error?.code == code, "\(lane) \(identity)")
        }
        #expect(try events(store).isEmpty)
    }
}
