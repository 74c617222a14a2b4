import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

@Suite struct IncidentIQCheckoutTests {
    let site: Site
    let ada: Person
    let bob: Person
    let asset: AssetDetails
    private let path = "assets/checkouts/checkout-or-transfer"

    init() async throws {
        site = try Site()
        ada = try await site.person("Ada Lovelace")
        bob = try await site.person("Bob Noyce")
        asset = try await site.asset("A-1")
    }

    private func give(_ owner: UniqueID, version: Int64? = nil, operation: UniqueID? = nil) async -> DialectReply {
        await site.send(
            .post, path, #"{"AssetId":"\#(asset.asset.uuid)","OwnerId":"\#(owner)"}"#, version: version,
            operation: operation)
    }

    @Test func ownerIdWinsOverToOwnerId() async throws {
        let reply = await site.send(
            .post, path,
            """
            {"AssetId":"\(asset.asset.uuid)","ToOwnerId":"\(bob.uuid)","OwnerId":"\(ada.uuid)",
             "DueDate":"2026-12-24"}
            """
        )
        #expect(reply.text("Items", 0, "AssetCheckout", "ToEntityId") == ada.uuid.description)
        #expect(reply.text("Items", 0, "AssetCheckout", "DueDate") == "2026-12-24T00:00:00")
        #expect(reply.headers[.eTag] == "\"2\"")
        #expect(try site.store.asset(tag: "A-1")?.asset.holder == .person(ada.id))
    }

    @Test func givesToThePlaceOfTheInventoryOptions() async throws {
        let cart = try await site.location("Cart")
        let reply = await site.send(
            .post, path,
            """
            {"AssetId":"\(asset.asset.uuid)","OwnerId":null,
             "InventoryOptions":{"Quantity":1,"ToLocationId":"\(cart.uuid)"}}
            """
        )
        #expect(reply.items == 1)
        #expect(try site.store.asset(tag: "A-1")?.asset.holder == .location(cart.id))
    }

    @Test func theSameOwnerAgainChangesNothing() async throws {
        _ = await give(ada.uuid)
        let again = await give(ada.uuid)
        #expect(again.status == 200)
        #expect(again.items == 0)
        #expect(again.text("Message") == "A-1 is already with Ada Lovelace.")
        #expect(try site.store.asset(tag: "A-1")?.asset.version == 2)
    }

    @Test func aRetryAnswersAsTheFirstTime() async throws {
        let operation = newOperation()
        let first = await give(ada.uuid, operation: operation)
        let again = await give(ada.uuid, operation: operation)
        #expect(again.items == 1)
        #expect(
            again.text("Items", 0, "AssetCheckout", "AssetCheckoutId")
                == first.text("Items", 0, "AssetCheckout", "AssetCheckoutId"))
        #expect(try site.store.asset(tag: "A-1")?.asset.version == 2)
    }

    @Test func refusesWhatCannotBeHandedOver() async throws {
        let unknown = await give(newOperation())
        #expect(unknown.status == 404)
        #expect(unknown.text("Errors", 0, "Field") == "OwnerId")
        let noAsset = await site.send(
            .post, path, #"{"AssetId":"\#(newOperation())","OwnerId":"\#(ada.uuid)"}"#)
        #expect(noAsset.status == 404)
        let noOwner = await site.send(.post, path, #"{"AssetId":"\#(asset.asset.uuid)"}"#)
        #expect(noOwner.status == 400)
        let notGUID = await site.send(.post, path, #"{"AssetId":"7","OwnerId":"\#(ada.uuid)"}"#)
        #expect(notGUID.status == 400)
        #expect(notGUID.text("Errors", 0, "Field") == "AssetId")
        #expect(notGUID.text("CorrelationId") == "request-1")
        let stale = await give(ada.uuid, version: 9)
        #expect(stale.status == 412)
        let repair = try #require(try site.store.statusLabels().first { $0.type == .undeployable })
        _ = try await site.change { [asset] in
            try $0.apply(.edit([AssetField.status.rawValue: repair.id.description]), to: asset.asset.id)
        }
        let broken = await give(ada.uuid)
        #expect(broken.status == 409)
        #expect(broken.text("Message") == "A-1 is marked “Out for Repair”.")
    }

    @Test func checksInOnce() async throws {
        _ = await give(ada.uuid)
        let body = #"{"AssetId":"\#(asset.asset.uuid)","OwnerId":"\#(ada.uuid)"}"#
        let wrong = await site.send(
            .post, "assets/checkouts/checkin", #"{"AssetId":"\#(asset.asset.uuid)","OwnerId":"\#(bob.uuid)"}"#)
        #expect(wrong.status == 404)
        let back = await site.send(.post, "assets/checkouts/checkin", body)
        #expect(back.status == 200)
        #expect(back.text("Item", "IsCheckIn") == "true")
        #expect(back.text("Item", "AssetCheckout", "ToEntityId") == ada.uuid.description)
        #expect(back.text("Item", "AssetCheckout", "CheckinDate") == "2026-11-21T12:00:00.000")
        let again = await site.send(.post, "assets/checkouts/checkin", body)
        #expect(again.status == 404)
        #expect(again.text("StatusCode") == "404")
    }

    @Test func undoesTheNewestTransactionOnly() async throws {
        let issue = await give(ada.uuid)
        let checkout = try #require(issue.text("Items", 0, "AssetCheckout", "AssetCheckoutId"))
        let transfer = await give(bob.uuid)
        let undo = "assets/checkouts/undo-exchange-transaction"
        let late = await site.send(.post, undo, #"{"AssetCheckoutId":"\#(checkout)"}"#)
        #expect(late.status == 409)
        let action = try #require(transfer.text("Items", 1, "CheckoutAction", "AssetInventoryActionId"))
        let undone = await site.send(
            .post, undo, #"{"AssetCheckoutId":"\#(checkout)","ExchangeActionId":"\#(action)"}"#)
        #expect(undone.status == 200)
        #expect(undone.text("Item", "OwnerId") == ada.uuid.description)
        let back = await site.send(
            .post, "assets/checkouts/checkin", #"{"AssetId":"\#(asset.asset.uuid)"}"#)
        let checkin = try #require(back.text("Item", "CheckinAction", "AssetInventoryActionId"))
        let reopened = await site.send(.post, undo, #"{"ExchangeActionId":"\#(checkin)"}"#)
        #expect(reopened.text("Item", "OwnerId") == ada.uuid.description)
        for id in [newOperation().description, asset.asset.uuid.description] {
            let none = await site.send(.post, undo, #"{"AssetCheckoutId":"\#(id)"}"#)
            #expect(none.status == 404)
        }
        let none = await site.send(.post, undo, "{}")
        #expect(none.status == 400)
    }

    @Test func showsCheckouts() async throws {
        try await site.asset("A-2")
        let issue = await give(ada.uuid)
        let id = try #require(issue.text("Items", 0, "AssetCheckout", "AssetCheckoutId"))
        let open = await site.send(.post, "assets/checkouts/query/get", "{}", access: .viewer)
        #expect(open.total == 1)
        #expect(open.text("Items", 0, "AssetCheckoutId") == id)
        let ofBob = await site.send(.post, "assets/checkouts/query/get", #"{"OwnerId":"\#(bob.uuid)"}"#)
        #expect(ofBob.total == 0)
        let mine = await site.send(.get, "assets/checkouts/\(id)/get", access: .viewer)
        #expect(mine.text("Item", "ToEntityId") == ada.uuid.description)
        #expect(mine["Item", "CheckinDate"] == nil)
        _ = await give(bob.uuid)
        let closed = await site.send(.get, "assets/checkouts/\(id)/get")
        #expect(closed.text("Item", "CheckinDate") == "2026-11-21T12:00:00.000")
        #expect(closed.text("Item", "AsOfQuantityOutstanding") == "0")
    }

    @Test func anotherTenantsTransactionDoesNotExist() async throws {
        let other = try await site.depot.createTenant(
            slug: "acme", name: "Acme", actor: .test, origin: .test)
        let issue = await give(ada.uuid)
        let id = try #require(issue.text("Items", 0, "AssetCheckout", "AssetCheckoutId"))
        let read = await site.send(.get, "assets/checkouts/\(id)/get", tenant: other.id)
        #expect(read.status == 404)
        let undo = await site.send(
            .post, "assets/checkouts/undo-exchange-transaction", #"{"AssetCheckoutId":"\#(id)"}"#, tenant: other.id)
        #expect(undo.status == 404)
        let asset = await site.send(.get, "assets/\(self.asset.asset.uuid)", tenant: other.id)
        #expect(asset.status == 404)
    }

    @Test func ownerRoutesMoveByTheSameRules() async throws {
        let guid = asset.asset.uuid
        let given = await site.send(.post, "assets/\(guid)/owner", #"{"OwnerId":"\#(ada.uuid)","Force":true}"#)
        #expect(given.text("Item", "OwnerId") == ada.uuid.description)
        let taken = await site.send(.post, "assets/\(guid)/owner", #"{"OwnerId":null}"#)
        #expect(taken["Item", "OwnerId"] == nil)
        let nobody = await site.send(.post, "assets/\(guid)/remove-owner?force=true")
        #expect(nobody.text("Message") == "A-1 has no owner.")
        let second = try await site.asset("A-2")
        let bulk = await site.send(
            .post, "assets/owner/bulk",
            """
            [{"ToAssetId":"\(guid)","OwnerId":"\(ada.uuid)"},
             {"ToAssetId":"\(second.asset.uuid)","OwnerId":"\(bob.uuid)"}]
            """
        )
        #expect(bulk.items == 2)
        #expect(try site.store.asset(tag: "A-2")?.asset.holder == .person(bob.id))
        let half = await site.send(
            .post, "assets/owner/bulk",
            #"[{"ToAssetId":"\#(guid)","OwnerId":null},{"ToAssetId":"\#(newOperation())","OwnerId":null}]"#)
        #expect(half.status == 404)
        #expect(try site.store.asset(tag: "A-1")?.asset.holder == .person(ada.id))
        #expect(await site.send(.get, "assets/for/\(ada.uuid)").total == 1)
        #expect(await site.send(.get, "assets/for/\(newOperation())").status == 404)
    }
}
