import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

@Suite struct ListTests {
    @Test func `pages of fifty, five hundred at most, newest first`() async throws {
        let depot = try Depot()
        _ = try await depot.tenant.change(depot.request()) { inventory in
            for number in 1...520 {
                var draft = AssetDraft(tag: "L-\(number)")
                draft.modelName = "M"
                _ = try inventory.create(draft, step: "\(number)")
            }
        }
        let first = try await depot.call(.get, "/hardware")
        #expect(first.total == 520 && first.tags.count == 50 && first.tags.first == "L-520")
        for (limit, count) in [
            ("0", 50), ("garbage", 50), ("", 50), ("7", 7), ("-3", 3), ("7.9", 7), ("9999", 500),
            ("99999999999999999999", 500),
        ] {
            let page = try await depot.call(.get, "/hardware?limit=\(limit)")
            #expect(page.tags.count == count, "\(limit)")
        }
        let last = try await depot.call(.get, "/hardware?limit=500&offset=500&order=asc&sort=id")
        #expect(last.tags.count == 20 && last.tags.first == "L-501")
        let beyond = try await depot.call(.get, "/hardware?offset=99999999999999999999")
        #expect(beyond.total == 520 && beyond.tags.isEmpty)
        // a JSON body counts on GET too, and wins over the query
        #expect(try await depot.call(.get, "/hardware?limit=3", #"{"limit":2}"#).tags.count == 2)
        #expect(first.headers[.cacheControl]?.contains("no-store") == true)
    }

    @Test func `a page of large rows ends early and says so`() async throws {
        let depot = try Depot()
        for number in 1...6 {
            _ = try await depot.asset("B-\(number)") { draft in
                for field in 0..<15 { draft.custom["field \(field)"] = String(repeating: "x", count: 65_000) }
            }
        }
        let first = try await depot.call(.get, "/hardware?limit=500&order=asc&sort=id")
        #expect(first.total == 6 && first.tags == ["B-1", "B-2", "B-3", "B-4"])
        #expect(first.headers.contains { $0.name.rawName == "Depot-Truncated" && $0.value == "true" })
        let rest = try await depot.call(.get, "/hardware?limit=500&offset=4&order=asc&sort=id")
        #expect(rest.tags == ["B-5", "B-6"])
        #expect(!rest.headers.contains { $0.name.rawName == "Depot-Truncated" })
    }

    @Test func `searched and filtered`() async throws {
        let depot = try Depot()
        let (room, hall) = (try await depot.location("Room 5"), try await depot.location("Great Hall"))
        let ada = try await depot.person("Ada Lovelace") {
            $0.employeeNumber = "E-77"
            $0.location = hall.id
        }
        let model = try await depot.entry(.model, "ThinkPad") { $0.number = "T14" }
        let company = try await depot.entry(.company, "Acme")
        let one = try await depot.asset("S-1") {
            $0.name = "one foo bar"
            $0.serial = "SER-1"
            $0.model = model.id
            $0.location = room.id
            $0.purchaseCost = Money("100")
            $0.orderNumber = "PO-1"
        }
        let two = try await depot.asset("S-2") {
            $0.name = "two foo"
            $0.companyID = company.id
            $0.location = hall.id
            $0.purchaseCost = Money("20")
            $0.isRequestable = true
            $0.isBYOD = true
        }
        _ = try await depot.asset("S-3") { $0.name = "three_100%" }
        _ = try await depot.tenant.change(depot.request()) { try $0.apply(.checkout(to: .person(ada.id)), to: two.id) }
        func tags(_ query: String) async throws -> [String] {
            let reply = try await depot.call(.get, "/hardware?sort=asset_tag&order=asc&" + query)
            #expect(
                reply.status == 200 && Int64(reply.tags.count) == reply.total, "\(query): \(reply.text.prefix(300))")
            return reply.tags
        }
        for (query, expected) in [
            ("", ["S-1", "S-2", "S-3"]), ("search=FOO", ["S-1", "S-2"]), ("search=foo+bar", ["S-1"]),
            ("search=bar+foo", []), ("search=ser-1+OR+three", ["S-1", "S-3"]), ("search=love", ["S-2"]),
            ("search=e-77", ["S-2"]), ("search=t14", ["S-1"]), ("search=Room+5", ["S-1"]), ("search=100%25", ["S-3"]),
            ("search='+OR+1%3D1", []), ("model_id=\(model.id)", ["S-1"]),
            ("model_id[]=\(model.id)&model_id[]=99", ["S-1"]), ("category_id=1,2", []),
            ("location_id=\(hall.id)", ["S-2"]), ("company_id=\(company.id)", ["S-2"]), ("company_id=abc", []),
            ("asset_tag=s-3", ["S-3"]), ("serial=ser-1", ["S-1"]), ("order_number=PO-1", ["S-1"]),
            ("requestable=true", ["S-2"]), ("byod=1", ["S-2"]), ("byod=0", ["S-1", "S-3"]),
            ("assigned_to=\(ada.id)&assigned_type=App\\Models\\User", ["S-2"]),
            ("assigned_to=\(ada.id)&assigned_type=App\\Models\\Asset", []),
            ("assigned_to=\(ada.id)", ["S-1", "S-2", "S-3"]), ("depreciation_id=1", []),
            ("filter={\"name\":\"foo\",\"location\":\"hall\"}", ["S-2"]),
            ("filter={\"model\":\"think\"}&search=nothing", ["S-1"]), ("filter={\"assigned_to\":\"ada\"}", ["S-2"]),
            ("filter={\"purchase_cost\":\"100\"}", ["S-1"]), ("filter=nonsense&search=two", ["S-2"]),
            ("filter={}&search=two", ["S-2"]), ("filter=[1]", ["S-1", "S-2", "S-3"]),
        ] {
            #expect(try await tags(query) == expected, "\(query)")
        }
        let unknown = try await depot.call(.get, "/hardware?filter={\"no_such\":\"x\"}")
        #expect(unknown["messages"].keys == ["filter"])
        let terms = repeatElement("x", count: 51).joined(separator: "+OR+")
        #expect(try await depot.call(.get, "/hardware?search=\(terms)")["messages"].keys == ["search"])
        #expect(try await depot.call(.get, "/hardware?search=\(terms.dropLast(5))").total == 0)
        let many = repeatElement("1", count: 1001).joined(separator: ",")
        #expect(try await depot.call(.get, "/hardware?model_id=\(many)")["messages"].keys == ["model_id"])
        let wide = "{" + (1...1001).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try await depot.call(.get, "/hardware", wide)["messages"].keys == ["body"])
        let components = try await depot.call(.get, "/hardware?components=true&search=S-1")
        #expect(components["rows", "0", "components"] == .array([]))
        #expect(try await depot.call(.get, "/hardware/\(one.id)/licenses").text == #"{"total":0,"rows":[]}"#)
        #expect(try await depot.call(.get, "/hardware/99/licenses").messages == "Asset not found")
    }

    @Test func `the words of status`() async throws {
        let depot = try Depot()
        let place = try await depot.location("Hall")
        for type in StatusType.allCases {
            let label = StatusLabelID(rawValue: try depot.label(type))
            _ = try await depot.asset("\(type)") { $0.status = label }
        }
        let out = try await depot.asset("out") { $0.isRequestable = true }
        _ = try await depot.tenant.change(depot.request()) {
            try $0.apply(.checkout(to: .location(place.id)), to: out.id)
        }
        for (status, expected) in [
            ("Pending", ["pending"]), ("RTD", ["deployable"]), ("Undeployable", ["undeployable"]),
            ("Archived", ["archived"]), ("Requestable", ["out"]), ("Deployed", ["out"]), ("Deleted", []), ("byod", []),
            ("", ["deployable", "out", "pending", "undeployable"]),
            ("rtd", ["deployable", "out", "pending", "undeployable"]),
        ] {
            let reply = try await depot.call(.get, "/hardware?sort=asset_tag&order=asc&status=\(status)")
            #expect(reply.tags == expected, "\(status)")
        }
        let archived = try await depot.call(.get, "/hardware?status_id=\(try depot.label(.archived))")
        #expect(archived.tags == ["archived"])
    }

    @Test func `sorted by every column, unknown ones silently by age`() async throws {
        let depot = try Depot()
        _ = try await depot.asset("B") { $0.purchaseCost = Money("9") }
        _ = try await depot.asset("A") { $0.purchaseCost = Money("100") }
        for column in [
            "id", "name", "asset_tag", "serial", "model", "model_number", "last_checkout", "category", "manufacturer",
            "notes", "expected_checkin", "order_number", "company", "location", "purchase_date", "purchase_cost",
            "created_at", "updated_at", "last_checkin", "image", "last_audit_date", "next_audit_date",
            "warranty_months", "checkout_counter", "checkin_counter", "requests_counter", "byod", "asset_eol_date",
            "requestable", "assigned_to", "rtd_location", "status_label", "supplier", "created_by",
            "_snipeit_none_1", "nonsense", "id;DROP TABLE asset",
        ] {
            let query = column.split(separator: " ").joined(separator: "+")
            #expect(try await depot.call(.get, "/hardware?sort=\(query)").total == 2, "\(column)")
        }
        #expect(try await depot.call(.get, "/hardware?sort=asset_tag&order=asc").tags == ["A", "B"])
        #expect(try await depot.call(.get, "/hardware?sort=asset_tag&order=ASC").tags == ["B", "A"])
        #expect(try await depot.call(.get, "/hardware?sort=purchase_cost&order=asc").tags == ["B", "A"])
        #expect(try await depot.call(.get, "/hardware?sort=nonsense").tags == ["A", "B"])
    }

    @Test func `by tag one object, by serial number always a list`() async throws {
        let depot = try Depot()
        _ = try await depot.asset("x/y z") { $0.serial = "S/1" }
        _ = try await depot.asset("other") { $0.serial = "s/1" }
        #expect(try await depot.call(.get, "/hardware/bytag/X%2Fy%20z")["asset_tag"].text == "x/y z")
        #expect(try await depot.call(.get, "/hardware/bytag/x/y%20z%20")["serial"].text == "S/1")
        let none = try await depot.call(.get, "/hardware/bytag/none")
        #expect(none.text == #"{"status":"error","messages":"Asset does not exist.","payload":null}"#)
        let both = try await depot.call(.get, "/hardware/byserial/S%2f1")
        #expect(both.total == 2 && both.tags == ["x/y z", "other"])
        #expect(try await depot.call(.get, "/hardware/byserial/S%2f1?limit=1&offset=1").tags == ["other"])
        let missing = try await depot.call(.get, "/hardware/byserial/none")
        #expect(missing["total"].isNull && missing.messages == "Asset does not exist.")
        #expect(try await depot.call(.get, "/hardware/99").messages == "Asset does not exist.")
        #expect(try await depot.call(.get, "/hardware/99999999999999999999").messages == "Asset does not exist.")
    }

    @Test func `another tenant's assets do not exist`() async throws {
        let depot = try Depot()
        let asset = try await depot.asset("MINE")
        let other = try await depot.store.createTenant(
            slug: "other", name: "Other", actor: Actor(kind: .user, name: "t"), origin: Origin(face: .socket)
        ).id
        #expect(try await depot.call(.get, "/hardware", tenant: other).total == 0)
        #expect(try await depot.call(.get, "/hardware/\(asset.id)", tenant: other).messages == "Asset does not exist.")
        #expect(
            try await depot.call(.patch, "/hardware/\(asset.id)", #"{"name":"x"}"#, tenant: other).messages
                == "Asset not found")
        #expect(
            try await depot.call(.delete, "/hardware/\(asset.id)", tenant: other).messages == "Asset does not exist.")
        #expect(try depot.asset(asset.id).version == 1)
    }

    @Test func `what is due today, and what is overdue`() async throws {
        let depot = try Depot()
        let place = try await depot.location("Hall")
        let archived = StatusLabelID(rawValue: try depot.label(.archived))
        for (tag, day) in [("today", "2026-11-21"), ("late", "2026-11-20"), ("later", "2026-11-22")] {
            let asset = try await depot.asset(tag) { $0.nextAudit = CalendarDate(day) }
            _ = try await depot.tenant.change(depot.request()) {
                try $0.apply(
                    .checkout(to: .location(place.id), expectedCheckin: CalendarDate(day)), to: asset.id)
            }
        }
        _ = try await depot.asset("gone") {
            $0.nextAudit = CalendarDate("2026-11-20")
            $0.status = archived
        }
        _ = try await depot.asset("home") { $0.expectedCheckin = CalendarDate("2026-11-20") }
        for subject in ["audits", "audit", "checkins"] {
            for (word, expected) in [("due", ["today"]), ("overdue", ["late"]), ("due-or-overdue", ["late", "today"])] {
                let reply = try await depot.call(.get, "/hardware/\(subject)/\(word)?sort=asset_tag&order=asc")
                #expect(reply.tags == expected, "\(subject)/\(word)")
            }
        }
        #expect(try await depot.call(.get, "/hardware/audits/due-or-overdue?search=late").tags == ["late"])
    }

    @Test func `the select list`() async throws {
        let depot = try Depot()
        let ada = try await depot.person("Ada Lovelace")
        let asset = try await depot.asset("SL-1") { $0.name = "Book" }
        _ = try await depot.asset("SL-2")
        _ = try await depot.tenant.change(depot.request()) {
            try $0.apply(.checkout(to: .person(ada.id)), to: asset.id)
        }
        let reply = try await depot.call(.get, "/hardware/selectlist")
        #expect(reply.json.keys == ["results", "pagination", "total_count", "page", "page_count"])
        #expect(reply["results", "0", "text"].text == "Book (SL-1) - Laptop → Ada Lovelace")
        #expect(reply["results", "1", "text"].text == "(SL-2) - Laptop")
        #expect(reply["pagination", "more"] == .bool(false))
        #expect(try await depot.call(.get, "/hardware/selectlist?assetStatusType=RTD")["total_count"].integer == 1)
        #expect(try await depot.call(.get, "/hardware/selectlist?search=book&page=-1")["page"].integer == 1)
        #expect(try await depot.call(.get, "/hardware/selectlist?page=99999999999")["results"].array?.isEmpty == true)
    }
}
