import DepotModel
import DepotStore
import Testing

/// Several writes of one request, and dry runs.
struct ChangeTests {
    @Test func everythingOfARequestIsTakenOrNothing() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1").asset.id
        let events = fixture.store.lastEvent
        let refused = await refusal {
            try await fixture.tenant.change(request()) { inventory in
                _ = try inventory.apply(.edit(["name": "renamed"]), to: asset, step: "name")
                _ = try inventory.create(AssetDraft(tag: "IT-2"), step: "second")
                _ = try inventory.apply(.checkin(), to: asset)
            }
        }
        #expect(refused?.code == .notDeployed)
        #expect(try fixture.tenant.asset(asset)?.asset.name == nil && fixture.store.lastEvent == events)
        #expect(try fixture.tenant.asset(tag: "IT-2") == nil)
        let (applied, found) = try await fixture.tenant.change(request()) { inventory in
            _ = try inventory.apply(.edit(["name": "renamed"]), to: asset, step: "name")
            let applied = try inventory.apply(.checkout(to: .person(ada.id)), to: asset, note: "here")
            return (
                applied,
                [
                    try inventory.asset(tag: " it-1"),
                    try inventory.asset(uuid: applied.asset?.asset.uuid ?? operation()),
                ]
            )
        }
        #expect(applied.event.note == "here" && applied.asset?.assignee?.uuid == ada.uuid)
        #expect(found == [applied.asset, applied.asset] && applied.asset?.asset.name == "renamed")
        #expect(try fixture.tenant.history(asset).map(\.kind) == [.created, .edit, .checkout])
        #expect(try fixture.tenant.asset(asset) == applied.asset)
    }

    @Test func aRetriedRequestReturnsEveryStepOfTheFirst() async throws {
        let fixture = try Fixture()
        let request = request()
        @Sendable func make(_ inventory: Inventory) throws -> [Applied] {
            let made = try inventory.create(AssetDraft(tag: nil))
            let id = made.asset?.asset.id ?? AssetID(rawValue: 0)
            return [
                made, try inventory.apply(.edit(["name": "a"]), to: id, step: "one"),
                try inventory.apply(.edit(["name": "b"]), to: id, step: "two"),
            ]
        }
        let first = try await fixture.tenant.change(request, make)
        let second = try await fixture.tenant.change(request, make)
        #expect(first.map(\.wasRepeat) == [false, false, false] && second.map(\.wasRepeat) == [true, true, true])
        #expect(first.map(\.event) == second.map(\.event) && fixture.store.lastEvent.rawValue == 3)
        #expect(first[0].event.operation == request.operation && Set(first.map(\.event.operation)).count == 3)
        #expect(first[1].event.operation.description.dropFirst(14).first == "8")
    }

    @Test func aDryRunAnswersAndLeavesNoTrace() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1").asset.id
        let events = fixture.store.lastEvent
        let dry = fixture.tenant.dryRun()
        let made = try await dry.make("IT-2") { $0.modelName = "X1" }
        #expect(made.asset.tag == "IT-2" && made.model?.name == "X1")
        let applied = try await dry.apply(transition(.checkout(to: .person(ada.id))), to: asset)
        #expect(applied.asset?.holder?.name == "Ada" && applied.event.number.rawValue == events.rawValue + 1)
        #expect(await refusal { _ = try await dry.apply(transition(.checkin()), to: asset) }?.code == .notDeployed)
        _ = try await dry.createPerson(
            PersonDraft(name: "Bob"), ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        #expect(fixture.store.lastEvent == events && fixture.commits.numbers.last == events.rawValue)
        #expect(try fixture.tenant.asset(tag: "IT-2") == nil && fixture.tenant.asset(asset)?.holder == nil)
        #expect(try fixture.tenant.assets(search("IT-2")).total == 0)
        #expect(try fixture.tenant.references(.model).total == 0)
        let real = try await fixture.asset("IT-3")
        #expect(real.asset.id == made.asset.id && fixture.store.lastEvent.rawValue == events.rawValue + 1)
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func dryRunsAmongRealWritesLeaveThoseWhole() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-0").asset.id
        let start = fixture.store.lastEvent.rawValue
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 1...60 {
                group.addTask {
                    if index % 3 == 0 {
                        _ = try await fixture.tenant.dryRun().make("DRY-\(index)") { $0.company = "Dry \(index)" }
                    } else if index % 3 == 1 {
                        _ = try await fixture.tenant.make("IT-\(index)") { $0.company = "Real \(index)" }
                    } else {
                        try await fixture.apply(.edit(["name": "name \(index)"]), asset)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(fixture.store.lastEvent.rawValue == start + 40)
        #expect(fixture.commits.numbers == Array(1...(start + 40)))
        #expect(try fixture.tenant.assets(AssetQuery()).total == 21)
        #expect(try fixture.tenant.assets(search("DRY")).total == 0)
        #expect(try fixture.tenant.references(.company, search: "dry").total == 0)
        let report = try await fixture.store.verify()
        #expect(report.problems.isEmpty && report.integrity == "ok")
    }

    @Test func whatHappenedEarlierIsTimedByWhenItHappened() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1").asset.id
        let then = noon.advanced(byMilliseconds: -3 * 86_400_000)
        try await fixture.tenant.set(.auditInterval, to: "10", actor: .test, origin: .test)
        let applied = try await fixture.tenant.change(request()) { inventory in
            try inventory.apply(.checkout(to: .person(ada.id)), to: asset, effectiveAt: then)
        }
        #expect(applied.asset?.asset.lastCheckout == then && applied.event.at == noon)
        #expect(applied.asset?.asset.updatedAt == noon)
        let audited = try await fixture.tenant.change(request()) { inventory in
            try inventory.apply(.audit(), to: asset, effectiveAt: then)
        }
        #expect(audited.asset?.asset.lastAudit == then)
        #expect(audited.asset?.asset.nextAudit == then.date.advanced(byDays: 10))
        let future = try await fixture.tenant.change(request()) { inventory in
            try inventory.apply(.checkin(), to: asset, effectiveAt: noon.advanced(byMilliseconds: 5))
        }
        #expect(future.asset?.asset.lastCheckin == noon)
    }

    @Test func newFieldsAreKeptAndUndone() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1") {
            $0.isRequestable = true
            $0.endOfLife = CalendarDate("2030-01-31")
            $0.expectedCheckin = CalendarDate("2027-01-01")
            $0.lastAudit = noon
        }
        #expect(asset.asset.isRequestable && !asset.asset.isBYOD && asset.asset.lastAudit == noon)
        #expect(try fixture.tenant.asset(tag: "IT-1") == asset)
        let edited = try await fixture.apply(
            .edit(["requestable": "false", "byod": "true", "end_of_life": nil]), asset.asset.id)
        #expect(edited.asset?.asset.isBYOD == true && edited.asset?.asset.endOfLife == nil)
        #expect(edited.event.changes.map(\.field) == ["end_of_life", "requestable", "byod"])
        let undone = try await fixture.apply(.undo(edited.event.number), asset.asset.id)
        #expect(undone.asset?.asset.isRequestable == true && undone.asset?.asset.endOfLife == asset.asset.endOfLife)
        let refused = await refusal { try await fixture.apply(.edit(["default_location_id": "99"]), asset.asset.id) }
        #expect(refused?.code == .unknownLocation && refused?.facts["field"] == "default_location_id")
        let supplier = await refusal {
            _ = try await fixture.asset("IT-2") { $0.supplierID = CatalogueID(rawValue: 9) }
        }
        #expect(supplier?.code == .invalidField && supplier?.facts["field"] == "supplier_id")
    }

    @Test func anAssetFollowsThePersonToTheirPlace() async throws {
        let fixture = try Fixture()
        let room = try await fixture.location("Room")
        let cart = try await fixture.location("Cart")
        let ada = try await fixture.tenant.createPerson(
            PersonDraft(
                name: "Ada Lovelace", username: "ada", location: room.id,
                attributes: ["first_name": "Ada", "last_name": "“L”\n"]),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let asset = try await fixture.asset("IT-1") { $0.defaultLocation = cart.id }
        #expect(asset.locationUUID == cart.uuid && asset.defaultLocationUUID == cart.uuid && asset.assignee == nil)
        let out = try #require(try await fixture.apply(.checkout(to: .person(ada.id)), asset.asset.id).asset)
        #expect(out.asset.location == room.id && out.locationUUID == room.uuid && out.holder?.location == room.id)
        #expect(
            out.assignee
                == Assignee(
                    id: ada.id, uuid: ada.uuid, name: "Ada Lovelace", username: "ada", firstName: "Ada",
                    lastName: "“L”\n"))
        let moved = try #require(try await fixture.apply(.transfer(to: .location(cart.id)), asset.asset.id).asset)
        #expect(moved.holderLocationUUID == cart.uuid && moved.assignee == nil && moved.asset.location == cart.id)
        let back = try await fixture.apply(.checkin(), asset.asset.id)
        #expect(back.asset == (try fixture.tenant.asset(asset.asset.id)) && back.asset?.holderLocationUUID == nil)
    }
}

func request(_ id: UniqueID? = nil) -> ChangeRequest {
    ChangeRequest(operation: id ?? operation(), actor: .test, origin: .test, at: noon)
}
