import DepotModel
import DepotStore
import Foundation
import GRDB
import Testing

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
        #expect(figures.synchronous == 2 && figures.journalMode == "wal" && figures.schemaVersion == 1)
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
                        AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'asset_search%' AND name <> 'grdb_migrations'
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
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
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
        try fixture.raw { try $0.execute(sql: "PRAGMA user_version = 2") }
        let error = await failure { _ = try Fixture.open(.init(path: fixture.path, station: "s")) }
        #expect(error?.code == .storeUnusable && error?.hint != nil)
        try fixture.raw {
            try $0.execute(sql: "PRAGMA user_version = 1; INSERT INTO grdb_migrations VALUES ('99')")
        }
        #expect(await failure { _ = try Fixture.open(.init(path: fixture.path, station: "s")) }?.code == .storeUnusable)
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
