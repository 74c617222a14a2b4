import DepotModel
import Foundation
import GRDB
import Testing

@testable import DepotStore

/// What one caller, one scanner or one row can take of memory and disk.
struct StoreBoundTests {
    /// Fifteen custom fields of 65,000 characters: what an asset may have, and nearly a MiB.
    private func large(_ draft: inout AssetDraft) {
        for field in 0..<15 { draft.custom["field \(field)"] = String(repeating: "x", count: 65_000) }
    }

    @Test func aListOfLargeAssetsEndsEarlyAndGoesOn() async throws {
        let fixture = try Fixture()
        for index in 0..<12 { _ = try await fixture.asset("BIG-\(index)") { large(&$0) } }
        var query = AssetQuery()
        query.limit = 200
        var tags: [String] = []
        var pages = 0
        var isAtEnd = false
        while !isAtEnd {
            query.offset = tags.count
            let page = try fixture.tenant.assets(query)
            #expect(page.total == 12)
            #expect((1...4).contains(page.rows.count))
            tags += page.rows.map(\.asset.tag)
            pages += 1
            isAtEnd = !page.isTruncated
        }
        #expect(tags == (0..<12).map { "BIG-\($0)" } && pages == 3)
        // an export has all of them, in smaller pages
        var walked: [[String]] = []
        try await fixture.tenant.walk(AssetQuery(), page: 1000) { walked.append($0.map(\.asset.tag)) }
        #expect(walked.flatMap(\.self) == tags && walked.map(\.count) == [4, 4, 4])
    }

    @Test func aPageOfSmallRowsIsWhole() async throws {
        let fixture = try Fixture()
        for index in 0..<12 { _ = try await fixture.asset("A-\(index)") }
        let page = try fixture.tenant.assets(AssetQuery())
        #expect(page.rows.count == 12 && !page.isTruncated)
        let events = try fixture.store.eventPage(since: EventNumber(rawValue: 0), limit: 12)
        #expect(events.rows.count == 12 && !events.isTruncated)
    }

    @Test func eventsAndHistoriesAreBoundedToo() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("BIG") { large(&$0) }.asset.id
        for round in 0..<6 {
            let edits = (0..<15).map { ("custom.field \($0)", String(repeating: "\(round)", count: 65_000)) }
            try await fixture.apply(.edit(Dictionary(uniqueKeysWithValues: edits.map { ($0.0, $0.1) })), asset)
        }
        var cursor = EventNumber(rawValue: 0)
        var numbers: [Int64] = []
        var isAtEnd = false
        while !isAtEnd {
            let page = try fixture.store.eventPage(since: cursor, limit: 1000)
            numbers += page.rows.map(\.number.rawValue)
            cursor = try #require(page.rows.last?.number)
            isAtEnd = !page.isTruncated
        }
        #expect(numbers == (1...7).map { Int64($0) })
        let history = try fixture.tenant.historyPage(asset, limit: 100, before: nil)
        #expect(history.isTruncated && history.rows.last?.number.rawValue == 7)
    }

    @Test func catalogueRowsAndTicketsAreBoundedToo() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let asset = try await fixture.asset("A-1").asset.id
        let large = Dictionary(
            uniqueKeysWithValues: (0..<15).map { ("key \($0)", String(repeating: "x", count: 65_000)) })
        for number in 0..<6 {
            for table in [Catalogue.model, .category] {
                var draft = CatalogueDraft(name: "Row \(number)")
                draft.attributes = large
                _ = try await tenant.change(request()) { [draft] in try $0.create(table, draft) }
            }
            _ = try await tenant.change(request()) {
                try $0.createTicket(subject: "Ticket \(number)", asset: asset, attributes: large)
            }
        }
        var query = RowQuery()
        query.limit = 1000
        for table in [Catalogue.model, .category] {
            let page = try tenant.entries(table, query)
            #expect(page.isTruncated && page.total == 6 && (1...4).contains(page.rows.count))
            #expect(try tenant.entries(table, query) { $0.name } == (0..<6).map { "Row \($0)" })
        }
        for of in [asset, nil] {
            let page = try tenant.tickets(of: of)
            #expect(page.isTruncated && page.total == 6 && (1...4).contains(page.rows.count))
            let rest = try tenant.tickets(of: of, offset: page.rows.count)
            #expect((page.rows + rest.rows).map(\.number) == [6, 5, 4, 3, 2, 1] && !rest.isTruncated)
        }
        #expect(try tenant.openTickets(of: asset) == 6)
    }

    @Test func peopleAndLocationsAreBoundedToo() async throws {
        let fixture = try Fixture()
        let attributes = Dictionary(
            uniqueKeysWithValues: (0..<40).map { ("a\($0)", String(repeating: "y", count: 60_000)) })
        for index in 0..<4 {
            _ = try await fixture.tenant.createPerson(
                PersonDraft(name: "Person \(index)", attributes: attributes),
                ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
            _ = try await fixture.tenant.createLocation(
                LocationDraft(name: "Place \(index)", attributes: attributes),
                ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        }
        let people = try fixture.tenant.people(limit: 100)
        #expect(people.rows.count == 1 && people.total == 4 && people.isTruncated)
        let rest = try fixture.tenant.people(limit: 100, offset: 3)
        #expect(rest.rows.map(\.name) == ["Person 3"] && !rest.isTruncated)
        let places = try fixture.tenant.locations(limit: 100)
        #expect(places.rows.count == 1 && places.total == 4 && places.isTruncated)
    }

    @Test func aLongCodeIsKnownByItsBeginningAndItsLength() throws {
        let whole = KeptCode([UInt8](repeating: 0x41, count: 4096))
        #expect(whole.bytes.count == 4096 && whole.cut == nil)
        let long = KeptCode(Array(String(repeating: "ä", count: 500_000).utf8))
        #expect(long.bytes.count == 4096 && long.cut?.length == 1_000_000)
        #expect(long.text == String(repeating: "ä", count: 2048))
        // what the cut left of a character is no text
        let odd = KeptCode(Array(("x" + String(repeating: "ä", count: 4096)).utf8))
        #expect(odd.text == "x" + String(repeating: "ä", count: 2047))
        // two that begin alike are two
        let start = [UInt8](repeating: 0x41, count: 5000)
        #expect(KeptCode(start + [1]) != KeptCode(start + [2]))
        #expect(KeptCode(start + [1]) == KeptCode(start + [1]))
        #expect(KeptCode(start, length: 9000).cut?.length == 9000)
    }

    @Test func theJournalHasTheLengthAndCountsRepetitions() async throws {
        let fixture = try Fixture()
        var wanted = scan("beginning", outcome: .tooLong)
        wanted.length = 70_000
        let receipt = try await fixture.tenant.commit(wanted)
        let events = fixture.store.lastEvent
        for _ in 0..<3 { try await fixture.tenant.countRepeat(of: receipt.number) }
        let row = try #require(try fixture.store.scans(since: ScanNumber(rawValue: 0), limit: 10).first)
        #expect(row.length == 70_000 && row.repeats == 3 && fixture.store.lastEvent == events)
        // not on another tenant's, and not on what is not there
        let error = await failure { try await fixture.tenant.countRepeat(of: ScanNumber(rawValue: 9)) }
        #expect(error?.code == .notFound)
    }

    @Test func statementsOfLargeQueriesAreNotKept() async throws {
        let fixture = try Fixture()
        func ask(_ index: Int, _ terms: Int) async throws {
            let list = (0..<terms).map { "id = \($0)" }.joined(separator: " OR ")
            _ = try await fixture.store.onWriter("SELECT \(index) FROM asset WHERE \(list)")
        }
        for index in 0..<20 { try await ask(index, 900) }
        var kept = await fixture.store.commits.between { ($0.preparedTexts.count, $0.preparedTexts.memory) }
        #expect(kept ?? (1, 1) == (0, 0))
        for index in 0..<300 { try await ask(index, 20) }
        kept = await fixture.store.commits.between { ($0.preparedTexts.count, $0.preparedTexts.memory) }
        let (count, memory) = try #require(kept)
        #expect((20...128).contains(count) && memory <= 1 << 20, "\(count), \(memory)")
    }

    @Test func anActorHasSoManyKeptAnswersAndSoManyBytes() async throws {
        let fixture = try Fixture()
        func keep(_ key: Int, _ actor: String, bytes: Int) async throws {
            try await fixture.store.keep(
                KeptAnswer(
                    fingerprint: [1], status: 201, headers: [:], body: [UInt8](repeating: 7, count: bytes), at: noon),
                for: RequestKey(actor: actor, key: "k-\(key)"))
        }
        func isKept(_ key: Int, _ actor: String) throws -> Bool {
            try fixture.store.keptAnswer(RequestKey(actor: actor, key: "k-\(key)")) != nil
        }
        func use(_ actor: String) throws -> (answers: Int, bytes: Int) {
            try fixture.raw { database in
                let row = try GRDB.Row.fetchOne(
                    database, sql: "SELECT answers, bytes FROM request_key_use WHERE actor = ?", arguments: [actor])
                return (row?["answers"] ?? 0, row?["bytes"] ?? 0)
            }
        }
        try await keep(0, "other", bytes: 10)
        for key in 0..<80 { try await keep(key, "large", bytes: 256 << 10) }
        #expect(try use("large").bytes <= 16 << 20)
        #expect(try !isKept(0, "large") && isKept(79, "large") && isKept(40, "large"))
        try await withThrowingTaskGroup { tasks in
            for key in 0..<2_100 { tasks.addTask { try await keep(key, "many", bytes: 1) } }
            try await tasks.waitForAll()
        }
        #expect(try use("many").answers == 2_000)
        // the same key again takes the place of what was kept
        try await keep(79, "large", bytes: 5)
        let before = try use("large").answers
        try await keep(79, "large", bytes: 6)
        #expect(try use("large").answers == before && isKept(0, "other"))
        let counted = try fixture.raw {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM request_key WHERE actor = 'many'")
        }
        #expect(counted == 2_000)
    }

    @Test(arguments: ["IT\u{85}1", "\u{9f}X", "A\u{80}"])
    func aNewTagThatNoScanCanMatchIsRefused(_ tag: String) async throws {
        let fixture = try Fixture()
        #expect(await refusal { _ = try await fixture.asset(tag) }?.code == .invalidField)
        let asset = try await fixture.asset("A-1").asset.id
        let renamed = await refusal { try await fixture.apply(.edit(["asset_tag": tag]), asset) }
        #expect(renamed?.code == .invalidField)
        // one that is there already stays readable and can be edited
        try fixture.raw { try $0.execute(sql: "UPDATE asset SET tag = ? WHERE id = 1", arguments: [tag]) }
        try await fixture.apply(.edit(["name": "still here"]), asset)
        #expect(try fixture.tenant.asset(asset)?.asset.tag == tag)
    }
}
