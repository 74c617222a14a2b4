import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import TextFormats

/// The routes `GET|POST assets`, `GET|PATCH|DELETE assets/{id}`, by tag, by serial number, and an asset's history.
struct AssetRoutes: RouteGroup {
    let station: Station
    let changes: AssetChanges

    var routes: [RouteTable.Route] {
        [
            .station(.get, "assets", .viewer, listAssets),
            .station(.post, "assets", .operator, createAsset),
            .station(.get, "assets/:id", .viewer) { request, context in
                _ = try Query(request)
                let id: AssetID = try context.id("id", of: "asset")
                return assetReply(try finder(context).asset(.id(id)))
            },
            .station(.get, "assets/bytag/:tag", .viewer) { request, context in
                _ = try Query(request)
                return assetReply(try finder(context).asset(.tag(try context.text("tag"))))
            },
            .station(.get, "assets/byserial/:serial", .viewer) { request, context in
                _ = try Query(request)
                let found = try context.store(station).assetPage(serial: try context.text("serial"))
                return assetsReply(found.rows, total: found.rows.count, isTruncated: found.isTruncated)
            },
            .station(.get, "assets/:id/history", .viewer, history),
            .station(.patch, "assets/:id", .operator) { request, context in
                let id: AssetID = try context.id("id", of: "asset")
                let wanted = try await context.body(EditAssetRequest.self, of: request)
                _ = try finder(context).asset(.id(id))
                return try await changes.apply(
                    .edit(wanted.fields), to: id, operation: wanted.operation, note: wanted.note,
                    version: wanted.version, request, context)
            },
            .station(.delete, "assets/:id", .operator) { request, context in
                let id: AssetID = try context.id("id", of: "asset")
                _ = try finder(context).asset(.id(id))
                return try await changes.apply(
                    .delete, to: id, operation: nil, note: nil, version: nil, request, context)
            },
        ]
    }

    private func finder(_ context: StationContext) throws -> Finder {
        Finder(store: try context.store(station))
    }

    private func assetReply(_ details: AssetDetails) -> Response {
        reply(version: details.asset.version) { $0.value(details) }
    }

    private func assetsReply(_ assets: [AssetDetails], total: Int, isTruncated: Bool) -> Response {
        reply { json in
            json.object { json in
                json.array("assets", of: assets) { $0.value($1) }
                json.member("total", total)
                if isTruncated { json.member("truncated", true) }
            }
        }
    }

    private func listAssets(_ request: Request, _ context: StationContext) throws -> Response {
        let query = try Query(
            request, "search", "lifecycle", "holder", "location_id", "model_id", "sort", "order", "limit", "offset",
            "deleted", "due", "overdue", "audit_due", "not_audited_since")
        var wanted = AssetQuery()
        wanted.search = query.text("search")
        wanted.lifecycle = try query.word("lifecycle", Lifecycle.self)
        if let text = query.text("holder") {
            guard let holder = Holder(text) else { throw RequestError.badRequest("“holder” must look like person:7.") }
            wanted.holder = holder
        }
        wanted.location = try query.number("location_id", in: 1...Int64.max).map(LocationID.init(rawValue:))
        wanted.model = try query.number("model_id", in: 1...Int64.max).map(CatalogueID.init(rawValue:))
        if let sort = try query.word("sort", AssetQuery.Sort.self) { wanted.sort = sort }
        wanted.descending = try query.word("order", SortOrder.self) == .desc
        wanted.limit = try query.limit()
        wanted.offset = try query.offset()
        wanted.predicate = try dueConditions(query)
        let found = try context.store(station).assets(wanted)
        return assetsReply(found.rows, total: found.total, isTruncated: found.isTruncated)
    }

    /// Returns the condition of the parameters about days, or nil if there are none. Days count from today.
    private func dueConditions(_ query: Query) throws(RequestError) -> AssetPredicate? {
        let today = station.now().date
        func lastDay(_ name: String) throws(RequestError) -> CalendarDate? {
            try query.number(name, in: 0...36_500).map { today.advanced(byDays: Int($0)) }
        }
        var conditions: [AssetPredicate] = []
        if let day = try lastDay("due") { conditions.append(.expectedBack(through: day)) }
        if try query.word("overdue", Flag.self) == .yes {
            conditions.append(.expectedBack(through: today.advanced(byDays: -1)))
        }
        if let day = try lastDay("audit_due") { conditions.append(.auditDue(through: day)) }
        if let text = query.text("not_audited_since") {
            guard let day = CalendarDate(text) else {
                throw .badRequest("“not_audited_since” must be a day, such as 2026-11-30.")
            }
            conditions.append(.notAudited(since: day))
        }
        return conditions.isEmpty ? nil : .all(conditions)
    }

    private enum Flag: String, CaseIterable {
        case yes = "true"
        case no = "false"
    }

    private func history(_ request: Request, _ context: StationContext) throws -> Response {
        let query = try Query(request, "limit", "before")
        let id: AssetID = try context.id("id", of: "asset")
        let store = try context.store(station)
        guard try store.asset(id) != nil else { throw RequestError.notFound("asset", id) }
        let before = try query.number("before", in: 1...Int64.max).map(EventNumber.init(rawValue:))
        let page = try store.historyPage(id, limit: try query.limit(), before: before)
        return reply { json in
            json.object { json in
                json.array("events", of: page.rows) { $0.raw($1.json) }
                if page.isTruncated { json.member("truncated", true) }
            }
        }
    }

    private func createAsset(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(CreateAssetRequest.self, of: request)
        let store = try context.store(station)
        let draft = AssetDraft(wanted, location: try wanted.locationID ?? wanted.location.map(finder(context).location))
        let created = try await store.createAsset(
            draft, try context.change(station, operation: wanted.operation))
        var response = changes.reply(created, .created)
        if let id = created.asset?.asset.id { response.headers[.location] = "\(StationAPI.prefix)/assets/\(id)" }
        return response
    }
}

/// The direction of a list's order.
private enum SortOrder: String, CaseIterable { case asc, desc }

extension AssetDraft {
    fileprivate init(_ wanted: CreateAssetRequest, location: LocationID?) {
        self.init(tag: wanted.tag)
        serial = wanted.serial
        name = wanted.name
        modelName = wanted.model
        modelNumber = wanted.modelNumber
        manufacturer = wanted.manufacturer
        category = wanted.category
        statusName = wanted.status
        status = wanted.statusID
        defaultLocation = location
        purchaseDate = wanted.purchaseDate
        purchaseCost = wanted.purchaseCost
        orderNumber = wanted.orderNumber
        warrantyMonths = wanted.warrantyMonths
        nextAudit = wanted.nextAudit
        notes = wanted.notes
        custom = wanted.custom ?? [:]
    }
}
