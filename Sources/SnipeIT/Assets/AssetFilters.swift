import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// Translates the parameters of a list into a query.
struct AssetFilters {
    private let sent: Sent
    private let store: TenantStore

    /// Creates filters from the parameters of a call for a tenant.
    init(_ sent: Sent, _ store: TenantStore) {
        self.sent = sent
        self.store = store
    }

    /// Returns the query of all filters and `base`, with its page and its order.
    ///
    /// - Throws: `RequestError` for an unknown key in `filter`, since ignoring a condition would show too many assets.
    func query(_ base: AssetPredicate? = nil) throws -> AssetQuery {
        var query = AssetQuery()
        (query.limit, query.offset) = sent.page
        query.sort = try sort()
        query.descending = sent.text("order") != "asc"
        var conditions = base.map { [$0] } ?? []
        conditions += status(&query)
        conditions += try exact()
        conditions += try custom()
        if let filter = try filter() {
            conditions += filter
        } else if let search = try search() {
            conditions.append(search)
        }
        if !conditions.isEmpty { query.predicate = .all(conditions) }
        return query
    }

    // MARK: Order

    private func sort() throws -> AssetQuery.Sort {
        guard let name = sent.text("sort") else { return .createdAt }
        if let sort = Self.sorts[name] { return sort }
        return try store.customColumn(name).map { .custom($0.key) } ?? .createdAt
    }

    private static let sorts: [String: AssetQuery.Sort] = [
        "id": .id, "name": .name, "asset_tag": .tag, "serial": .serial, "model": .model, "model_number": .modelNumber,
        "last_checkout": .lastCheckout, "category": .category, "manufacturer": .manufacturer, "notes": .notes,
        "expected_checkin": .expectedCheckin, "order_number": .orderNumber, "company": .company,
        "location": .location, "purchase_date": .purchaseDate, "purchase_cost": .purchaseCost,
        "created_at": .createdAt, "updated_at": .updatedAt, "last_checkin": .lastCheckin,
        "last_audit_date": .lastAudit, "next_audit_date": .nextAudit, "warranty_months": .warrantyMonths,
        "checkout_counter": .checkoutCount, "checkin_counter": .checkinCount, "byod": .byod,
        "asset_eol_date": .endOfLife, "requestable": .requestable, "assigned_to": .holder,
        "rtd_location": .defaultLocation, "status_label": .status, "supplier": .supplier,
    ]

    // MARK: Status

    private func status(_ query: inout AssetQuery) -> [AssetPredicate] {
        switch sent.text("status") {
        case "Deleted":
            query.deleted = .only
            return []
        case "Pending": return [.statusType([.pending])]
        case "RTD": return [.statusType([.deployable]), .not(.isHeld)]
        case "Undeployable": return [.statusType([.undeployable])]
        case "Archived": return [.statusType([.archived])]
        case "Requestable": return [.requestable, .statusType([.deployable])]
        case "Deployed": return [.isHeld]
        case "byod": return [.byod]
        default: return sent.filled("status_id") == nil ? [.not(.statusType([.archived]))] : []
        }
    }

    // MARK: Equality

    private static let relations: [(key: String, relation: AssetRelation)] = [
        ("status_id", .status), ("model_id", .model), ("category_id", .category), ("manufacturer_id", .manufacturer),
        ("company_id", .company), ("location_id", .location), ("rtd_location_id", .defaultLocation),
        ("supplier_id", .supplier),
    ]
    private static let texts: [(key: String, text: AssetText)] = [
        ("asset_tag", .tag), ("serial", .serial), ("order_number", .orderNumber),
    ]

    private func exact() throws -> [AssetPredicate] {
        var conditions: [AssetPredicate] = []
        for (key, relation) in Self.relations {
            guard let ids = sent.ids(key) else { continue }
            guard ids.count <= 1000 else { throw RequestError.invalid(key, "There are more than 1000 ids.") }
            conditions.append(.row(relation, ids))
        }
        for (key, text) in Self.texts {
            if let value = sent.text(key) { conditions.append(.equals(text, value)) }
        }
        if let value = sent.filled("asset_eol_date") {
            let day = parsedDay(value)
            conditions.append(day == nil ? .any([]) : .date(.endOfLife, from: day, through: day))
        }
        if let type = sent.text("assigned_type"), let ids = sent.ids("assigned_to") {
            conditions.append(HolderKind(className: type).map { .row($0.relation, ids) } ?? .any([]))
        }
        if let value = sent.filled("byod") { conditions.append(value.flag == true ? .byod : .not(.byod)) }
        if sent.isTrue("requestable") { conditions.append(.requestable) }
        // This inventory has no depreciation.
        if sent.filled("depreciation_id") != nil { conditions.append(.any([])) }
        return conditions
    }

    private func custom() throws -> [AssetPredicate] {
        try sent.members.compactMap { member in
            guard member.key.hasPrefix(CustomColumn.prefix), let value = member.value.text,
                let column = try store.customColumn(member.key)
            else { return nil }
            return .custom(column.key, equals: value)
        }
    }

    // MARK: Search

    /// Returns the condition for any of the terms between ` OR `.
    private func search() throws -> AssetPredicate? {
        guard let search = sent.text("search") else { return nil }
        let terms = search.split(separator: " OR ").map { trimmingWhiteSpace(String($0)) }.filter {
            !$0.isEmpty
        }
        guard terms.count <= 50 else { throw RequestError.invalid("search", "There are more than 50 terms.") }
        return terms.isEmpty ? nil : .any(terms.map { .phrase($0) })
    }

    /// Returns the conditions of `filter`, or nil if it is no JSON object with members.
    private func filter() throws -> [AssetPredicate]? {
        let object: JSONObject?
        switch sent.filled("filter") {
        case .string(let text): object = (try? JSONValue(parsing: Array(text.utf8)))?.object
        case .object(let given): object = given
        default: object = nil
        }
        guard let object, !object.members.isEmpty else { return nil }
        return try Sent(object).members.compactMap { member in
            guard !member.value.isNull else { return nil }
            let text = member.value.text ?? member.value.flag.map { $0 ? "1" : "0" } ?? ""
            return try condition(member.key, text)
        }
    }

    private static let contained: [String: AssetText] = [
        "name": .name, "asset_tag": .tag, "serial": .serial, "order_number": .orderNumber, "notes": .notes,
        "purchase_cost": .purchaseCost, "purchase_date": .purchaseDate, "expected_checkin": .expectedCheckin,
        "next_audit_date": .nextAudit, "last_audit_date": .lastAudit, "last_checkout": .lastCheckout,
        "last_checkin": .lastCheckin, "asset_eol_date": .endOfLife, "created_at": .created, "updated_at": .updated,
    ]
    private static let related: [String: AssetRelation] = [
        "status_label": .status, "location": .location, "rtd_location": .defaultLocation,
        "manufacturer": .manufacturer, "model": .model, "model_number": .model, "company": .company,
        "supplier": .supplier, "assigned_to": .holderPerson,
    ]

    private func condition(_ key: String, _ text: String) throws -> AssetPredicate {
        if let column = Self.contained[key] { return .contains(column, text) }
        if let relation = Self.related[key] { return .related(relation, contains: text) }
        if let (_, relation) = Self.relations.first(where: { $0.key == key }) {
            return .row(relation, [Int64(text) ?? 0])
        }
        switch key {
        case "category": return .any([.related(.category, contains: text), .related(.model, contains: text)])
        case "id": return .row(.asset, [Int64(text) ?? 0])
        case "requestable": return text == "1" ? .requestable : .not(.requestable)
        case "byod": return text == "1" ? .byod : .not(.byod)
        default:
            guard let column = try store.customColumn(key) else {
                throw RequestError.invalid("filter", "The filter has a key that assets do not have: \(key.prefix(60)).")
            }
            return .customContains(column.key, text)
        }
    }
}

/// The kinds of holders that a client names.
enum HolderKind: String, CaseIterable, Sendable {
    case user, asset, location

    /// Creates a kind from a class name such as `App\Models\User`.
    init?(className: String) {
        guard let word = className.split(separator: "\\").last else { return nil }
        self.init(rawValue: word.lowercased())
    }

    /// The relation from an asset to such a holder.
    var relation: AssetRelation {
        switch self {
        case .user: .holderPerson
        case .asset: .holderAsset
        case .location: .holderLocation
        }
    }

    /// The key of the holder's id.
    var key: String { "assigned_\(rawValue)" }

    /// Returns the holder with the id, or nil for 0.
    func holder(_ id: Int64) -> Holder {
        switch self {
        case .user: .person(PersonID(rawValue: id))
        case .asset: .asset(AssetID(rawValue: id))
        case .location: .location(LocationID(rawValue: id))
        }
    }
}
