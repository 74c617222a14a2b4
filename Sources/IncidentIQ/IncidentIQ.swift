public import DepotDialect
public import DepotModel
public import HTTPTypes
import TextFormats

/// Incident IQ's asset API (`/api/v1.0`): its GUIDs, envelopes, facets and checkouts over the inventory.
///
/// Differences between Incident IQ's own pages, its guide for integrators and this station:
///
/// - **Update**: `POST` (its reference) and `PUT` (its guide) are the same. Members that are absent stay as they are,
///   whatever the value of `ApiFlags`; null and the empty text clear.
/// - **Holder**: `OwnerId` (its reference) and `ToOwnerId` (its guide), of which the former wins, name a person or a
///   location; `InventoryOptions.ToLocationId` is used if both are absent.
/// - **The same owner again**: 200, no `Items`, a `Message`.
/// - **Facets**: the guide's `status`, `serialnumber` and `owner` are the reference's `assetstatus`,
///   `assetserialnumber` and `user`; a reference facet takes `Id`, `Value` or `Name`. Tags and serial numbers are
///   compared as a whole, asset names and purchase orders in part.
/// - **An unknown facet**: 400 that names it. Incident IQ ignores it, as does `dialects.incident_iq.lenient`.
/// - **Statuses**: ``StatusTypes``. In Use comes from the owner and cannot be set.
/// - **Asset types**: the categories; an asset has the type of its model.
/// - **Rooms**: locations with a parent. `LocationId` is the asset's location, and `LocationRoomId` too if that is a
///   room; `LocationRoomId` wins on writes. The facet `location` includes the locations within.
/// - **A failed verification**: an event; the last audit stays unchanged.
/// - **An unknown tag or serial number**: 200 without items; an unknown GUID: 404; an id that is no GUID: 400 with
///   `Errors`.
/// - **`POST tickets`**: creates a ticket, as `POST tickets/new` does.
public struct IncidentIQ: Dialect {
    /// The routes of the dialect.
    public let routes: [DialectRoute]

    /// Creates the dialect.
    ///
    /// - Parameter lenient: whether unknown facets are ignored instead of refused.
    public init(lenient: Bool = false) {
        routes = (Self.reading + Self.writing + Self.checkouts + Self.support).map { $0.route(isLenient: lenient) }
    }

    /// The interface that the ledger names as the origin of this dialect's changes.
    public var face: Origin.Face { .incidentIQ }
    /// The prefixes of the dialect's paths.
    public var prefixes: [String] { [Self.prefix] }
    /// The header field that names the site.
    public let tenantHeader = HTTPField.Name("SiteId")

    static let prefix = "/api/v1.0"

    /// A route whose handler gets a call with its site.
    private struct SiteRoute: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var access: Access
        var work: @Sendable (SiteCall) async throws -> Answer

        func route(isLenient: Bool) -> DialectRoute {
            DialectRoute(method, "\(IncidentIQ.prefix)/\(path)", access) { [work] call in
                try await work(try SiteCall(call, isLenient: isLenient))
            }
        }
    }

    private static func route(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access,
        _ work: @escaping @Sendable (SiteCall) async throws -> Answer
    ) -> SiteRoute {
        SiteRoute(method: method, path: path, access: access, work: work)
    }

    private static let reading: [SiteRoute] = [
        route(.get, "assets", .viewer) { try await $0.queryAssets() },
        route(.post, "assets", .viewer) { try await $0.queryAssets() },
        route(.post, "assets/count", .viewer) { try await $0.countAssets() },
        route(.post, "assets/search", .viewer) { try await $0.searchAssets() },
        route(.get, "assets/assettag/:tag", .viewer) { try $0.assetsByTag() },
        route(.get, "assets/serial/:serial", .viewer) { try $0.assetsBySerial() },
        route(.get, "assets/assettag/search/:text", .viewer) { try $0.assetsContaining(.tag) },
        route(.get, "assets/serial/search/:text", .viewer) { try $0.assetsContaining(.serial) },
        route(.get, "assets/for/:userId", .viewer) { try $0.assetsOfOwner() },
        route(.get, "assets/location/:id", .viewer) { try $0.assetsAtPlace(within: true) },
        route(.get, "assets/rooms/:id", .viewer) { try $0.assetsAtPlace(within: false) },
        route(.get, "assets/generate-asset-tag", .viewer) { try $0.generateAssetTag() },
        route(.get, "assets/:id", .viewer) { try $0.getAsset() },
        route(.get, "assets/:id/activities", .viewer) { try $0.activities() },
        route(.get, "assets/:id/verifications", .viewer) { try $0.listVerifications() },
        route(.post, "assets/verifications", .viewer) { try await $0.verificationsOfAssets() },
        route(.get, "assets/:id/tickets", .viewer) { try $0.listTickets(ofAsset: true) },
        route(.post, "search", .viewer) { try await $0.searchEverything() },
        route(.post, "search/v2", .viewer) { try await $0.searchEverything() },
        route(.post, "search/scan", .viewer) { try await $0.searchScan() },
    ]

    private static let writing: [SiteRoute] = [
        route(.post, "assets/new", .operator) { try await $0.createAsset() },
        route(.post, "assets/owner/bulk", .operator) { try await $0.setOwners() },
        route(.post, "assets/location", .operator) { try await $0.setLocation() },
        route(.post, "assets/:id", .operator) { try await $0.updateAsset() },
        route(.put, "assets/:id", .operator) { try await $0.updateAsset() },
        route(.delete, "assets/:id", .operator) { try await $0.deleteAsset() },
        route(.put, "assets/:id/undelete", .operator) { try await $0.undeleteAsset() },
        route(.post, "assets/:id/owner", .operator) { try await $0.setOwner() },
        route(.post, "assets/:id/remove-owner", .operator) { try await $0.removeOwner() },
        route(.post, "assets/:id/status/:statusTypeId", .operator) { try await $0.setStatus() },
        route(.post, "assets/:id/verifications/new", .operator) { try await $0.verify() },
        route(.get, "tickets", .viewer) { try $0.listTickets(ofAsset: false) },
        route(.post, "tickets", .operator) { try await $0.createTicket() },
        route(.post, "tickets/new", .operator) { try await $0.createTicket() },
        route(.get, "tickets/:id", .viewer) { try $0.getTicket() },
        route(.post, "tickets/:id", .operator) { try await $0.updateTicket() },
        route(.put, "tickets/:id", .operator) { try await $0.updateTicket() },
    ]

    private static let checkouts: [SiteRoute] = [
        route(.post, "assets/checkouts/checkout-or-transfer", .operator) { try await $0.checkoutOrTransfer() },
        route(.post, "assets/checkouts/checkin", .operator) { try await $0.checkin() },
        route(.post, "assets/checkouts/undo-exchange-transaction", .operator) { try await $0.undoExchange() },
        route(.post, "assets/checkouts/query/get", .viewer) { try await $0.queryCheckouts() },
        route(.get, "assets/checkouts/:id/get", .viewer) { try $0.getCheckout() },
    ]

    private static let support: [SiteRoute] = [
        route(.get, "assets/status/types", .viewer) { try $0.statusTypes() },
        route(.get, "assets/types", .viewer) { try $0.assetTypes() },
        route(.get, "assets/models", .viewer) { try await $0.models() },
        route(.post, "assets/models", .viewer) { try await $0.models() },
        route(.post, "assets/models/search", .viewer) { try await $0.models() },
        route(.get, "locations", .viewer) { try await $0.listLocations(all: false) },
        route(.post, "locations", .viewer) { try await $0.listLocations(all: false) },
        route(.get, "locations/all", .viewer) { try await $0.listLocations(all: true) },
        route(.get, "locations/:id", .viewer) { try $0.getLocation() },
        route(.get, "locations/:id/rooms", .viewer) { try await $0.listRooms(of: try $0.guid("LocationId")) },
        route(.get, "rooms", .viewer) { try await $0.listRooms(of: nil) },
        route(.post, "rooms", .viewer) { try await $0.listRooms(of: nil) },
        route(.get, "users", .viewer) { try await $0.listUsers() },
        route(.post, "users", .viewer) { try await $0.listUsers() },
        route(.post, "users/search", .viewer) { try await $0.listUsers() },
        route(.get, "users/:id", .viewer) { try $0.getUser() },
        route(.get, "filters/for/entitytype/:id", .viewer) { try $0.facetsOfEntity() },
    ]
}
