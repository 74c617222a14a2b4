import DepotModel
import DepotStore
import Foundation
import GRDB
import Synchronization
import Testing

/// Backups that touch nothing of others, and checks that come by themselves.
struct MaintenanceTests {
    @Test(arguments: ["", "-journal", "-wal", "-shm"])
    func aBackupRemovesNothingThatWasThere(_ suffix: String) async throws {
        let fixture = try Fixture()
        let path = fixture.folder + "/copy"
        try "mine".write(toFile: path + suffix, atomically: false, encoding: .utf8)
        #expect(await failure { _ = try await fixture.store.backup(to: path) }?.code == .conflict)
        #expect(try String(contentsOfFile: path + suffix, encoding: .utf8) == "mine")
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
        #expect(files.filter { $0.hasPrefix("copy") } == ["copy" + suffix])
    }

    @Test(arguments: ["depot.sqlite-journal", "depot.sqlite-mj1234", "depot.sqlite2"])
    func aBackupHasNoNameOfTheDatabase(_ name: String) async throws {
        let fixture = try Fixture()
        for folder in [fixture.folder, fixture.folder + "/.", fixture.folder + "//"] {
            let error = await failure { _ = try await fixture.store.backup(to: folder + "/" + name) }
            #expect(error?.code == .badRequest)
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder + "/" + name))
        // elsewhere it may be called so
        let other = fixture.folder + "/other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        #expect(try await fixture.store.backup(to: other + "/depot.sqlite").bytes > 0)
    }

    @Test func theDatabaseIsCheckedOnceADay() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("A-1")
        await fixture.store.close()
        let clock = Mutex(noon)
        @Sendable func wait(hours: Int64) {
            clock.withLock { $0 = $0.advanced(byMilliseconds: hours * 3_600_000) }
        }
        func open() throws -> DepotStore {
            try DepotStore(
                .init(path: fixture.path, station: "depot-1"), now: { clock.withLock { $0 } }, onCommit: { _ in })
        }
        var store = try open()
        #expect(try store.lastVerification() == nil)
        #expect(try await store.verifyIfDue()?.problems == [])
        #expect(try store.lastVerification()?.at == noon)
        wait(hours: 23)
        #expect(try await store.verifyIfDue() == nil)
        await store.close()
        // it is remembered over a restart
        store = try open()
        #expect(try await store.verifyIfDue() == nil)
        wait(hours: 1)
        try fixture.raw { try $0.execute(sql: "UPDATE event SET at = at + 1 WHERE number = 1") }
        #expect(try await store.verifyIfDue()?.problems.count == 1)
        let last = try #require(try store.lastVerification())
        #expect(last.at == clock.withLock { $0 } && last.problems == 1)
        // a clock that was set back does not put it off
        wait(hours: -100)
        #expect(try await store.verifyIfDue() != nil)
        await store.close()
    }

    @Test func aCheckEndsWhenTheStationStops() async throws {
        let fixture = try Fixture()
        // more events than one check reads in the time that this takes
        try fixture.raw { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
                    INSERT INTO event (number, station, sequence, operation, tenant_id, kind, at, body, hash)
                        SELECT i, 's', i, randomblob(16), 1, 'scan', 0, '{}', x'00' FROM n
                    """)
        }
        let store = fixture.store
        let check = Task { try await store.verify(pauses: true) }
        store.stopReading()
        let error = await failure { _ = try await check.value }
        #expect(error?.code == .busy)
        // and none begins any more
        #expect(await failure { _ = try await store.verify() }?.code == .busy)
        let last = try ReadBudget.$current.withValue(.own) { try store.lastVerification() }
        #expect(last == nil)
    }

    @Test func aCancelledCheckEnds() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        let check = Task { try await store.verify() }
        check.cancel()
        // it may have been done before
        let error = await failure { _ = try await check.value }
        #expect(error == nil || error?.code == .busy)
        #expect(try await store.verify().problems.isEmpty)
    }
}
