import DepotModel
import DepotStore
import Foundation
import GRDB
import Testing

/// A walk from its start to its undo, in the real store.
@Suite struct AuditWalkTests {
    /// Two rooms of a house, with four chairs in one and a lamp in the other.
    private struct House {
        let fixture: Fixture
        let house: Location
        let room: Location
        let other: Location
        var tenant: TenantStore { fixture.tenant }

        init() async throws {
            fixture = try Fixture()
            house = try await fixture.location("House")
            room = try await fixture.location("Room 101", code: "R-101", parent: house.id)
            other = try await fixture.location("Room 102", parent: house.id)
            for number in 1...4 {
                _ = try await fixture.asset("C-\(number)") { [room] in $0.defaultLocation = room.id }
            }
            _ = try await fixture.asset("L-1") { [other] in $0.defaultLocation = other.id }
        }

        func id(_ tag: String) throws -> AssetID { try #require(try tenant.assetID(tag: tag)) }

        func start(_ scope: AuditScope? = nil, blind: Bool = false) async throws -> AuditWalk {
            let draft = AuditDraft(scope: scope ?? .location(room.id), isBlind: blind)
            return try await tenant.change(request()) { try $0.startAudit(draft) }
        }

        /// Scans at a lane.
        @discardableResult
        func take(
            _ step: AuditStep, lane: Int64 = 1, by: String = "ada", after seconds: Int64 = 0, id: UniqueID? = nil
        ) async throws -> ScanReceipt {
            var commit = scan("code", id: id, outcome: .applied)
            commit.lane = LaneID(rawValue: lane)
            commit.actor = Actor(kind: .counter, name: by)
            commit.at = noon.advanced(byMilliseconds: seconds * 1000)
            commit.audit = step
            return try await tenant.commit(commit)
        }

        @discardableResult
        func count(_ tag: String, _ walk: AuditWalk, lane: Int64 = 1, by: String = "ada") async throws -> AuditVerdict?
        {
            let receipt = try await take(.countAsset(try id(tag), in: walk.id, place: nil), lane: lane, by: by)
            guard case .counted(let verdict) = receipt.audit?.effect else { return nil }
            return verdict
        }

        /// Audits an asset, and returns the days until its next audit.
        func due(_ tag: String) async throws -> Int64? {
            let asset = try id(tag)
            let applied = try await fixture.apply(.audit(), asset)
            guard let day = applied.asset?.asset.nextAudit else { return nil }
            return day.daysSinceEpoch - noon.date.daysSinceEpoch
        }

        func policy(_ subject: AuditPolicy.Subject, _ days: Int?) async throws {
            try await tenant.change(request()) { try $0.setAuditPolicy(subject, days: days) }
        }

        func close(_ walk: AuditWalk) async throws -> AuditWalk {
            try await tenant.change(request()) { try $0.closeAudit(walk.id) }
        }

        func apply(_ walk: AuditWalk, _ choices: AuditChoices = AuditChoices()) async throws -> AuditPart {
            let part = try await tenant.change(request()) { try $0.applyAudit(walk.id, choices, after: nil) }
            _ = try await tenant.change(request()) { try $0.finishApplyingAudit(walk.id, changed: part.changed) }
            return part
        }

        func undo(_ walk: AuditWalk) async throws -> AuditPart {
            let part = try await tenant.change(request()) { try $0.undoAudit(walk.id, after: nil) }
            _ = try await tenant.change(request()) { try $0.finishUndoingAudit(walk.id, changed: part.changed) }
            return part
        }

        func lines(_ walk: AuditWalk, _ verdict: AuditVerdict? = nil) throws -> [String] {
            let walk = try #require(try tenant.auditWalk(walk.id))
            return try tenant.auditLines(of: walk, verdict).rows.map(\.code)
        }

        func counts(_ walk: AuditWalk) throws -> AuditCounts? { try tenant.auditWalk(walk.id)?.counts }
    }

    @Test func whatIsExpectedIsFixedAtTheStart() async throws {
        let depot = try await House()
        let ada = try await depot.fixture.person("Ada")
        let archived = try #require(try depot.tenant.statusLabels().first { $0.type == .archived })
        for tag in ["OUT", "DEAD", "GONE", "HERE"] {
            _ = try await depot.fixture.asset(tag) { [room = depot.room] in $0.defaultLocation = room.id }
        }
        try await depot.fixture.apply(.checkout(to: .person(ada.id)), try depot.id("OUT"))
        try await depot.fixture.apply(
            .edit([AssetField.status.rawValue: archived.id.description]), try depot.id("DEAD"))
        try await depot.fixture.apply(.delete, try depot.id("GONE"))
        // Whoever holds it here has it here.
        try await depot.fixture.apply(.checkout(to: .location(depot.room.id)), try depot.id("HERE"))
        let room = try await depot.start()
        #expect(room.counts.expected == 5 && room.name == "Room 101" && room.state == .open)
        let house = try await depot.start(.location(depot.house.id))
        #expect(try depot.lines(house, .missing) == ["C-1", "C-2", "C-3", "C-4", "HERE", "L-1"])
        // What comes later is not expected, and not misplaced either.
        _ = try await depot.fixture.asset("NEW") { [room = depot.room] in $0.defaultLocation = room.id }
        #expect(try await depot.count("NEW", room) == .unexpected)
        #expect(try await depot.count("OUT", room) == .unexpected)
        #expect(try depot.lines(room, .missing) == ["C-1", "C-2", "C-3", "C-4", "HERE"])
    }

    @Test func everyScopeExpectsItsOwn() async throws {
        let depot = try await House()
        let ada = try await depot.fixture.person("Ada")
        _ = try await depot.fixture.asset("N-1") {
            ($0.modelName, $0.category) = ("T14", "Notebooks")
        }
        try await depot.fixture.apply(.checkout(to: .person(ada.id)), try depot.id("C-1"))
        let category = try #require(try depot.tenant.entries(.category).rows.first?.id)
        let notebooks = try await depot.start(.category(category))
        #expect(notebooks.name == "Notebooks")
        #expect(try depot.lines(notebooks, .missing) == ["N-1"])
        let hers = try await depot.start(.holder(.person(ada.id)))
        #expect(try depot.lines(hers, .missing) == ["C-1"] && hers.name == "Ada")
        let search = try await depot.start(.filter(AuditFilter(search: "C-", lifecycle: .available)))
        #expect(try depot.lines(search, .missing) == ["C-2", "C-3", "C-4"])
        #expect(try await depot.count("L-1", search) == .unexpected)
        #expect(await failure { _ = try await depot.start(.filter(AuditFilter())) }?.code == .badRequest)
        #expect(
            await failure { _ = try await depot.start(.category(CatalogueID(rawValue: 99))) }?.code == .notFound)
    }

    @Test func numbersAreOfDistinctAssetsWhoeverScansThem() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        #expect(try await depot.count("C-1", walk, lane: 1, by: "ada") == .found)
        #expect(try await depot.count("C-2", walk, lane: 2, by: "bob") == .found)
        for _ in 0..<3 { #expect(try await depot.count("C-1", walk, lane: 2, by: "bob") == .repeated) }
        #expect(try await depot.count("L-1", walk, lane: 2, by: "bob") == .misplaced)
        for code in ["X-1", "x-1 ", "X-2"] {
            try await depot.take(.noteCode(code, in: walk.id, place: nil))
        }
        let expected = AuditCounts(expected: 4, found: 2, misplaced: 1, unknown: 2, repeated: 2)
        #expect(try depot.counts(walk) == expected)
        let lines = try depot.tenant.auditLines(of: walk, .found).rows
        #expect(lines.map(\.by) == ["ada", "bob"] && lines.map(\.lane?.rawValue) == [1, 2])
        #expect(lines.map(\.repeats) == [3, 0])
        let misplaced = try #require(try depot.tenant.auditLines(of: walk, .misplaced).rows.first)
        #expect(misplaced.home?.name == "Room 102" && misplaced.place?.name == "Room 101")
        #expect(try depot.lines(walk, .repeated) == ["C-1", "X-1"])
        #expect(try depot.lines(walk) == ["X-2", "X-1", "L-1", "C-2", "C-1"])
        // A count changes no asset.
        #expect(try depot.tenant.asset(tag: "C-1")?.asset.lastAudit == nil)
        let event = try #require(try lines[0].event.flatMap { try depot.fixture.store.event($0) })
        #expect(event.kind == .scan && event.facts["walk_id"] == "1" && event.facts["verdict"] == "found")
        #expect(try await depot.fixture.store.verify().problems.isEmpty)
    }

    @Test func aScanThatIsSentAgainCountsOnce() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        let id = operation()
        let first = try await depot.take(.countAsset(try depot.id("C-1"), in: walk.id, place: nil), id: id)
        let again = try await depot.take(.countAsset(try depot.id("C-1"), in: walk.id, place: nil), id: id)
        #expect(again.wasRepeat && again.number == first.number)
        #expect(try depot.counts(walk) == AuditCounts(expected: 4, found: 1))
    }

    @Test func aMisscanIsTakenBackAndScannedAgain() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        try await depot.count("C-1", walk, lane: 1)
        try await depot.count("L-1", walk, lane: 2)
        try await depot.count("L-1", walk, lane: 1)
        let back = try await depot.take(.takeBack(walk.id), lane: 2)
        #expect(back.audit?.line?.code == "L-1" && back.audit?.effect == .takenBack)
        #expect(try depot.counts(walk) == AuditCounts(expected: 4, found: 1))
        #expect(try await depot.count("L-1", walk, lane: 2) == .misplaced)
        try await depot.take(.takeBack(walk.id), lane: 1)
        #expect(try depot.lines(walk) == ["L-1"])
        let nothing = try await depot.take(.takeBack(walk.id), lane: 1)
        #expect(nothing.refusal?.code == .nothingToUndo && nothing.outcome == .refused)
        let id = try depot.id("L-1")
        let after = try await depot.tenant.change(request()) {
            try $0.takeBackAudit(walk.id, asset: id, code: "L-1")
        }
        #expect(after.counts == AuditCounts(expected: 4))
    }

    @Test func aLabelStartsContinuesAndResumesTheWalkOfItsPlace() async throws {
        let depot = try await House()
        let first = try #require(try await depot.take(.enter(depot.room.id, current: nil), lane: 1).audit)
        #expect(first.effect == .started && first.walk.counts.expected == 4 && first.place?.name == "Room 101")
        let second = try #require(try await depot.take(.enter(depot.room.id, current: nil), lane: 2).audit)
        #expect(second.effect == .continued && second.walk.id == first.walk.id)
        _ = try await depot.tenant.change(request()) { try $0.pauseAudit(first.walk.id) }
        let paused = try await depot.take(.countAsset(try depot.id("C-1"), in: first.walk.id, place: nil))
        #expect(paused.refusal?.code == .walkNotOpen && paused.message.contains("paused"))
        let resumed = try #require(try await depot.take(.enter(depot.room.id, current: first.walk.id)).audit)
        #expect(resumed.effect == .continued && resumed.walk.state == .open)
        #expect(try await depot.count("C-1", first.walk) == .found)
        // A walk of the house goes on in its rooms.
        let house = try await depot.start(.location(depot.house.id))
        let inside = try #require(try await depot.take(.enter(depot.other.id, current: house.id)).audit)
        #expect(inside.effect == .moved && inside.walk.id == house.id && inside.place?.name == "Room 102")
        let joining = try #require(try await depot.take(.enter(depot.other.id, current: nil)).audit)
        #expect(joining.effect == .moved && joining.walk.id == house.id)
        // An asset is expected in both walks, and each counts it.
        #expect(try await depot.count("C-1", house) == .found)
        #expect(try await depot.count("C-1", house) == .repeated)
    }

    @Test func aPlaceHasOneOpenWalk() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        let refused = await refusal { _ = try await depot.start() }
        #expect(refused?.code == .walkOpen && refused?.facts["walk_id"] == "1")
        _ = try await depot.close(walk)
        let next = try await depot.start()
        #expect(next.id.rawValue == 2)
        #expect(try depot.tenant.auditWalk(before: next)?.id == walk.id)
        let started = try depot.tenant.auditWalks().rows.map(\.id.rawValue)
        #expect(started == [2, 1])
        let open = try depot.tenant.auditWalks(.open)
        #expect(open.rows.map(\.id) == [next.id] && open.total == 1)
    }

    @Test func aWalkCanEndWithoutAScan() async throws {
        let depot = try await House()
        let closed = try await depot.close(try await depot.start())
        #expect(closed.counts.missing == 4 && closed.closedBy == .test && closed.closedAt == noon)
        #expect(try depot.lines(closed, .missing) == ["C-1", "C-2", "C-3", "C-4"])
        let event = try #require(try depot.tenant.activity().rows.first)
        #expect(event.message == "The walk has ended, and nothing was scanned. Room 101: 0 of 4 found, 4 missing.")
        // Nothing is counted any more, and closing it again changes nothing.
        let late = try await depot.take(.countAsset(try depot.id("C-1"), in: closed.id, place: nil))
        #expect(late.refusal?.code == .walkNotOpen)
        #expect(try await depot.close(closed).counts == closed.counts)
        #expect(await refusal { _ = try await depot.tenant.change(request()) { try $0.resumeAudit(closed.id) } } != nil)
    }

    @Test func aWalkSurvivesARestart() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        try await depot.count("C-1", walk)
        let id = try depot.id("C-1")
        let store = try await depot.fixture.reopened()
        var again = scan("C-1", outcome: .applied)
        again.audit = .countAsset(id, in: walk.id, place: nil)
        #expect(try await store.tenant().commit(again).audit?.effect == .counted(.repeated))
        #expect(try store.tenant().auditWalk(walk.id)?.counts == AuditCounts(expected: 4, found: 1, repeated: 1))
        await store.close()
    }

    @Test func theResultIsAppliedAndUndoneAsOne() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        for tag in ["C-1", "C-2", "C-3", "L-1"] { try await depot.count(tag, walk) }
        let early = await refusal { _ = try await depot.apply(walk) }
        #expect(early?.code == .walkOpen)
        let closed = try await depot.close(walk)
        let label = try #require(try depot.tenant.statusLabels().first { $0.type == .undeployable })
        let choices = AuditChoices(
            byVerdict: [.found: .audit, .misplaced: .move, .missing: .missing],
            byAsset: [try depot.id("C-3"): .leave], missingLabel: label.id, note: "yearly")
        let part = try await depot.apply(closed, choices)
        #expect(part.changed == 4 && part.refused.isEmpty)
        #expect(try depot.tenant.auditWalk(walk.id)?.state == .applied)
        let lamp = try #require(try depot.tenant.asset(tag: "L-1"))
        #expect(lamp.location?.name == "Room 101" && lamp.asset.lastAudit == noon)
        #expect(try depot.tenant.asset(tag: "C-4")?.asset.status.id == label.id)
        #expect(try depot.tenant.asset(tag: "C-3")?.asset.lastAudit == nil)
        let event = try #require(try depot.tenant.history(lamp.asset.id).last)
        #expect(event.kind == .audit && event.facts["walk_id"] == "1" && event.note == "yearly")
        #expect(event.facts["location_id"] == depot.room.id.description)
        // The rest can be applied later, and what was applied is not applied twice.
        #expect(try await depot.apply(closed).changed == 1)
        #expect(try await depot.apply(closed).changed == 0)
        // Somebody audits a chair: that line is left.
        try await depot.fixture.apply(.audit(), try depot.id("C-1"))
        let undone = try await depot.undo(closed)
        #expect(undone.changed == 4 && undone.refused.map(\.tag) == ["C-1"])
        #expect(undone.refused.first?.refusal.code == .happenedSince)
        #expect(try depot.tenant.auditWalk(walk.id)?.state == .applied)
        #expect(try depot.tenant.asset(tag: "L-1")?.asset.location == lamp.asset.defaultLocation)
        #expect(try depot.tenant.asset(tag: "C-4")?.asset.lifecycle == .available)
        #expect(try await depot.fixture.store.verify().problems.isEmpty)
    }

    @Test func anAssetThatWentOutDuringTheWalkIsNotSetMissing() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        let ada = try await depot.fixture.person("Ada")
        // Out and back: it is found as if nothing had happened.
        try await depot.fixture.apply(.checkout(to: .person(ada.id)), try depot.id("C-1"))
        #expect(try await depot.count("C-1", walk) == .found)
        try await depot.fixture.apply(.checkin(), try depot.id("C-1"))
        #expect(try await depot.count("C-1", walk) == .repeated)
        try await depot.fixture.apply(.checkout(to: .person(ada.id)), try depot.id("C-2"))
        let closed = try await depot.close(walk)
        let missing = try depot.tenant.auditLines(of: closed, .missing).rows
        #expect(missing.map(\.holder) == ["Ada", nil, nil])
        let label = try #require(try depot.tenant.statusLabels().first { $0.type == .undeployable })
        let part = try await depot.apply(
            closed, AuditChoices(byVerdict: [.missing: .missing], missingLabel: label.id))
        #expect(part.changed == 2 && part.refused.map(\.refusal.code) == [.alreadyDeployed])
    }

    @Test func aPlaceThatIsDeletedMeanwhileMovesNothing() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        // An earlier version deleted locations with assets.
        try depot.fixture.raw { try $0.execute(sql: "UPDATE location SET deleted_at = 1 WHERE id = \(depot.room.id)") }
        #expect(try await depot.count("C-1", walk) == .found)
        #expect(try await depot.count("L-1", walk) == .misplaced)
        let label = try await depot.take(.enter(depot.room.id, current: walk.id))
        #expect(label.refusal?.code == .unknownLocation)
        let closed = try await depot.close(walk)
        let part = try await depot.apply(closed, AuditChoices(byVerdict: [.found: .audit, .misplaced: .move]))
        #expect(part.changed == 1 && part.refused.map(\.tag) == ["L-1"])
        #expect(part.refused.map(\.refusal.code) == [.unknownLocation])
        #expect(try depot.tenant.asset(tag: "C-1")?.asset.lastAudit == noon)
    }

    @Test func aPurgedAssetStaysInTheReport() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        try await depot.count("C-1", walk)
        let id = try depot.id("C-1")
        try await depot.fixture.apply(.purge, id)
        let closed = try await depot.close(walk)
        #expect(try depot.lines(closed, .found) == ["C-1"])
        #expect(try await depot.apply(closed).refused.map(\.refusal.code) == [.unknownAsset])
        #expect(try await depot.fixture.store.verify().problems.isEmpty)
    }

    @Test func theNextAuditFollowsTheShorterPolicy() async throws {
        let depot = try await House()
        try await depot.tenant.set(.auditInterval, to: "365", actor: .test, origin: .test)
        _ = try await depot.fixture.asset("N-1") { [room = depot.room] in
            ($0.modelName, $0.category, $0.defaultLocation) = ("T14", "Notebooks", room.id)
        }
        #expect(try await depot.due("N-1") == 365)
        let category = try #require(try depot.tenant.entries(.category).rows.first?.id)
        try await depot.policy(.category(category), 90)
        try await depot.policy(.location(depot.house.id), 180)
        #expect(try await depot.due("N-1") == 90)
        #expect(try await depot.due("C-1") == 180)
        try await depot.policy(.location(depot.room.id), 30)
        #expect(try await depot.due("N-1") == 30)
        #expect(try await depot.due("L-1") == 180)
        #expect(try depot.tenant.auditPolicies().map(\.days) == [180, 90, 30])
        try await depot.policy(.category(category), nil)
        try await depot.policy(.location(depot.house.id), nil)
        try await depot.policy(.location(depot.room.id), nil)
        #expect(try await depot.due("N-1") == 365)
        #expect(await refusal { try await depot.policy(.category(category), 0) }?.code == .invalidField)
        #expect(await failure { try await depot.policy(.location(LocationID(rawValue: 99)), 5) }?.code == .notFound)
    }

    @Test func twentyThousandAssetsAreExpectedWithinASecond() async throws {
        let depot = try await House()
        let rows = (0..<20_000).map { number in
            ImportRow(
                line: number + 2, draft: AssetDraft(tag: "A-\(number)"), columns: [.location],
                locationName: "Room 102")
        }
        for part in stride(from: 0, to: rows.count, by: 4000) {
            _ = try await depot.tenant.importAssets(Array(rows[part..<(part + 4000)]), request())
        }
        let clock = ContinuousClock()
        let began = clock.now
        let walk = try await depot.start(.location(depot.house.id))
        let took = clock.now - began
        #expect(walk.counts.expected >= 20_005)
        #expect(took < .seconds(1), "\(took)")
    }

    @Test func anotherTenantHasNoSuchWalk() async throws {
        let depot = try await House()
        let walk = try await depot.start()
        let acme = try await depot.fixture.store.createTenant(
            slug: "acme", name: "Acme", actor: .test, origin: .test
        ).id
        let tenant = depot.fixture.store.tenant(acme)
        #expect(try tenant.auditWalk(walk.id) == nil)
        #expect(
            await refusal { _ = try await tenant.change(request()) { try $0.closeAudit(walk.id) } }?.code
                == .unknownWalk)
        var other = scan("C-1", outcome: .applied)
        other.audit = .noteCode("C-1", in: walk.id, place: nil)
        #expect(try await tenant.commit(other).refusal?.code == .unknownWalk)
    }
}

/// As the tests of the suite ask for a change.
private func request() -> ChangeRequest {
    ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon)
}
