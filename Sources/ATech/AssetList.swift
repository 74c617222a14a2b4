import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The assets of a list or an export, and their order.
struct AssetList: Sendable {
    private var query = AssetQuery()
    private var sort: AssetQuery.Sort?
    private var term: String?

    /// Reads `q`, `status`, `category_id`, `location_id`, `sort` and `order`; empty ones count as absent.
    init(_ items: QueryItems) throws {
        var object = JSONObject()
        for name in ["q", "status", "category_id", "location_id", "sort", "order"] {
            if let value = items[name] { object["query." + name] = .string(value) }
        }
        var fields = FieldReader(object)
        var all: [AssetPredicate] = []
        if let text = fields.text("query.status") {
            if let word = StatusWord(rawValue: text.lowercased()) {
                all.append(.lifecycle([word.lifecycle]))
            } else {
                fields.refuse("query.status", StatusWord.expected)
            }
        }
        if let id = fields.id("query.category_id", as: CatalogueID.self) { all.append(.row(.category, [id.rawValue])) }
        if let id = fields.id("query.location_id", as: LocationID.self) { all.append(.row(.location, [id.rawValue])) }
        if let text = fields.text("query.sort") {
            sort = Self.columns[text.lowercased()]
            if sort == nil {
                fields.refuse("query.sort", "One of \(Self.columns.keys.sorted().joined(separator: ", ")) is expected.")
            }
        }
        if let text = fields.text("query.order")?.lowercased() {
            query.descending = text == "desc"
            if text != "desc", text != "asc" { fields.refuse("query.order", "One of asc, desc is expected.") }
        }
        term = fields.text("query.q")
        try fields.finish()
        if let term {
            all.append(
                .any([
                    .contains(.tag, term), .contains(.name, term), .contains(.serial, term),
                    .related(.model, contains: term), .related(.manufacturer, contains: term),
                ]))
        }
        query.predicate = .all(all)
        query.sort = sort ?? .tag
        query.limit = 1000
    }

    private static let columns: [String: AssetQuery.Sort] = [
        "id": .id, "asset_tag": .tag, "name": .name, "manufacturer": .manufacturer, "model": .model,
        "serial": .serial, "status": .status, "category": .category, "category_id": .category, "location": .location,
        "location_id": .location, "assigned_to": .holder, "purchase_date": .purchaseDate,
        "purchase_cost": .purchaseCost, "notes": .notes, "created_at": .createdAt, "updated_at": .updatedAt,
    ]

    /// Passes on every asset of the list in order, page by page.
    func forEach(_ stores: [TenantStore], _ body: ([AssetDetails]) async throws -> Void) async throws {
        let exact = try exactMatches(stores)
        if !exact.isEmpty { try await body(exact) }
        let known = Set(exact.map(\.asset.id))
        func rest(_ rows: [AssetDetails]) async throws {
            try await body(known.isEmpty ? rows : rows.filter { !known.contains($0.asset.id) })
        }
        if stores.count == 1, let store = stores.first {
            return try await store.walk(query, page: 1000, rest)
        }
        let pages = stores.map { store in
            Pages { [query] offset in
                var query = query
                query.offset = offset
                return try store.assets(query).rows
            }
        }
        try await merge(pages, size: 1000, before: isBefore, rest)
    }

    /// Returns the assets whose tag or serial number equals the search term, if there is no order.
    private func exactMatches(_ stores: [TenantStore]) throws -> [AssetDetails] {
        guard let term, sort == nil, !query.descending else { return [] }
        var exact = query
        exact.predicate = .all(
            [query.predicate, .any([.equals(.tag, term), .equals(.serial, term)])].compactMap { $0 })
        return try stores.flatMap { try $0.assets(exact).rows }
    }

    /// Returns whether an asset of one tenant comes before one of another.
    private func isBefore(_ left: AssetDetails, _ right: AssetDetails) -> Bool {
        let (first, second) = query.descending ? (right, left) : (left, right)
        let order = Self.compare(Self.key(first, query.sort), Self.key(second, query.sort))
        return order == 0 ? first.asset.id < second.asset.id : order < 0
    }

    private static func compare(_ left: SortKey, _ right: SortKey) -> Int {
        switch (left, right) {
        case (.none, .none): 0
        case (.none, _): -1
        case (_, .none): 1
        case (.number(let left), .number(let right)): left < right ? -1 : left == right ? 0 : 1
        case (.text(let left), .text(let right)): left < right ? -1 : left == right ? 0 : 1
        case (.number, .text): -1
        case (.text, .number): 1
        }
    }

    private enum SortKey { case none, number(Int64), text(String) }

    private static func key(_ details: AssetDetails, _ sort: AssetQuery.Sort) -> SortKey {
        let asset = details.asset
        func text(_ text: String?) -> SortKey { text.map { .text($0.lowercased()) } ?? .none }
        return switch sort {
        case .tag: text(asset.tag)
        case .name: text(asset.name)
        case .manufacturer: text(details.model?.manufacturer?.name)
        case .model: text(details.model?.name)
        case .serial: text(asset.serial)
        case .status: text(asset.status.name)
        case .category: text(details.model?.category?.name)
        case .location: text(details.location?.name)
        case .holder: text(details.holder?.name)
        case .purchaseDate: text(asset.purchaseDate?.description)
        case .purchaseCost: asset.purchaseCost.map { .number($0.tenThousandths) } ?? .none
        case .notes: text(asset.notes)
        case .updatedAt: .number(asset.updatedAt.milliseconds)
        default: .number(asset.id.rawValue)
        }
    }

    /// Answers with the list, which is written while it is read.
    @Sendable static func answer(_ call: Call) async throws -> Answer {
        let list = try AssetList(call.head.query)
        let stores = try call.stores()
        return .streamedArray { write in
            try await list.forEach(stores) { rows in
                try await write { json in for row in rows { row.write(to: &json) } }
            }
        }
    }
}
