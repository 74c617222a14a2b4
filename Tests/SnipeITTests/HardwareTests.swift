import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

@Suite struct HardwareTests {
    private static let keys = [
        "id", "name", "asset_tag", "serial", "model", "byod", "requestable", "model_number", "eol", "asset_eol_date",
        "status_label", "category", "manufacturer", "supplier", "notes", "order_number", "company", "location",
        "rtd_location", "image", "qr", "alt_barcode", "assigned_to", "warranty_months", "warranty_expires",
        "created_by", "created_at", "updated_at", "last_audit_date", "next_audit_date", "deleted_at", "purchase_date",
        "age", "last_checkout", "last_checkin", "expected_checkin", "purchase_cost", "checkin_counter",
        "checkout_counter", "requests_counter", "user_can_checkout", "book_value", "custom_fields",
        "available_actions",
    ]

    @Test func `an asset has every key of the program, in its order`() async throws {
        let depot = try Depot()
        let maker = try await depot.entry(.manufacturer, "Dell & Sons")
        let kind = try await depot.entry(.category, "Laptops")
        let model = try await depot.entry(.model, "Latitude <7440>") {
            $0.number = "L7440"
            $0.manufacturer = maker.id
            $0.category = kind.id
            $0.eolMonths = 36
        }
        let place = try await depot.location("Room 1")
        let created = try await depot.call(
            .post, "/hardware",
            """
            {"asset_tag":"LAP-00123","model_id":\(model.id),"status_id":"\(try depot.label(.deployable))",
            "name":"Tom's <b>\\"laptop\\"</b> & more","serial":"SN/1","purchase_date":"2024-11-21",
            "purchase_cost":1234.5,"warranty_months":"24","notes":"<script>alert('x')</script>",
            "rtd_location_id":"\(place.id)","order_number":"PO-7","requestable":true}
            """)
        #expect(created.isSuccess)
        #expect(created.messages == "Asset created successfully. :)")
        let id = try #require(created["payload", "id"].integer)
        let asset = try await depot.call(.get, "/hardware/\(id)")
        #expect(asset.json.keys == Self.keys)
        #expect(asset["name"].text == "Tom&#039;s &lt;b&gt;&quot;laptop&quot;&lt;/b&gt; &amp; more")
        #expect(asset["notes"].text == "&lt;script&gt;alert(&#039;x&#039;)&lt;/script&gt;")
        #expect(asset["serial"].text == "SN/1")
        #expect(asset.text.contains(#""serial":"SN\/1""#))
        #expect(asset["model", "name"].text == "Latitude &lt;7440&gt;")
        #expect(asset["model_number"].text == "L7440")
        #expect(asset["manufacturer", "name"].text == "Dell &amp; Sons")
        #expect(asset["category", "id"].integer == kind.id.rawValue)
        #expect(asset["purchase_cost"] == .string("1,234.50"))
        #expect(asset["warranty_months"].text == "24 months")
        #expect(asset["warranty_expires", "date"].text == "2026-11-21")
        #expect(asset["eol"].text == "36 months")
        #expect(asset["asset_eol_date", "formatted"].text == "2027-11-21")
        #expect(asset["age"].text == "2 years ago")
        #expect(asset["location", "id"].integer == place.id.rawValue)
        #expect(asset["rtd_location", "name"].text == "Room 1")
        #expect(asset["status_label", "status_meta"].text == "deployable")
        #expect(asset["created_at", "datetime"].text == "2026-11-21 12:00:00")
        #expect(asset["created_at", "formatted"].text == "2026-11-21 12:00 PM")
        #expect(asset["assigned_to"].isNull)
        #expect(asset["user_can_checkout"] == .bool(true))
        #expect(asset["requestable"] == .bool(true))
        #expect(asset.text.contains(#""custom_fields":{},"#))
        #expect(asset["available_actions", "delete"] == .bool(true))
        #expect(asset.headers[.eTag] == "\"1\"")
        // what a write answers is raw
        #expect(created["payload", "name"].text == "Tom's <b>\"laptop\"</b> & more")
        #expect(created["payload", "model", "name"].text == "Latitude <7440>")
        #expect(created["payload", "status_id"].integer == (try depot.label(.deployable)))
        #expect(created["payload", "created_at"].text == "2026-11-21T12:00:00.000000Z")
    }

    @Test func `what an update answers equals what was sent`() async throws {
        let depot = try Depot()
        let asset = try await depot.asset("A-1") { $0.serial = "S" }
        let place = try await depot.location("Stock")
        let sent = """
            {"name":"New","serial":null,"purchase_date":"2025-01-31","purchase_cost":"99.90","warranty_months":12,
            "rtd_location_id":\(place.id),"requestable":1,"byod":false,"notes":"a\\nb","order_number":"",
            "next_audit_date":"2027-01-01","expected_checkin":"2026-12-24","asset_tag":"A-1"}
            """
        let reply = try await depot.call(.patch, "/hardware/\(asset.id)", sent)
        #expect(reply.messages == "Asset updated successfully.")
        for (key, value) in try JSONValue(parsing: Array(sent.utf8)).object?.members.map({ ($0.key, $0.value) }) ?? [] {
            #expect(reply["payload", key] == (value == .string("") ? .null : value), "\(key)")
        }
        let now = try depot.asset(asset.id)
        #expect(now.serial == nil && now.name == "New" && now.warrantyMonths == 12)
        #expect(now.purchaseCost == Money("99.90"))
        #expect(now.location == place.id)
        #expect(reply.headers[.eTag] == "\"\(now.version)\"")
        #expect(reply["payload", "last_checkin"].isNull)

        // PUT is the same, an empty body and a repetition change nothing
        let again = try await depot.call(.put, "/hardware/\(asset.id)", #"{"name":"New"}"#)
        #expect(again.isSuccess)
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", "").isSuccess)
        #expect(try depot.asset(asset.id).version == now.version)
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", #"{"name":"X"}"#, version: 1).status == 412)
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", "{}", version: 1).status == 412)
        #expect(try await depot.call(.patch, "/hardware/999", #"{"name":"X"}"#).messages == "Asset not found")
        #expect(try await depot.call(.patch, "/hardware/nan", #"{"name":"X"}"#).messages == "Asset not found")
    }

    @Test func `forms and numbers as text are the same as JSON`() async throws {
        let depot = try Depot()
        let model = try await depot.entry(.model, "M")
        let reply = try await depot.call(
            .post, "/hardware",
            "asset_tag=F-1&model_id=\(model.id)&status_id=\(try depot.label(.pending))&name=A+B&purchase_cost=0.10",
            form: true)
        #expect(reply["payload", "name"].text == "A B")
        #expect(reply["payload", "model_id"] == .number(model.id.description))
        let id = try #require(reply["payload", "id"].integer)
        #expect(try await depot.call(.get, "/hardware/\(id)")["purchase_cost"].text == "0.10")
        #expect(try await depot.call(.get, "/hardware/\(id)")["user_can_checkout"] == .bool(false))
    }

    @Test func `what does not fit is told by field, and nothing is made`() async throws {
        let depot = try Depot()
        let missing = try await depot.call(.post, "/hardware", "{}")
        #expect(missing.status == 200)
        #expect(
            missing.text
                == #"{"status":"error","messages":{"model_id":["The model id field is required."],"status_id":"#
                + #"["The status id field is required."]},"payload":null}"#)
        let bad = try await depot.call(
            .post, "/hardware",
            """
            {"asset_tag":["x"],"model_id":"abc","status_id":{},"purchase_date":"21.11.2024","purchase_cost":-1,
            "warranty_months":1e400,"order_number":7,"requestable":"maybe","next_audit_date":"soon",
            "company_id":[1],"assigned_to":1,"last_audit_date":"yesterday"}
            """)
        #expect(
            Set(bad["messages"].keys)
                == [
                    "asset_tag", "model_id", "status_id", "purchase_date", "purchase_cost", "warranty_months",
                    "order_number", "requestable", "next_audit_date", "company_id", "assigned_type", "last_audit_date",
                ])
        #expect(bad["messages", "purchase_date"].array?.count == 1)
        for body in ["[1]", "\"text\"", "null", "7"] {
            let reply = try await depot.call(.post, "/hardware", body)
            #expect(reply.status == 200 && reply["status"].text == "error", "\(body)")
        }
        #expect(try await depot.call(.post, "/hardware", "{\"name\":").status == 422)
        #expect(
            try await depot.call(.post, "/hardware", "{\"name\":").text
                == #"{"status":"error","messages":"Invalid JSON","payload":null}"#)
        let (model, label) = (try await depot.entry(.model, "M").id, try depot.label(.deployable))
        for (key, value) in [
            ("model_id", "99"), ("status_id", "99"), ("rtd_location_id", "99"), ("location_id", "99"),
            ("supplier_id", "99"), ("company_id", "99"), ("name", "\"\(String(repeating: "n", count: 256))\""),
        ] {
            var fields = ["model_id": "\(model)", "status_id": "\(label)"]
            fields[key] = value
            let body = "{" + fields.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
            let reply = try await depot.call(.post, "/hardware", body)
            #expect(reply["messages"].keys == [key], "\(key): \(reply.text)")
        }
        #expect(try depot.tenant.assets(AssetQuery()).total == 0)
    }

    @Test func `a tag is unique without case, and made where none is sent`() async throws {
        let depot = try Depot()
        let (model, label) = (try await depot.entry(.model, "M").id, try depot.label(.deployable))
        _ = try await depot.asset("TAG-1")
        let taken = try await depot.call(
            .post, "/hardware", #"{"asset_tag":" tag-1 ","model_id":\#(model),"status_id":\#(label)}"#)
        #expect(taken["messages", "asset_tag", "0"].text == "The asset tag must be unique.")
        let made = try await depot.call(.post, "/hardware", #"{"model_id":\#(model),"status_id":\#(label)}"#)
        #expect(made["payload", "asset_tag"].text == "D-1")
        // the same request again is the same asset
        let operation = UniqueID.version7(at: noon, random: (1, 2))
        let body = #"{"asset_tag":"R","model_id":\#(model),"status_id":\#(label)}"#
        let first = try await depot.call(.post, "/hardware", body, operation: operation)
        let second = try await depot.call(.post, "/hardware", body, operation: operation)
        #expect(first["payload", "id"] == second["payload", "id"])
        let dry = try await depot.call(
            .post, "/hardware", #"{"asset_tag":"DRY","model_id":\#(model),"status_id":\#(label)}"#, dryRun: true)
        #expect(dry.isSuccess)
        #expect(try depot.tenant.asset(tag: "DRY") == nil)
    }

    @Test func `a new asset is checked out in the same change, or not made at all`() async throws {
        let depot = try Depot()
        let person = try await depot.person("Ada Lovelace") { $0.username = "ada" }
        let model = try await depot.entry(.model, "M").id
        let (ready, pending) = (try depot.label(.deployable), try depot.label(.pending))
        let reply = try await depot.call(
            .post, "/hardware",
            #"{"asset_tag":"N-1","model_id":\#(model),"status_id":\#(ready),"assigned_user":"\#(person.id)"}"#)
        #expect(reply["payload", "assigned_to"].integer == person.id.rawValue)
        #expect(reply["payload", "assigned_type"].text == "App\\Models\\User")
        let id = try #require(reply["payload", "id"].integer)
        let asset = try await depot.call(.get, "/hardware/\(id)")
        #expect(asset["status_label", "status_meta"].text == "deployed")
        #expect(
            asset["assigned_to"].keys
                == ["id", "username", "name", "first_name", "last_name", "email", "employee_number", "type"])
        #expect(asset["assigned_to", "first_name"].text == "Ada")
        #expect(asset["assigned_to", "type"].text == "user")
        let history = try depot.tenant.history(AssetID(rawValue: id))
        #expect(history.map(\.kind) == [.created, .checkout])
        #expect(history.last?.note == "Checked out on asset creation")

        let refused = try await depot.call(
            .post, "/hardware",
            #"{"asset_tag":"N-2","model_id":\#(model),"status_id":\#(pending),"assigned_user":\#(person.id)}"#)
        #expect(
            refused["messages", "status_id", "0"].text
                == "That asset status is not deployable. This asset cannot be checked out.")
        let unknown = try await depot.call(
            .post, "/hardware",
            #"{"asset_tag":"N-2","model_id":\#(model),"status_id":\#(ready),"assigned_location":77}"#)
        #expect(unknown["messages"].keys == ["assigned_location"])
        let typed = try await depot.call(
            .patch, "/hardware/\(id)", #"{"assigned_to":\#(id),"assigned_type":"App\\Models\\Asset"}"#)
        #expect(typed["messages"].keys == ["assigned_to"])
        #expect(try depot.tenant.asset(tag: "N-2") == nil)
    }

    @Test func `custom fields are kept by column, against the fieldset of the model`() async throws {
        let depot = try Depot()
        let field = try await depot.entry(.field, "MAC Address") {
            $0.attributes = ["format": "MAC", "element": "text"]
        }
        let other = try await depot.entry(.field, "Other")
        let set = try await depot.entry(.fieldset, "Network")
        _ = try await depot.tenant.change(depot.request()) { try $0.setFields([field.id], of: set.id) }
        let model = try await depot.entry(.model, "M") { $0.fieldset = set.id }
        let column = "_snipeit_mac_address_\(field.id)"
        let head = #""model_id":\#(model.id),"status_id":\#(try depot.label(.deployable))"#
        let reply = try await depot.call(.post, "/hardware", #"{\#(head),"asset_tag":"C","\#(column)":"aa:bb<"}"#)
        #expect(reply["payload", column].text == "aa:bb<")
        let id = try #require(reply["payload", "id"].integer)
        let asset = try await depot.call(.get, "/hardware/\(id)")
        #expect(asset["custom_fields"].keys == ["MAC Address"])
        #expect(asset["custom_fields", "MAC Address"].keys == ["field", "value", "field_format", "element"])
        #expect(asset["custom_fields", "MAC Address", "field"].text == column)
        #expect(asset["custom_fields", "MAC Address", "value"].text == "aa:bb&lt;")
        #expect(asset["custom_fields", "MAC Address", "field_format"].text == "MAC")
        let patched = try await depot.call(.patch, "/hardware/\(id)", #"{"\#(column)":"cc"}"#)
        #expect(patched["payload", column].text == "cc")
        #expect(try await depot.call(.get, "/hardware?\(column)=CC").total == 1)
        #expect(try await depot.call(.get, "/hardware?\(column)=c").total == 0)
        #expect(try await depot.call(.get, "/hardware?filter={\"\(column)\":\"c\"}&sort=\(column)").total == 1)
        for unknown in ["_snipeit_other_\(other.id)", "_snipeit_mac_address_99", "_snipeit_", "_snipeit_x_y"] {
            let refused = try await depot.call(.patch, "/hardware/\(id)", #"{"\#(unknown)":"v"}"#)
            #expect(refused["messages"].keys == [unknown])
        }
        #expect(try await depot.call(.patch, "/hardware/\(id)", #"{"\#(column)":null}"#).isSuccess)
        #expect(try depot.asset(AssetID(rawValue: id)).custom.isEmpty)
    }

    @Test func `a held asset is deleted after it came back, and restored`() async throws {
        let depot = try Depot()
        let place = try await depot.location("Hall")
        let asset = try await depot.asset("D-9")
        _ = try await depot.tenant.change(depot.request()) {
            try $0.apply(.checkout(to: .location(place.id)), to: asset.id)
        }
        #expect(try await depot.call(.delete, "/hardware/\(asset.id)", version: 1).status == 412)
        let deleted = try await depot.call(.delete, "/hardware/\(asset.id)")
        #expect(
            deleted.text == #"{"status":"success","messages":"The asset was deleted successfully.","payload":null}"#)
        #expect(try depot.tenant.history(asset.id).map(\.kind) == [.created, .checkout, .checkin, .deleted])
        #expect(try await depot.call(.delete, "/hardware/\(asset.id)").messages == "Asset does not exist.")
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", "{}").messages == "Asset not found")
        let gone = try await depot.call(.get, "/hardware/\(asset.id)")
        #expect(gone["deleted_at", "datetime"].text == "2026-11-21 12:00:00")
        #expect(gone["available_actions", "restore"] == .bool(true))
        #expect(try await depot.call(.get, "/hardware/bytag/D-9").messages == "Asset does not exist.")
        let listed = try await depot.call(.get, "/hardware/bytag/D-9?deleted=true")
        #expect(listed.total == 1)
        #expect(try await depot.call(.get, "/hardware/bytag/D-9?deleted=1")["status"].text == "error")
        #expect(try await depot.call(.get, "/hardware?status=Deleted").tags == ["D-9"])

        let restored = try await depot.call(.post, "/hardware/\(asset.id)/restore")
        #expect(restored["payload"].text == "Asset restored successfully.")
        let again = try await depot.call(.post, "/hardware/\(asset.id)/restore")
        #expect(again["status"].text == "error")
        #expect(again["payload"].text == "The Asset was not deleted and therefore cannot be restored")
        #expect(try await depot.call(.post, "/hardware/77/restore").messages == "Asset does not exist.")
        // over a tag that is used meanwhile
        _ = try await depot.call(.delete, "/hardware/\(asset.id)")
        _ = try await depot.asset("D-9")
        let taken = try await depot.call(.post, "/hardware/\(asset.id)/restore")
        #expect(taken["messages", "asset_tag", "0"].text == "The asset tag must be unique.")
    }

    @Test func `texts come back as they went in`() async throws {
        let depot = try Depot()
        let asset = try await depot.asset("T-1")
        for text in [
            "'; DROP TABLE asset;--", "=cmd()", "../../etc/passwd", "👩🏽‍💻 ünïcödé", "\\\"\\u0007\\t.",
            String(repeating: "x", count: 10_000),
        ] {
            let body = #"{"notes":"\#(text)"}"#
            let sent = try JSONValue(parsing: Array(body.utf8))["notes"].text
            let reply = try await depot.call(.patch, "/hardware/\(asset.id)", body)
            #expect(reply["payload", "notes"].text == sent)
            #expect(reply.bytes.allSatisfy { $0 < 0x80 })
            #expect(try depot.asset(asset.id).notes == sent)
        }
        let nul = try await depot.call(.patch, "/hardware/\(asset.id)", #"{"notes":"a\u0000b"}"#)
        #expect(nul["messages"].keys == ["notes"])
        let long = try await depot.call(
            .patch, "/hardware/\(asset.id)", #"{"notes":"\#(String(repeating: "x", count: 70_000))"}"#)
        #expect(long["messages"].keys == ["notes"])
    }

    @Test func `failures that have a status of their own`() throws {
        let depot = try Depot()
        let missing = depot.reply(to: .unauthenticated("no token"))
        #expect(missing.status == 401 && missing.text == #"{"error":"Unauthorized or unauthenticated."}"#)
        for problem in [RequestError.forbidden("viewer"), .otherTenant] {
            let reply = depot.reply(to: problem)
            #expect(reply.status == 403 && reply.text == #"{"message":"This action is unauthorized."}"#)
        }
        let path = depot.reply(to: .noRoute)
        #expect(path.status == 404 && path.json.keys == ["status", "message", "payload"])
        let method = depot.reply(to: .methodNotAllowed(["GET", "PUT"]))
        #expect(method.status == 405)
        #expect(method.text == #"{"status":"error","messages":"Method not allowed","payload":null}"#)
        #expect(method.headers[.allow] == "GET, PUT")
        let many = depot.reply(to: .rateLimited(retryAfter: 7))
        #expect(many.status == 429 && many.headers[.retryAfter] == "7")
        #expect(many.messages == "Too many requests. Try again in 7 seconds.")
        #expect(many["retryAfter"] == .number("7"))
        #expect(depot.reply(to: .tooLarge(9)).status == 413)
        #expect(depot.reply(to: .failed(DepotError(.busy, "Later."))).status == 503)
        #expect(depot.reply(to: .failed(DepotError(.internal, "Sorry."))).status == 500)
        let headers = SnipeIT().headers(limit: RateLimitState(limit: 120, remaining: 119))
        #expect(headers[try #require(HTTPField.Name("X-RateLimit-Limit"))] == "120")
        #expect(headers[try #require(HTTPField.Name("X-RateLimit-Remaining"))] == "119")
    }
}
