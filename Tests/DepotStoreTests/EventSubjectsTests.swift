import DepotModel
import DepotStore
import Foundation
import GRDB
import Testing

/// Histories and lists of activity are right before the index behind them has an event, and after.
struct EventSubjectsTests {
    private struct Depot {
        let fixture: Fixture
        let assets: [AssetID]
        let people: [PersonID]
        let other: TenantID

        /// Some of everything that is listed.
        init() async throws {
            fixture = try Fixture()
            let fixture = fixture
            var (assets, people): ([AssetID], [PersonID]) = ([], [])
            for number in 1...3 { assets.append(try await fixture.asset("IT-\(number)").asset.id) }
            for name in ["Ada", "Grace"] { people.append(try await fixture.person(name).id) }
            let room = try await fixture.location("Room").id
            try await fixture.apply(.checkout(to: .person(people[0])), assets[0])
            try await fixture.apply(.transfer(to: .person(people[1])), assets[0])
            let back = try await fixture.apply(.checkin(), assets[0])
            try await fixture.apply(.undo(back.event.number), assets[0])
            try await fixture.apply(.checkout(to: .location(room)), assets[1])
            try await fixture.apply(.audit(location: nil, next: nil, moves: false), assets[1])
            var shown = scan("IT-2", message: "Here it is.")
            shown.asset = assets[1]
            _ = try await fixture.tenant.commit(shown)
            try await fixture.apply(.checkout(to: .person(people[0])), assets[2])
            try await fixture.apply(.checkin(), assets[2])
            var looked = scan("IT-3", message: "Here it is.")
            looked.asset = assets[2]
            _ = try await fixture.tenant.commit(looked)
            try await fixture.apply(.purge, assets[2])
            let other = try await fixture.store.createTenant(
                slug: "other", name: "Other", actor: .test, origin: .test)
            self.other = other.id
            _ = try await fixture.store.tenant(other.id).make("IT-1")
            (self.assets, self.people) = (assets, people)
        }

        /// Everything that is listed, and how much there is.
        func answers(_ store: DepotStore) throws -> [[String]] {
            let tenant = store.tenant()
            var answers: [[String]] = []
            func list(_ name: String, _ read: (Int) throws -> (rows: [LedgerEvent], total: Int)) throws {
                let all = try read(0)
                answers.append(["\(name) \(all.total)"] + all.rows.map { "\($0.number) \($0.kind)" })
                #expect(all.rows.count == all.total)
                #expect(try read(1).rows == Array(all.rows.dropFirst()))
            }
            try list("tenant") { try tenant.activity(limit: 1000, offset: $0) }
            try list("other") { try store.tenant(other).activity(limit: 1000, offset: $0) }
            for asset in assets {
                try list("asset") { try tenant.activity(asset: asset, limit: 1000, offset: $0) }
                try list("of other") { try store.tenant(other).activity(asset: asset, limit: 1000, offset: $0) }
                for person in people {
                    try list("both") { try tenant.activity(asset: asset, person: person, limit: 1000, offset: $0) }
                }
                answers.append(["history"] + (try tenant.history(asset)).map { "\($0.number) \($0.kind)" })
                answers.append(["newest"] + (try tenant.history(asset, limit: 1)).map { "\($0.number) \($0.kind)" })
                answers.append(["holder", try tenant.lastHolder(of: asset)?.holder.name ?? "nobody"])
            }
            for person in people {
                try list("person") { try tenant.activity(person: person, limit: 1000, offset: $0) }
            }
            return answers
        }

        /// How many events the index lacks.
        func backlog(_ store: DepotStore) async throws -> Int {
            let count = "SELECT count(*) FROM event WHERE number > (SELECT number FROM event_subject_end)"
            return try await store.onWriter(count).flatMap { Int($0) } ?? -1
        }
    }

    @Test func listsAreTheSameBeforeAndAfter() async throws {
        let depot = try await Depot()
        let fixture = depot.fixture
        let before = try depot.answers(fixture.store)
        #expect(try await depot.backlog(fixture.store) > 15)
        #expect(before.contains(["person 3", "8 transfer", "7 checkout", "4 administration"]))
        #expect(before.contains(["holder", "Grace"]))
        // what was left behind when the station ended is still left, and found
        let store = try await fixture.reopened()
        #expect(try depot.answers(store) == before)
        #expect(try await depot.backlog(store) > 15)
        // an import leaves so many events that they are added
        let rows = (1...300).map { ImportRow(line: $0, draft: AssetDraft(tag: "N-\($0)"), columns: []) }
        _ = try await store.tenant(depot.other).importAssets(
            rows, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(try await depot.backlog(store) == 0)
        func withoutOther(_ answers: [[String]]) -> [[String]] {
            answers.filter { $0.first?.hasPrefix("other") != true }
        }
        #expect(withoutOther(try depot.answers(store)) == withoutOther(before))
        #expect(try store.tenant(depot.other).activity().total == 302)
        #expect(try await store.verify().problems.isEmpty)
        // a purge takes its events out of the index
        let purged = try await store.tenant().apply(transition(.purge), to: depot.assets[0])
        #expect(purged.event.facts["events"] == "5")
        #expect(try store.tenant().history(depot.assets[0]) == [purged.event])
        #expect(try store.tenant().activity(person: depot.people[1]).rows.map(\.kind) == [.administration])
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
    }

    /// Whatever happens to the index: it is made again from the events, and what is read meanwhile is right.
    @Test func theIndexIsMadeAgainFromTheEvents() async throws {
        let depot = try await Depot()
        let before = try depot.answers(depot.fixture.store)
        await depot.fixture.store.close()
        try depot.fixture.raw {
            try $0.execute(sql: "DELETE FROM event_subject; UPDATE event_subject_end SET number = 0")
        }
        let store = try Fixture.open(DepotStore.Settings(path: depot.fixture.path, station: "depot-1"))
        #expect(try depot.answers(store) == before)
        let rows = (1...300).map { ImportRow(line: $0, draft: AssetDraft(tag: "N-\($0)"), columns: []) }
        _ = try await store.tenant(depot.other).importAssets(
            rows, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(try await depot.backlog(store) == 0)
        #expect(try store.tenant().history(depot.assets[0]).count == 5)
        await store.close()
        try depot.fixture.raw { try $0.execute(sql: "DELETE FROM event_subject WHERE number = 7") }
        let damaged = try Fixture.open(DepotStore.Settings(path: depot.fixture.path, station: "depot-1"))
        #expect(try await damaged.verify().problems == ["Event 7 is missing in the index of its asset."])
        await damaged.close()
    }
}
