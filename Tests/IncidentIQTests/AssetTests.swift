import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

@testable import IncidentIQ

@Suite struct AssetTests {
    let site: Site

    init() throws { site = try Site() }

    @Test func createsAndDeletesAndBringsBack() async throws {
        let place = try await site.location("Library")
        let ada = try await site.person("Ada Lovelace")
        let model = try await site.change { try $0.model("MacBook", manufacturer: "Apple", category: "Laptop") }
        let made = await site.send(
            .post, "assets/new",
            """
            {"AssetTag":"M-1","SerialNumber":"C02","ModelId":"\(RowGUID.guid(.model, model.rawValue))",
             "LocationId":"\(place.uuid)","OwnerId":"\(ada.uuid)","PurchasePrice":"1999.00"}
            """)
        #expect(made.status == 201)
        #expect(made.text("StatusCode") == "201")
        let guid = try #require(made.text("Uid"))
        #expect(made.text("Item", "AssetId") == guid)
        #expect(made.text("Item", "Model", "Manufacturer", "Name") == "Apple")
        #expect(made.text("Item", "AssetTypeName") == "Laptop")
        #expect(made.text("Item", "OwnerId") == ada.uuid.description)
        #expect(made.text("Item", "PurchasePrice") == "1999.00")
        let twice = await site.send(.post, "assets/new", #"{"AssetTag":"m-1"}"#)
        #expect(twice.status == 409)
        let deleted = await site.send(.delete, "assets/\(guid)")
        #expect(deleted.status == 200)
        #expect(deleted.text("Id") == guid)
        #expect(await site.send(.get, "assets/assettag/M-1").items == 0)
        #expect(await site.send(.get, "assets/\(guid)").text("Item", "IsDeleted") == "true")
        #expect(await site.tags("{}") == [])
        #expect(await site.tags(#"{"OnlyShowDeleted":true}"#) == ["M-1"])
        let back = await site.send(.put, "assets/\(guid)/undelete")
        #expect(back.text("Item", "IsDeleted") == "false")
        #expect(back["Item", "OwnerId"] == nil)
    }

    @Test func makesATagAndTheModelOfAType() async throws {
        let type = try await site.change { try $0.named(.category, "Camera") }
        let next = await site.send(.get, "assets/generate-asset-tag")
        let tag = try #require(next.text("Item", "AssetTag"))
        let made = await site.send(
            .post, "assets/new", #"{"AssetTypeId":"\#(RowGUID.guid(.category, type.rawValue))"}"#)
        #expect(made.text("Item", "AssetTag") == tag)
        #expect(made.text("Item", "AssetTypeName") == "Camera")
        #expect(made.text("Item", "Model", "IsGenericModel") == "true")
        let guid = try #require(made.text("Uid"))
        let laptop = try await site.change { try $0.named(.category, "Laptop") }
        let other = await site.send(
            .post, "assets/\(guid)", #"{"AssetTypeId":"\#(RowGUID.guid(.category, laptop.rawValue))"}"#)
        #expect(other.status == 400)
        #expect(other.text("Errors", 0, "Field") == "AssetTypeId")
    }

    @Test func aWholeAssetWrittenBackChangesNothing() async throws {
        let ada = try await site.person("Ada Lovelace")
        let place = try await site.location("Library")
        let asset = try await site.asset("A-1") {
            $0.serial = "S-1"
            $0.name = "Old"
            $0.modelName = "iPad"
            $0.category = "Tablet"
            $0.supplier = "CDW"
            $0.purchaseCost = Money("12.3456")
            $0.purchaseDate = CalendarDate("2026-01-31")
            $0.location = place.id
            $0.custom = ["colour": "red"]
            $0.notes = "a\nb"
        }
        _ = await site.send(.post, "assets/\(asset.asset.uuid)/owner", #"{"OwnerId":"\#(ada.uuid)"}"#)
        let reply = await site.send(.get, "assets/\(asset.asset.uuid)")
        var writer = JSONText()
        writer.write(try #require(reply["Item"]))
        let before = try #require(try site.store.asset(tag: "A-1"))
        let again = await site.send(.post, "assets/\(asset.asset.uuid)", writer.text)
        #expect(again.status == 200)
        #expect(try site.store.asset(tag: "A-1") == before)
    }

    @Test func updatesPartsMovesAndClears() async throws {
        let ada = try await site.person("Ada Lovelace")
        let asset = try await site.asset("A-1") {
            $0.name = "Old"
            $0.notes = "note"
        }
        let path = "assets/\(asset.asset.uuid)"
        let changed = await site.send(.put, path, #"{"Name":"","OwnerId":"\#(ada.uuid)","name2":1}"#, version: 1)
        #expect(changed.status == 200)
        #expect(changed["Item", "Name"] == nil)
        #expect(changed.text("Item", "Notes") == "note")
        #expect(changed.text("Item", "OwnerId") == ada.uuid.description)
        let kinds = try site.store.history(asset.asset.id).map(\.kind)
        #expect(kinds == [.created, .edit, .checkout])
        let stale = await site.send(.put, path, #"{"Name":"x"}"#, version: 1)
        #expect(stale.status == 412)
        let staleNothing = await site.send(.put, path, "{}", version: 1)
        #expect(staleNothing.status == 412)
        let back = await site.send(.put, path, #"{"OwnerId":null}"#)
        #expect(back["Item", "OwnerId"] == nil)
        try await site.asset("A-2")
        let taken = await site.send(.put, path, #"{"AssetTag":"A-2"}"#)
        #expect(taken.status == 409)
        let dry = await site.send(.put, path, #"{"Name":"dry"}"#, dryRun: true)
        #expect(dry.text("Item", "Name") == "dry")
        #expect(try site.store.asset(tag: "A-1")?.asset.name == nil)
    }

    @Test(arguments: [
        (#"{"AssetTag":""}"#, "AssetTag"), (#"{"AssetTag":["a"]}"#, "AssetTag"), (#"{"ModelId":"5"}"#, "ModelId"),
        (#"{"ModelId":5}"#, "ModelId"), (#"{"ModelId":"6465706f-7464-8001-8000-0000000003e7"}"#, "ModelId"),
        (#"{"ModelId":"6465706f-7464-8002-8000-000000000001"}"#, "ModelId"),
        (#"{"StatusTypeId":"83a10b14-c3a9-4f3b-b104-da83276f9101"}"#, "StatusTypeId"),
        (#"{"LocationId":"83a10b14-c3a9-4f3b-b104-da83276f9101"}"#, "LocationId"),
        (#"{"OwnerId":"83a10b14-c3a9-4f3b-b104-da83276f910"}"#, "OwnerId"),
        (#"{"PurchasePrice":1e400}"#, "PurchasePrice"), (#"{"PurchasePrice":"cheap"}"#, "PurchasePrice"),
        (#"{"PurchasedDate":"2026-02-30"}"#, "PurchasedDate"), (#"{"Name":"a\u0000b"}"#, "Name"),
        (#"{"CustomFieldValues":{}}"#, "CustomFieldValues"), (#"{"VendorId":"x"}"#, "VendorId"),
    ])
    func refusesWithTheField(body: String, field: String) async throws {
        let asset = try await site.asset("A-1")
        let reply = await site.send(.put, "assets/\(asset.asset.uuid)", body)
        #expect(reply.status == 400)
        #expect(reply.text("Errors", 0, "Field") == field)
        #expect(try site.store.asset(tag: "A-1")?.asset.version == 1)
    }

    @Test func theGUIDOfZerosIsNone() async throws {
        let place = try await site.location("Library")
        let asset = try await site.asset("A-1")
        let reply = await site.send(
            .post, "assets/\(asset.asset.uuid)",
            #"{"OwnerId":"\#(Known.nobody)","LocationRoomId":"\#(Known.nobody)","LocationId":"\#(place.uuid)"}"#)
        #expect(reply.status == 200)
        #expect(reply.text("Item", "LocationId") == place.uuid.description)
    }

    @Test(arguments: [("[]", 400), ("{\"a\":", 400), ("7", 400)])
    func bodiesThatAreNoObjectsAreRefused(body: String, status: Int) async throws {
        let asset = try await site.asset("A-1")
        for path in ["assets", "assets/\(asset.asset.uuid)", "assets/new", "assets/checkouts/checkin", "search"] {
            #expect(await site.send(.post, path, body).status == status, "\(path)")
        }
        #expect(await site.send(.post, "assets/owner/bulk", "{}").status == 400)
    }

    @Test(arguments: [
        "assets/7", "assets/x'; DROP TABLE asset", "locations/abc", "users/00", "tickets/1", "assets/checkouts/9/get",
        "assets/for/me", "filters/for/entitytype/x",
    ])
    func badIdsAreRefused(path: String) async throws {
        let reply = await site.send(.get, path, access: .viewer)
        #expect(reply.status == 400)
        #expect(reply["Errors", 0, "Message"] != nil)
        #expect(reply.text("StatusCode") == "400")
    }

    @Test func unknownIdsAreNotFound() async throws {
        let id = newOperation()
        for path in ["assets/\(id)", "locations/\(id)", "users/\(id)", "tickets/\(id)", "assets/\(id)/tickets"] {
            #expect(await site.send(.get, path).status == 404, "\(path)")
        }
        #expect(await site.send(.delete, "assets/\(id)").status == 404)
        #expect(await site.send(.put, "assets/\(id)", "{}").status == 404)
    }

    @Test func viewersReadAndDoNotWrite() async throws {
        let asset = try await site.asset("A-1")
        #expect(await site.send(.post, "assets", "{}", access: .viewer).status == 200)
        for path in ["assets/new", "assets/\(asset.asset.uuid)", "assets/checkouts/checkin", "tickets"] {
            let reply = await site.send(.post, path, "{}", access: .viewer)
            #expect(reply.status == 403, "\(path)")
        }
    }

    @Test func verifies() async throws {
        let place = try await site.location("Library")
        let asset = try await site.asset("A-1")
        let path = "assets/\(asset.asset.uuid)/verifications"
        let done = await site.send(
            .post, path + "/new",
            """
            {"AssetVerificationTypeId":"web-manual","LocationId":"\(place.uuid)","IsSuccessful":true,
             "Comments":"on the shelf","CreatedDate":"2026-11-01T08:30:00"}
            """)
        #expect(done.status == 201)
        #expect(done.text("Item", "LocationId") == place.uuid.description)
        #expect(done.text("Item", "CreatedDate") == "2026-11-01T08:30:00.000")
        let audited = try #require(try site.store.asset(tag: "A-1")).asset
        #expect(audited.lastAudit == Timestamp("2026-11-01T08:30:00Z"))
        #expect(audited.location == nil)
        let failed = await site.send(.post, path + "/new", #"{"IsSuccessful":false,"Comments":"not there"}"#)
        #expect(failed.text("Item", "IsSuccessful") == "false")
        #expect(failed.text("Item", "Comments") == "not there")
        #expect(try site.store.asset(tag: "A-1")?.asset.lastAudit == audited.lastAudit)
        let list = await site.send(.get, path, access: .viewer)
        #expect(list.total == 2)
        #expect(list.text("Items", 1, "Comments") == "on the shelf")
        let bulk = await site.send(.post, "assets/verifications", #"{"AssetIds":["\#(asset.asset.uuid)"]}"#)
        #expect(bulk.total == 2)
        let activities = await site.send(.get, "assets/\(asset.asset.uuid)/activities?$s=2")
        #expect(activities.total == 3)
        #expect(activities.items == 2)
        #expect(activities.text("Items", 1, "ActivityType") == "audit")
        #expect(activities.text("Items", 1, "ByUserName") == "sync")
    }

    @Test func findsPeoplePlacesAndScans() async throws {
        let ada = try await site.person("Ada Lovelace", email: "ada@example.org", badge: "B-77")
        let place = try await site.location("Ada's room")
        try await site.asset("A-1") { $0.name = "Ada's iPad" }
        let all = await site.send(.post, "search/v2", #"{"Query":"Ada","Limit":5}"#, access: .viewer)
        #expect(all.text("Item", "Users", 0, "UserId") == ada.uuid.description)
        #expect(all.text("Item", "Locations", 0, "LocationId") == place.uuid.description)
        #expect(all.text("Item", "Assets", 0, "AssetTag") == "A-1")
        let users = await site.send(.post, "search", #"{"Query":"Ada","Facets":4}"#)
        #expect(users["Item", "Assets"] == nil)
        for code in ["b-77", "ADA@example.org"] {
            let scan = await site.send(.post, "search/scan", #"{"Query":"\#(code)","Limit":1}"#)
            #expect(scan.text("Item", "Users", 0, "Name") == "Ada Lovelace")
        }
        let scan = await site.send(.post, "search/scan", #"{"Query":"a-1"}"#)
        #expect(scan.text("Item", "Assets", 0, "AssetTag") == "A-1")
        #expect(await site.send(.post, "users/search", #"{"Query":"lovelace"}"#).total == 1)
        #expect(await site.send(.get, "users?$filter=SearchText%20contains%20'ada'").total == 1)
        #expect(await site.send(.get, "users/\(ada.uuid)").text("Item", "Email") == "ada@example.org")
        #expect(await site.send(.get, "locations/all").total == 1)
        let facets = await site.send(.get, "filters/for/entitytype/\(Known.assetEntity)")
        #expect(facets.items == Facet.all.count)
    }

    @Test func textIsData() async throws {
        for text in ["<script>alert(1)</script>", "'; DROP TABLE asset; --", "=cmd()", "../../etc", "👩🏽‍🔧"] {
            let asset = try await site.asset("T-\(text.utf8.count)")
            var writer = JSONText()
            writer.write(.string(text))
            let reply = await site.send(.put, "assets/\(asset.asset.uuid)", "{\"Notes\":\(writer.text)}")
            #expect(reply.text("Item", "Notes") == text)
            let found = await site.tags("{\"Filters\":[{\"Facet\":\"keyword\",\"Value\":\(writer.text)}]}")
            #expect(found.first?.hasPrefix("status") != true)
        }
    }
}
