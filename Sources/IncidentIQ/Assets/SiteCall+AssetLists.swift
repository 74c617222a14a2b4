import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes that list assets.
extension SiteCall {
    /// `GET` and `POST assets`: filters in the body, or `$filter`; paged and sorted.
    func queryAssets() async throws -> Answer {
        let body = try await fields()
        return try listed(try query(body), page: Page(call, body))
    }

    /// `POST assets/count`: only `Paging.TotalRows`.
    func countAssets() async throws -> Answer {
        let body = try await fields()
        var query = try query(body)
        query.limit = 1
        query.sort = .id
        let total = try store.assets(query).total
        return list([Int](), page: try Page(call, body), total: total) { _, _ in }
    }

    /// `POST assets/search`: `Query` anywhere in the fields that the switches select, or in tag, serial number, name, model,
    /// manufacturer and notes if none is on.
    func searchAssets() async throws -> Answer {
        let body = try await fields()
        var query = try query(body)
        var all = [query.predicate].compactMap { $0 }
        if let text = try body.filled("Query") ?? body.filled("SearchText") {
            let text = text.trimmed
            let switches: [(String, AssetPredicate)] = [
                ("SearchAssetTag", .contains(.tag, text)), ("SearchSerial", .contains(.serial, text)),
                ("SearchAssetName", .contains(.name, text)), ("SearchModelName", .related(.model, contains: text)),
                ("SearchManufacturerName", .related(.manufacturer, contains: text)),
                (
                    "SearchOwner",
                    .any([.related(.holderPerson, contains: text), .related(.holderLocation, contains: text)])
                ),
                ("SearchRoom", .related(.location, contains: text)),
            ]
            let on = try switches.filter { try body.flag($0.0) == true }.map(\.1)
            all.append(on.isEmpty ? .words(text) : .any(on))
        }
        query.predicate = .all(all)
        return try listed(query, page: Page(call, body))
    }

    /// `GET assets/assettag/{tag}`: the asset with this tag, or nothing.
    func assetsByTag() throws -> Answer {
        let tag = call.parameter("tag")
        return try found(try store.asset(tag: tag).map { [$0] } ?? [])
    }

    /// `GET assets/serial/{serial}`: every asset with this serial number.
    func assetsBySerial() throws -> Answer {
        let page = try store.assetPage(serial: call.parameter("serial"))
        var answer = try found(page.rows)
        answer.isTruncated = page.isTruncated
        return answer
    }

    /// `GET assets/assettag/search/{text}` and `serial/search/{text}`: one of the texts between vertical bars.
    func assetsContaining(_ field: AssetText) throws -> Answer {
        let parts = call.parameter("text").split(separator: "|")
        let texts = parts.map { part in String(part).trimmed }.filter { !$0.isEmpty }
        return try filtered(.any(texts.map { .contains(field, $0) }))
    }

    /// `GET assets/for/{userId}`: the assets of a person or a location.
    func assetsOfOwner() throws -> Answer {
        let guid = try guid("UserId", in: "userId")
        if let person = try store.person(uuid: guid) {
            return try filtered(.row(.holderPerson, [person.id.rawValue]))
        }
        guard let place = try store.location(uuid: guid) else { throw RequestError.notFound("user", guid.description) }
        return try filtered(.row(.holderLocation, [place.id.rawValue]))
    }

    /// `GET assets/location/{id}`, including its rooms, and `assets/rooms/{id}`.
    func assetsAtPlace(within: Bool) throws -> Answer {
        let place = try location(within ? "LocationId" : "LocationRoomId")
        let ids = within ? try Places.within([place.id], store) : [place.id]
        return try filtered(.row(.location, ids.map(\.rawValue)))
    }

    /// `GET assets/{id}`.
    func getAsset() throws -> Answer { try one(try asset()) }

    // MARK: Answers

    /// Answers with an asset and its open tickets.
    func one(
        _ details: AssetDetails, status: HTTPResponse.Status = .ok, created: Bool = false, message: String? = nil
    ) throws -> Answer {
        var view = try AssetView(self)
        let asset = details.asset
        let open = try store.openTickets(of: asset.id)
        return try item(
            status: status, version: asset.version, created: created ? (asset.id.rawValue, asset.uuid) : nil,
            message: message
        ) { try view.write(details, openTickets: open, to: &$0) }
    }

    /// Answers with assets that were read before, a single one with its version.
    func found(_ assets: [AssetDetails]) throws -> Answer {
        var answer = try shown(assets, page: try Page(call, size: max(20, assets.count)), total: assets.count)
        if assets.count == 1 { answer.version = assets[0].asset.version }
        return answer
    }

    private func filtered(_ predicate: AssetPredicate) throws -> Answer {
        var query = try query(Fields())
        query.predicate = .all([predicate] + [query.predicate].compactMap { $0 })
        return try listed(query, page: Page(call))
    }

    /// Answers with a page of the assets that a query finds.
    func listed(_ query: AssetQuery, page: Page) throws -> Answer {
        var query = query
        query.limit = page.size
        query.offset = page.offset
        let (rows, total, isTruncated) = try store.assets(query)
        var answer = try shown(rows, page: page, total: total)
        answer.isTruncated = isTruncated
        return answer
    }

    private func shown(_ assets: [AssetDetails], page: Page, total: Int) throws -> Answer {
        var view = try AssetView(self)
        return try list(assets, page: page, total: total) { try view.write($1, to: &$0) }
    }

    // MARK: Queries

    var facets: FacetReader {
        FacetReader(store: store, today: call.at.date, isLenient: isLenient)
    }

    /// Returns the query of the body's filters, `AssetTypeId(s)`, `OnlyShowDeleted`, `ShowDeleted`, and the query string's `$filter`, `$o`.
    func query(_ body: Fields) throws -> AssetQuery {
        var query = AssetQuery()
        var all = [try facets.predicate(try body.array("Filters"))].compactMap { $0 }
        if let text = call.head.query["$filter"], let more = try facets.predicate(try ODataFilter.read(text)) {
            all.append(more)
        }
        var types = try body.guids("AssetTypeIds", limit: 200)
        if let type = try body.guid("AssetTypeId") { types.append(type) }
        if !types.isEmpty { all.append(.row(.category, types.compactMap { RowGUID.row($0, .category) })) }
        if let schema = try body.filled("Schema"), schema.lowercased() != "all", !facets.isLenient {
            throw RequestError.invalid("Schema", "There is no view “\(schema.prefix(60))”; the only one is All.")
        }
        query.predicate = all.isEmpty ? nil : .all(all)
        if try body.flag("OnlyShowDeleted") == true {
            query.deleted = .only
        } else if try body.flag("ShowDeleted") == true {
            query.deleted = .with
        }
        try sort(&query)
        return query
    }

    /// `$o` with a field and its direction, or the older `$d` beside it; only the first of several fields counts.
    private func sort(_ query: inout AssetQuery) throws(RequestError) {
        guard let order = call.head.query["$o"] else { return }
        let words = (order.split(separator: ",").first ?? "").split { $0.isWhitespace }
        guard let field = words.first else { return }
        let direction = words.dropFirst().first.map(String.init) ?? call.head.query["$d"] ?? "asc"
        if let sort = Self.sorts[field.lowercased()] {
            query.sort = sort
        } else if !isLenient {
            throw .invalid("$o", "Assets cannot be sorted by “\(field.prefix(60))”.")
        }
        switch direction.lowercased() {
        case "desc", "descending": query.descending = true
        case "asc", "ascending": query.descending = false
        default: throw .invalid("$o", "The direction must be asc or desc, not “\(direction.prefix(20))”.")
        }
    }

    /// Incident IQ's fields. For those by which the inventory does not sort (the days of retirement and of the end of the
    /// warranty) the oldest assets come first.
    private static let sorts: [String: AssetQuery.Sort] = [
        "assettag": .tag, "assetname": .name, "name": .name, "serialnumber": .serial, "modelname": .model,
        "manufacturername": .manufacturer, "categoryname": .category, "assettypename": .category,
        "locationname": .location, "assetstatustypename": .status, "statusname": .status, "ownerlastname": .holder,
        "ownername": .holder, "assetcreateddate": .createdAt, "createddate": .createdAt,
        "assetmodifieddate": .updatedAt, "modifieddate": .updatedAt, "purchaseddate": .purchaseDate,
        "deployeddate": .lastCheckout, "retireddate": .id, "purchaseprice": .purchaseCost,
        "warrantyexpirationdate": .id, "lastinventorydate": .lastAudit, "duedate": .expectedCheckin,
    ]
}
