import DepotModel
import Foundation
import GRDB
import Synchronization
import Testing

@testable import DepotStore

/// The database's files written over where they are, under a running station.
@Suite(.timeLimit(.minutes(15))) struct OverwriteTests {
    private func code(_ body: () async throws -> Void) async -> DepotError.Code? {
        do { try await body() } catch let error as CommitFailure { return error.error.code } catch {
            return (error as? DepotError)?.code
        }
        return nil
    }

    /// Writes over what is there, as `cp` does but for the moment at which the file is empty.
    private func write(_ bytes: [UInt8], over path: String) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        guard pwrite(file, bytes, bytes.count, 0) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    }

    private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    private func expectRefused(_ fixture: Fixture) async {
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        #expect(await code { _ = try await fixture.asset("LOST") } == .storeUnavailable)
        // a check finds that it is not what the station wrote, and then too nothing is written
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        await fixture.store.inquiry.withLock { $0 }?.value
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        #expect(await code { _ = try await fixture.asset("LOST") } == .storeUnavailable)
    }

    /// A backup that is older, and reads as a whole database where the log has been taken in.
    @Test(arguments: [true, false]) func aBackupWrittenOverTheDatabaseIsNoticed(_ isLogTakenIn: Bool) async throws {
        let fixture = try Fixture()
        for number in 0..<200 { _ = try await fixture.asset("NB-\(number)") }
        _ = try await fixture.store.backup(to: fixture.folder + "/backup")
        _ = try await fixture.asset("NB-NEW")
        if isLogTakenIn { _ = try await fixture.store.onWriter("PRAGMA wal_checkpoint(TRUNCATE)") }
        try await fixture.store.checkWriting()
        var backup = try bytes(fixture.folder + "/backup")
        let size = try bytes(fixture.path).count
        // a file that grew would be noticed anyway; one that became smaller is
        backup += [UInt8](repeating: 0, count: max(0, size - backup.count))
        try write(backup, over: fixture.path)
        await expectRefused(fixture)
        let written = try bytes(fixture.path)
        await fixture.store.close()
        #expect(try bytes(fixture.path) == written, "the log was copied into somebody else's database")
    }

    /// After a kill the log is there, and its index is made anew.
    @Test func aBackupWrittenOverTheDatabaseAfterACrashIsNoticed() async throws {
        let killed = try Fixture()
        for number in 0..<200 { _ = try await killed.asset("NB-\(number)") }
        let fixture = try Fixture { folder in
            for end in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: killed.path + end, toPath: folder + "/depot.sqlite" + end)
            }
        }
        _ = try await fixture.store.backup(to: fixture.folder + "/backup")
        _ = try await fixture.asset("NB-NEW")
        try await fixture.store.checkWriting()
        var backup = try bytes(fixture.folder + "/backup")
        backup += [UInt8](repeating: 0, count: max(0, try bytes(fixture.path).count - backup.count))
        try write(backup, over: fixture.path)
        await expectRefused(fixture)
    }

    /// As `cp` of an older backup does: the file is the same one, and smaller.
    @Test func aSmallerBackupWrittenOverTheDatabaseIsWrittenOverToo() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        _ = try await fixture.store.backup(to: fixture.folder + "/backup")
        for number in 0..<400 { _ = try await fixture.asset("NEW-\(number)") }
        _ = try await fixture.store.onWriter("PRAGMA wal_checkpoint(TRUNCATE)")
        try await fixture.store.checkWriting()
        let backup = try bytes(fixture.folder + "/backup")
        #expect(truncate(fixture.path, off_t(backup.count)) == 0)
        try write(backup, over: fixture.path)
        await expectRefused(fixture)
        #expect(fixture.store.isOverwritten)
    }

    /// A program that only takes the log in, again and again, beside changes.
    @Test func checkpointsOfAnotherProgramStopNobody() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-0")
        let isOver = Mutex(false)
        async let others: Void = {
            while !isOver.withLock({ $0 }) {
                try fixture.raw { _ = try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(PASSIVE)") }
                await Task.yield()
            }
        }()
        for number in 1...600 {
            _ = try await fixture.asset("NB-\(number)")
            if number.isMultiple(of: 20) { try await fixture.store.checkWriting() }
        }
        isOver.withLock { $0 = true }
        try await others
        #expect(!fixture.store.isOverwritten)
    }

    @Test func aLogWrittenOverIsNoticed() async throws {
        let fixture = try Fixture()
        for number in 0..<20 { _ = try await fixture.asset("NB-\(number)") }
        try await fixture.store.checkWriting()
        var log = try bytes(fixture.path + "-wal")
        for place in 0..<log.count where place % 7 == 0 { log[place] ^= 0x55 }
        try write(log, over: fixture.path + "-wal")
        #expect(await code { _ = try await fixture.asset("LOST") } == .storeUnavailable)
        await expectRefused(fixture)
    }

    /// As it was some changes ago: SQLite would write the next ones over them.
    @Test func anOlderIndexWrittenOverIsNoticed() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        let older = Array(try bytes(fixture.path + "-shm").prefix(136))
        for number in 2..<20 { _ = try await fixture.asset("NB-\(number)") }
        try write(older, over: fixture.path + "-shm")
        #expect(await code { _ = try await fixture.asset("LOST") } == .storeUnavailable)
        await expectRefused(fixture)
    }

    @Test func aFileThatWasOnlyTouchedStopsNobodyForLong() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        try FileManager.default.setAttributes([.modificationDate: Date.now], ofItemAtPath: fixture.path)
        // right behind a change of the station's own
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        #expect(await code { _ = try await fixture.asset("NB-2") } == .storeUnavailable)
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        await fixture.store.inquiry.withLock { $0 }?.value
        try await fixture.store.checkWriting()
        _ = try await fixture.asset("NB-3")
        #expect(fixture.commits.numbers == [1, 2])
        #expect(try await fixture.store.verify().problems == [])
    }

    @Test func whatTheStationItselfWritesIsItsOwn() async throws {
        let fixture = try Fixture()
        for number in 0..<50 {
            _ = try await fixture.asset("NB-\(number)")
            switch number % 4 {
            case 0: _ = try await fixture.store.onWriter("PRAGMA wal_checkpoint(PASSIVE)")
            case 1: _ = try await fixture.store.onWriter("PRAGMA wal_checkpoint(TRUNCATE)")
            case 2: try await fixture.store.checkWriting()
            default: break
            }
        }
        // more pages than the log keeps
        for number in 0..<40 {
            _ = try await fixture.asset("BIG-\(number)") { draft in
                for field in 0..<4 { draft.custom["field \(field)"] = String(repeating: "x", count: 65_000) }
            }
        }
        try await fixture.store.checkWriting()
        #expect(fixture.store.foreignChanges == 0)
    }

    /// What another program writes by SQLite's rules is kept, and counted.
    @Test func anotherProgramThatGoesByTheRulesIsLetIn() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        try await fixture.store.checkWriting()
        try fixture.raw { database in
            try database.execute(sql: "UPDATE asset SET name = 'Other'")
            _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try await fixture.store.checkWriting()
        _ = try await fixture.asset("NB-2")
        try await fixture.store.checkWriting()
        #expect(fixture.store.foreignChanges == 1)
        let found = try fixture.tenant.find([LookupKey(.tag, "NB-1")]).flatMap(\.entities)
        guard case .asset(let asset)? = found.first else { throw CocoaError(.fileReadUnknown) }
        #expect(asset.asset.name == "Other")
    }
}
