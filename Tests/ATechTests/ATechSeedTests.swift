import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

/// Every operation of the page, with its own example requests.
@Suite struct ATechSeedTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private let latitude = """
        "asset_tag": "IT-0043", "name": "Dell Latitude 7440", "manufacturer": "Dell", "model": "7440",
        "serial": "5CG0XY9876", "purchase_date": "2024-03-01", "warranty_expiry": "2027-06-12"
        """

    private func body(_ category: Int64, _ location: Int64, _ more: String) -> String {
        "{\(latitude), \"category_id\": \(category), \"location_id\": \(location), \(more)}"
    }

    @Test func anAssetIsCreatedAndReadFieldForField() async throws {
        let category = await fixture.category("Laptop")
        let location = await fixture.location("Head Office")
        let reply = await fixture.send(
            .post, "/api/assets",
            body(category, location, #""status": "available", "purchase_cost": 1450, "notes": """#))
        #expect(reply.status == 201)
        let id = try #require(reply["id"]?.integer)
        let expected = """
            {"id":\(id),"asset_tag":"IT-0043","name":"Dell Latitude 7440","manufacturer":"Dell","model":"7440",\
            "serial":"5CG0XY9876","status":"available","category":{"id":\(category),"name":"Laptop"},\
            "location":{"id":\(location),"name":"Head Office"},"assigned_to":null,"purchase_date":"2024-03-01",\
            "purchase_cost":"1450.00","warranty_expiry":"2027-06-12","notes":""}
            """
        #expect(reply.text == expected)
        let got = await fixture.send(.get, "/api/assets/\(id)")
        #expect(got.status == 200)
        #expect(got.text == expected)
        #expect(got.headers[.eTag] == "\"1\"")
        #expect(await fixture.send(.get, "/api/assets").text == "[\(expected)]")
    }

    @Test func anUpdateNeedsEveryFieldAndChangesWhatDiffers() async throws {
        let id = await fixture.asset("IT-0043")
        let category = await fixture.category("Laptop")
        let location = await fixture.location("Head Office")
        let part = await fixture.send(.put, "/api/assets/\(id)", #"{"name": "Latitude", "status": "available"}"#)
        #expect(part.status == 422)
        #expect(part["detail"]?.array?.count == 10)
        let first = try JSONValue(
            parsing: Array(#"{"loc": ["body", "asset_tag"], "msg": "Field required", "type": "missing"}"#.utf8))
        #expect(part["detail"]?.array?.first == first)
        let whole = body(category, location, #""status": "available", "purchase_cost": "1450.50", "notes": "new""#)
        let reply = await fixture.send(.put, "/api/assets/\(id)", whole)
        #expect(reply.status == 200)
        #expect(reply["purchase_cost"] == .string("1450.50"))
        #expect(reply["notes"] == .string("new"))
        #expect(reply["category"]?.object?["name"] == .string("Laptop"))
        let again = await fixture.send(.put, "/api/assets/\(id)", whole)
        #expect(again.headers[.eTag] == reply.headers[.eTag])
        let stale = await fixture.send(.put, "/api/assets/\(id)", whole, version: 1)
        #expect(stale.status == 412)
    }

    @Test func checkoutCheckinAndHistory() async throws {
        let id = await fixture.asset("IT-0042")
        let sarah = await fixture.employee("Sarah Chen")
        let out = await fixture.send(
            .post, "/api/assets/\(id)/checkout",
            #"{"employee_id": \#(sarah), "note": "Assigned for new hire onboarding"}"#)
        #expect(out.status == 200)
        #expect(out["status"] == .string("deployed"))
        #expect(out["assigned_to"]?.object?["id"]?.integer == sarah)
        #expect(out["assigned_to"]?.object?["name"] == .string("Sarah Chen"))
        let twice = await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": "\#(sarah)"}"#)
        #expect(twice.status == 400)
        #expect(twice.detail == "IT-0042 has been checked out to Sarah Chen since 2026-11-21.")
        let back = await fixture.send(
            .post, "/api/assets/\(id)/checkin", #"{"note": "Returned in good condition"}"#)
        #expect(back.status == 200)
        #expect(back["status"] == .string("available"))
        #expect(back["assigned_to"] == .null)
        #expect(await fixture.send(.post, "/api/assets/\(id)/checkin", "").status == 400)
        let expected = """
            [{"action":"checkout","employee_name":"Sarah Chen","performed_by":"MSP Admin",\
            "note":"Assigned for new hire onboarding","timestamp":"2026-11-21T12:00:00Z"},\
            {"action":"checkin","employee_name":"Sarah Chen","performed_by":"MSP Admin",\
            "note":"Returned in good condition","timestamp":"2026-11-21T12:00:00Z"}]
            """
        #expect(await fixture.send(.get, "/api/assets/\(id)/history").text == expected)
    }

    @Test func aTransferIsACheckinAndACheckout() async throws {
        let id = await fixture.asset("IT-1")
        let sarah = await fixture.employee("Sarah Chen")
        let omar = await fixture.employee("Omar Diaz")
        _ = await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": \#(sarah)}"#)
        _ = try await fixture.tenant.apply(
            Transition(
                operation: newOperation(), kind: .transfer(to: .person(PersonID(rawValue: omar))),
                actor: Actor(kind: .counter, name: "Counter 1"), origin: Origin(face: .scanner), at: noon),
            to: AssetID(rawValue: id))
        let history = await fixture.send(.get, "/api/assets/\(id)/history")
        #expect(history.column("action") == ["checkout", "checkin", "checkout"])
        #expect(history.column("employee_name") == ["Sarah Chen", "Sarah Chen", "Omar Diaz"])
        #expect(history.column("performed_by") == ["MSP Admin", "Counter 1", "Counter 1"])
    }

    @Test func aDeleteTakesTheHistoryAndChecksInFirst() async throws {
        let id = await fixture.asset("IT-1")
        let sarah = await fixture.employee("Sarah Chen")
        _ = await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": \#(sarah)}"#)
        let gone = await fixture.send(.delete, "/api/assets/\(id)")
        #expect(gone.status == 200)
        #expect(gone.text == #"{"ok":true}"#)
        for path in ["/api/assets/\(id)", "/api/assets/\(id)/history", "/api/assets/\(id)/qr"] {
            let reply = await fixture.send(.get, path)
            #expect(reply.status == 404)
            #expect(reply.detail == "Asset not found")
        }
        #expect(await fixture.send(.delete, "/api/assets/\(id)").status == 404)
        let last = try fixture.depot.events(since: EventNumber(rawValue: 0), limit: 100).suffix(2)
        #expect(last.map(\.kind) == [.checkin, .purged])
    }

    @Test func theLimitIsPaymentRequired() async throws {
        try await fixture.tenant.set(
            .assetLimit, to: "1", actor: Actor(kind: .user, name: "me"), origin: Origin(face: .socket))
        await fixture.asset("IT-1")
        let reply = await fixture.send(
            .post, "/api/assets", #"{"asset_tag": "IT-2", "name": "x", "status": "available"}"#)
        #expect(reply.status == 402)
        #expect(reply.detail?.contains("limit") == true)
        let imported = await fixture.importFile("asset_tag,name\nIT-1,changed\nIT-2,new\n")
        #expect(imported.status == 402)
        #expect(await fixture.send(.get, "/api/assets").column("name") == ["IT-1"])
        #expect(await fixture.importFile("asset_tag,name\nIT-1,changed\nBAD,,,\n").status == 402)
        #expect(await fixture.importFile("asset_tag,name\nit-1,changed\n")["updated"]?.integer == 1)
    }

    @Test func theFourWordsMoveAsThePageSays() async throws {
        let id = await fixture.asset("IT-1")
        let sarah = await fixture.employee("Sarah Chen")
        func put(_ status: String) async -> DialectReply {
            await fixture.send(
                .put, "/api/assets/\(id)",
                """
                {"asset_tag": "IT-1", "name": "IT-1", "manufacturer": "", "model": "", "serial": "",
                 "status": "\(status)", "category_id": null, "location_id": null, "purchase_date": null,
                 "purchase_cost": null, "warranty_expiry": "", "notes": ""}
                """)
        }
        #expect(await put("deployed").status == 400)
        #expect(await put("maintenance")["status"] == .string("maintenance"))
        let refused = await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": \#(sarah)}"#)
        #expect(refused.status == 400)
        #expect(await put("retired")["status"] == .string("retired"))
        #expect(await put("available")["status"] == .string("available"))
        _ = await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": \#(sarah)}"#)
        #expect(await put("deployed").status == 200)
        #expect(await put("available").status == 400)
        let broken = await put("maintenance")
        #expect(broken["status"] == .string("maintenance"))
        #expect(broken["assigned_to"] == .null)
        #expect(await fixture.send(.get, "/api/assets/\(id)/history").column("action") == ["checkout", "checkin"])
        #expect(await put("in use").status == 422)
    }

    @Test func errorsHaveTheirShape() async throws {
        await fixture.asset("IT-1")
        let taken = await fixture.send(
            .post, "/api/assets", #"{"asset_tag": "it-1 ", "name": "x", "status": "available"}"#)
        #expect(taken.status == 400)
        #expect(taken.detail == "Asset tag already exists")
        let broken = await fixture.send(.post, "/api/assets", "{")
        #expect(broken.status == 422)
        #expect(broken["detail"]?.array?.count == 1)
        for body in ["[]", "3", "", #"{"asset_tag": [], "name": {}, "status": 7}"#] {
            #expect(await fixture.send(.post, "/api/assets", body).status == 422)
        }
        let id = await fixture.asset("IT-2")
        let nobody = await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": 999}"#)
        #expect(nobody.status == 404)
        #expect(nobody.detail == "Employee not found")
        #expect(await fixture.send(.post, "/api/assets/\(id)/checkout", #"{"employee_id": 1e400}"#).status == 422)
        #expect(await fixture.send(.post, "/api/assets/\(id)/checkout", "{}").status == 422)
        #expect(await fixture.send(.get, "/api/assets/abc").status == 422)
        #expect(await fixture.send(.get, "/api/assets/99999999999999999999").status == 404)
        let place = await fixture.send(
            .post, "/api/assets",
            #"{"asset_tag": "n", "name": "x", "status": "available", "location_id": 99, "category_id": 99}"#)
        #expect(place.status == 404)
        let cost = await fixture.send(
            .post, "/api/assets", #"{"asset_tag": "n", "name": "x", "status": "available", "purchase_cost": 1e999}"#)
        #expect(cost.status == 422)
        let forbidden = await fixture.send(.post, "/api/assets", "{}", access: .viewer)
        #expect(forbidden.status == 403)
        #expect(forbidden.detail == "Permission denied")
    }

    @Test func aDryRunAnswersAndChangesNothing() async throws {
        let reply = await fixture.send(
            .post, "/api/assets", #"{"asset_tag": "IT-1", "name": "x", "status": "available"}"#, isDryRun: true)
        #expect(reply.status == 201)
        #expect(await fixture.send(.get, "/api/assets").text == "[]")
    }

    @Test func aCategoryBelongsToAModelAndBothComeBackAsTheyWereSent() async throws {
        let laptop = await fixture.category("Laptop")
        let desktop = await fixture.category("Desktop")
        for (tag, members) in [
            ("a", #""model": "7440", "manufacturer": "Dell", "category_id": \#(laptop)"#),
            ("b", #""model": "7440", "manufacturer": "Dell", "category_id": \#(desktop)"#),
            ("c", #""category_id": \#(desktop)"#), ("d", #""manufacturer": "Dell""#),
            ("e", #""model": "7440", "manufacturer": "Lenovo", "category_id": \#(desktop)"#),
        ] { await fixture.asset(tag, members) }
        let list = await fixture.send(.get, "/api/assets")
        #expect(list.column("model") == ["7440", "7440", "", "", "7440"])
        #expect(list.column("manufacturer") == ["Dell", "Dell", "", "Dell", "Lenovo"])
        let categories = list.json.array?.map { $0.object?["category"]?.object?["name"]?.text }
        #expect(categories == ["Laptop", "Desktop", "Desktop", nil, "Desktop"])
        let models = try fixture.tenant.entries(.model).total
        await fixture.asset("f", #""model": "7440", "manufacturer": "Dell", "category_id": \#(desktop)"#)
        #expect(try fixture.tenant.entries(.model).total == models)
    }
}
