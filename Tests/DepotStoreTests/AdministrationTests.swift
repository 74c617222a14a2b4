import DepotModel
import DepotStore
import Foundation
import GRDB
import Testing

/// People, locations, lanes, tokens, backup and the check of the database.
struct AdministrationTests {
    @Test func peopleAreMadeChangedAndDeleted() async throws {
        let fixture = try Fixture()
        let id = operation()
        let draft = PersonDraft(name: " Ada ", email: "ada@example.org", badge: "B7")
        let ada = try await fixture.tenant.createPerson(
            draft, ChangeRequest(operation: id, actor: .test, origin: .test, at: noon))
        let again = try await fixture.tenant.createPerson(
            draft, ChangeRequest(operation: id, actor: .test, origin: .test, at: noon))
        #expect(ada == again && ada.name == "Ada")
        #expect(await failure { _ = try await fixture.person("Eve", badge: "b7") }?.code == .conflict)
        #expect(await failure { _ = try await fixture.person("  ") }?.code == .badRequest)
        var changed = PersonDraft(ada)
        changed.name = "Ada L."
        let updated = try await fixture.tenant.updatePerson(
            ada.id, changed, version: 1, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(updated.version == 2 && updated.badge == "B7")
        let event = try #require(try fixture.store.event(fixture.store.lastEvent))
        #expect(event.kind == .administration && event.facts["person_id"] == ada.id.description)
        #expect(event.changes == [FieldChange(field: "name", from: "Ada", to: "Ada L.")])
        let stale = await refusal {
            _ = try await fixture.tenant.updatePerson(
                ada.id, changed, version: 1,
                ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        }
        #expect(stale?.code == .versionConflict)
        #expect(try fixture.tenant.people(search: "EXAMPLE").rows == [updated])
        _ = try await fixture.tenant.deletePerson(
            ada.id, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(try fixture.tenant.people().total == 0 && fixture.tenant.person(ada.id)?.deletedAt == noon)
        #expect(try fixture.tenant.holder(.person(ada.id))?.isDeleted == true)
        #expect(try await fixture.person("Eve", badge: "b7").badge == "b7")
        let gone = await failure {
            _ = try await fixture.tenant.updatePerson(
                ada.id, changed, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        }
        #expect(gone?.code == .notFound)
    }

    @Test func locationsAreNoPartOfThemselves() async throws {
        let fixture = try Fixture()
        let site = try await fixture.location("Site", code: "L1")
        let room = try await fixture.location("Room", code: "L2", parent: site.id)
        #expect(await failure { _ = try await fixture.location("X", code: "l1") }?.code == .conflict)
        #expect(
            await refusal { _ = try await fixture.location("X", parent: LocationID(rawValue: 99)) }?.code
                == .unknownLocation)
        for parent in [site.id, room.id] {
            let error = await failure {
                _ = try await fixture.tenant.updateLocation(
                    site.id, LocationDraft(name: "Site", parent: parent),
                    ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
            }
            #expect(error?.code == .badRequest)
        }
        #expect(try fixture.tenant.locations(search: "l").rows.map(\.name) == ["Room", "Site"])
        _ = try await fixture.tenant.deleteLocation(
            room.id, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(try fixture.tenant.locations().rows == [site])
        #expect(try fixture.tenant.location(room.id)?.deletedAt == noon)
    }

    @Test func aScannerKeepsItsLane() async throws {
        let fixture = try Fixture()
        let first = try await fixture.store.lane(forScanner: "usb:1")
        let ids = try await withThrowingTaskGroup(of: LaneID.self) { group in
            for _ in 0..<8 { group.addTask { try await fixture.store.lane(forScanner: "usb:2").id } }
            return try await group.reduce(into: Set<LaneID>()) { $0.insert($1) }
        }
        #expect(ids.count == 1 && !ids.contains(first.id) && first.name == "Lane 1")
        #expect(first.id.rawValue == 1 && ids == [LaneID(rawValue: 2)])
        let typed = try await fixture.store.lane(forScanner: DepotStore.typedScans)
        #expect(typed.scanner == nil && typed.name == "Typed" && typed.id.rawValue == 1001)
        #expect(try await fixture.store.lane(forScanner: "usb:3").name == "Lane 3")
        let renamed = try await fixture.store.rename(lane: first.id, to: "Front desk", actor: .test, origin: .test)
        #expect(renamed.message == "Lane 1 is now called Front desk.")
        #expect(try await fixture.store.lane(forScanner: "usb:1").name == "Front desk")
        for name in ["", " x", String(repeating: "x", count: 61)] {
            let error = await failure {
                _ = try await fixture.store.rename(lane: first.id, to: name, actor: .test, origin: .test)
            }
            #expect(error?.code == .badRequest, "\(name)")
        }
        let event = try await fixture.store.setMode(.audit, lane: first.id, actor: .test, origin: .test)
        #expect(event.kind == .administration && event.facts["mode"] == "audit")
        #expect(
            await failure {
                _ = try await fixture.store.setMode(.other("loan"), lane: first.id, actor: .test, origin: .test)
            }?.code == .badRequest)
        let missing = LaneID(rawValue: 99)
        #expect(
            await failure {
                _ = try await fixture.store.setMode(.audit, lane: missing, actor: .test, origin: .test)
            }?.code == .notFound)
        let store = try await fixture.reopened()
        #expect(try await store.lane(forScanner: "usb:1").id == first.id)
        #expect(try store.lanes().map(\.mode) == [.audit, .counter, .counter, .counter])
        await store.close()
    }

    @Test func tokensOpenUntilTheyExpireOrAreRevoked() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let later = noon.advanced(byMilliseconds: 1000)
        let made = try await store.createToken(
            name: "ci", role: .operator, tenant: .standard, expires: later, actor: .test, origin: .test)
        #expect(made.secret.hasPrefix("depot_") && made.secret.utf8.count == 49)
        #expect(try store.authenticate(token: made.secret, at: noon) == made.token)
        #expect(try store.authenticate(token: made.secret, at: later) == nil)
        #expect(try store.authenticate(token: made.secret + "x", at: noon) == nil)
        #expect(try store.authenticate(token: "", at: noon) == nil)
        let file = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal"))
        #expect(file.range(of: Data(made.secret.utf8)) == nil)
        let twice = await failure {
            _ = try await store.createToken(
                name: "ci", role: .viewer, tenant: .standard, expires: nil, actor: .test, origin: .test)
        }
        #expect(twice?.code == .conflict)
        let loose = await failure {
            _ = try await store.createToken(
                name: "x", role: .admin, tenant: nil, expires: nil, actor: .test, origin: .test)
        }
        #expect(loose?.code == .badRequest)
        try await store.revokeToken(name: "ci", actor: .test, origin: .test)
        #expect(try store.authenticate(token: made.secret, at: noon) == nil && store.tokens().isEmpty)
        #expect(
            await failure { try await store.revokeToken(name: "ci", actor: .test, origin: .test) }?.code == .notFound)
        _ = try await store.createToken(
            name: "ci", role: .msp, tenant: nil, expires: nil, actor: .test, origin: .test)
        #expect(try store.tokens().map(\.role) == [.msp])
    }

    @Test func aTokenKnowsItsRate() async throws {
        let fixture = try Fixture()
        let made = try await fixture.store.createToken(
            name: "ci", role: .viewer, tenant: .standard, expires: nil, actor: .test, origin: .test, rate: 0)
        #expect(try made.token.rate == 0 && fixture.store.authenticate(token: made.secret, at: noon)?.rate == 0)
        let wrong = await failure {
            _ = try await fixture.store.createToken(
                name: "x", role: .viewer, tenant: .standard, expires: nil, actor: .test, origin: .test, rate: -1)
        }
        #expect(wrong?.code == .badRequest)
    }

    @Test func aScannersLaneMovesToTheTenantItIsSetTo() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let school = try await store.createTenant(slug: "school", name: "School", actor: .test, origin: .test)
        let lane = try await store.lane(forScanner: "usb:1")
        #expect(lane.tenant == .standard)
        let moved = try await store.lane(forScanner: "usb:1", tenant: school.id)
        #expect(moved.tenant == school.id && moved.id == lane.id)
        let event = try #require(try store.event(store.lastEvent))
        #expect(event.kind == .administration && event.tenant == school.id)
        #expect(event.changes == [FieldChange(field: "tenant", from: "default", to: "school")])
        #expect(try await store.lane(forScanner: "usb:1") == moved)
        #expect(
            try await store.lane(forScanner: "usb:1", tenant: school.id) == moved && store.lastEvent == event.number)
        let missing = TenantID(rawValue: 99)
        #expect(await failure { _ = try await store.lane(forScanner: "usb:2", tenant: missing) }?.code == .notFound)
        #expect(try await store.lane(forScanner: "usb:3", tenant: school.id).tenant == school.id)
    }

    @Test func aTenantIsFoundByHostSlugAndIdentity() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        #expect(try store.directory().byHost("school.example.org") == nil)
        let school = try await store.createTenant(
            slug: "school", name: "School", hosts: ["Depot.School.org.", "depot.school.org:8480"], assetLimit: 1,
            actor: .test, origin: .test)
        #expect(school.hosts == ["depot.school.org"] && school.assetLimit == 1)
        let directory = try store.directory()
        for host in ["DEPOT.school.org:80", "school.example.org", "school.localhost:8480", "depot.school.org."] {
            #expect(directory.byHost(host) == school, "\(host)")
        }
        for host in ["school", "example.org", "default.example.org", "www.school.example.org", "", "::1", "[::1]:80"] {
            #expect(directory.byHost(host) == nil, "\(host)")
        }
        #expect(directory.bySlug("SCHOOL") == school && directory.bySlug("default")?.id == .standard)
        #expect(directory.byUUID(school.uuid) == school && directory.byID(school.id) == school)
        #expect(directory.byUUID(UniqueID(high: 1, low: 1)) == nil)
        _ = try await store.createTenant(slug: "10", name: "Ten", actor: .test, origin: .test)
        #expect(try store.directory().byHost("10.0.0.1") == nil && store.directory().bySlug("10") != nil)
        for (slug, host) in [("school", "a.b"), ("x", "depot.school.org"), ("y", "no host")] {
            let error = await failure {
                _ = try await store.createTenant(slug: slug, name: "", hosts: [host], actor: .test, origin: .test)
            }
            #expect(error?.code == (slug == "y" ? .badRequest : .conflict), "\(slug)")
        }
        #expect(try store.tenants().map(\.slug) == ["default", "school", "10"])
        let tenant = store.tenant(school.id)
        _ = try await tenant.make("A-1")
        #expect(await refusal { _ = try await tenant.make("A-2") }?.code == .assetLimit)
        try await tenant.set(.assetLimit, to: "2", actor: .test, origin: .test)
        #expect(try store.directory().byID(school.id)?.assetLimit == 2)
    }

    @Test func anAnswerIsKeptForSevenDaysAndThroughARestart() async throws {
        let fixture = try Fixture()
        let key = RequestKey(actor: "token:ci", key: "k-1")
        let answer = KeptAnswer(
            fingerprint: [1, 0, 255], status: 201, headers: ["etag": "\"3\""], body: [0, 1, 2], at: noon)
        try await fixture.store.keep(answer, for: key)
        #expect(try fixture.store.keptAnswer(RequestKey(actor: "token:other", key: "k-1")) == nil)
        let week = DepotStore.answersKept
        for (age, isThere) in [(week, false), (week - 1, true)] {
            let old = RequestKey(actor: "token:ci", key: "old \(age)")
            var aged = answer
            aged.at = noon.advanced(byMilliseconds: -age)
            try await fixture.store.keep(aged, for: old)
            #expect(try (fixture.store.keptAnswer(old) != nil) == isThere)
        }
        let store = try await fixture.reopened()
        #expect(try store.keptAnswer(key) == answer)
        var other = answer
        other.body = []
        try await store.keep(other, for: key)
        #expect(try store.keptAnswer(key) == other)
        await store.close()
        #expect(try fixture.raw { try Int.fetchOne($0, sql: "SELECT count(*) FROM request_key") } == 2)
    }

    @Test func whatHappensToScannersIsRecorded() async throws {
        let fixture = try Fixture()
        let event = try await fixture.store.record(
            .scannerFailed, message: "It is gone.", facts: ["scanner": "usb:1"], actor: .test, origin: .test, at: noon)
        #expect(try fixture.store.events(since: EventNumber(rawValue: 0), limit: 1) == [event])
        let body = try #require(try fixture.store.eventBodies(since: EventNumber(rawValue: 0), limit: 1).first?.json)
        #expect(try JSONDecoder().decode(LedgerEvent.self, from: Data(body)) == event)
    }

    @Test func aBackupOpensAndVerifies() async throws {
        let fixture = try Fixture()
        for index in 0..<20 { _ = try await fixture.asset("IT-\(index)") { $0.notes = "searchable \(index)" } }
        let path = fixture.folder + "/backup.sqlite"
        let report = try await fixture.store.backup(to: path)
        #expect(report.events == fixture.store.lastEvent && report.bytes > 0)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(await failure { _ = try await fixture.store.backup(to: path) }?.code == .conflict)
        #expect(await failure { _ = try await fixture.store.backup(to: fixture.folder + "/no/b") }?.code == .badRequest)
        let copy = try Fixture.open(.init(path: path, station: "depot-1"))
        #expect(try await copy.verify() == fixture.store.verify())
        #expect(try copy.tenant().assets(search("IT-7")).rows.map(\.asset.tag) == ["IT-7"])
        #expect(try await copy.tenant().make("IT-20").asset.id.rawValue == 21)
        await copy.close()
    }

    @Test(arguments: [
        ("UPDATE event SET body = replace(body, 'IT-1', 'IT-9') WHERE number = 2", "Event 2 is not what was written"),
        ("UPDATE event SET kind = 'edit' WHERE number = 2", "column kind"),
        ("UPDATE event SET asset_id = 7 WHERE number = 2", "column asset_id"),
        ("UPDATE event SET at = at + 1 WHERE number = 2", "column at"),
        ("UPDATE event SET body = '{' WHERE number = 2", "Event 2 cannot be read"),
        ("DELETE FROM event WHERE number = 2", "Event 2 is missing"),
        ("UPDATE event SET number = 9 WHERE number = 3", "Event 3 is missing"),
        ("UPDATE event SET purged_by = 3 WHERE number = 2", "Event 2 is marked as purged"),
        ("UPDATE asset SET version = 7 WHERE id = 1", "Asset 1 has version 7"),
        ("PRAGMA foreign_keys = 0; UPDATE scan SET event_number = 77", "Scan 1 refers to event 77"),
        ("PRAGMA foreign_keys = 0; UPDATE asset SET status_id = 77", "A row of asset refers to a row of status_label"),
    ])
    func verifyNamesWhatWasTamperedWith(_ sql: String, _ problem: String) async throws {
        let fixture = try Fixture()
        _ = try await fixture.tenant.commit(scan("x", outcome: .unknown, message: "?"))
        _ = try await fixture.asset("IT-1")
        try await fixture.apply(.audit(), AssetID(rawValue: 1))
        let clean = try await fixture.store.verify()
        #expect(clean.problems.isEmpty && clean.lastHash.count == 64 && clean.lastNumber.rawValue == 3)
        try fixture.raw { try $0.execute(sql: sql) }
        let report = try await fixture.store.verify()
        #expect(report.problems.contains { $0.contains(problem) }, "\(report.problems)")
    }
}
