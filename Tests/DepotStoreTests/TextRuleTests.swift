import DepotModel
import Foundation
import GRDB
import Testing

@testable import DepotStore

/// One rule for the comparison of texts, and one for search and order.
struct TextRuleTests {
    @Test(arguments: [
        ("\u{FEFF}IT-1\u{200B}", "it-1"), ("Room\u{A0}\u{A0}12", "room 12"), (" Room \t 12\n", "room 12"),
        ("Mu\u{308}ller", "müller"), ("ＩＴ－１", "it-1"), ("a²", "a2"), ("ﬁn", "fin"), ("İ", "i̇"), ("", ""),
        ("\u{200B}", ""), ("Ａ\u{AD}B", "ab"), ("x  y", "x y"), ("x ", "x"), ("Straße", "straße"),
    ])
    func textsThatLookTheSameAreTheSame(_ text: String, _ key: String) {
        #expect(foldedKey(text).unicodeScalars.elementsEqual(key.precomposedStringWithCanonicalMapping.unicodeScalars))
        #expect(foldedKey(foldedKey(text)) == foldedKey(text) && folded(folded(text)) == folded(text))
    }

    @Test(arguments: [
        ("Müller", "muller"), ("MU\u{308}LLER", "muller"), ("Straße", "strasse"), ("Łódź", "lodz"),
        ("Ærøskøbing", "aeroskobing"), ("Ñandú", "nandu"), ("東京", "東京"), ("ลำปาง", "ลําปาง"),
    ])
    func accentsDoNotMatterToASearch(_ text: String, _ key: String) {
        #expect(folded(text) == folded(key) && folded(text) == key.precomposedStringWithCompatibilityMapping)
    }

    @Test func aNameIsFoundHoweverItIsTypedAndStandsAmongItsNeighbours() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        for (number, name) in ["Zange", "Äxte", "Axt", "axtstiel", "Bu\u{308}ro"].enumerated() {
            _ = try await tenant.make("T-\(number)") { $0.name = name }
        }
        func tags(_ change: (inout AssetQuery) -> Void) throws -> [String] {
            var query = AssetQuery()
            change(&query)
            return try tenant.assets(query).rows.map(\.asset.tag)
        }
        #expect(try tags { $0.sort = .name } == ["T-2", "T-1", "T-3", "T-4", "T-0"])
        #expect(try tags { ($0.sort, $0.descending) = (.name, true) } == ["T-0", "T-4", "T-3", "T-1", "T-2"])
        for search in ["buro", "BÜRO", "bu\u{308}ro"] { #expect(try tags { $0.search = search } == ["T-4"]) }
        #expect(try tags { $0.search = "axte" } == ["T-1"])
        #expect(try tags { $0.predicate = .equals(.name, "axte") } == ["T-1"])
        // what was written comes back as it was written
        #expect(try tenant.asset(tag: "t-4")?.asset.name?.unicodeScalars.count == 5)
    }

    @Test func peopleAndPlacesAreFoundHoweverTheyAreTyped() async throws {
        let fixture = try Fixture()
        let person = try await fixture.tenant.createPerson(
            PersonDraft(name: "Jürgen Müller", badge: "B-1"),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let place = try await fixture.location("Büro  3")
        for search in ["jurgen", "MULLER", "mu\u{308}ller", "ju"] {
            var query = RowQuery()
            query.search = search
            #expect(try fixture.tenant.people(query).rows.map(\.id) == [person.id], "\(search)")
        }
        var query = RowQuery()
        query.search = "buro 3"
        #expect(try fixture.tenant.locations(query).rows.map(\.id) == [place.id])
        #expect(try fixture.tenant.find([LookupKey(.badge, "\u{200B}b-1")]).flatMap(\.entities).count == 1)
    }

    @Test func aListByNameReadsItsPageFromTheIndex() async throws {
        let fixture = try Fixture()
        let plan = try fixture.raw { database in
            try GRDB.Row.fetchAll(
                database,
                sql: """
                    EXPLAIN QUERY PLAN SELECT a.id FROM asset a WHERE a.tenant_id = 1 AND a.deleted_at IS NULL
                    ORDER BY a.name_order ASC, a.id ASC LIMIT 50 OFFSET 0
                    """
            ).map { $0["detail"] as String? ?? "" }.joined(separator: "; ")
        }
        #expect(plan.contains("asset_name") && !plan.contains("TEMP B-TREE"))
    }

    @Test func aDatabaseOfTheFormerRuleIsFoldedAgain() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        _ = try await tenant.make("IT-1") { $0.name = "Größe" }
        _ = try await tenant.make("IT-2")
        let person = try await tenant.createPerson(
            PersonDraft(name: "Jürgen Müller", attributes: ["first_name": "Jürgen"]),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        await fixture.store.close()
        try fixture.raw { database in
            try database.execute(
                sql: """
                    DROP INDEX asset_name;
                    ALTER TABLE asset DROP COLUMN name_order;
                    ALTER TABLE token DROP COLUMN last_used_at;
                    UPDATE asset SET tag = tag || char(0x200B), tag_key = tag_key || char(0x200B);
                    UPDATE person SET name_key = 'jürgen  müller';
                    DELETE FROM grdb_migrations WHERE identifier = '9';
                    PRAGMA user_version = 6;
                    """)
        }
        let store = try Fixture.open(.init(path: fixture.path, station: "station"))
        var query = AssetQuery()
        query.sort = .name
        #expect(try store.tenant().assets(query).rows.map(\.asset.id.rawValue) == [2, 1])
        query.search = "grosse"
        #expect(try store.tenant().assets(query).total == 1)
        #expect(try store.tenant().asset(tag: "it-1") != nil)
        var people = RowQuery()
        people.name = "jürgen müller"
        #expect(try store.tenant().people(people).rows.map(\.id) == [person.id])
        people = RowQuery()
        people.search = "jurgen"
        #expect(try store.tenant().people(people).rows.map(\.id) == [person.id])
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
    }
}
