import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

@Suite struct SupportTests {
    /// A resource that has nothing but a name to be made with, and what it is called where it is not found.
    struct Resource: Sendable, CustomTestStringConvertible {
        let path: String
        let extra: String
        let kind: String
        let word: String
        var testDescription: String { path }
    }

    static let resources = [
        Resource(path: "categories", extra: #","category_type":"asset""#, kind: "Category", word: "Category"),
        Resource(path: "manufacturers", extra: "", kind: "Manufacturer", word: "Manufacturer"),
        Resource(path: "companies", extra: "", kind: "Company", word: "Company"),
        Resource(path: "suppliers", extra: "", kind: "Supplier", word: "Supplier"),
        Resource(path: "statuslabels", extra: #","type":"pending""#, kind: "Statuslabel", word: "Status Label"),
        Resource(path: "fieldsets", extra: "", kind: "CustomFieldset", word: "Fieldset"),
        Resource(
            path: "fields", extra: #","element":"text","format":"ANY""#, kind: "CustomField", word: "Field"),
        Resource(path: "locations", extra: "", kind: "Location", word: "Location"),
    ]

    @Test(arguments: resources)
    func everyResourceIsMadeReadChangedListedAndDeleted(_ resource: Resource) async throws {
        let depot = try Depot()
        let made = try await depot.call(.post, "/\(resource.path)", #"{"name":" A & B "\#(resource.extra)}"#)
        #expect(made.isSuccess)
        #expect(made.messages == "\(resource.word) created successfully.")
        let id = try #require(made["payload", "id"].integer)

        // what is read is escaped, what a write answers only where it has the shape of what is read
        let read = try await depot.call(.get, "/\(resource.path)/\(id)")
        #expect(read["id"].integer == id)
        #expect(read["name"].text == "A &amp; B")
        let isRich = resource.path == "companies" || resource.path == "locations"
        #expect(made["payload", "name"].text == (isRich ? "A &amp; B" : "A & B"))

        for method in [HTTPRequest.Method.patch, .put] {
            let changed = try await depot.call(method, "/\(resource.path)/\(id)", #"{"name":"New \#(method)"}"#)
            #expect(changed.isSuccess)
            #expect(changed["payload", "name"].text == "New \(method)")
        }
        let unchanged = try await depot.call(.patch, "/\(resource.path)/\(id)", "{}")
        #expect(unchanged.isSuccess)

        let list = try await depot.call(.get, "/\(resource.path)?name=new%20put")
        #expect(list.total == 1)
        #expect(list["rows", "0"] == (try await depot.call(.get, "/\(resource.path)/\(id)")).json)
        let choice = try await depot.call(.get, "/\(resource.path)/selectlist?search=new")
        #expect(choice["results", "0", "text"].text == "New PUT")
        #expect(choice["total_count"].integer == 1)

        #expect(try await depot.call(.delete, "/\(resource.path)/\(id)").isSuccess)
        let gone = try await depot.call(.get, "/\(resource.path)/\(id)")
        #expect(gone.status == 200)
        #expect(gone["status"].text == "error")
        #expect(gone.messages == "\(resource.kind) not found")
        #expect(gone["payload"].isNull)
    }

    @Test(arguments: resources)
    func aNameIsRequiredAndUnique(_ resource: Resource) async throws {
        let depot = try Depot()
        let missing = try await depot.call(.post, "/\(resource.path)", #"{"name":"  "\#(resource.extra)}"#)
        #expect(missing["status"].text == "error")
        #expect(missing["messages", "name", "0"].text == "The name field is required.")
        let body = #"{"name":"Twice"\#(resource.extra)}"#
        #expect(try await depot.call(.post, "/\(resource.path)", body).isSuccess)
        let again = try await depot.call(.post, "/\(resource.path)", body)
        #expect(again["messages", "name", "0"].text == "The name has already been taken.")
        #expect(try await depot.call(.get, "/\(resource.path)?name=Twice").total == 1)
        let unknown = try await depot.call(.patch, "/\(resource.path)/99999", #"{"name":"x"}"#)
        #expect(unknown.messages == "\(resource.kind) not found")
        let noNumber = try await depot.call(.delete, "/\(resource.path)/x")
        #expect(noNumber.messages == "\(resource.kind) not found")
    }

    @Test(arguments: resources)
    func noAnswerIsOtherThanAnEnvelopeForOddValues(_ resource: Resource) async throws {
        let depot = try Depot()
        for odd in [
            #"["x"]"#, #"{"a":1}"#, "1e400", #""a\u0000b""#, "\"" + String(repeating: "x", count: 10_000) + "\"",
        ] {
            let reply = try await depot.call(.post, "/\(resource.path)", #"{"name":\#(odd)\#(resource.extra)}"#)
            #expect(reply.status == 200)
            #expect(["error", "success"].contains(reply["status"].text))
        }
        for text in ["<script>alert(1)</script>", "'; DROP TABLE asset;--", "=cmd()", "../../etc/passwd", "🧪 Ü"] {
            let reply = try await depot.call(.post, "/\(resource.path)", #"{"name":"\#(text)"\#(resource.extra)}"#)
            #expect(reply.isSuccess, "\(text)")
            #expect(!reply.text.contains("🧪"))
            #expect(try await depot.call(.get, "/\(resource.path)?limit=1&sort=id").total ?? 0 > 0)
        }
    }

    @Test func furtherFieldsComeBackUnderTheirKeys() async throws {
        let depot = try Depot()
        let location = try await depot.call(
            .post, "/locations",
            #"{"name":"Annex","address":"1 Main St","city":"Bonn","zip":53111,"currency":"EUR","unknown_key":"x"}"#)
        #expect(location["payload", "address"].text == "1 Main St")
        #expect(location["payload", "zip"].text == "53111")
        let supplier = try await depot.call(
            .post, "/suppliers", #"{"name":"ACME","email":"a@b.example","notes":"<b>","url":"https://acme.example"}"#)
        #expect(supplier["payload", "notes"].text == "<b>")
        let id = try #require(supplier["payload", "id"].integer)
        let read = try await depot.call(.get, "/suppliers/\(id)")
        #expect(read["notes"].text == "&lt;b&gt;")
        #expect(read["url"].text == "https://acme.example")
        #expect(try await depot.call(.patch, "/suppliers/\(id)", #"{"notes":null}"#).isSuccess)
        #expect(try await depot.call(.get, "/suppliers/\(id)")["notes"].isNull)
        let bad = try await depot.call(.patch, "/suppliers/\(id)", #"{"email":"nobody"}"#)
        #expect(bad["messages", "email", "0"].text == "The email field must be a valid email address.")
    }

    @Test func aCategoryHasATypeForLife() async throws {
        let depot = try Depot()
        let missing = try await depot.call(.post, "/categories", #"{"name":"Laptops"}"#)
        #expect(missing["messages", "category_type", "0"].text == "The category type field is required.")
        let bad = try await depot.call(.post, "/categories", #"{"name":"Laptops","category_type":"car"}"#)
        #expect(bad["messages", "category_type", "0"].text == "The selected category type is invalid.")
        let license = try await depot.call(.post, "/categories", #"{"name":"Office","category_type":"license"}"#)
        #expect(license["payload", "category_type"].text == "license")
        let id = try #require(license["payload", "id"].integer)
        #expect(try await depot.call(.get, "/categories/\(id)")["category_type"].text == "License")
        let changed = try await depot.call(.patch, "/categories/\(id)", #"{"category_type":"asset"}"#)
        #expect(changed["messages", "category_type", "0"].text?.hasPrefix("You cannot change") == true)
        // a category that another face made is one of assets
        _ = try await depot.entry(.category, "Tablets")
        #expect(try await depot.call(.get, "/categories/asset/selectlist")["results", "0", "text"].text == "Tablets")
        #expect(try await depot.call(.get, "/categories/license/selectlist")["total_count"].integer == 1)
        // models are of assets
        let model = try await depot.call(.post, "/models", #"{"name":"M","category_id":\#(id)}"#)
        #expect(model["messages", "category_id", "0"].text == "The selected category id is invalid.")
    }

    @Test func modelsAreMadeWithNumbersAsTextAndCompareWithWhatWasSent() async throws {
        let depot = try Depot()
        let category = try await depot.entry(.category, "Laptops")
        let maker = try await depot.entry(.manufacturer, "O'Neil")
        let made = try await depot.call(
            .post, "/models",
            """
            {"name":"Book","model_number":"B-1","category_id":"\(category.id)","manufacturer_id":\(maker.id),
            "eol":36}
            """)
        #expect(made.messages == "Model created successfully.")
        #expect(made["payload", "model_number"].text == "B-1")
        #expect(made["payload", "category_id"] == .number(category.id.description))
        let id = try #require(made["payload", "id"].integer)
        let read = try await depot.call(.get, "/models/\(id)")
        #expect(read["manufacturer", "name"].text == "O&#039;Neil")
        #expect(read["category", "id"].integer == category.id.rawValue)
        #expect(read["eol"].text == "36 months")
        #expect(read["fieldset"].isNull)
        #expect(read["default_fieldset_values"].array == [])
        let same = try await depot.call(
            .post, "/models", #"{"name":"book","model_number":"B-1","category_id":\#(category.id)}"#)
        #expect(same["messages", "name", "0"].text == "The name must be unique across models and model number.")
        let other = try await depot.call(
            .post, "/models", #"{"name":"Book","model_number":"B-2","category_id":\#(category.id)}"#)
        #expect(other.isSuccess)
        #expect(try await depot.call(.get, "/models/\(other["payload", "id"].text ?? "")")["eol"].text == "None")
        let unknown = try await depot.call(.get, "/models/4711")
        #expect(unknown.messages == "AssetModel not found")
        let cleared = try await depot.call(.patch, "/models/\(id)", #"{"category_id":null}"#)
        #expect(cleared["messages", "category_id", "0"].text == "The category id field is required.")
    }

    @Test func listsHavePagesOrderAndSearch() async throws {
        let depot = try Depot()
        for number in 10..<70 { _ = try await depot.entry(.supplier, "Supplier \(number)") }
        let first = try await depot.call(.get, "/suppliers")
        #expect(first.total == 60)
        #expect(first.names.count == 50)
        #expect(first.names.first == "Supplier 69")
        let page = try await depot.call(.get, "/suppliers?limit=2&offset=1&sort=name&order=asc")
        #expect(page.names == ["Supplier 11", "Supplier 12"])
        // a body on GET counts, and wins
        let body = try await depot.call(.get, "/suppliers?limit=9", #"{"limit":3,"search":"supplier 2"}"#)
        #expect(body.names.count == 3)
        #expect(body.total == 10)
        #expect(try await depot.call(.get, "/suppliers?offset=1000")["rows"].array == [])
        #expect(try await depot.call(.get, "/suppliers?limit=zzz&offset=-4&sort=nonsense").names.count == 50)
        let second = try await depot.call(.get, "/suppliers/selectlist?page=2")
        #expect(second["results"].array?.count == 10)
        #expect(second["pagination", "more"] == .bool(false))
        #expect(second["page_count"].integer == 2)
        #expect(try await depot.call(.get, "/suppliers/selectlist?page=99999999999999999999").status == 200)
    }

    @Test func whatIsInUseIsNotDeleted() async throws {
        let depot = try Depot()
        let place = try await depot.location("Room 1")
        let asset = try await depot.asset("T-1") { draft in
            draft.category = "Laptops"
            draft.manufacturer = "Maker"
            draft.location = place.id
        }
        let model = try #require(asset.model)
        let label = asset.status.id
        let category = try #require(try depot.tenant.entry(.category, named: "Laptops"))
        for path in ["models/\(model)", "statuslabels/\(label)", "categories/\(category.id)", "locations/\(place.id)"] {
            let reply = try await depot.call(.delete, "/" + path)
            #expect(reply["status"].text == "error", "\(path)")
            #expect(reply.messages?.contains("delet") == true)
            #expect(try await depot.call(.get, "/" + path)["id"].integer != nil)
        }
        #expect(try await depot.call(.get, "/models/\(model)")["assets_count"].integer == 1)
        #expect(try await depot.call(.get, "/locations/\(place.id)")["assets_count"].integer == 1)
        #expect(try await depot.call(.get, "/models/\(model)/assets").tags == ["T-1"])
        #expect(try await depot.call(.get, "/statuslabels/\(label)/assetlist").tags == ["T-1"])
        #expect(try await depot.call(.get, "/locations/\(place.id)/assets").tags == ["T-1"])
        #expect(try await depot.call(.get, "/locations/\(place.id)/assigned/assets").total == 0)
    }

    @Test func statusLabelsSayTheirTypeAsType() async throws {
        let depot = try Depot()
        let missing = try await depot.call(.post, "/statuslabels", #"{"name":"Lost"}"#)
        #expect(missing["messages", "type", "0"].text == "Status label type is required.")
        let made = try await depot.call(
            .post, "/statuslabels", ##"{"name":"Lost","type":"archived","color":"#ff0000"}"##)
        #expect(made["payload", "archived"].integer == 1)
        let id = try #require(made["payload", "id"].integer)
        let read = try await depot.call(.get, "/statuslabels/\(id)")
        #expect(read["type"].text == "archived")
        #expect(read["color"].text == "#ff0000")
        // an archived label's list shows its assets, though archived ones are hidden elsewhere
        _ = try await depot.asset("T-9") { $0.status = StatusLabelID(rawValue: id) }
        #expect(try await depot.call(.get, "/statuslabels/\(id)/assetlist").tags == ["T-9"])
    }

    @Test func locationsHaveParentsChildrenAndManagers() async throws {
        let depot = try Depot()
        let manager = try await depot.person("Mia Berg")
        let site = try await depot.location("Site")
        let made = try await depot.call(
            .post, "/locations", #"{"name":"Room","parent_id":"\#(site.id)","manager_id":\#(manager.id)}"#)
        #expect(made["payload", "parent", "name"].text == "Site")
        #expect(made["payload", "manager", "id"].integer == manager.id.rawValue)
        let read = try await depot.call(.get, "/locations/\(site.id)")
        #expect(read["children", "0", "name"].text == "Room")
        let loop = try await depot.call(
            .patch, "/locations/\(site.id)", #"{"parent_id":\#(made["payload", "id"].text ?? "")}"#)
        #expect(loop["status"].text == "error")
        #expect(try await depot.call(.delete, "/locations/\(site.id)")["status"].text == "error")
        let own = try await depot.call(.patch, "/locations/\(site.id)", #"{"parent_id":\#(site.id)}"#)
        #expect(own["messages", "parent_id", "0"].text == "The selected parent id is invalid.")
    }

    @Test func aStaleVersionIsRefusedAndARetryAnswersTheSameRow() async throws {
        let depot = try Depot()
        let operation = depot.request().operation
        let first = try await depot.call(.post, "/locations", #"{"name":"Dock"}"#, operation: operation)
        let again = try await depot.call(.post, "/locations", #"{"name":"Dock"}"#, operation: operation)
        #expect(first["payload", "id"] == again["payload", "id"])
        let id = try #require(first["payload", "id"].integer)
        #expect(first.headers[.eTag] == "\"1\"")
        let stale = try await depot.call(.patch, "/locations/\(id)", #"{"name":"Pier"}"#, version: 7)
        #expect(stale.status == 412)
        let dry = try await depot.call(.patch, "/locations/\(id)", #"{"name":"Pier"}"#, dryRun: true)
        #expect(dry["payload", "name"].text == "Pier")
        #expect(try await depot.call(.get, "/locations/\(id)")["name"].text == "Dock")
    }

    @Test func anotherTenantsRowsDoNotExist() async throws {
        let depot = try Depot()
        let other = try await depot.depot.createTenant(
            slug: "other", name: "Other", hosts: [], assetLimit: nil, actor: Actor(kind: .user, name: "tester"),
            origin: Origin(face: .socket))
        let company = try await depot.entry(.company, "Mine")
        #expect(
            try await depot.call(.get, "/companies/\(company.id)", tenant: other.id).messages == "Company not found")
        #expect(try await depot.call(.get, "/companies", tenant: other.id).total == 0)
        let user = try await depot.call(
            .post, "/users",
            """
            {"first_name":"A","username":"a","password":"p","password_confirmation":"p","company_id":\(company.id)}
            """, tenant: other.id)
        #expect(user["messages", "company_id", "0"].text == "The selected company id is invalid.")
    }

    @Test func whatTheInventoryLacksIsAnEmptyList() async throws {
        let depot = try Depot()
        for path in [
            "departments", "groups", "licenses", "accessories", "consumables", "components", "depreciations",
            "maintenances",
        ] {
            #expect(try await depot.call(.get, "/\(path)?limit=5").text == #"{"total":0,"rows":[]}"#)
            #expect(try await depot.call(.post, "/\(path)", "{}").status == 404)
        }
        #expect(try await depot.call(.get, "/version").text == #"{"version":"v8.1.4"}"#)
    }

    @Test func theHistoryIsToldInTheProgramsWords() async throws {
        let depot = try Depot()
        let person = try await depot.person("Ana Lopez")
        let asset = try await depot.asset("T-1") { $0.name = "Book" }
        let other = try await depot.asset("T-2")
        for kind in [
            Transition.Kind.edit(["name": "Note<book>"]), .checkout(to: .person(person.id)), .checkin(), .audit(),
            .delete, .restore,
        ] {
            _ = try await depot.tenant.change(depot.request()) { try $0.apply(kind, to: asset.id, note: "why") }
        }
        let history = try await depot.call(.get, "/reports/activity?item_type=asset&item_id=\(asset.id)")
        #expect(history.total == 7)
        let types = (history["rows"].array ?? []).map { $0["action_type"].text }
        #expect(types == ["restore", "delete", "audit", "checkin from", "checkout", "update", "create new"])
        #expect(history["rows", "5", "log_meta", "name", "new"].text == "Note&lt;book&gt;")
        #expect(history["rows", "4", "target", "type"].text == "user")
        #expect(history["rows", "3", "target", "name"].text == "Ana Lopez")
        #expect(history["rows", "0", "admin", "name"].text == "tester")
        #expect(history["rows", "0", "item", "id"].integer == asset.id.rawValue)
        let checkouts = try await depot.call(
            .get, "/reports/activity?target_type=user&target_id=\(person.id)&action_type=checkout")
        #expect(checkouts.total == 1)
        let page = try await depot.call(.get, "/reports/activity?item_type=asset&item_id=\(asset.id)&limit=1&offset=6")
        #expect(page["rows", "0", "action_type"].text == "create new")
        #expect(try await depot.call(.get, "/reports/activity?item_type=license&item_id=1").total == 0)
        let everything = try await depot.call(.get, "/reports/activity")
        let items = (everything["rows"].array ?? []).map { $0["item", "id"].integer }
        #expect(items.contains(other.id.rawValue))
    }
}

extension JSONValue {
    /// Two steps at once.
    fileprivate subscript(first: String, second: String) -> JSONValue { self[first][second] }
}
