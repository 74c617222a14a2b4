import DepotModel
import Foundation
import GRDB
import Testing

@testable import DepotStore

/// What the store promises about its file.
struct OpeningTests {
    @Test func pragmasAreReadBackFromTheWriter() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.store.onWriter("PRAGMA synchronous") == "2")
        #expect(try await fixture.store.onWriter("PRAGMA journal_mode") == "wal")
        #expect(try await fixture.store.onWriter("PRAGMA foreign_keys") == "1")
        _ = try await fixture.asset("A-1")
        #expect(try await fixture.store.onWriter("PRAGMA synchronous") == "2")
        let figures = try fixture.store.figures(since: noon)
        #expect(figures.synchronous == 2 && figures.journalMode == "wal" && figures.schemaVersion == Schema.version)
    }

    @Test func theFileIsForItsOwnerOnly() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("A-1")
        for file in [fixture.path, fixture.path + "-wal", fixture.path + "-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
    }

    @Test func everyTableIsStrict() throws {
        let fixture = try Fixture()
        let loose = try fixture.raw { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
                        AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_search%' AND name <> 'grdb_migrations'
                    """)
        }
        #expect(loose.isEmpty)
    }

    @Test func reopeningFindsTheSameState() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("A-1") { $0.notes = "dented" }
        let person = try await fixture.person("Ada")
        let applied = try await fixture.apply(.checkout(to: .person(person.id)), asset.asset.id)
        let store = try await fixture.reopened()
        #expect(store.lastEvent == applied.event.number)
        #expect(try store.tenant().asset(tag: "a-1") == applied.asset)
        #expect(try store.event(applied.event.number) == applied.event)
        let next = try await store.tenant().apply(transition(.checkin()), to: asset.asset.id)
        #expect(next.event.number.rawValue == applied.event.number.rawValue + 1)
        #expect(next.event.sequence == applied.event.sequence + 1)
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
    }

    @Test func anotherStationNameCountsItsOwnSequence() async throws {
        let fixture = try Fixture(station: "one")
        _ = try await fixture.asset("A-1")
        await fixture.store.close()
        let store = try Fixture.open(DepotStore.Settings(path: fixture.path, station: "two"))
        let second = try await store.tenant().make("A-2")
        let event = try #require(try store.event(EventNumber(rawValue: 2)))
        #expect(event.station == "two" && event.sequence == 1 && second.asset.tag == "A-2")
        await store.close()
        // and called as before, it goes on where it left off
        let first = try Fixture.open(DepotStore.Settings(path: fixture.path, station: "one"))
        _ = try await first.tenant().make("A-3")
        #expect(try first.event(EventNumber(rawValue: 3))?.sequence == 2)
        #expect(try await first.verify().problems.isEmpty)
        await first.close()
    }

    @Test(arguments: ["not a database at all, but long enough to be looked at: " + String(repeating: "x", count: 5000)])
    func aFileThatIsNoDatabaseIsUnusable(_ content: String) async throws {
        let fixture = try Fixture()
        await fixture.store.close()
        try content.write(toFile: fixture.path, atomically: false, encoding: .utf8)
        #expect(await failure { _ = try Fixture.open(.init(path: fixture.path, station: "s")) }?.code == .storeUnusable)
        // and it is left as it was
        #expect(try String(contentsOfFile: fixture.path, encoding: .utf8) == content)
    }

    @Test func aNewerSchemaIsUnusable() async throws {
        let fixture = try Fixture()
        await fixture.store.close()
        try fixture.raw { try $0.execute(sql: "PRAGMA user_version = 9") }
        let error = await failure { _ = try Fixture.open(.init(path: fixture.path, station: "s")) }
        #expect(error?.code == .storeUnusable && error?.hint != nil)
        try fixture.raw {
            try $0.execute(sql: "PRAGMA user_version = 8; INSERT INTO grdb_migrations VALUES ('99')")
        }
        #expect(await failure { _ = try Fixture.open(.init(path: fixture.path, station: "s")) }?.code == .storeUnusable)
    }

    @Test func aDatabaseOfVersion1IsMigratedWithWhatIsInIt() async throws {
        let folder = NSTemporaryDirectory() + "depot-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = DepotStore.Settings(path: folder + "/depot.sqlite", station: "depot-1")
        try await DatabaseQueue(path: settings.path).write { try writeVersion1($0) }
        let store = try Fixture.open(settings)
        let tenant = store.tenant()
        #expect(try store.figures(since: noon).schemaVersion == Schema.version)
        let ada = try #require(try tenant.people(search: "LOVELACE").rows.first)
        #expect(ada.createdAt == noon && ada.updatedAt == noon && ada.username == nil && ada.attributes.isEmpty)
        #expect(try tenant.people(search: "b7").rows == [ada])
        let asset = try #require(try tenant.asset(tag: "IT-1")?.asset)
        #expect(!asset.isRequestable && !asset.isBYOD && asset.endOfLife == nil && asset.custom == ["MAC": "aa:bb:cc"])
        for word in ["PO-7", "Laptops", "aa:bb:cc", "Apple", "MKGR3"] {
            var query = AssetQuery()
            query.predicate = .phrase(word)
            #expect(try tenant.assets(query).rows.map(\.asset.id) == [asset.id], "\(word)")
        }
        let model = try #require(try tenant.entry(.model, named: "macbook pro"))
        #expect(model.version == 1 && model.createdAt == noon && model.assetCount == 1)
        #expect(
            try tenant.statusLabels().count == 4 && tenant.entries(.statusLabel).rows.map(\.createdAt).max() == noon)
        #expect(try tenant.activity(person: ada.id).rows.map(\.kind) == [.checkout])
        // and it goes on as if it had always been of this version
        let room = try await tenant.createLocation(
            LocationDraft(name: "Room"), operation: operation(), actor: .test, origin: .test, at: noon)
        #expect(try tenant.location(named: "room") == room)
        let identity = try #require(try store.tenants().first?.uuid)
        #expect(identity != UniqueID(high: 0, low: 0))
        await store.close()
        let again = try Fixture.open(settings)
        #expect(try again.tenants().first?.uuid == identity)
        await again.close()
    }

    /// The same day at the counter, written by the commits of both versions.
    @Test(arguments: [1, 2]) func aDatabaseOfAnOldVersionIsMigratedWithEveryRow(_ version: Int) async throws {
        let folder = NSTemporaryDirectory() + "depot-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let dump = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Databases/version-\(version).sql")
        let sql = try String(contentsOf: dump, encoding: .utf8)
        let settings = DepotStore.Settings(path: folder + "/depot.sqlite", station: "station")
        let counted = [
            "tenant", "person", "location", "asset", "model", "manufacturer", "category", "status_label", "event",
            "scan",
            "lane", "token",
        ]
        func counts() async throws -> [String: Int] {
            try await DatabaseQueue(path: settings.path).read { database in
                try counted.reduce(into: [:]) {
                    $0[$1] = try Int.fetchOne(database, sql: "SELECT count(*) FROM \($1)") ?? -1
                }
            }
        }
        try await DatabaseQueue(path: settings.path).writeWithoutTransaction { try $0.execute(sql: sql) }
        let before = try await counts()
        let store = try Fixture.open(settings)
        let tenant = store.tenant()
        #expect(try store.figures(since: noon).schemaVersion == Schema.version)
        let report = try await store.verify()
        #expect(report.problems.isEmpty && report.events == 13 && report.integrity == "ok")
        let asset = try #require(try tenant.asset(tag: "it-0042"))
        #expect(asset.holder?.name == "Sarah Chen" && asset.asset.checkoutCount == 2 && asset.asset.checkinCount == 1)
        #expect(asset.model?.manufacturer?.name == "Apple" && asset.asset.serial == "C02ZK1ABMD6T")
        #expect(try tenant.assets(serial: "c02zk1abmd6t").map(\.asset.id) == [asset.asset.id])
        let history = try tenant.history(asset.asset.id, limit: 100)
        #expect(history.map(\.kind) == [.created, .checkout, .checkin, .checkout])
        let sarah = try #require(try tenant.people(search: "sarah").rows.first)
        let moves = try tenant.activity(person: sarah.id).rows.map(\.kind)
        #expect(moves == [.checkout, .checkin, .checkout, .administration])
        #expect(
            try store.scans(since: ScanNumber(rawValue: 0), limit: 10).map(\.outcome) == [.shown, .applied, .unknown])
        #expect(try store.lanes().map(\.mode) == [.audit])
        // and it goes on as if it had always been of this version
        _ = try await tenant.apply(transition(.checkin()), to: asset.asset.id)
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
        var after = try await counts()
        after["event"]? -= 1
        #expect(after == before)
    }

    /// `Tests/Databases` has what an older version wrote; its tables are not made by today's code.
    @Test func aDatabaseOfVersion3IsMigratedWithWhatIsInIt() async throws {
        let folder = NSTemporaryDirectory() + "depot-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let dump = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Databases/version-3.sql")
        let sql = try String(contentsOf: dump, encoding: .utf8)
        let settings = DepotStore.Settings(path: folder + "/depot.sqlite", station: "station")
        try await DatabaseQueue(path: settings.path).writeWithoutTransaction { database in
            try database.execute(sql: sql)
            try database.execute(
                sql: """
                    INSERT INTO request_key (actor, key, fingerprint, status, headers, body, at)
                        VALUES ('a', 'k', x'00', 200, '{}', x'0102', ?), ('a', 'l', x'00', 200, '{}', x'03', ?)
                    """, arguments: [noon.milliseconds, noon.milliseconds])
        }
        let store = try Fixture.open(settings)
        #expect(try store.keptAnswer(RequestKey(actor: "a", key: "k"))?.body == [1, 2])
        #expect(try await store.onWriter("SELECT answers || ' ' || bytes FROM request_key_use") == "2 9")
        #expect(try store.lastVerification() == nil)
        #expect(try store.figures(since: noon).schemaVersion == Schema.version)
        let report = try await store.verify()
        #expect(report.problems.isEmpty && report.events == 11 && report.integrity == "ok")
        let lanes = try store.lanes()
        #expect(lanes.map(\.mode) == [.audit, .checkin] && lanes.map(\.terminator) == [nil, nil])
        let scans = try store.scans(since: ScanNumber(rawValue: 0), limit: 10)
        #expect(scans.map(\.outcome) == [.shown, .applied, .duplicate, .unknown])
        #expect(scans.map(\.endedBy) == [nil, nil, nil, nil] && scans[1].message.hasPrefix("IT-0042 "))
        #expect(try store.tenant().asset(tag: "it-0042")?.holder?.name == "Sarah Chen")
        #expect(try store.scannerIdentities().isEmpty)
        let tenant = store.tenant()
        let moved = try #require(try tenant.asset(tag: "it-0042"))
        #expect(try tenant.history(moved.asset.id).map(\.kind) == [.created, .checkout])
        #expect(try tenant.activity(person: PersonID(rawValue: 1)).rows.map(\.kind) == [.checkout, .administration])
        #expect(try tenant.activity().total == 8)
        #expect(try await store.onWriter("PRAGMA integrity_check") == "ok")
        let indexes = "SELECT group_concat(name) FROM pragma_index_list('event')"
        #expect(try await store.onWriter(indexes) == "sqlite_autoindex_event_1")
        // and it goes on as if it had always been of this version
        try await store.setScannerIdentity(
            "usb:05e0:X", knownBy: .port, isManual: true, actor: .test, origin: .test)
        var wanted = scan("IT-0043", message: "Here it is.")
        (wanted.lane, wanted.endedBy, wanted.terminator) = (lanes[1].id, "tab", "tab")
        #expect(try await store.tenant().commit(wanted).number.rawValue == 5)
        #expect(try store.lanes().map(\.terminator) == [nil, "tab"])
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
    }

    /// As a kill leaves it that comes in the middle of a migration: what was done is in the log, but not committed.
    @Test func aMigrationThatWasKilledIsDoneAtTheNextStart() async throws {
        let folder = NSTemporaryDirectory() + "depot-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let dump = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Databases/version-3.sql")
        let sql = try String(contentsOf: dump, encoding: .utf8)
        let killed = folder + "/killed.sqlite"
        try await DatabaseQueue(path: folder + "/old.sqlite").writeWithoutTransaction { database in
            SQLFunctions.register(try #require(database.sqliteConnection))
            try database.execute(sql: sql)
            // one page of memory: the rest is written before the commit
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; BEGIN IMMEDIATE")
            for version in [Schema.version4, Schema.version5, Schema.version6] { try database.execute(sql: version) }
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: folder + "/old.sqlite" + suffix, toPath: killed + suffix)
            }
            try database.execute(sql: "ROLLBACK")
        }
        let log = try FileManager.default.attributesOfItem(atPath: killed + "-wal")[.size] as? Int ?? 0
        #expect(log > 50_000)
        let store = try Fixture.open(DepotStore.Settings(path: killed, station: "station"))
        #expect(try store.figures(since: noon).schemaVersion == Schema.version)
        #expect(try store.tenant().history(AssetID(rawValue: 1)).map(\.kind) == [.created, .checkout])
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
    }

    @Test func anotherProgramsDatabaseIsUnusable() async throws {
        let fixture = try Fixture()
        let path = fixture.folder + "/other.sqlite"
        try await DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE mine (x)") }
        #expect(await failure { _ = try Fixture.open(.init(path: path, station: "s")) }?.code == .storeUnusable)
    }

    @Test func theFolderMustExist() async throws {
        let fixture = try Fixture()
        let error = await failure { _ = try Fixture.open(.init(path: fixture.folder + "/no/d.sqlite", station: "s")) }
        #expect(error?.code == .storeUnavailable && error?.hint != nil)
        #expect(!FileManager.default.fileExists(atPath: fixture.folder + "/no"))
    }

    @Test func aClosedStoreSaysSo() async throws {
        let fixture = try Fixture()
        await fixture.store.close()
        await fixture.store.close()
        #expect(await failure { _ = try await fixture.asset("A-1") }?.code == .busy)
        #expect(await failure { _ = try fixture.tenant.asset(tag: "A-1") }?.code == .storeUnavailable)
    }
}

/// A database as version 1 left it: one asset of every table it refers to, handed to somebody.
private func writeVersion1(_ database: Database) throws {
    try database.execute(sql: Schema.version1)
    try database.execute(sql: Schema.standardTenant, arguments: [noon.milliseconds])
    try database.execute(
        sql: """
            CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
            INSERT INTO grdb_migrations VALUES ('1');
            INSERT INTO manufacturer (tenant_id, name, name_key) VALUES (1, 'Apple', 'apple');
            INSERT INTO category (tenant_id, name, name_key) VALUES (1, 'Laptops', 'laptops');
            INSERT INTO model (tenant_id, name, name_key, number, manufacturer_id, category_id)
                VALUES (1, 'MacBook Pro', 'macbook pro', 'MKGR3', 1, 1);
            INSERT INTO person (tenant_id, uuid, name, name_key, badge, badge_key, version)
                VALUES (1, zeroblob(16), 'Ada Lovelace', 'ada lovelace', 'B7', 'b7', 1);
            INSERT INTO asset (tenant_id, uuid, tag, tag_key, model_id, status_id, holder_person_id, order_number, custom,
                checkout_count, checkin_count, created_at, updated_at, version)
                VALUES (1, zeroblob(16), 'IT-1', 'it-1', 1, 1, 1, 'PO-7', '{"MAC":"aa:bb:cc"}', 1, 0, 5, 5, 2);
            INSERT INTO asset_search (rowid, tag) VALUES (1, 'IT-1');
            """)
    let ada = HolderDescription(holder: .person(PersonID(rawValue: 1)), name: "Ada Lovelace")
    let event = LedgerEvent(
        number: EventNumber(rawValue: 1), station: "depot-1", sequence: 1, operation: operation(), tenant: .standard,
        at: noon, kind: .checkout, to: ada, actor: .test, origin: .test)
    for (number, body) in [(1, LedgerJSON.encode(event)), (2, Array("{ damaged".utf8))] {
        try database.execute(
            sql: """
                INSERT INTO event (number, station, sequence, operation, tenant_id, asset_id, kind, at, body, hash)
                VALUES (?1, 'depot-1', ?1, randomblob(16), 1, 1, 'checkout', 5, ?2, zeroblob(32))
                """, arguments: [number, String(decoding: body, as: UTF8.self)])
    }
}
