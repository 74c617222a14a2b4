import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of issued assets.
enum Records {
    // MARK: One asset

    private static func find(_ call: Call) throws -> (store: TenantStore, details: AssetDetails) {
        if let id: AssetID = call.id() {
            for store in try call.stores() {
                if let details = try store.asset(id), details.asset.deletedAt == nil { return (store, details) }
            }
        }
        throw RequestError.notFound("asset", call.parameter("id"))
    }

    /// Returns the asset in the transaction. Throws for a deleted one.
    private static func current(_ id: AssetID, _ inventory: Inventory) throws -> AssetDetails {
        guard let details = try inventory.asset(id), details.asset.deletedAt == nil else {
            throw Refusal(.unknownAsset, "There is no asset \(id).", facts: ["asset_id": id.description])
        }
        return details
    }

    /// Returns an asset; one without a holder stays unchanged.
    @Sendable static func returnAsset(_ call: Call) async throws -> Answer {
        let (store, before) = try find(call)
        let version = call.expectedVersion
        let after = try await store.change(call.change) { inventory in
            let now = try current(before.asset.id, inventory)
            guard now.asset.holder != nil else { return now.asset.version }
            // A checkin moves the asset to its default location, even a deleted one; without one it stays where it is.
            var location = now.asset.defaultLocation == nil ? now.asset.location : nil
            if let here = location, try inventory.location(here)?.deletedAt != nil { location = nil }
            let applied = try inventory.apply(.checkin(location: location), to: now.asset.id, version: version)
            return applied.asset?.asset.version ?? now.asset.version
        }
        return .json(version: after) { json in json.object { $0.member("message", "Asset returned") } }
    }

    /// Changes comments, type and model if they are present.
    @Sendable static func update(_ call: Call) async throws -> Answer {
        let (store, before) = try find(call)
        let object = try await call.object()
        guard ["comments", "asset_model", "asset_type"].contains(where: object.has) else {
            throw DepotError(.badRequest, "No updatable fields provided")
        }
        let comments = try IssueRequest.text(object, "comments")
        let hasModel = object.has("asset_model") || object.has("asset_type")
        let wanted = ModelChoice(
            model: try IssueRequest.text(object, "asset_model"), type: try IssueRequest.text(object, "asset_type"))
        @Sendable func choice(of details: AssetDetails) -> ModelChoice {
            ModelChoice(
                model: object.has("asset_model") ? wanted.model : details.shownModel,
                type: object.has("asset_type") ? wanted.type : details.type)
        }
        let known = try hasModel ? choice(of: before).existing(store) : nil
        let version = call.expectedVersion
        let after = try await store.change(call.change) { inventory in
            let now = try current(before.asset.id, inventory)
            var edits: [String: String?] = [:]
            if object.has("comments"), comments != now.asset.notes {
                edits[AssetField.notes.rawValue] = .some(comments)
            }
            let choice = choice(of: now)
            if choice != ModelChoice(model: now.shownModel, type: now.type) {
                edits[AssetField.model.rawValue] = .some(try choice.find(inventory, known: known)?.description)
            }
            if edits.isEmpty, version == nil || version == now.asset.version { return now }
            return try inventory.apply(.edit(edits), to: now.asset.id, version: version).asset ?? now
        }
        return try .json(version: after.asset.version) { json in try write(after, store, &json) }
    }

    // MARK: Lists

    /// Answers with all records, or those of one status, in the order of the last issue or return.
    @Sendable static func search(_ call: Call) async throws -> Answer {
        let stores = try call.stores()
        let status = call.head.query["status"]
        let descending = call.head.query["sort"]?.lowercased() != "asc"
        var lists: [Pages] = []
        for store in stores {
            if status != "Returned" { lists.append(Pages(store, .isHeld, .lastCheckout, descending)) }
            if status != "Issued" {
                let returned = AssetPredicate.all([.not(.isHeld), .hasDate(.lastCheckout)])
                lists.append(Pages(store, returned, .lastCheckin, descending))
            }
        }
        return Answer(
            .ok, headers: [.contentType: "application/json"],
            body: .stream { [lists] out in
                var lists = lists
                var json = JSONWriter(reserving: 65_536)
                try await out.write([UInt8(ascii: "[")])
                while let index = try Pages.next(&lists, descending) {
                    if let details = try lists[index].nextRow() { try write(details, lists[index].store, &json) }
                    if json.bytes.count > 60_000 { try await out.write(json.take()) }
                }
                try await out.write(json.take() + [UInt8(ascii: "]")])
            })
    }

    private static func write(
        _ details: AssetDetails, _ store: TenantStore, _ json: inout JSONWriter
    ) throws {
        let asset = details.asset
        // Only people have an e-mail address; the detail of a location or an asset is something else.
        var (name, email) = (details.holder?.name, String?.none)
        if let assignee = details.assignee { (name, email) = (assignee.name, assignee.email) }
        if details.holder == nil, let last = try store.lastHolder(of: asset.id)?.holder {
            name = last.name
            if case .person(let id) = last.holder { email = try store.person(id)?.email }
        }
        json.object { json in
            json.member("id", asset.id)
            json.member("employee_name", name ?? "")
            json.member("employee_email", email ?? "")
            json.member("asset_type", details.type ?? "")
            json.member("asset_model", details.shownModel ?? "")
            json.member("comments", asset.notes ?? "")
            json.member("issued_at", asset.lastCheckout?.description)
            json.member("returned_at", details.returnedAt?.description)
            json.member("status", asset.holder != nil ? "Issued" : "Returned")
            json.member("last_updated", details.lastMoved?.description)
            json.member("asset_tag", asset.tag)
            json.member("serial", asset.serial ?? "")
        }
    }

    /// Answers with the models of assets that were handed to the person with an e-mail address; an unknown person has
    /// none.
    @Sendable static func history(_ call: Call) async throws -> Answer {
        let email = trimmingWhiteSpace(call.parameter("email"))
        var models: [String] = []
        for store in try call.stores() {
            var query = RowQuery()
            query.email = email
            query.limit = 1000
            for person in try store.people(query).rows { models += try modelsHanded(to: person.id, store) }
        }
        return .json { json in
            json.object { json in
                json.member("email", email)
                json.member("count", models.count)
                json.array("models", of: models) { $0.value($1) }
            }
        }
    }

    /// Returns the model, or else the name or tag, of every asset that was handed to the person, oldest first.
    private static func modelsHanded(to person: PersonID, _ store: TenantStore) throws -> [String] {
        var models: [String] = []
        var offset = 0
        while true {
            let page = try store.activity(asset: nil, person: person, limit: 1000, offset: offset).rows
            for event in page where event.to?.holder == .person(person) {
                guard event.kind == .checkout || event.kind == .transfer, let asset = event.asset else { continue }
                let details = try store.asset(asset.id)
                models.append(details?.shownModel ?? details?.asset.name ?? asset.tag)
            }
            guard !page.isEmpty else { return models.reversed() }
            offset += page.count
        }
    }
}

extension AssetDetails {
    /// The name of the model, or nil for the placeholder of an asset without a model.
    var shownModel: String? {
        model.flatMap { $0.name.hasPrefix(ModelChoice.unspecified) ? nil : $0.name }
    }

    var type: String? { model?.category?.name }

    var returnedAt: Timestamp? { asset.holder == nil ? asset.lastCheckin : nil }

    /// The time of the last issue or return.
    var lastMoved: Timestamp? { returnedAt ?? asset.lastCheckout }
}

/// A sorted list of assets that is read page by page.
private struct Pages: Sendable {
    let store: TenantStore
    private var query = AssetQuery()
    private var page: [AssetDetails] = []
    private var index = 0
    private var isAtEnd = false

    init(_ store: TenantStore, _ predicate: AssetPredicate, _ sort: AssetQuery.Sort, _ descending: Bool) {
        self.store = store
        query.predicate = predicate
        query.sort = sort
        query.descending = descending
        query.limit = 200
    }

    private mutating func peek() throws -> AssetDetails? {
        if index == page.count, !isAtEnd {
            page = try store.assets(query).rows
            query.offset += page.count
            index = 0
            isAtEnd = page.isEmpty
        }
        return index < page.count ? page[index] : nil
    }

    mutating func nextRow() throws -> AssetDetails? {
        defer { index += 1 }
        return try peek()
    }

    /// Returns the index of the list with the first of all next rows, or nil at the end.
    static func next(_ lists: inout [Pages], _ descending: Bool) throws -> Int? {
        var best: (index: Int, key: (Int64, Int64))?
        for index in lists.indices {
            guard let row = try lists[index].peek() else { continue }
            let key = (row.lastMoved?.milliseconds ?? .min, row.asset.id.rawValue)
            if let known = best, descending ? key <= known.key : key >= known.key { continue }
            best = (index, key)
        }
        return best?.index
    }
}
