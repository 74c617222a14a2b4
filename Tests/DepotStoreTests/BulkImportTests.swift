import DepotModel
import Testing

@testable import DepotStore

/// Imports of many lines.
struct BulkImportTests {
    private let columns: Set<ImportColumn> = [.serial, .name, .location, .assignee]

    private func row(_ line: Int, _ tag: String, location: String = "Depot", assignee: String? = nil) -> ImportRow {
        var draft = AssetDraft(tag: tag)
        draft.serial = "S-\(line)"
        return ImportRow(line: line, draft: draft, columns: columns, assignee: assignee, locationName: location)
    }

    private func id(_ outcome: ImportOutcome<AssetID>) -> AssetID? {
        switch outcome {
        case .created(let id), .updated(let id), .unchanged(let id): id
        case .failed: nil
        }
    }

    @Test func linesOfEveryKindAreTakenInTheirOrder() async throws {
        let fixture = try Fixture()
        _ = try await fixture.person("Ada Lovelace")
        let known = try await fixture.asset("NB-900")
        var rows = (1...2600).map { row($0, "NB-\($0)", assignee: $0 % 10 == 0 ? "Ada Lovelace" : nil) }
        rows[1499] = row(1500, "nb-1490 ", location: "Shelf")
        rows[1999] = row(2000, "")
        rows[2099] = row(2100, "NB-1", location: "Loan desk")
        let outcomes = try await fixture.tenant.importAssets(rows, request())

        let created = outcomes.compactMap { if case .created(let id) = $0 { id.rawValue } else { nil } }
        #expect(created.count == 2596)
        #expect(created == created.sorted())
        #expect(outcomes[899] == .updated(known.asset.id))
        #expect(outcomes[1499] == .updated(try #require(id(outcomes[1489]))))
        #expect(outcomes[1999] == .failed(line: 2000, message: "An asset tag cannot be empty."))
        #expect(outcomes[2099] == .updated(try #require(id(outcomes[0]))))
        #expect(try fixture.tenant.asset(tag: "NB-1490")?.location?.name == "Shelf")
        #expect(try fixture.tenant.asset(tag: "NB-1490")?.holder?.name == nil)
        #expect(try fixture.tenant.asset(tag: "NB-2600")?.holder?.name == "Ada Lovelace")
        #expect(try fixture.tenant.asset(tag: "NB-2599")?.asset.serial == "S-2599")
        #expect(try await fixture.store.verify().problems == [])

        // what is made by itself afterwards has the next id
        let next = try await fixture.asset("NB-9999")
        #expect(next.asset.id.rawValue == (created.last ?? 0) + 1)
        #expect(
            try await fixture.tenant.importAssets([row(1, "NB-10000")], request()) == [
                .created(AssetID(rawValue: next.asset.id.rawValue + 1))
            ])
    }

    @Test func aModelsNameIsMeasuredWhereItIsUsed() async throws {
        let fixture = try Fixture()
        let known = try await fixture.asset("NB-1") { $0.modelName = "X1" }
        var row = ImportRow(line: 2, draft: AssetDraft(tag: "NB-1"), columns: [.manufacturer, .category])
        row.draft.manufacturer = String(repeating: "m", count: 140)
        row.draft.category = String(repeating: "c", count: 110)
        row.draft.modelName = String(repeating: "x", count: 300)
        #expect(try await fixture.tenant.importAssets([row], request()) == [.updated(known.asset.id)])
        #expect(try fixture.tenant.asset(tag: "NB-1")?.model?.name == "X1")
        row.draft.tag = "NB-2"
        #expect(
            try await fixture.tenant.importAssets([row], request()) == [
                .failed(line: 2, message: "model is longer than 255 characters.")
            ])
    }

    @Test func anIdentityIsTakenOnceInAFile() async throws {
        let fixture = try Fixture()
        let uuid = UniqueID(high: 7, low: 7)
        var rows = (1...3).map { row($0, "NB-\($0)") }
        rows[0].draft.uuid = uuid
        rows[2].draft.uuid = uuid
        let outcomes = try await fixture.tenant.importAssets(rows, request())
        #expect(outcomes.last == .failed(line: 3, message: "Another asset has the identity \(uuid)."))
        #expect(try fixture.tenant.assets(AssetQuery()).total == 2)
        #expect(try await fixture.store.verify().problems == [])
    }

    @Test func aDryRunLeavesNothing() async throws {
        let fixture = try Fixture()
        let rows = (1...1500).map { row($0, "NB-\($0)") }
        let dry = try await fixture.tenant.dryRun().importAssets(rows, request())
        #expect(try fixture.tenant.assets(AssetQuery()).total == 0)
        #expect(try await fixture.tenant.importAssets(rows, request()) == dry)
        #expect(try await fixture.store.verify().problems == [])
    }

    /// A line that only adds an asset has no savepoint of its own.
    @Test func anAssetWhoseEventCannotBeWrittenTakesTheWholeJobBack() async throws {
        let fixture = try Fixture()
        _ = try await fixture.location("Depot")
        let events = fixture.store.lastEvent
        _ = try await fixture.store.onWriter(
            """
            CREATE TRIGGER no_event BEFORE INSERT ON event WHEN new.asset_id = 3
            BEGIN SELECT RAISE(ABORT, 'no event'); END
            """)
        let rows = (1...5).map { row($0, "NB-\($0)") }
        let failed = await failure { _ = try await fixture.tenant.importAssets(rows, request()) }
        #expect(failed?.code == .internal)
        _ = try await fixture.store.onWriter("DROP TRIGGER no_event")
        #expect(try fixture.tenant.assets(AssetQuery()).total == 0)
        #expect(fixture.store.lastEvent == events)
        #expect(try await fixture.tenant.importAssets(rows, request()).compactMap(id).count == 5)
        #expect(try await fixture.store.verify().problems == [])
    }

    @Test func whatAnImportWidensTheNextChangeTakesBack() async throws {
        let fixture = try Fixture()
        let usual = try await fixture.store.onWriter("PRAGMA cache_size")
        _ = try await fixture.tenant.importAssets([row(1, "NB-1")], request())
        #expect(try await fixture.store.onWriter("PRAGMA cache_size") != usual)
        _ = try await fixture.asset("NB-2")
        #expect(try await fixture.store.onWriter("PRAGMA cache_size") == usual)
    }
}
