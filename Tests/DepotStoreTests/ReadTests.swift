import DepotModel
import DepotStore
import Testing

/// What is read, found and listed.
struct ReadTests {
    @Test func tenantsDoNotSeeEachOther() async throws {
        let fixture = try Fixture()
        let row = try await fixture.store.createTenant(slug: "School", name: "A school", actor: .test, origin: .test)
        #expect(row.slug == "school")
        #expect(try fixture.store.tenants().map(\.slug) == ["default", "school"])
        #expect(
            await failure {
                _ = try await fixture.store.createTenant(slug: "school", name: "", actor: .test, origin: .test)
            }?.code == .conflict)
        let school = fixture.store.tenant(row.id)
        let ada = try await fixture.person("Ada", badge: "7")
        let mine = try await fixture.asset("IT-1") { $0.serial = "S" }
        let theirs = try await school.make("IT-1") { $0.serial = "S" }
        #expect(mine.asset.id != theirs.asset.id)
        #expect(try school.asset(mine.asset.id) == nil && school.asset(uuid: mine.asset.uuid) == nil)
        #expect(try school.asset(tag: "IT-1") == theirs && school.assets(serial: "S") == [theirs])
        #expect(try school.person(ada.id) == nil && school.holder(.person(ada.id)) == nil)
        #expect(try school.people().total == 0 && school.assets(search("IT-1")).rows == [theirs])
        #expect(try school.history(mine.asset.id).isEmpty)
        let keys = [
            LookupKey(.tag, "IT-1"), LookupKey(.badge, "7"), LookupKey(.uuid, mine.asset.uuid.description),
            LookupKey(.assetID, mine.asset.id.description),
        ]
        #expect(try school.find(keys).map { $0.entities.count } == [1, 0, 0, 0])
        let wanted = transition(.checkout(to: .person(ada.id)))
        #expect(await refusal { _ = try await school.apply(wanted, to: mine.asset.id) }?.code == .unknownAsset)
        #expect(await refusal { _ = try await school.apply(wanted, to: theirs.asset.id) }?.code == .unknownHolder)
        let label = mine.asset.status.id.description
        let edit = await refusal {
            _ = try await school.apply(transition(.edit(["status_id": label])), to: theirs.asset.id)
        }
        #expect(edit?.code == .invalidField)
        let applied = try await fixture.tenant.apply(wanted, to: mine.asset.id)
        #expect(await failure { _ = try await school.apply(wanted, to: theirs.asset.id) }?.code == .conflict)
        let undo = await refusal {
            _ = try await school.apply(transition(.undo(applied.event.number)), to: theirs.asset.id)
        }
        #expect(undo?.code == .notUndoable)
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func everyKindOfKeyFindsItsThing() async throws {
        let fixture = try Fixture()
        let shelf = try await fixture.location("Shelf", code: "loc-1")
        let ada = try await fixture.tenant.createPerson(
            PersonDraft(name: "Ada", employeeNumber: "E7", badge: "b-7"),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let asset = try await fixture.asset("It-1") { $0.serial = "sN-1" }
        let twin = try await fixture.asset("It-2") { $0.serial = "Sn-1" }
        let expected: [(LookupKey, [Entity])] = [
            (LookupKey(.tag, " IT-1 "), [.asset(asset)]), (LookupKey(.serial, "SN-1"), [.asset(asset), .asset(twin)]),
            (LookupKey(.uuid, asset.asset.uuid.description.uppercased()), [.asset(asset)]),
            (LookupKey(.uuid, ada.uuid.description), [.person(ada)]),
            (LookupKey(.uuid, shelf.uuid.description), [.location(shelf)]),
            (LookupKey(.assetID, asset.asset.id.description), [.asset(asset)]),
            (LookupKey(.locationID, shelf.id.description), [.location(shelf)]),
            (LookupKey(.badge, "B-7"), [.person(ada)]), (LookupKey(.employeeNumber, "e7"), [.person(ada)]),
            (LookupKey(.locationCode, "LOC-1"), [.location(shelf)]), (LookupKey(.assetID, "x"), []),
            (LookupKey(.uuid, "x"), []), (LookupKey(.tag, ""), []), (LookupKey(.tag, "'; DROP TABLE asset; --"), []),
        ]
        let found = try fixture.tenant.find(expected.map(\.0))
        for (one, other) in zip(found, expected) { #expect(one.key == other.0 && one.entities == other.1) }
        try await fixture.apply(.delete, asset.asset.id)
        #expect(
            try fixture.tenant.find([LookupKey(.tag, "IT-1"), LookupKey(.serial, "sn-1")]).map { $0.entities.count }
                == [
                    0, 1,
                ])
    }

    @Test(arguments: [
        ("thinkpad", ["IT-1"]), ("HINKPA", ["IT-1"]), ("it-", ["IT-1", "IT-2"]), ("i", ["IT-1", "IT-2"]),
        ("S1", ["IT-1"]), ("lenovo think", ["IT-1"]), ("lenovo IT", ["IT-1"]), ("größe", ["IT-2"]), ("GRÖßE", ["IT-2"]),
        ("100%", ["IT-2"]), ("\"quo\"ted\"", ["IT-2"]), ("nothing", []), ("tag:", []), ("\"", []), ("* OR x", []),
        ("a\0b", []), ("", ["IT-1", "IT-2"]), ("   ", ["IT-1", "IT-2"]), ("it-1 it-2", []),
    ])
    func searchFindsTheMiddleOfWords(_ text: String, _ tags: [String]) async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("IT-1") {
            $0.serial = "S1"
            $0.modelName = "ThinkPad X1"
            $0.manufacturer = "Lenovo"
        }
        _ = try await fixture.asset("IT-2") { $0.notes = "Größe 100% \"quo\"ted\"" }
        let found = try fixture.tenant.assets(search(text))
        #expect(found.rows.map(\.asset.tag) == tags && found.total == tags.count)
    }

    @Test func searchFollowsEdits() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1") { $0.name = "old name" }.asset.id
        try await fixture.apply(.edit(["name": "new words"]), asset)
        #expect(try fixture.tenant.assets(search("old name")).total == 0)
        #expect(try fixture.tenant.assets(search("new words")).total == 1)
    }

    @Test func listsFilterSortAndPage() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let room = try await fixture.location("Room")
        for index in 1...9 {
            let asset = try await fixture.asset("IT-\(index)") {
                $0.name = "name \(10 - index)"
                $0.statusName = index == 8 ? "Archived" : index == 9 ? "pending" : nil
            }
            if index <= 2 { try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id) }
            if index == 3 { try await fixture.apply(.checkout(to: .location(room.id)), asset.asset.id) }
            if index == 7 { try await fixture.apply(.delete, asset.asset.id) }
        }
        func tags(_ change: (inout AssetQuery) -> Void) throws -> [String] {
            var query = AssetQuery()
            change(&query)
            let found = try fixture.tenant.assets(query)
            if query.limit >= 50 && query.offset == 0 { #expect(found.total == found.rows.count) }
            return found.rows.map { String($0.asset.tag.dropFirst(3)) }
        }
        #expect(try tags { $0.lifecycle = .available } == ["4", "5", "6"])
        #expect(try tags { $0.lifecycle = .deployed } == ["1", "2", "3"])
        #expect(try tags { $0.lifecycle = .maintenance } == ["9"])
        #expect(try tags { $0.lifecycle = .retired } == ["8"])
        #expect(try tags { $0.lifecycle = .deleted } == ["7"])
        #expect(try tags { $0.deleted = .only } == ["7"])
        #expect(try tags { $0.holder = .person(ada.id) } == ["1", "2"])
        #expect(try tags { $0.location = room.id } == ["3"])
        #expect(
            try tags {
                $0.sort = .name
                $0.limit = 3
                $0.offset = 1
            } == ["8", "6", "5"])
        for sort in AssetQuery.Sort.allCases {
            #expect(
                try tags {
                    $0.sort = sort
                    $0.descending = true
                }.count == 8)
        }
        #expect(
            try tags {
                $0.limit = -5
                $0.offset = -5
            } == ["1"])
        #expect(try tags { $0.offset = .max } == [])
    }

    @Test func hostileTextIsStoredExactlyOrRefused() async throws {
        let fixture = try Fixture()
        let texts = [
            "'; DROP TABLE asset; --", "👩🏽‍🔧 \u{202E}abc", "a\tb\nc\u{1B}[31m", String(repeating: "ä", count: 10_000),
        ]
        for (index, text) in texts.enumerated() {
            let asset = try await fixture.asset("IT-\(index)") {
                $0.notes = text
                $0.custom = [text.count > 100 ? "long" : text: text]
            }
            let stored = try #require(try fixture.tenant.asset(asset.asset.id))
            #expect(Array(stored.asset.notes?.utf8 ?? "".utf8) == Array(text.utf8) && stored == asset)
            #expect(stored.asset.custom.values.first == text)
        }
        let tag = try await fixture.asset("'; DROP TABLE asset; -- 🦆")
        #expect(try fixture.tenant.asset(tag: "'; drop TABLE asset; -- 🦆") == tag)
        #expect(await refusal { _ = try await fixture.asset("IT-9") { $0.notes = "a\0b" } }?.code == .invalidField)
        #expect(
            await refusal { _ = try await fixture.asset("IT-9") { $0.custom = ["a\0": "b"] } }?.code == .invalidField)
        #expect(await refusal { _ = try await fixture.asset(" \n ") }?.code == .invalidField)
        #expect(await refusal { _ = try await fixture.asset("x\0") }?.code == .invalidField)
        #expect(
            await refusal { _ = try await fixture.asset(String(repeating: "x", count: 10_000)) }?.code == .invalidField)
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func tagsAreGenerated() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("d-2")
        #expect(try await fixture.tenant.make(nil).asset.tag == "D-1")
        #expect(try await fixture.tenant.make(nil).asset.tag == "D-3")
        try await fixture.tenant.set(.tagPrefix, to: "NB", actor: .test, origin: .test)
        #expect(try await fixture.tenant.make(nil).asset.tag == "NB4")
        try await fixture.tenant.set(.assetLimit, to: "4", actor: .test, origin: .test)
        #expect(await refusal { _ = try await fixture.tenant.make(nil) }?.code == .assetLimit)
        #expect(
            await failure { try await fixture.tenant.set(.assetLimit, to: "-1", actor: .test, origin: .test) }?.code
                == .badRequest)
    }

    @Test func theCatalogueGrowsByNameWithoutCase() async throws {
        let fixture = try Fixture()
        let first = try await fixture.asset("1") {
            $0.modelName = "X1"
            $0.modelNumber = "20U9"
            $0.manufacturer = "Lenovo"
            $0.category = "Laptop"
        }
        let second = try await fixture.asset("2") {
            $0.modelName = "x1 "
            $0.manufacturer = "LENOVO"
        }
        #expect(first.model == second.model && first.model?.number == "20U9")
        #expect(first.model?.manufacturer?.name == "Lenovo" && first.model?.category?.name == "Laptop")
        let other = try await fixture.asset("3") {
            $0.modelName = "X1"
            $0.manufacturer = "BMW"
        }
        #expect(other.model?.id != first.model?.id)
        #expect(try fixture.tenant.references(.model, search: "x").total == 2)
        #expect(try fixture.tenant.model(CatalogueID(rawValue: 1)) == first.model)
    }
}
