import DepotModel
import DepotStore
import Testing

/// Every kind of transition, through the store.
struct TransitionTests {
    @Test func checkoutAndCheckinMoveTheAssetAndLeaveEvents() async throws {
        let fixture = try Fixture()
        let shelf = try await fixture.location("Shelf")
        let asset = try await fixture.asset("IT-1") { $0.defaultLocation = shelf.id }
        let ada = try await fixture.person("Ada")
        #expect(asset.location?.name == "Shelf" && asset.asset.lifecycle == .available)
        let out = try await fixture.apply(
            .checkout(to: .person(ada.id), expectedCheckin: CalendarDate("2026-12-01")), asset.asset.id)
        #expect(out.event.kind == .checkout && out.event.to?.name == "Ada" && out.event.asset?.version == 2)
        #expect(out.asset?.holder?.name == "Ada" && out.asset?.asset.lifecycle == .deployed)
        #expect(try fixture.tenant.asset(asset.asset.id) == out.asset)
        let back = try await fixture.apply(.checkin(), asset.asset.id)
        #expect(back.event.from?.name == "Ada" && back.asset?.holder == nil && back.asset?.location?.name == "Shelf")
        #expect(try fixture.tenant.asset(tag: "it-1") == back.asset)
        #expect(back.asset?.asset.version == 3 && back.asset?.asset.checkinCount == 1)
        #expect(try fixture.tenant.history(asset.asset.id).map(\.kind) == [.created, .checkout, .checkin])
        #expect(fixture.commits.numbers == [1, 2, 3, 4, 5])
    }

    @Test func checkoutToALocationMovesItThere() async throws {
        let fixture = try Fixture()
        let room = try await fixture.location("Room 1")
        let asset = try await fixture.asset("IT-1")
        let out = try await fixture.apply(.checkout(to: .location(room.id)), asset.asset.id)
        #expect(out.asset?.location?.name == "Room 1" && out.asset?.holder?.name == "Room 1")
        #expect(try fixture.tenant.asset(asset.asset.id) == out.asset)
    }

    @Test func transferNamesBothHolders() async throws {
        let fixture = try Fixture()
        let (ada, bob) = (try await fixture.person("Ada"), try await fixture.person("Bob"))
        let asset = try await fixture.asset("IT-1")
        try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id)
        let moved = try await fixture.apply(.transfer(to: .person(bob.id)), asset.asset.id)
        #expect(moved.event.from?.name == "Ada" && moved.event.to?.name == "Bob" && moved.asset?.holder?.name == "Bob")
        let refused = await refusal { try await fixture.apply(.transfer(to: .person(bob.id)), asset.asset.id) }
        #expect(refused?.code == .sameHolder && refused?.facts["since"] == noon.description)
    }

    @Test func auditUsesTheTenantsInterval() async throws {
        let fixture = try Fixture()
        let room = try await fixture.location("Room 1")
        let asset = try await fixture.asset("IT-1")
        #expect(try await fixture.apply(.audit(), asset.asset.id).asset?.asset.nextAudit == nil)
        try await fixture.tenant.set(.auditInterval, to: "30", actor: .test, origin: .test)
        let audited = try await fixture.apply(.audit(location: room.id, moves: true), asset.asset.id)
        #expect(audited.asset?.asset.nextAudit == CalendarDate("2026-12-21"))
        #expect(audited.asset?.location?.name == "Room 1")
        let refused = await refusal {
            try await fixture.apply(.audit(location: LocationID(rawValue: 99)), asset.asset.id)
        }
        #expect(refused?.code == .unknownLocation)
    }

    @Test func editSetsEveryEditableField() async throws {
        let fixture = try Fixture()
        let room = try await fixture.location("Room 1")
        let other = try await fixture.asset("IT-2") {
            $0.modelName = "X1"
            $0.manufacturer = "Lenovo"
            $0.category = "Laptop"
            $0.supplier = "Shop"
            $0.company = "Acme"
        }
        let asset = try await fixture.asset("IT-1")
        let label = try #require(try fixture.tenant.statusLabels().first { $0.type == .pending })
        let fields: [String: String?] = [
            "asset_tag": "  IT-9 ", "serial": "S1", "name": "Laptop", "model_id": other.asset.model?.description,
            "status_id": label.id.description, "location_id": room.id.description,
            "default_location_id": room.id.description, "purchase_date": "2026-01-02", "purchase_cost": "12.3456",
            "order_number": "O1", "supplier_id": other.asset.supplier?.description,
            "company_id": other.asset.company?.description, "warranty_months": "24", "warranty_expiry": "2028-01-02",
            "expected_checkin": "2026-12-24", "next_audit": "2027-01-01", "end_of_life": "2031-01-01",
            "requestable": "true", "byod": "true", "notes": "n", "custom.color": "red",
        ]
        let edited = try await fixture.apply(.edit(fields), asset.asset.id)
        let stored = try #require(try fixture.tenant.asset(tag: "it-9"))
        #expect(stored == edited.asset && stored.model == other.model && stored.supplier?.name == "Shop")
        for field in AssetField.allCases where field.isEditable {
            #expect(stored.asset[field] == fields[field.rawValue].map { $0.map(trim) } ?? nil, "\(field)")
        }
        #expect(stored.asset.custom == ["color": "red"] && stored.asset.lifecycle == .maintenance)
        #expect(try fixture.tenant.asset(tag: "IT-1") == nil)
        let undone = try await fixture.apply(.undo(edited.event.number), asset.asset.id)
        var before = asset.asset
        before.version = 3
        #expect(undone.asset?.asset == before && undone.event.undoes == edited.event.number)
        #expect(try fixture.tenant.asset(tag: "IT-1") == undone.asset)
    }

    @Test(arguments: [
        ("model_id", "99"), ("supplier_id", "99"), ("company_id", "99"), ("status_id", "99"), ("holder", "person:1"),
        ("nonsense", "1"), ("asset_tag", "  "), ("purchase_cost", "cheap"), ("name", "a\0b"), ("asset_tag", "a\u{1}b"),
        ("name", String(repeating: "x", count: 10_000)), ("warranty_months", "999999999999999999999"),
    ])
    func editsThatDoNotFitAreRefusals(_ field: String, _ value: String) async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1")
        let refused = await refusal { try await fixture.apply(.edit([field: value]), asset.asset.id) }
        #expect(refused?.code == .invalidField)
        #expect(try fixture.tenant.asset(asset.asset.id) == asset)
    }

    @Test func unknownLocationsInEditsAreRefused() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1")
        for field in ["location_id", "default_location_id"] {
            let refused = await refusal { try await fixture.apply(.edit([field: "99"]), asset.asset.id) }
            #expect(refused?.code == .unknownLocation)
        }
    }

    @Test func tagsAreUniqueWithoutCaseAmongWhatIsNotDeleted() async throws {
        let fixture = try Fixture()
        let first = try await fixture.asset("Größe-1")
        #expect(await refusal { _ = try await fixture.asset(" GRÖSSE-1") } == nil)
        #expect(await refusal { _ = try await fixture.asset(" GRÖßE-1 ") }?.code == .tagTaken)
        let second = try await fixture.asset("IT-2")
        let renamed = await refusal { try await fixture.apply(.edit(["asset_tag": "gröSSe-1"]), second.asset.id) }
        #expect(renamed?.code == .tagTaken)
        try await fixture.apply(.delete, first.asset.id)
        #expect(try fixture.tenant.asset(tag: "Größe-1") == nil)
        _ = try await fixture.asset("größe-1")
        #expect(await refusal { try await fixture.apply(.restore, first.asset.id) }?.code == .tagTaken)
    }

    @Test func deleteAndRestore() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1")
        let deleted = try await fixture.apply(.delete, asset.asset.id)
        #expect(deleted.asset?.asset.lifecycle == .deleted)
        #expect(try fixture.tenant.asset(asset.asset.id) == deleted.asset)
        #expect(await refusal { try await fixture.apply(.audit(), asset.asset.id) }?.code == .deleted)
        let restored = try await fixture.apply(.restore, asset.asset.id)
        #expect(try fixture.tenant.asset(tag: "IT-1") == restored.asset)
    }

    @Test func purgeRemovesTheAssetAndHidesItsHistory() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1")
        _ = try await fixture.tenant.commit(
            scan("IT-1", intent: .init(asset: asset.asset.id, kind: .checkin())))
        let purged = try await fixture.apply(.purge, asset.asset.id)
        #expect(purged.asset == nil && purged.event.facts["events"] == "2")
        #expect(try fixture.tenant.asset(asset.asset.id) == nil)
        #expect(try fixture.tenant.history(asset.asset.id) == [purged.event])
        #expect(try fixture.tenant.assets(search("IT-1")).total == 0)
        #expect(try fixture.store.events(since: EventNumber(rawValue: 0), limit: 10).count == 3)
        #expect(try await fixture.store.verify().problems.isEmpty)
        let again = try await fixture.asset("IT-1")
        #expect(again.asset.id > asset.asset.id)
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func anAssetThatHoldsOthersIsNotPurged() async throws {
        let fixture = try Fixture()
        let cart = try await fixture.asset("CART")
        let asset = try await fixture.asset("IT-1")
        try await fixture.apply(.checkout(to: .asset(cart.asset.id)), asset.asset.id)
        let refused = await refusal { try await fixture.apply(.purge, cart.asset.id) }
        #expect(refused?.code == .holdsAssets && refused?.facts["assets"] == "1")
    }

    @Test func anAssetNeverHoldsItselfThroughOthers() async throws {
        let fixture = try Fixture()
        var assets: [AssetID] = []
        for tag in ["A", "B", "C"] { assets.append(try await fixture.asset(tag).asset.id) }
        let (a, b, c) = (assets[0], assets[1], assets[2])
        try await fixture.apply(.checkout(to: .asset(a)), b)
        try await fixture.apply(.checkout(to: .asset(b)), c)
        for holder in assets {
            let refused = await refusal { try await fixture.apply(.checkout(to: .asset(holder)), a) }
            #expect(refused?.code == .holderIsItself)
        }
        // nor by an undo: C gives B back, A goes to C … and C's checkin is taken back
        let back = try await fixture.apply(.checkin(), b)
        try await fixture.apply(.checkout(to: .asset(c)), a)
        #expect(await refusal { try await fixture.apply(.undo(back.event.number), b) }?.code == .holderIsItself)
    }

    @Test func undoTakesBackOnlyTheNewestEvent() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1")
        let out = try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id)
        // a scan that only shows it is nothing that happened to it
        _ = try await fixture.tenant.commit(scan("IT-1", intent: .init(asset: asset.asset.id, kind: .restore)))
        let back = try await fixture.apply(.checkin(), asset.asset.id)
        #expect(
            await refusal { try await fixture.apply(.undo(out.event.number), asset.asset.id) }?.code == .happenedSince)
        let undone = try await fixture.apply(.undo(back.event.number), asset.asset.id)
        #expect(undone.asset?.holder?.name == "Ada" && undone.event.to?.name == "Ada")
        #expect(try fixture.tenant.asset(asset.asset.id) == undone.asset)
        let again = await refusal { try await fixture.apply(.undo(EventNumber(rawValue: 2)), asset.asset.id) }
        #expect(again?.code == .notUndoable)
    }

    @Test func undoGivesNothingToAPersonWhoWasDeletedSince() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1")
        try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id)
        let back = try await fixture.apply(.checkin(), asset.asset.id)
        _ = try await fixture.tenant.deletePerson(
            ada.id, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(
            await refusal { try await fixture.apply(.undo(back.event.number), asset.asset.id) }?.code == .holderDeleted)
        let refused = await refusal { try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id) }
        #expect(refused?.code == .holderDeleted)
    }

    @Test func theVersionIsACompareAndSetKey() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1")
        try await fixture.apply(.edit(["name": "one"]), asset.asset.id, version: 1)
        let refused = await refusal { try await fixture.apply(.edit(["name": "two"]), asset.asset.id, version: 1) }
        #expect(refused?.code == .versionConflict && refused?.facts["version"] == "2")
        #expect(await refusal { try await fixture.apply(.delete, AssetID(rawValue: 99)) }?.code == .unknownAsset)
    }

    @Test func theSameOperationIsAppliedOnce() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1")
        let wanted = transition(.checkout(to: .person(ada.id)))
        let first = try await fixture.tenant.apply(wanted, to: asset.asset.id)
        let second = try await fixture.tenant.apply(wanted, to: asset.asset.id)
        #expect(!first.wasRepeat && second.wasRepeat && second.event == first.event && second.asset == first.asset)
        let other = try await fixture.asset("IT-2")
        #expect(await failure { _ = try await fixture.tenant.apply(wanted, to: other.asset.id) }?.code == .conflict)
        let id = operation()
        var made: [Applied] = []
        for _ in 0..<2 {
            made.append(
                try await fixture.tenant.createAsset(
                    AssetDraft(tag: "IT-3"), ChangeRequest(operation: id, actor: .test, origin: .test, at: noon)))
        }
        #expect(made[1].wasRepeat && made[0].event == made[1].event && made[0].asset == made[1].asset)
    }
}

private func trim(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }

func search(_ text: String) -> AssetQuery {
    var query = AssetQuery()
    query.search = text
    return query
}
