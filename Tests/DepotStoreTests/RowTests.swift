import DepotModel
import DepotStore
import Foundation
import GRDB
import Testing

/// People, locations, the catalogue, fields, tickets: what the dialects' support routes stand on.
struct RowTests {
    // MARK: Catalogue

    @Test func catalogueRowsAreMadeChangedAndDeleted() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let asked = request()
        var draft = CatalogueDraft(name: " Dell ")
        draft.attributes = ["url": "https://dell.example"]
        let dell = try await tenant.change(asked) { [draft] in try $0.create(.manufacturer, draft) }
        let again = try await tenant.change(asked) { [draft] in try $0.create(.manufacturer, draft) }
        #expect(dell == again && dell.name == "Dell" && dell.version == 1 && dell.createdAt == noon)
        #expect(try tenant.entry(.manufacturer, named: "DELL") == dell)
        let event = try #require(try fixture.store.event(fixture.store.lastEvent))
        #expect(event.kind == .administration && event.facts["manufacturer_id"] == dell.id.description)
        #expect(event.facts["action"] == "created" && event.operation == asked.operation)
        for name in ["dell", "DELL "] {
            #expect(
                await fixture.tenant.fails { try $0.create(.manufacturer, CatalogueDraft(name: name)) } == .conflict)
        }
        #expect(await fixture.tenant.fails { try $0.create(.manufacturer, CatalogueDraft(name: " ")) } == .badRequest)
        let long = CatalogueDraft(name: String(repeating: "x", count: 256))
        #expect(await tenant.refuses { try $0.create(.manufacturer, long) } == .invalidField)

        var changed = CatalogueDraft(dell)
        changed.name = "Dell Inc."
        changed.attributes["url"] = nil
        let updated = try await tenant.change(request()) { [changed] in
            try $0.update(.manufacturer, dell.id, changed, version: 1)
        }
        #expect(updated.version == 2 && updated.attributes.isEmpty)
        let edited = try #require(try fixture.store.event(fixture.store.lastEvent))
        #expect(
            edited.changes == [
                FieldChange(field: "name", from: "Dell", to: "Dell Inc."),
                FieldChange(field: "url", from: "https://dell.example", to: nil),
            ])
        let stale = await refusal {
            _ = try await tenant.change(request()) { [changed] in
                try $0.update(.manufacturer, dell.id, changed, version: 1)
            }
        }
        #expect(stale?.code == .versionConflict)
        let removal = request()
        try await tenant.change(removal) { try $0.delete(.manufacturer, dell.id) }
        try await tenant.change(removal) { try $0.delete(.manufacturer, dell.id) }
        #expect(try tenant.entry(.manufacturer, dell.id) == nil)
        #expect(
            await tenant.fails { try $0.delete(.manufacturer, dell.id) }
                == .notFound)
    }

    @Test func modelsAreUniqueByNameAndNumberAndKnowWhatTheyAreMadeOf() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let dell = try await fixture.row(.manufacturer, "Dell")
        let laptops = try await fixture.row(.category, "Laptops")
        var draft = CatalogueDraft(name: "Latitude")
        (draft.number, draft.manufacturer, draft.category, draft.eolMonths) = ("5430", dell.id, laptops.id, 48)
        let model = try await fixture.row(.model, draft)
        #expect(model.manufacturer?.name == "Dell" && model.category?.name == "Laptops" && model.eolMonths == 48)
        draft.name = "LATITUDE"
        let sameNumber = draft
        #expect(await tenant.fails { try $0.create(.model, sameNumber) } == .conflict)
        draft.number = "5440"
        let other = try await fixture.row(.model, draft)
        #expect(try tenant.model(other.id)?.number == "5440")
        draft.number = nil
        draft.manufacturer = CatalogueID(rawValue: 99)
        let unknown = await refusal { [draft] in _ = try await fixture.row(.model, draft) }
        #expect(unknown?.code == .invalidField && unknown?.facts["field"] == "manufacturer_id")
        draft.manufacturer = nil
        draft.eolMonths = -1
        let negative = await refusal { [draft] in _ = try await fixture.row(.model, draft) }
        #expect(negative?.facts["field"] == "eol_months")
        var query = RowQuery()
        query.manufacturer = dell.id
        #expect(try tenant.entries(.model, query).total == 2)
        query.search = "5440"
        #expect(try tenant.entries(.model, query).rows == [other])
        query.search = "laptop"
        (query.sort, query.descending, query.limit, query.offset) = (.id, true, 1, 1)
        let page = try tenant.entries(.model, query)
        #expect(page.rows == [model] && page.total == 2)
    }

    @Test func whatIsInUseStays() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let asset = try await fixture.asset("IT-1") {
            ($0.modelName, $0.manufacturer, $0.category) = ("Latitude", "Dell", "Laptops")
            ($0.company, $0.supplier) = ("Acme", "Reseller")
        }
        let tables: [Catalogue] = [.company, .supplier, .manufacturer, .category, .model]
        for table in tables {
            let row = try #require(try tenant.entries(table).rows.first)
            #expect(row.assetCount == 1, "\(table)")
            let error = await refusal { _ = try await tenant.change(request()) { try $0.delete(table, row.id) } }
            #expect(error?.code == .inUse, "\(table)")
        }
        let label = CatalogueID(rawValue: asset.asset.status.id.rawValue)
        #expect(
            await tenant.refuses { try $0.delete(.statusLabel, label) } == .inUse)
        // a deleted asset can come back, so what it names stays too, but it is not counted
        try await fixture.apply(.delete, asset.asset.id)
        let model = try #require(try tenant.entries(.model).rows.first)
        #expect(model.assetCount == 0)
        #expect(await tenant.refuses { try $0.delete(.model, model.id) } == .inUse)
        try await fixture.apply(.purge, asset.asset.id)
        for table in [Catalogue.model, .category, .manufacturer, .supplier, .company] {
            let row = try #require(try tenant.entries(table).rows.first)
            try await tenant.change(request()) { try $0.delete(table, row.id) }
        }
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func theSearchFollowsANewName() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        for tag in ["IT-1", "IT-2"] {
            _ = try await fixture.asset(tag) {
                ($0.modelName, $0.modelNumber, $0.manufacturer, $0.category) = ("Latitude", "5430", "Dell", "Laptops")
            }
        }
        _ = try await fixture.asset("IT-3") { ($0.modelName, $0.manufacturer) = ("ThinkPad", "Lenovo") }
        func found(_ word: String) throws -> Int { try tenant.assets(phrase(word)).total }
        for (table, from, to) in [
            (Catalogue.manufacturer, "Dell", "Alienware"), (.category, "Laptops", "Portables"),
            (.model, "Latitude", "Precision"),
        ] {
            #expect(try found(from) == 2)
            let row = try #require(try tenant.entry(table, named: from))
            var draft = CatalogueDraft(row)
            draft.name = to
            _ = try await tenant.change(request()) { [draft] in try $0.update(table, row.id, draft) }
            #expect(try found(from) == 0 && found(to) == 2, "\(table)")
        }
        #expect(try found("5430") == 2 && found("Lenovo") == 1)
    }

    @Test func aListSortsByHowManyAssetsUseARow() async throws {
        let fixture = try Fixture()
        for (index, company) in ["B", "A", "B", "C", "B", "C"].enumerated() {
            _ = try await fixture.asset("IT-\(index)") { $0.company = company }
        }
        var query = RowQuery()
        (query.sort, query.descending) = (.assetCount, true)
        let rows = try fixture.tenant.entries(.company, query).rows
        #expect(rows.map(\.name) == ["B", "C", "A"] && rows.map(\.assetCount) == [3, 2, 1])
        query = RowQuery()
        query.ids = [rows[2].id, CatalogueID(rawValue: 99)]
        #expect(try fixture.tenant.entries(.company, query).rows == [rows[2]])
        query.ids = []
        #expect(try fixture.tenant.entries(.company, query).total == 0)
    }

    @Test func aStatusLabelToMakeAssetsWithStays() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let ready = try #require(try tenant.entry(.statusLabel, named: "ready to deploy"))
        #expect(ready.type == .deployable)
        #expect(
            await tenant.refuses { try $0.delete(.statusLabel, ready.id) }
                == .inUse)
        var draft = CatalogueDraft(ready)
        draft.type = .archived
        let archived = draft
        #expect(
            await tenant.refuses { try $0.update(.statusLabel, ready.id, archived) } == .inUse)
        _ = try await fixture.row(.statusLabel, "Spare")
        try await tenant.change(request()) { try $0.delete(.statusLabel, ready.id) }
        #expect(try await fixture.asset("IT-1").asset.status.name == "Spare")
        var query = RowQuery()
        query.type = .pending
        #expect(try tenant.entries(.statusLabel, query).rows.map(\.name) == ["Pending"])
    }

    @Test func aFieldKeepsItsKeyAndAFieldsetItsOrder() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let mac = try await fixture.row(.field, "MAC")
        #expect(mac.attributes["key"] == "MAC")
        var draft = CatalogueDraft(mac)
        draft.name = "MAC address"
        draft.attributes = ["key": "other", "element": "text"]
        let renamed = try await tenant.change(request()) { [draft] in try $0.update(.field, mac.id, draft) }
        #expect(renamed.attributes == ["key": "MAC", "element": "text"] && renamed.name == "MAC address")
        // the old name is free, but not the key under which assets keep the first field's values
        let second = try await fixture.row(.field, "MAC")
        #expect(second.attributes["key"] == "MAC 2")
        var taken = CatalogueDraft(name: "Third")
        taken.attributes["key"] = "MAC"
        let third = taken
        #expect(await tenant.fails { try $0.create(.field, third) } == .conflict)

        let set = try await fixture.row(.fieldset, "Laptops")
        let ordered = try await tenant.change(request()) {
            try $0.setFields([second.id, mac.id, second.id], of: set.id)
        }
        #expect(ordered.fields.map(\.name) == ["MAC", "MAC address"] && ordered.version == 2)
        #expect(
            await tenant.refuses { try $0.delete(.field, mac.id) } == .inUse)
        let missing = CatalogueID(rawValue: 99)
        let unknown = await refusal {
            _ = try await tenant.change(request()) { try $0.setFields([mac.id, missing], of: set.id) }
        }
        #expect(unknown?.facts["field"] == "fields")
        #expect(try tenant.entry(.fieldset, set.id) == ordered)
        var model = CatalogueDraft(name: "Latitude")
        model.fieldset = set.id
        let latitude = try await fixture.row(.model, model)
        #expect(latitude.fieldset?.name == "Laptops")
        #expect(
            await tenant.refuses { try $0.delete(.fieldset, set.id) } == .inUse)
        try await tenant.change(request()) { try $0.delete(.model, latitude.id) }
        try await tenant.change(request()) { try $0.delete(.fieldset, set.id) }
        try await tenant.change(request()) { try $0.delete(.field, mac.id) }
        #expect(try tenant.entries(.field).rows == [second])
    }

    // MARK: People and locations

    @Test func peopleAreFoundByAnyOfTheirNames() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let room = try await fixture.location("Room")
        let sarah = try await fixture.person(
            PersonDraft(
                name: "S. Chen", email: "sarah@example.org", employeeNumber: "E-77", username: "schen",
                location: room.id, attributes: ["first_name": "Sarah", "last_name": "Chen", "city": "Bern"]))
        _ = try await fixture.person("Bob Zoe\u{308}", badge: "B-1")
        #expect(try tenant.people(search: "ZOË").total == 1)
        #expect(sarah.location == room.id && sarah.attributes["city"] == "Bern" && sarah.createdAt == noon)
        for text in ["SARAH CHEN", "rah ch", "schen", "e-77", "example.ORG", "ch", "\"", "s. chen"] {
            let expected = text == "\"" ? [] : [sarah]
            #expect(try tenant.people(search: text).rows == expected, "\(text)")
        }
        var query = RowQuery()
        query.attributes = ["city": "bern", "first_name": "Sarah"]
        #expect(try tenant.people(query).rows == [sarah])
        query.attributes["city"] = "Basel"
        #expect(try tenant.people(query).total == 0)
        query = RowQuery()
        (query.location, query.username) = (room.id, "SCHEN")
        #expect(try tenant.people(query).rows == [sarah])
        #expect(try tenant.person(email: "Sarah@Example.org") == sarah && tenant.person(username: "sChEn") == sarah)
        #expect(try tenant.person(uuid: sarah.uuid) == sarah)

        var draft = PersonDraft(sarah)
        draft.attributes["last_name"] = "Miller"
        _ = try await tenant.change(request()) { [draft] in try $0.updatePerson(sarah.id, draft) }
        #expect(try tenant.people(search: "Sarah Chen").total == 0 && tenant.people(search: "Sarah Miller").total == 1)
    }

    @Test func aUsernameIsOnePersonsUntilTheyAreDeleted() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let ada = try await fixture.person(PersonDraft(name: "Ada", username: "ada"))
        #expect(
            await fixture.tenant.fails { try $0.createPerson(PersonDraft(name: "X", username: "ADA")) } == .conflict)
        let asset = try await fixture.asset("IT-1")
        try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id)
        let used = await refusal { _ = try await tenant.change(request()) { try $0.deletePerson(ada.id) } }
        #expect(used?.code == .inUse && used?.facts["assets"] == "1")
        try await fixture.apply(.checkin(), asset.asset.id)
        let deleted = try await tenant.change(request()) { try $0.deletePerson(ada.id) }
        #expect(deleted.deletedAt == noon && deleted.version == 2)
        #expect(try tenant.person(username: "ada") == nil)
        var query = RowQuery()
        (query.deleted, query.search) = (true, "ada")
        #expect(try tenant.people(query).rows == [deleted])
        let other = try await fixture.person(PersonDraft(name: "Ada 2", username: "ada"))
        let taken = await failure { _ = try await tenant.change(request()) { try $0.restorePerson(ada.id) } }
        #expect(taken?.code == .conflict)
        _ = try await tenant.change(request()) { try $0.deletePerson(other.id) }
        let asked = request()
        let restored = try await tenant.change(asked) { try $0.restorePerson(ada.id) }
        #expect(try await tenant.change(asked) { try $0.restorePerson(ada.id) } == restored)
        #expect(restored.deletedAt == nil && restored.version == 3)
        let twice = await refusal { _ = try await tenant.change(request()) { try $0.restorePerson(ada.id) } }
        #expect(twice?.code == .notDeleted)
    }

    @Test func attributesHaveLimits() async throws {
        let fixture = try Fixture()
        let many = Dictionary(uniqueKeysWithValues: (0...100).map { ("key \($0)", "") })
        let emoji = String(repeating: "🦊", count: 65_536)
        let person = try await fixture.person(PersonDraft(name: "Ada", attributes: ["notes": emoji]))
        #expect(try fixture.tenant.person(person.id)?.attributes["notes"] == emoji)
        for attributes in [many, ["notes": emoji + "x"], ["notes": "a\0b"]] {
            let error = await refusal { _ = try await fixture.person(PersonDraft(name: "X", attributes: attributes)) }
            #expect(error?.code == .invalidField)
        }
        #expect(
            await fixture.tenant.refuses {
                try $0.createPerson(PersonDraft(name: "X", location: LocationID(rawValue: 9)))
            } == .unknownLocation)
    }

    @Test func locationsComeBackAndCountWhatIsThere() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let site = try await fixture.location("Site", code: "L1")
        let room = try await fixture.location("Room", parent: site.id)
        let asset = try await fixture.asset("IT-1") { $0.defaultLocation = room.id }
        _ = try await fixture.asset("IT-2") { $0.location = room.id }
        try await fixture.apply(.checkout(to: .location(site.id)), asset.asset.id)
        #expect(try tenant.assetCounts(at: room.id) == (1, 1, 0) && tenant.assetCounts(at: site.id) == (1, 0, 1))
        #expect(try tenant.heldCount(.location(site.id)) == 1 && tenant.heldCount(.location(room.id)) == 0)
        var query = RowQuery()
        query.parent = site.id
        #expect(try tenant.locations(query).rows == [room])
        let used = await refusal { _ = try await tenant.change(request()) { try $0.deleteLocation(site.id) } }
        #expect(used?.code == .inUse && used?.facts["assets"] == "1" && used?.facts["locations"] == "1")
        let away = await refusal { _ = try await tenant.change(request()) { try $0.deleteLocation(room.id) } }
        #expect(away?.code == .inUse && away?.facts["assets"] == "2" && away?.facts["locations"] == "0")
        // an earlier version deleted such a location
        try fixture.raw {
            try $0.execute(sql: "UPDATE location SET deleted_at = \(noon.milliseconds) WHERE id = \(site.id)")
        }
        // the room still says what it is part of, and can be changed
        var draft = LocationDraft(room)
        draft.attributes["floor"] = "2"
        let changed = try await tenant.change(request()) { [draft] in try $0.updateLocation(room.id, draft) }
        #expect(changed.parent == site.id && changed.attributes == ["floor": "2"])
        _ = try await fixture.location("Other", code: "l1")
        let taken = await failure { _ = try await tenant.change(request()) { try $0.restoreLocation(site.id) } }
        #expect(taken?.code == .conflict)
        #expect(try tenant.location(named: "SITE") == nil && tenant.location(uuid: site.uuid)?.deletedAt == noon)
    }

    // MARK: Tickets and activity

    @Test func ticketsBelongToAnAsset() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let asset = try await fixture.asset("IT-1").asset.id
        let ada = try await fixture.person("Ada")
        let asked = request()
        let first = try await tenant.change(asked) {
            try $0.createTicket(subject: "Screen", asset: asset, requester: ada.id, attributes: ["issue": "7"])
        }
        #expect(try await tenant.change(asked) { try $0.createTicket(subject: "Screen", asset: asset) } == first)
        let second = try await tenant.change(request()) { try $0.createTicket(subject: "Network") }
        #expect(first.number == 1 && second.number == 2 && first.attributes == ["issue": "7"])
        #expect(try tenant.tickets(of: asset).rows == [first] && tenant.tickets(of: nil).rows == [second, first])
        var draft = TicketDraft(first)
        draft.isClosed = true
        let closed = try await tenant.change(request()) { [draft] in try $0.updateTicket(first.id, draft) }
        #expect(try closed.isClosed && tenant.ticket(uuid: first.uuid) == closed && tenant.ticket(number: 1) == closed)
        let missing = AssetID(rawValue: 99)
        #expect(
            await tenant.refuses { try $0.createTicket(subject: "X", asset: missing) } == .unknownAsset)
        #expect(
            await tenant.fails { try $0.createTicket(subject: "") }
                == .badRequest)
        try await fixture.apply(.delete, asset)
        try await fixture.apply(.purge, asset)
        #expect(try tenant.ticket(number: 1)?.asset == nil)
    }

    @Test func theLastHolderIsWhoWasReallyGivenIt() async throws {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let asset = try await fixture.asset("IT-1").asset.id
        let (ada, bob) = (try await fixture.person("Ada"), try await fixture.person("Bob"))
        #expect(try tenant.lastHolder(of: asset) == nil)
        let out = try await fixture.apply(.checkout(to: .person(ada.id)), asset)
        try await fixture.apply(.checkin(), asset)
        let last = try #require(try tenant.lastHolder(of: asset))
        #expect(last.holder.holder == .person(ada.id) && last.event == out.event)
        let wrong = try await fixture.apply(.checkout(to: .person(bob.id)), asset)
        #expect(try tenant.lastHolder(of: asset)?.holder.name == "Bob")
        try await fixture.apply(.undo(wrong.event.number), asset)
        #expect(try tenant.lastHolder(of: asset)?.event == out.event)
        _ = try await tenant.change(request()) { try $0.updatePerson(ada.id, PersonDraft(name: "Ada L.")) }
        #expect(try tenant.lastHolder(of: asset)?.holder.name == "Ada L.")

        // newest first: changed, given, taken back; nothing of Bob
        let activity = try tenant.activity(person: ada.id)
        #expect(activity.total == 4)
        #expect(activity.rows.map(\.kind) == [.administration, .checkin, .checkout, .administration])
        #expect(try tenant.activity(person: bob.id).rows.map(\.kind) == [.undo, .checkout, .administration])
        let ofAsset = try tenant.activity(asset: asset, limit: 2, offset: 1)
        #expect(ofAsset.rows.map(\.kind) == [.checkout, .checkin] && ofAsset.total == 5)
        _ = try await tenant.commit(scan("x", outcome: .unknown, message: "?"))
        _ = try await fixture.store.record(
            .scannerFailed, message: "x", facts: [:], actor: .test, origin: .test, at: noon)
        #expect(try tenant.activity().total == 8)
    }

    @Test func anotherTenantsRowsDoNotExist() async throws {
        let fixture = try Fixture()
        let other = try await fixture.store.createTenant(slug: "other", name: "Other", actor: .test, origin: .test)
        let here = fixture.tenant
        let there = fixture.store.tenant(other.id)
        let dell = try await fixture.row(.manufacturer, "Dell")
        let ada = try await fixture.person("Ada")
        let room = try await fixture.location("Room")
        let ticket = try await here.change(request()) { try $0.createTicket(subject: "X", requester: ada.id) }
        #expect(try there.entry(.manufacturer, dell.id) == nil && there.entries(.manufacturer).total == 0)
        #expect(try there.people(search: "Ada").total == 0 && there.person(uuid: ada.uuid) == nil)
        #expect(try there.ticket(uuid: ticket.uuid) == nil && there.tickets(of: nil).rows.isEmpty)
        #expect(try there.activity(person: ada.id).total == 0 && there.location(named: "Room") == nil)
        var model = CatalogueDraft(name: "Latitude")
        model.manufacturer = dell.id
        let foreign = model
        #expect(
            await there.refuses { try $0.create(.model, foreign) }
                == .invalidField)
        #expect(
            await there.refuses { try $0.createPerson(PersonDraft(name: "X", location: room.id)) } == .unknownLocation)
        #expect(
            await there.refuses { try $0.createTicket(subject: "X", requester: ada.id) } == .unknownHolder)
        #expect(
            await there.fails { try $0.restorePerson(ada.id) } == .notFound)
        // the same names are free there
        let twin = try await there.change(request()) { try $0.create(.manufacturer, CatalogueDraft(name: "Dell")) }
        #expect(twin.id != dell.id)
    }

    @Test func aDryRunLeavesNoRow() async throws {
        let fixture = try Fixture()
        let before = fixture.store.lastEvent
        let person = try await fixture.tenant.dryRun().change(request()) { inventory in
            _ = try inventory.create(.company, CatalogueDraft(name: "Acme"))
            return try inventory.createPerson(PersonDraft(name: "Ada"), step: "person")
        }
        #expect(person.name == "Ada")
        #expect(try fixture.tenant.people().total == 0 && fixture.tenant.entries(.company).total == 0)
        #expect(try fixture.tenant.people(search: "Ada").total == 0 && fixture.store.lastEvent == before)
    }
}

private func phrase(_ text: String) -> AssetQuery {
    var query = AssetQuery()
    query.predicate = .phrase(text)
    return query
}

private func request() -> ChangeRequest {
    ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon)
}

extension TenantStore {
    /// The code of the refusal in which a change ends.
    fileprivate func refuses(_ body: @escaping @Sendable (Inventory) throws -> some Sendable) async -> Refusal.Code? {
        await refusal { _ = try await change(request(), body) }?.code
    }

    /// The code of the error in which a change ends.
    fileprivate func fails(_ body: @escaping @Sendable (Inventory) throws -> some Sendable) async -> DepotError.Code? {
        await failure { _ = try await change(request(), body) }?.code
    }
}

extension Fixture {
    fileprivate func row(_ table: Catalogue, _ name: String) async throws -> CatalogueEntry {
        try await row(table, CatalogueDraft(name: name))
    }

    fileprivate func row(_ table: Catalogue, _ draft: CatalogueDraft) async throws -> CatalogueEntry {
        try await tenant.change(request()) { try $0.create(table, draft) }
    }

    fileprivate func person(_ draft: PersonDraft) async throws -> Person {
        try await tenant.change(request()) { try $0.createPerson(draft) }
    }
}
