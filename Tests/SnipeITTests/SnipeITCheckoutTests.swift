import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

@Suite struct SnipeITCheckoutTests {
    @Test func `checked out to a person, a location and an asset`() async throws {
        let depot = try Depot()
        let (person, place) = (try await depot.person("Ada"), try await depot.location("Hall"))
        let cart = try await depot.asset("CART") { $0.name = "Cart" }
        let one = try await depot.asset("A/1&")
        let reply = try await depot.call(
            .post, "/hardware/\(one.id)/checkout",
            """
            {"checkout_to_type":"user","assigned_user":\(person.id),"checkout_at":"2026-11-20",
            "expected_checkin":"2026-12-24","note":"for Ada","name":"Ada's"}
            """)
        #expect(
            reply.text
                == #"{"status":"success","messages":"Asset checked out successfully.","payload":{"asset":"A\/1&amp;"}}"#
        )
        let held = try await depot.call(.get, "/hardware/\(one.id)")
        #expect(held["assigned_to", "type"].text == "user")
        #expect(held["last_checkout", "datetime"].text == "2026-11-20 00:00:00")
        #expect(held["expected_checkin", "date"].text == "2026-12-24")
        #expect(held["checkout_counter"].integer == 1)
        #expect(held["name"].text == "Ada&#039;s")
        #expect(held["available_actions", "delete"] == .bool(false))
        #expect(reply.headers[.eTag] == held.headers[.eTag])

        // the page's own example has no type
        let two = try await depot.asset("A-2")
        let untyped = #"{"assigned_location":"\#(place.id)","checkout_at":"2024-01-15","note":"n"}"#
        #expect(try await depot.call(.post, "/hardware/bytag/A-2/checkout", untyped).isSuccess)
        #expect(try depot.asset(two.id).location == place.id)
        #expect(try await depot.call(.get, "/hardware/\(two.id)")["assigned_to", "type"].text == "location")

        let three = try await depot.asset("A-3")
        let inCart = #"{"checkout_to_type":"asset","assigned_asset":\#(cart.id)}"#
        #expect(try await depot.call(.post, "/hardware/\(three.id)/checkout", inCart).isSuccess)
        let listed = try await depot.call(.get, "/hardware/\(cart.id)/assigned/assets")
        #expect(listed.tags == ["A-3"])
        #expect(listed["rows", "0", "assigned_to", "name"].text == "Cart (CART) - Laptop")
    }

    @Test func `a checkout tells what is wrong in the program's order`() async throws {
        let depot = try Depot()
        let (person, place) = (try await depot.person("Ada"), try await depot.location("Hall"))
        let asset = try await depot.asset("B-1")
        let path = "/hardware/\(asset.id)/checkout"
        let empty = try await depot.call(.post, path, "{}")
        #expect(
            Set(empty["messages"].keys) == ["assigned_user", "assigned_asset", "assigned_location", "checkout_to_type"])
        let bad = try await depot.call(
            .post, path,
            #"{"checkout_to_type":"robot","assigned_user":"x","checkout_at":"soon","status_id":99,"name":{}}"#)
        #expect(bad["messages", "checkout_to_type", "0"].text == "The selected checkout to type is invalid.")
        #expect(bad["messages", "checkout_at", "0"].text == "The checkout at field must be a valid date.")
        #expect(bad["messages", "status_id", "0"].text == "The selected status id is invalid.")
        #expect(bad["messages"].keys.contains("assigned_user") && bad["messages"].keys.contains("name"))
        let several = #"{"assigned_user":\#(person.id),"assigned_location":\#(place.id)}"#
        #expect(try await depot.call(.post, path, several)["messages"].keys == ["checkout_to_type"])
        let toAda = #"{"checkout_to_type":"user","assigned_user":\#(person.id)}"#
        #expect(try await depot.call(.post, "/hardware/99/checkout", toAda).messages == "Asset not found")
        #expect(try await depot.call(.post, "/hardware/bytag/none/checkout", toAda).messages == "Asset not found")

        for target in [
            #"{"checkout_to_type":"user","assigned_user":99}"#,
            #"{"checkout_to_type":"user","assigned_location":\#(place.id)}"#,
        ] {
            let reply = try await depot.call(.post, path, target)
            #expect(reply.messages == "Checkout target for asset B-1 is invalid - user does not exist.")
            #expect(reply["payload", "asset", "asset_tag"].text == "B-1")
            #expect(reply["payload", "target_type"].text == "user")
        }
        let itself = #"{"checkout_to_type":"asset","assigned_asset":\#(asset.id)}"#
        #expect(
            try await depot.call(.post, path, itself).messages
                == "Checkout target for asset B-1 is invalid - asset does not exist.")

        #expect(try await depot.call(.post, path, toAda).isSuccess)
        let twice = try await depot.call(.post, path, toAda)
        #expect(
            twice.text
                == #"{"status":"error","messages":"That asset is not available for checkout!","#
                + #""payload":{"asset":"B-1"}}"#)
        #expect(try depot.asset(asset.id).checkoutCount == 1)
        #expect(try await depot.call(.post, path, toAda, version: 1).status == 412)
    }

    @Test func `checked in by id and by tag`() async throws {
        let depot = try Depot()
        let (home, away) = (try await depot.location("Home"), try await depot.location("Away"))
        let model = try await depot.entry(.model, "M&M") { $0.number = "7" }
        let asset = try await depot.asset("a/b") {
            $0.defaultLocation = home.id
            $0.model = model.id
        }
        func out() async throws {
            _ = try await depot.tenant.change(depot.request()) {
                try $0.apply(.checkout(to: .location(away.id)), to: asset.id)
            }
        }
        try await out()
        let reply = try await depot.call(
            .post, "/hardware/\(asset.id)/checkin",
            #"{"note":"fine","status_id":\#(try depot.label(.pending)),"name":"N","checkin_at":"2026-11-01"}"#)
        #expect(
            reply.text
                == #"{"status":"success","messages":"Asset checked in successfully.","payload":"#
                + #"{"asset_tag":"a\/b","model":"M&amp;M","model_number":"7"}}"#)
        let back = try depot.asset(asset.id)
        #expect(back.holder == nil && back.location == home.id && back.status.type == .pending && back.name == "N")
        #expect(back.lastCheckin == Timestamp("2026-11-01T12:00:00Z"))
        #expect(reply.headers[.eTag] == "\"\(back.version)\"")
        let twice = try await depot.call(.post, "/hardware/bytag/a%2Fb/checkin")
        #expect(twice.messages == "That asset is already checked in.")
        #expect(twice["payload", "asset_tag"].text == "a/b")

        let ready = #"{"status_id":\#(try depot.label(.deployable))}"#
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", ready).isSuccess)
        try await out()
        let moved = try await depot.call(
            .post, "/hardware/bytag/a/b/checkin", #"{"location_id":"\#(away.id)","update_default_location":1}"#)
        #expect(moved.isSuccess)
        #expect(try depot.asset(asset.id).defaultLocation == away.id)
        try await out()
        let unknown = try await depot.call(.post, "/hardware/\(asset.id)/checkin", #"{"location_id":99}"#)
        #expect(unknown["messages"].keys == ["location_id"])
        #expect(try await depot.call(.post, "/hardware/checkinbytag", #"{"asset_tag":"A/B"}"#).isSuccess)
        let none = try await depot.call(.post, "/hardware/checkinbytag", #"{"asset_tag":"x<"}"#)
        #expect(none.messages == "Asset with tag x&lt; not found")
        #expect(none["payload", "asset"].text == "x&lt;")
        #expect(try await depot.call(.post, "/hardware/nan/checkin").messages == "Asset not found")
        #expect(try await depot.call(.post, "/hardware/bytag/a/b/explode").status == 404)
    }

    @Test func `an audit moves the asset only when told to`() async throws {
        let depot = try Depot()
        let (home, shelf) = (try await depot.location("Home"), try await depot.location("Shelf"))
        let asset = try await depot.asset("AU-1") { $0.location = home.id }
        let path = "/hardware/\(asset.id)/audit"
        let reply = try await depot.call(
            .post, path, #"{"location_id":\#(shelf.id),"note":"seen","next_audit_date":"2027-11-21"}"#)
        #expect(reply.messages == "Asset audit successfully logged.")
        #expect(reply["payload"].keys == ["id", "asset_tag", "note", "next_audit_date"])
        #expect(reply["payload", "next_audit_date", "datetime"].text == "2027-11-21 00:00:00")
        #expect(try depot.asset(asset.id).location == home.id)
        let event = try #require(try depot.tenant.history(asset.id).last)
        #expect(event.note == "seen" && event.facts["location_id"] == shelf.id.description)
        let audited = try await depot.call(.get, "/hardware/\(asset.id)")
        #expect(audited["last_audit_date", "datetime"].text == "2026-11-21 12:00:00")
        #expect(audited["next_audit_date", "date"].text == "2027-11-21")

        let moving = #"{"asset_tag":"au-1","location_id":\#(shelf.id),"update_location":"1"}"#
        #expect(try await depot.call(.post, "/hardware/audit", moving).isSuccess)
        #expect(try depot.asset(asset.id).location == shelf.id)
        #expect(try await depot.call(.post, "/hardware/bytag/AU-1/audit", "{}").isSuccess)
        #expect(
            try await depot.call(.post, path, #"{"next_audit_date":"soon"}"#)["messages"].keys == ["next_audit_date"])
        #expect(try await depot.call(.post, path, #"{"location_id":77}"#)["messages"].keys == ["location_id"])
        let unknown = try await depot.call(.post, "/hardware/audit", #"{"asset_tag":"none"}"#)
        #expect(unknown.messages == "Asset does not exist.")
        #expect(try await depot.call(.post, "/hardware/audit", "{}")["messages"].keys == ["asset_tag"])
        #expect(try await depot.call(.post, "/hardware/77/audit").messages == "Asset not found")
    }

    @Test func `the same request again is answered again, and done once`() async throws {
        let depot = try Depot()
        let (ada, bob) = (try await depot.person("Ada"), try await depot.person("Bob"))
        let asset = try await depot.asset("R-1")
        let path = "/hardware/\(asset.id)"
        for (number, (method, path, body)) in [
            (.post, path + "/checkout", #"{"assigned_user":\#(ada.id),"name":"Ada's"}"#),
            (.patch, path, #"{"name":"Bob's","assigned_user":\#(bob.id)}"#),
            (.post, path + "/checkin", #"{"name":null}"#), (.post, path + "/audit", "{}"), (.delete, path, ""),
            (.post, path + "/restore", ""),
        ].enumerated() as EnumeratedSequence<[(HTTPRequest.Method, String, String)]> {
            let operation = UniqueID.version7(at: noon, random: (7, UInt64(number)))
            for _ in 0..<2 {
                #expect(try await depot.call(method, path, body, operation: operation).isSuccess, "\(method) \(path)")
            }
        }
        #expect(
            try depot.tenant.history(asset.id).map(\.kind)
                == [.created, .checkout, .edit, .edit, .transfer, .checkin, .edit, .audit, .deleted, .restored])
    }

    @Test func `an update may hand the asset over`() async throws {
        let depot = try Depot()
        let (ada, bob) = (try await depot.person("Ada"), try await depot.person("Bob"))
        let asset = try await depot.asset("P-1")
        let first = try await depot.call(
            .patch, "/hardware/\(asset.id)", #"{"name":"N","assigned_user":\#(ada.id)}"#)
        #expect(first["payload", "assigned_user"].integer == ada.id.rawValue)
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", #"{"assigned_user":\#(ada.id)}"#).isSuccess)
        #expect(try await depot.call(.patch, "/hardware/\(asset.id)", #"{"assigned_user":\#(bob.id)}"#).isSuccess)
        #expect(try depot.asset(asset.id).holder == .person(bob.id))
        #expect(try depot.tenant.history(asset.id).map(\.kind) == [.created, .edit, .checkout, .transfer])
        let gone = try await depot.call(.patch, "/hardware/\(asset.id)", #"{"name":"X","assigned_user":99}"#)
        #expect(gone["messages"].keys == ["assigned_user"])
        #expect(try depot.asset(asset.id).name == "N")
    }
}
