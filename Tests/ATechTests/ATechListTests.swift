import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

/// Lists, tenants, and what belongs to assets.
@Suite struct ATechListTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func tags(_ query: String, scope: Call.Scope = .tenant(.standard)) async -> [String?] {
        await fixture.send(.get, "/api/assets" + query, scope: scope).column("asset_tag")
    }

    @Test func filtersSearchAndOrder() async throws {
        let laptop = await fixture.category("Laptop")
        let office = await fixture.location("Head Office")
        await fixture.asset("IT-2", #""serial": "C02XL123456", "category_id": \#(laptop), "purchase_cost": 5"#)
        await fixture.asset("IT-10", #""manufacturer": "Apple", "model": "M3 Max", "location_id": \#(office)"#)
        let third = await fixture.asset("IT-1", #""purchase_cost": "12.5", "notes": "Apple""#, status: "maintenance")
        #expect(await tags("") == ["IT-1", "IT-10", "IT-2"])
        #expect(await tags("?order=desc") == ["IT-2", "IT-10", "IT-1"])
        #expect(await tags("?status=available") == ["IT-10", "IT-2"])
        #expect(await tags("?status=maintenance&q=it") == ["IT-1"])
        #expect(await tags("?category_id=\(laptop)") == ["IT-2"])
        #expect(await tags("?location_id=\(office)") == ["IT-10"])
        #expect(await tags("?q=apple") == ["IT-10"])
        #expect(await tags("?q=m3+max") == ["IT-10"])
        #expect(await tags("?q=xl1234") == ["IT-2"])
        #expect(await tags("?q=%25") == [])
        #expect(await tags("?sort=purchase_cost&order=desc") == ["IT-1", "IT-2", "IT-10"])
        #expect(await tags("?sort=manufacturer&order=desc&q=IT-1") == ["IT-10", "IT-1"])
        for query in ["?status=broken", "?category_id=x", "?sort=;drop", "?order=up"] {
            let reply = await fixture.send(.get, "/api/assets" + query)
            #expect(reply.status == 422)
            #expect(reply["detail"]?.array?.first?.object?["loc"]?.array?.first == .string("query"))
        }
        _ = await fixture.send(.delete, "/api/assets/\(third)")
        #expect(await tags("?q=IT-1") == ["IT-10"])
    }

    @Test func theExactTagOrSerialComesFirst() async throws {
        await fixture.asset("A-7")
        await fixture.asset("7", #""serial": "other""#)
        await fixture.asset("17")
        #expect(await tags("?q=7") == ["7", "17", "A-7"])
        #expect(await tags("?q=7&sort=asset_tag") == ["17", "7", "A-7"])
    }

    @Test func manyAssetsAreOneArray() async throws {
        let rows = (1...2500).map { "T-\($0),\($0 % 2 == 0 ? "even" : "odd")" }
        let imported = await fixture.importFile("asset_tag,name\n" + rows.joined(separator: "\n"))
        #expect(imported["created"]?.integer == 2500)
        #expect(await tags("").count == 2500)
        #expect(await tags("?sort=name&order=desc").count == 2500)
        #expect(Set(await tags("?sort=name")).count == 2500)
        #expect(await tags("?q=even&sort=id").count == 1250)
    }

    @Test func everyTenantIsMergedForThoseWhoSeeAll() async throws {
        let acme = try await fixture.depot.createTenant(
            slug: "acme", name: "Acme", actor: Actor(kind: .user, name: "me"), origin: Origin(face: .socket))
        let scope = Call.Scope.tenant(acme.id)
        let body = #"{"asset_tag": "B", "name": "b", "status": "available"}"#
        let theirs = await fixture.send(.post, "/api/assets", body, scope: scope)
        let id = try #require(theirs["id"]?.integer)
        await fixture.asset("A")
        await fixture.asset("C")
        #expect(await tags("", scope: .everything) == ["A", "B", "C"])
        #expect(await tags("?order=desc", scope: .everything) == ["C", "B", "A"])
        #expect(await tags("?q=b", scope: .everything) == ["B"])
        #expect(await tags("") == ["A", "C"])
        #expect(await fixture.send(.get, "/api/assets/\(id)").status == 404)
        #expect(await fixture.send(.get, "/api/assets/\(id)", scope: .everything).status == 200)
        let sarah = await fixture.employee("Sarah Chen")
        let across = await fixture.send(
            .post, "/api/assets/\(id)/checkout", #"{"employee_id": \#(sarah)}"#, scope: .everything)
        #expect(across.status == 404)
        let unclear = await fixture.send(.post, "/api/assets", body, scope: .everything)
        #expect(unclear.status == 400)
        #expect(unclear.detail == "Tenant scope required")
        #expect(await fixture.send(.delete, "/api/assets/\(id)", scope: .everything).status == 200)
        #expect(await fixture.send(.get, "/api/tenants", scope: .everything).column("slug") == ["default", "acme"])
        #expect(await fixture.send(.get, "/api/tenants", scope: scope).column("slug") == ["acme"])
        let csv = await fixture.send(.get, "/api/assets/export/csv", scope: .everything)
        #expect(csv.text.split(separator: "\r\n").count == 3)
    }

    @Test func employeesCategoriesAndLocationsCanBeEdited() async throws {
        for path in ["/api/employees", "/api/categories", "/api/locations"] {
            let made = await fixture.send(.post, path, #"{"name": "Zoë"}"#)
            #expect(made.status == 201)
            let id = try #require(made["id"]?.integer)
            _ = await fixture.send(.post, path, #"{"name": "Anna"}"#)
            #expect(await fixture.send(.get, path).column("name") == ["Anna", "Zoë"])
            #expect(await fixture.send(.get, "\(path)/\(id)")["name"] == .string("Zoë"))
            #expect(await fixture.send(.put, "\(path)/\(id)", #"{"name": "Zoe"}"#)["name"] == .string("Zoe"))
            #expect(await fixture.send(.put, "\(path)/\(id)", #"{"name": " "}"#).status == 422)
            #expect(await fixture.send(.post, path, "{}").status == 422)
            #expect(await fixture.send(.delete, "\(path)/\(id)").text == #"{"ok":true}"#)
            #expect(await fixture.send(.get, "\(path)/\(id)").status == 404)
            #expect(await fixture.send(.get, path).column("name") == ["Anna"])
        }
        let laptop = await fixture.category("Laptop")
        await fixture.asset("IT-1", #""category_id": \#(laptop)"#)
        #expect(await fixture.send(.delete, "/api/categories/\(laptop)").status == 409)
        #expect(await fixture.send(.post, "/api/categories", #"{"name": "laptop"}"#).status == 400)
    }

    @Test func aPersonIsKnownByMoreThanAName() async throws {
        let made = await fixture.send(
            .post, "/api/employees",
            #"{"name": "Sarah Chen", "email": "sarah@example.com", "employee_number": "7", "badge": "B7"}"#)
        let id = try #require(made["id"]?.integer)
        #expect(
            made.text
                == #"{"id":\#(id),"name":"Sarah Chen","email":"sarah@example.com","employee_number":"7","badge":"B7"}"#)
        let kept = await fixture.send(.put, "/api/employees/\(id)", #"{"email": null}"#)
        #expect(kept["email"] == .null)
        #expect(kept["badge"] == .string("B7"))
    }

    @Test func whoAsks() async throws {
        let me = await fixture.send(.get, "/api/auth/me", access: .operator)
        #expect(me["name"] == .string("MSP Admin"))
        #expect(me["role"] == .string("client_manager"))
        #expect(me["tenant"] == .string("default"))
        #expect(await fixture.send(.get, "/api/auth/me", scope: .everything)["role"] == .string("msp_admin"))
        let login = await fixture.send(.post, "/api/auth/login", "username=a&password=b", access: .anyone)
        #expect(login.status == 404)
        #expect(login.detail?.contains("depotctl token create") == true)
    }

    @Test func aPlaceThatHasAnAssetIsNamedWithoutAnEmployeesId() async throws {
        let office = await fixture.location("Head Office")
        let id = await fixture.asset("IT-1")
        _ = try await fixture.tenant.apply(
            Transition(
                operation: newOperation(), kind: .checkout(to: .location(LocationID(rawValue: office))),
                actor: Actor(kind: .user, name: "me"), origin: Origin(face: .socket), at: noon),
            to: AssetID(rawValue: id))
        let reply = await fixture.send(.get, "/api/assets/\(id)")
        #expect(reply["status"] == .string("deployed"))
        #expect(reply["assigned_to"]?.object?["id"] == .null)
        #expect(reply["assigned_to"]?.object?["name"] == .string("Head Office"))
    }
}
