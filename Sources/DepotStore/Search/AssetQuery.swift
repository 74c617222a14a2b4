public import DepotModel
import Synchronization

/// The filter and order of a list of assets.
public struct AssetQuery: Hashable, Sendable {
    /// The sort key of a list. Ties are ordered by id in the same direction, and assets without a value come first.
    public enum Sort: Hashable, Sendable {
        case id, tag, serial, name, model, modelNumber, manufacturer, category, status, location, defaultLocation
        case company, supplier, holder, orderNumber, purchaseDate, purchaseCost, warrantyMonths, endOfLife
        case lastCheckout, expectedCheckin, lastCheckin, lastAudit, nextAudit, checkoutCount, checkinCount
        case requestable, byod, notes, createdAt, updatedAt
        /// A custom field, by its name.
        case custom(String)
    }

    /// The treatment of deleted assets.
    public enum Deleted: Hashable, Sendable {
        case without, only, with
    }

    /// Words that must all occur in the tag, serial number, name, model, manufacturer or notes: words of three
    /// characters or more anywhere, shorter ones at the start of the tag or serial number.
    public var search: String?
    /// The state, or nil for any.
    public var lifecycle: Lifecycle?
    /// The holder, or nil for any.
    public var holder: Holder?
    /// The location, or nil for any.
    public var location: LocationID?
    /// The model, or nil for any.
    public var model: CatalogueID?
    /// The status label, or nil for any.
    public var status: StatusLabelID?
    /// A further condition, or nil.
    public var predicate: AssetPredicate?
    /// The sort key.
    public var sort: Sort = .id
    /// A Boolean value that is true if the order is descending.
    public var descending = false
    /// The maximum number of assets, 1 to 1,000.
    public var limit = 50
    /// The number of assets to skip.
    public var offset = 0
    /// The treatment of deleted assets.
    public var deleted: Deleted = .without

    /// Creates a query for everything that is not deleted, oldest first.
    public init() {}

    /// All conditions as one.
    var condition: AssetPredicate {
        var all: [AssetPredicate] = []
        if let lifecycle { all.append(.lifecycle([lifecycle])) }
        switch holder {
        case .person(let id): all.append(.row(.holderPerson, [id.rawValue]))
        case .location(let id): all.append(.row(.holderLocation, [id.rawValue]))
        case .asset(let id): all.append(.row(.holderAsset, [id.rawValue]))
        // No holder of a kind unknown to this version has anything here.
        case .other: all.append(.any([]))
        case nil: break
        }
        if let location { all.append(.row(.location, [location.rawValue])) }
        if let model { all.append(.row(.model, [model.rawValue])) }
        if let status { all.append(.row(.status, [status.rawValue])) }
        if let search { all.append(.words(search)) }
        if let predicate { all.append(predicate) }
        return .all(all)
    }

    /// The treatment of deleted assets, which are included if the lifecycle asks for them.
    var shown: Deleted { deleted == .without && lifecycle == .deleted ? .only : deleted }

    /// The query without its page and order.
    var unpaged: AssetQuery {
        var query = self
        query.sort = .id
        query.descending = false
        query.limit = 0
        query.offset = 0
        return query
    }
}

extension AssetQuery.Sort: RawRepresentable, CaseIterable {
    /// The sort keys except for custom fields.
    public static let allCases: [AssetQuery.Sort] = [
        .id, .tag, .serial, .name, .model, .modelNumber, .manufacturer, .category, .status, .location,
        .defaultLocation, .company, .supplier, .holder, .orderNumber, .purchaseDate, .purchaseCost, .warrantyMonths,
        .endOfLife, .lastCheckout, .expectedCheckin, .lastCheckin, .lastAudit, .nextAudit, .checkoutCount,
        .checkinCount, .requestable, .byod, .notes, .createdAt, .updatedAt,
    ]

    /// The word on the station's wire, or `custom.` and the name of a custom field.
    public var rawValue: String {
        switch self {
        case .id: "id"
        case .tag: "asset_tag"
        case .serial: "serial"
        case .name: "name"
        case .model: "model"
        case .modelNumber: "model_number"
        case .manufacturer: "manufacturer"
        case .category: "category"
        case .status: "status"
        case .location: "location"
        case .defaultLocation: "default_location"
        case .company: "company"
        case .supplier: "supplier"
        case .holder: "holder"
        case .orderNumber: "order_number"
        case .purchaseDate: "purchase_date"
        case .purchaseCost: "purchase_cost"
        case .warrantyMonths: "warranty_months"
        case .endOfLife: "end_of_life"
        case .lastCheckout: "last_checkout"
        case .expectedCheckin: "expected_checkin"
        case .lastCheckin: "last_checkin"
        case .lastAudit: "last_audit"
        case .nextAudit: "next_audit"
        case .checkoutCount: "checkout_count"
        case .checkinCount: "checkin_count"
        case .requestable: "requestable"
        case .byod: "byod"
        case .notes: "notes"
        case .createdAt: "created_at"
        case .updatedAt: "updated_at"
        case .custom(let name): FieldChange.customPrefix + name
        }
    }

    /// Creates the sort key from its ``rawValue``, or returns nil for anything else.
    public init?(rawValue: String) {
        if rawValue.hasPrefix(FieldChange.customPrefix), rawValue != FieldChange.customPrefix {
            self = .custom(String(rawValue.dropFirst(FieldChange.customPrefix.count)))
        } else if let sort = Self.allCases.first(where: { $0.rawValue == rawValue }) {
            self = sort
        } else {
            return nil
        }
    }
}

extension TenantStore {
    /// Returns a page of assets and their number on all pages, from one snapshot. A page ends early, and is then
    /// truncated, if its rows are large.
    public func assets(
        _ query: AssetQuery
    ) throws(DepotError) -> (rows: [AssetDetails], total: Int, isTruncated: Bool) {
        try AssetFilter.refuseTooLarge(query.condition)
        let limit = min(max(query.limit, 1), 1000)
        let offset = max(query.offset, 0)
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let newest = try connection.first(Self.newestEvent) { $0.int(0) } ?? 0
                let filter = try AssetFilter(query, id, connection, store.searchMemo, event: newest)
                var counted: Int?
                let ids = try connection.rows(
                    text: filter.page, filter.values + filter.orderValues + [.int(Int64(limit)), .int(Int64(offset))]
                ) { row in
                    if filter.countsAlong { counted = Int(row.int(1)) }
                    return row.int(0)
                }
                let total: Int
                if ids.count < limit, offset == 0 || !ids.isEmpty {
                    total = offset + ids.count
                } else if let counted {
                    total = counted
                } else if let known = store.totals.total(of: query, tenant: id, event: newest) {
                    total = known
                } else {
                    total = try connection.first(text: filter.count, filter.values) { Int($0.int(0)) } ?? 0
                    store.totals.remember(total, of: query, tenant: id, event: newest)
                }
                let page = try AssetRows.details(ids, id, connection)
                return (page.rows, total, page.isTruncated)
            }
        }
    }

    static let newestEvent = Query("SELECT number FROM event ORDER BY number DESC LIMIT 1")
}

/// A cache of the number of matches of each query, valid until the next event, which every change leaves.
final class AssetTotals: Sendable {
    private struct Key: Hashable {
        var query: AssetQuery
        var tenant: TenantID
    }
    private struct Known {
        var event: Int64 = -1
        var totals: [Key: Int] = [:]
    }
    private static let limit = 128
    private let known = Mutex(Known())

    func total(of query: AssetQuery, tenant: TenantID, event: Int64) -> Int? {
        known.withLock { $0.event == event ? $0.totals[Key(query: query.unpaged, tenant: tenant)] : nil }
    }

    func remember(_ total: Int, of query: AssetQuery, tenant: TenantID, event: Int64) {
        known.withLock { known in
            if known.event != event || known.totals.count >= Self.limit { known.totals = [:] }
            known.event = event
            known.totals[Key(query: query.unpaged, tenant: tenant)] = total
        }
    }
}
