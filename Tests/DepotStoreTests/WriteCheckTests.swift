import DepotModel
import Dispatch
import Foundation
import GRDB
import Testing

@testable import DepotStore

/// The station knows whether what it writes is kept.
struct WriteCheckTests {
    /// Ways in which a database is lost under a running station.
    enum Loss: CaseIterable {
        case removed, logRemoved, replaced

        func happens(to path: String) throws {
            let files = FileManager.default
            switch self {
            case .removed: try files.moveItem(atPath: path, toPath: path + ".away")
            case .logRemoved: try files.moveItem(atPath: path + "-wal", toPath: path + ".away")
            case .replaced:
                try files.moveItem(atPath: path, toPath: path + ".away")
                try files.copyItem(atPath: path + ".away", toPath: path)
            }
        }

        func isUndone(at path: String) throws {
            let file = self == .logRemoved ? path + "-wal" : path
            // rename(2) puts it back in one step
            guard rename(path + ".away", file) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    private func code(_ body: () async throws -> Void) async -> DepotError.Code? {
        do { try await body() } catch let error as CommitFailure { return error.error.code } catch {
            return (error as? DepotError)?.code
        }
        return nil
    }

    @Test(arguments: Loss.allCases) func nothingIsAcknowledgedIntoAFileThatIsGone(_ loss: Loss) async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        try await fixture.store.checkWriting()
        try loss.happens(to: fixture.path)
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        #expect(await code { _ = try await fixture.asset("NB-2") } == .storeUnavailable)
        // what is known is still there to be looked up
        #expect(try fixture.tenant.find([LookupKey(.tag, "NB-1")]).flatMap(\.entities).count == 1)
        try loss.isUndone(at: fixture.path)
        _ = try await fixture.asset("NB-3")
        try await fixture.store.checkWriting()
        let numbers = fixture.commits.numbers
        #expect(numbers == Array(1...Int64(numbers.count)))
        #expect(try await fixture.store.verify().problems == [])
    }

    @Test(arguments: ["", "-wal"]) func aFileThatIsEmptiedIsNoticed(_ end: String) async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        try await fixture.store.checkWriting()
        #expect(truncate(fixture.path + end, 0) == 0)
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        #expect(await code { _ = try await fixture.asset("NB-2") } == .storeUnavailable)
    }

    @Test func aFileThatGoesWhileItIsWrittenIsNotAcknowledged() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        let path = fixture.path
        let failed = await code {
            try await fixture.store.commits.submit { writer in
                try Loss.removed.happens(to: path)
                _ = try TenantWriter(writer: writer, tenant: .standard).administration(
                    "lost", facts: [:],
                    ChangeRequest(operation: writer.newOperation(), actor: .test, origin: .test, at: noon))
            }
        }
        #expect(failed == .storeUnavailable)
        let heard = fixture.commits.numbers.count
        try Loss.removed.isUndone(at: path)
        _ = try await fixture.asset("NB-2")
        // it is in the ledger after all, so whoever follows the ledger hears of it
        let numbers = fixture.commits.numbers
        #expect(numbers == Array(1...Int64(heard + 2)))
    }

    @Test func aForeignLockIsSaidAndOver() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        try await fixture.store.checkWriting()
        var settings = Configuration()
        settings.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: fixture.path, configuration: settings)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(await code { try await fixture.store.checkWriting() } == .storeUnavailable)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await fixture.store.checkWriting()
    }

    @Test func whatFailedIsTriedAgainBeforeSomebodysChangeIs() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        // a page limit is a full disk to SQLite
        let pages = try await fixture.store.onWriter("PRAGMA page_count")
        _ = try await fixture.store.onWriter("PRAGMA max_page_count = \(pages ?? "")")
        var refused: DepotError.Code?
        for number in 2...500 where refused == nil {
            refused = await code { _ = try await fixture.asset("NB-\(number)") }
        }
        #expect(refused == .storeUnavailable)
        #expect(fixture.store.commits.state.failure != nil)
        // what writes nothing says nothing about the disk
        #expect(await refusal { _ = try await fixture.asset("NB-1") } != nil)
        #expect(fixture.store.commits.state.failure != nil)
        _ = try await fixture.store.onWriter("PRAGMA max_page_count = 1000000")
        try await fixture.store.checkWriting()
        #expect(fixture.store.commits.state.failure == nil)
    }

    @Test func theCheckWaitsForNoWriter() async throws {
        let fixture = try Fixture()
        let (gate, started) = (DispatchSemaphore(value: 0), AsyncStream<Void>.makeStream())
        let commits = fixture.store.commits
        let job = Task.detached {
            try await commits.submit { _ in
                started.continuation.finish()
                gate.wait()
            }
        }
        for await _ in started.stream {}
        var said: DepotError.Code?
        while said == nil { said = await code { try await fixture.store.checkWriting() } }
        #expect(said == .storeSlow)
        gate.signal()
        try await job.value
        try await fixture.store.checkWriting()
    }

    @Test func theEndOfTheLedgerIsReadAgainAfterAnAppendThatFailed() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("NB-1")
        try fixture.raw { database in
            // as a second daemon would, before there was a lock
            try database.execute(
                sql: """
                    INSERT INTO event (number, station, sequence, operation, tenant_id, at, kind, body, hash)
                    SELECT number + 1, 'other', 1, randomblob(16), tenant_id, at, kind, body, hash
                    FROM event ORDER BY number DESC LIMIT 1
                    """)
        }
        #expect(await code { _ = try await fixture.asset("NB-2") } != nil)
        #expect(await code { _ = try await fixture.asset("NB-3") } == nil)
    }
}
