import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

/// Every operation of the guide “Working with Assets”, as it is written there.
@Suite struct IncidentIQSeedTests {
    let site: Site

    init() async throws {
        site = try Site()
        try await site.asset("CHR-12345") {
            $0.serial = "5CD1234XYZ"
            $0.modelName = "Chromebook 311"
            $0.category = "Chromebook"
        }
        try await site.asset("CHR-2") {
            $0.modelName = "Chromebook 311"
            $0.category = "Chromebook"
        }
        try await site.asset("LAP-1") {
            $0.modelName = "ThinkPad"
            $0.category = "Laptop"
        }
    }

    /// The asset's GUID.
    func guid(_ tag: String) throws -> String { try #require(try site.store.asset(tag: tag)).asset.uuid.description }

    func events(_ tag: String) throws -> [LedgerEvent] {
        let asset = try #require(try site.store.asset(tag: tag))
        return try site.store.history(asset.asset.id)
    }

    @Test func queriesWithFilters() async throws {
        let ada = try await site.person("Ada Lovelace")
        _ = await site.send(
            .post, "assets/checkouts/checkout-or-transfer",
            #"{"AssetId":"\#(try guid("CHR-12345"))","ToOwnerId":"\#(ada.uuid)"}"#)
        let reply = await site.send(
            .post, "assets?$s=50&$p=0",
            """
            {
              "Filters": [
                {
                  "Facet": "assettype",
                  "Name": "Chromebook",
                  "Selected": true
                },
                {
                  "Facet": "status",
                  "Name": "In Use",
                  "Selected": true
                }
              ]
            }
            """, access: .viewer)
        #expect(reply.status == 200)
        #expect(reply.items == 1)
        #expect(reply.text("Items", 0, "AssetTag") == "CHR-12345")
        #expect(reply.text("Items", 0, "Status", "Name") == "In Use")
        #expect(reply.text("Items", 0, "Owner", "Name") == "Ada Lovelace")
        #expect(reply.text("Items", 0, "OwnerId") == ada.uuid.description)
        #expect(reply.text("Items", 0, "AssetTypeName") == "Chromebook")
        #expect(reply.text("Paging", "TotalRows") == "1")
        #expect(reply.text("Paging", "PageSize") == "50")
        #expect(reply.text("Paging", "PageIndex") == "0")
        #expect(reply.text("Paging", "PageCount") == "1")
        #expect(reply.text("RequestDate") == "2026-11-21T12:00:00.0000000Z")
        #expect(reply.text("StatusCode") == "200")
        #expect(reply.text("Metadata", "QueryEngineSource") == "I")
    }

    @Test func getsByIdTagAndSerialNumber() async throws {
        let byID = await site.send(.get, "assets/\(try guid("CHR-12345").uppercased())", access: .viewer)
        #expect(byID.text("Item", "AssetTag") == "CHR-12345")
        #expect(byID.headers[.eTag] == "\"1\"")
        let byTag = await site.send(.get, "assets/assettag/chr-12345", access: .viewer)
        #expect(byTag.text("Items", 0, "SerialNumber") == "5CD1234XYZ")
        #expect(byTag.text("ItemCount") == "1")
        #expect(byTag.headers[.eTag] == "\"1\"")
        #expect(await site.filtered(#"{"Facet":"serialnumber","Value":"5CD1234XYZ","Selected":true}"#) == ["CHR-12345"])
        let bySerial = await site.send(.get, "assets/serial/5cd1234xyz", access: .viewer)
        #expect(bySerial.text("Items", 0, "AssetTag") == "CHR-12345")
        for path in ["assets/assettag/NONE", "assets/serial/NONE"] {
            let none = await site.send(.get, path, access: .viewer)
            #expect(none.status == 200)
            #expect(none.items == 0)
            #expect(none.text("ItemCount") == "0")
        }
    }

    @Test func leavesOutWhatHasNoValue() async throws {
        let reply = await site.send(.get, "assets/\(try guid("LAP-1"))")
        let item = try #require(reply["Item"]?.object)
        for absent in ["OwnerId", "Owner", "SerialNumber", "LocationId", "PurchasePrice", "CustomFieldValues"] {
            #expect(!item.has(absent))
        }
        #expect(!item.members.contains { $0.value.isNull })
        #expect(item["CreatedDate"]?.text == "2026-11-21T12:00:00.000")
    }

    @Test func everyFacetOfTheGuide() async throws {
        let room = try await site.location("Cart 7")
        let ada = try await site.person("Ada Lovelace")
        _ = await site.send(.put, "assets/\(try guid("LAP-1"))", #"{"LocationId":"\#(room.uuid)"}"#)
        _ = await site.send(
            .post, "assets/checkouts/checkout-or-transfer",
            #"{"AssetId":"\#(try guid("CHR-2"))","ToOwnerId":"\#(ada.uuid)"}"#)
        #expect(await site.filtered(#"{"Facet":"assettype","Name":"Laptop"}"#) == ["LAP-1"])
        #expect(await site.filtered(#"{"Facet":"status","Name":"Available"}"#) == ["CHR-12345", "LAP-1"])
        #expect(await site.filtered(#"{"Facet":"status","Name":"Broken"}"#) == [])
        #expect(await site.filtered(#"{"Facet":"model","Name":"chromebook 311"}"#) == ["CHR-12345", "CHR-2"])
        #expect(await site.filtered(#"{"Facet":"owner","Name":"Ada Lovelace"}"#) == ["CHR-2"])
        #expect(await site.filtered(#"{"Facet":"owner","Id":"\#(ada.uuid)"}"#) == ["CHR-2"])
        #expect(await site.filtered(#"{"Facet":"location","Name":"Cart 7"}"#) == ["LAP-1"])
        #expect(await site.filtered(#"{"Facet":"assettag","Value":"LAP-1"}"#) == ["LAP-1"])
    }

    @Test func updatesWithPut() async throws {
        let reply = await site.send(
            .put, "assets/\(try guid("LAP-1"))",
            """
            {"Name":"Ada's","PurchasePrice":349.5,"PurchasedDate":"2026-02-03T00:00:00","Vendor":"Acme",
             "Notes":"<b>"}
            """
        )
        #expect(reply.status == 200)
        #expect(reply.text("Item", "Name") == "Ada's")
        #expect(reply.text("Item", "PurchasePrice") == "349.50")
        #expect(reply.text("Item", "PurchasedDate") == "2026-02-03T00:00:00")
        #expect(reply.text("Item", "Vendor") == "Acme")
        #expect(reply.text("Item", "Notes") == "<b>")
        #expect(reply.headers[.eTag] == "\"2\"")
        let event = try #require(try events("LAP-1").last)
        #expect(event.origin.face == .incidentIQ)
        #expect(event.actor.name == "sync")
    }

    @Test func assignsToPeopleAndPlacesAndTransfers() async throws {
        let ada = try await site.person("Ada Lovelace")
        let cart = try await site.location("Cart 7")
        let asset = try guid("CHR-2")
        let issue = await site.send(
            .post, "assets/checkouts/checkout-or-transfer",
            #"{"AssetId":"\#(asset)","ToOwnerId":"\#(ada.uuid)"}"#)
        #expect(issue.status == 200)
        #expect(issue.items == 1)
        #expect(issue.text("Items", 0, "IsCheckOut") == "true")
        #expect(issue.text("Items", 0, "AssetCheckout", "ToEntityId") == ada.uuid.description)
        #expect(issue.text("Items", 0, "AssetCheckout", "AssetId") == asset)
        #expect(issue.text("Items", 0, "AssetCheckout", "AsOfQuantityOutstanding") == "1")
        let transfer = await site.send(
            .post, "assets/checkouts/checkout-or-transfer",
            #"{"AssetId":"\#(asset)","ToOwnerId":"\#(cart.uuid)"}"#)
        #expect(transfer.items == 2)
        #expect(transfer.text("Items", 0, "IsCheckIn") == "true")
        #expect(
            transfer.text("Items", 0, "AssetCheckout", "AssetCheckoutId")
                == issue.text("Items", 0, "AssetCheckout", "AssetCheckoutId"))
        #expect(transfer.text("Items", 0, "AssetCheckout", "QuantityCheckedIn") == "1")
        #expect(transfer.text("Items", 1, "IsCheckOut") == "true")
        #expect(transfer.text("Items", 1, "AssetCheckout", "ToEntityId") == cart.uuid.description)
        let shown = await site.send(.get, "assets/\(asset)")
        #expect(shown.text("Item", "OwnerId") == cart.uuid.description)
        #expect(shown.text("Item", "LocationId") == cart.uuid.description)
        #expect(shown.text("Item", "Status", "Name") == "In Use")
        let kinds = try events("CHR-2").map(\.kind)
        #expect(kinds == [.created, .checkout, .transfer])
    }

    @Test func linksATicketToAnAsset() async throws {
        let asset = try guid("CHR-2")
        for path in ["tickets/new", "tickets"] {
            let reply = await site.send(
                .post, path, #"{"Subject":"Broken screen","AssetId":"\#(asset)","Priority":"High"}"#)
            #expect(reply.status == 201)
            #expect(reply.text("Item", "Subject") == "Broken screen")
            #expect(reply.text("Item", "AssetId") == asset)
            #expect(reply.text("Item", "Priority") == "High")
            #expect(reply.text("Uid") == reply.text("Item", "TicketId"))
        }
        let list = await site.send(.get, "assets/\(asset)/tickets", access: .viewer)
        #expect(list.items == 2)
        #expect(list.total == 2)
        #expect(await site.send(.get, "assets/\(asset)").text("Item", "OpenTickets") == "2")
        let id = try #require(list.text("Items", 0, "TicketId"))
        let closed = await site.send(.post, "tickets/\(id)", #"{"IsClosed":true}"#)
        #expect(closed.text("Item", "IsClosed") == "true")
        #expect(closed.text("Item", "Subject") == "Broken screen")
        #expect(await site.send(.get, "tickets/\(id)").text("Item", "IsClosed") == "true")
        #expect(await site.send(.get, "assets/\(asset)").text("Item", "OpenTickets") == "1")
        #expect(await site.send(.post, "tickets", #"{"AssetId":"\#(asset)"}"#).status == 400)
        let unknown = await site.send(.post, "tickets", #"{"Subject":"x","AssetId":"\#(newOperation())"}"#)
        #expect(unknown.status == 404)
        #expect(unknown.text("Errors", 0, "Field") == "AssetId")
    }
}
