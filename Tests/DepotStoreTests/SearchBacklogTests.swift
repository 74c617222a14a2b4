import DepotModel
import GRDB
import Testing

@testable import DepotStore

/// What an import made is found before its texts are in the search index, and after.
struct SearchBacklogTests {
    /// Twelve assets in the index, and three hundred behind them.
    private static func stock() async throws -> Fixture {
        let fixture = try Fixture()
        for number in 1...12 {
            _ = try await fixture.asset("IT-\(number)") {
                $0.name = "Notebook \(number)"
                $0.serial = "OLD\(number)"
                $0.manufacturer = "Lenovo"
                $0.modelName = "ThinkPad"
            }
        }
        let rows = (1...300).map { number -> ImportRow in
            var draft = AssetDraft(tag: "NB-\(1000 + number)")
            draft.name = "Notebook \(number)"
            draft.serial = "NEW\(number)"
            draft.manufacturer = number.isMultiple(of: 2) ? "Lenovo" : "Größe & Söhne"
            draft.modelName = "Model \(number % 7)"
            draft.category = "Laptop"
            draft.notes = "from pallet \(number / 10)"
            draft.custom = ["Colour": number.isMultiple(of: 3) ? "Deep Red" : "grey"]
            return ImportRow(line: number + 1, draft: draft, columns: Set(ImportColumn.allCases))
        }
        let outcomes = try await fixture.tenant.importAssets(rows, request())
        #expect(outcomes.count { if case .created = $0 { true } else { false } } == 300)
        return fixture
    }

    private static let conditions: [AssetPredicate] =
        [
            "Notebook 123", "notebook", "NB-1123", "new77", "thinkpad", "größe", "pallet 17", "deep red", "lap",
            "nothing",
            "Lenovo", "IT-1", "12",
        ].map { .phrase($0) }
        + ["notebook 12", "lenovo model", "nb-12 söhne", "new1"].map { .words($0) }
        + [
            .contains(.name, "otebook 29"), .contains(.serial, "EW29"), .equals(.name, "notebook 200"),
            .customContains("Colour", "red"), .related(.asset, contains: "NB-12"),
            .all([.phrase("notebook"), .phrase("grey")]), .not(.phrase("lenovo")),
        ]

    /// Every page of every condition, in two orders.
    private static func answers(_ fixture: Fixture) throws -> [[String]] {
        try conditions.flatMap { condition in
            try [AssetQuery.Sort.id, .serial].map { sort in
                var query = AssetQuery()
                query.predicate = condition
                (query.sort, query.descending) = (sort, sort == .serial)
                (query.limit, query.offset) = (40, 0)
                var tags: [String] = []
                while true {
                    let (rows, total, _) = try fixture.tenant.assets(query)
                    tags += rows.map(\.asset.tag)
                    query.offset += 40
                    guard query.offset < total else { return tags + ["\(total)"] }
                }
            }
        }
    }

    private static func indexed(_ fixture: Fixture) async throws -> String? {
        try await fixture.store.onWriter("SELECT count(*) || ' to ' || max(id) FROM asset_search_content")
    }

    @Test func searchesAnswerTheSameBeforeAndAfter() async throws {
        let fixture = try await Self.stock()
        #expect(try await Self.indexed(fixture) == "12 to 12")
        // what happens while texts wait: new assets behind them, changed texts before, among and after them
        let last = try await fixture.asset("NB-last") { $0.name = "Notebook 123 b" }
        let changed = [1, 12, 150, Int64(last.asset.id.rawValue)]
        for id in changed {
            try await fixture.apply(.edit(["notes": "seen on pallet 17"]), AssetID(rawValue: id))
        }
        let maker = try #require(try fixture.tenant.entry(.manufacturer, named: "Lenovo"))
        _ = try await fixture.tenant.change(request()) { inventory in
            var draft = CatalogueDraft(maker)
            draft.name = "Lenovo Group"
            return try inventory.update(.manufacturer, maker.id, draft)
        }
        #expect(try await Self.indexed(fixture) == "32 to 32")
        let before = try Self.answers(fixture)
        await fixture.store.indexBacklog()
        #expect(try await Self.indexed(fixture) == "313 to 313")
        #expect(try Self.answers(fixture) == before)
        #expect(before.map(\.last).prefix(4) == ["2", "2", "313", "313"])
    }

    @Test func anAssetIsIndexedAtOnceWhereNoneWaits() async throws {
        let fixture = try await Self.stock()
        await fixture.store.indexBacklog()
        _ = try await fixture.asset("NB-last")
        #expect(try await Self.indexed(fixture) == "313 to 313")
    }

    @Test func whatWaitsOutlivesARestart() async throws {
        let fixture = try await Self.stock()
        let before = try Self.answers(fixture)
        let store = try await fixture.reopened()
        var query = AssetQuery()
        query.predicate = .phrase("Notebook 123")
        #expect(try store.tenant().assets(query).total == 1)
        await store.indexBacklog()
        query.predicate = .phrase("Notebook")
        #expect(try store.tenant().assets(query).total == 312)
        #expect(before[2].last == "312")
        #expect(try await store.verify().problems == [])
        await store.close()
    }

    @Test func eventsOfAnImportStandInTheLedgerAsTheyHappened() async throws {
        let fixture = try Fixture()
        _ = try await fixture.person("Ada Lovelace")
        let rows = (1...260).map { number -> ImportRow in
            var row = ImportRow(
                line: number, draft: AssetDraft(tag: number.isMultiple(of: 50) ? "NB-1" : "NB-\(number)"),
                columns: Set(ImportColumn.allCases), assignee: number.isMultiple(of: 7) ? "Ada Lovelace" : nil)
            // a line that makes a name, and one that is taken back
            if number == 130 { row.locationName = "Shelf 130" }
            if number == 131 { row.draft.warrantyMonths = 5000 }
            return row
        }
        let outcomes = try await fixture.tenant.importAssets(rows, request())
        let failed = outcomes.count { if case .failed = $0 { true } else { false } }
        #expect(failed == 1)
        let report = try await fixture.store.verify()
        #expect(report.problems == [] && report.integrity == "ok")
        #expect(fixture.commits.numbers == Array(1...Int64(report.events)))
        let asset = try #require(try fixture.tenant.asset(tag: "NB-133"))
        let kinds = try fixture.raw { database in
            try String.fetchAll(
                database, sql: "SELECT kind FROM event WHERE asset_id = ? ORDER BY number",
                arguments: [asset.asset.id.rawValue])
        }
        #expect(kinds == ["created", "checkout"])
    }
}
