import DepotModel
import Dispatch
import Synchronization
import Testing

@testable import DepotStore

/// How an import and everybody else take turns at the writer.
struct ImportTurnTests {
    @Test func anImportEndsEarlyWhereSomebodyWaitsAndGoesOnLater() async throws {
        let fixture = try Fixture()
        let request = request()
        let rows = (1...600).map { number in
            ImportRow(line: number, draft: AssetDraft(tag: "NB-\(number)"), columns: [])
        }
        let first = try await fixture.store.commits.submit(turn: .long) { writer in
            let session = try ImportSession(
                TenantWriter(writer: writer, tenant: .standard), request, ImportRules(),
                ImportMemory(request, isDryRun: false))
            return try session.take(rows.map(ImportLine.init)[...]) { true }
        }
        #expect(first.count == 250)
        // as a station that was stopped there is given the file again
        let all = try await fixture.tenant.importAssets(rows, request)
        #expect(Array(all.prefix(250)) == first)
        #expect(all.count { if case .created = $0 { true } else { false } } == 600)
        #expect(try fixture.tenant.assets(AssetQuery()).total == 600)
        #expect(try await fixture.store.verify().problems == [])
    }

    @Test func aLineThatWasTakenIsNotTakenAgainWhereALaterOneLeftSomething() async throws {
        let fixture = try Fixture()
        let (ada, request) = (try await fixture.person("Ada Lovelace"), request())
        let known = try await fixture.asset("NB-1")
        try await fixture.apply(.checkout(to: .person(ada.id)), known.asset.id)
        let rows = (1...300).map { number in
            ImportRow(
                line: number, draft: AssetDraft(tag: number <= 250 ? "NB-1" : "NB-\(number)"), columns: [.assignee],
                assignee: "Ada Lovelace")
        }
        let first = try await fixture.tenant.importAssets(rows, request)
        #expect(first.prefix(250).allSatisfy { $0 == .unchanged(known.asset.id) })
        // somebody gives it back before the same file comes again
        try await fixture.apply(.checkin(), known.asset.id)
        _ = try await fixture.tenant.importAssets(rows, request)
        #expect(try fixture.tenant.asset(known.asset.id)?.asset.holder == nil)
    }

    @Test func whatOthersDeleteAfterAnImportIsWrittenOver() async throws {
        let fixture = try Fixture()
        _ = try await fixture.tenant.importAssets(
            [ImportRow(line: 1, draft: AssetDraft(tag: "NB-1"), columns: [])], request())
        let during = try await fixture.store.commits.submit { writer in
            try writer.connection.first(text: "PRAGMA secure_delete") { $0.int(0) }
        }
        #expect(during == 1)
    }

    private final class Order: Sendable {
        let names = Mutex<[String]>([])
    }

    /// The order in which jobs are run that come while the first one is.
    private func order(_ first: CommitTurn, then others: [(name: String, turn: CommitTurn)]) async throws -> [String] {
        let fixture = try Fixture()
        let (gate, commits) = (DispatchSemaphore(value: 0), fixture.store.commits)
        let order = Order()
        let (started, starts) = AsyncStream.makeStream(of: Void.self)
        @Sendable func job(_ name: String, _ turn: CommitTurn, waits: Bool = false) -> Task<Void, any Error> {
            Task.immediate { @Sendable in
                try await commits.submit(turn: turn) { _ in
                    if waits {
                        starts.finish()
                        gate.wait()
                    }
                    order.names.withLock { $0.append(name) }
                }
            }
        }
        var jobs = [job("first", first, waits: true)]
        for await _ in started {}
        for other in others { jobs.append(job(other.name, other.turn)) }
        gate.signal()
        for job in jobs { try await job.value }
        return order.names.withLock { $0 }
    }

    @Test func nobodyWaitsForTwoLongJobs() async throws {
        let order = try await order(.long, then: [("import 2", .long), ("import 3", .long), ("scan", .usual)])
        #expect(order == ["first", "scan", "import 2", "import 3"])
    }

    @Test func lanesGoFirst() async throws {
        let changes = (1...600).map { (name: "change \($0)", turn: CommitTurn.usual) }
        let order = try await order(.usual, then: changes + [("scan", .lane)])
        #expect(Array(order.prefix(2)) == ["first", "scan"])
    }
}
