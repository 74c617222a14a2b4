public import DepotModel

/// Which assets a list shows, and in what order.
public struct AssetQuery: Hashable, Sendable {
    /// What a list may be sorted by.
    public enum Sort: String, Sendable, CaseIterable {
        case id
        case tag = "asset_tag"
        case serial, name, model, status, location
        case purchaseDate = "purchase_date"
        case purchaseCost = "purchase_cost"
        case lastCheckout = "last_checkout"
        case expectedCheckin = "expected_checkin"
        case nextAudit = "next_audit"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Words that must all occur in tag, serial number, name, model, manufacturer or notes: anywhere in them from three
    /// characters on, shorter ones at the start of tag or serial number.
    public var search: String?
    public var lifecycle: Lifecycle?
    public var holder: Holder?
    public var location: LocationID?
    public var model: CatalogueID?
    public var status: StatusLabelID?
    public var sort: Sort = .id
    public var descending = false
    /// 1 to 1,000.
    public var limit = 50
    /// From 0 on.
    public var offset = 0
    /// True: deleted assets only; false: those that are not deleted.
    public var deleted = false

    /// Everything that is not deleted, oldest first.
    public init() {}
}

extension TenantStore {
    /// A page of assets, and how many there are on all pages; both from one moment.
    public func assets(_ query: AssetQuery) throws(DepotError) -> (rows: [AssetDetails], total: Int) {
        let filter = AssetFilter(query, tenant: id)
        let page: [SQLValue] = [.int(Int64(min(max(query.limit, 1), 1000))), .int(Int64(max(query.offset, 0)))]
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let total = try connection.first(
                    text: "SELECT count(*) FROM asset a WHERE \(filter.condition)", filter.values
                ) { $0.int(0) }
                let ids = try connection.rows(
                    text: """
                        SELECT a.id FROM asset a \(filter.join) WHERE \(filter.condition)
                        ORDER BY \(filter.order) LIMIT ? OFFSET ?
                        """, filter.values + page, { $0.int(0) })
                var rows: [AssetDetails] = []
                rows.reserveCapacity(ids.count)
                for asset in ids {
                    if let details = try connection.first(
                        AssetRows.byID, [.row(id), .int(asset)], AssetRows.details)
                    {
                        rows.append(details)
                    }
                }
                return (rows, Int(total ?? 0))
            }
        }
    }
}

/// An ``AssetQuery`` as SQL. Only constants of this file enter the text; everything of the caller is bound.
private struct AssetFilter {
    private(set) var condition: String
    private(set) var values: [SQLValue]
    private(set) var join = ""
    private(set) var order: String

    init(_ query: AssetQuery, tenant: TenantID) {
        let isDeleted = query.deleted || query.lifecycle == .deleted
        let deleted = isDeleted ? "deleted_at IS NOT NULL" : "deleted_at IS NULL"
        condition = "a.tenant_id = ? AND a.\(deleted)"
        values = [.row(tenant)]
        let (column, join) = Self.column(query.sort)
        let direction = query.descending ? "DESC" : "ASC"
        self.join = join
        order = "\(column) \(direction), a.id \(direction)"
        switch query.lifecycle {
        case .available: addUnheld("type = 'deployable'", tenant)
        case .maintenance: addUnheld("type IN ('pending', 'undeployable')", tenant)
        case .retired: addUnheld("type = 'archived'", tenant)
        case .deployed:
            add(
                "(a.holder_person_id IS NOT NULL OR a.holder_location_id IS NOT NULL OR a.holder_asset_id IS NOT NULL)")
        case .deleted, nil: break
        }
        switch query.holder {
        case .person(let id): add("a.holder_person_id = ?", .row(id))
        case .location(let id): add("a.holder_location_id = ?", .row(id))
        case .asset(let id): add("a.holder_asset_id = ?", .row(id))
        case nil: break
        }
        if let location = query.location { add("a.location_id = ?", .row(location)) }
        if let model = query.model { add("a.model_id = ?", .row(model)) }
        if let status = query.status { add("a.status_id = ?", .row(status)) }
        addSearch(query.search ?? "", tenant, deleted)
    }

    private mutating func add(_ condition: String, _ values: SQLValue...) {
        self.condition += " AND " + condition
        self.values += values
    }

    private mutating func addUnheld(_ type: String, _ tenant: TenantID) {
        add("a.holder_person_id IS NULL AND a.holder_location_id IS NULL AND a.holder_asset_id IS NULL")
        add("a.status_id IN (SELECT id FROM status_label WHERE tenant_id = ? AND \(type))", .row(tenant))
    }

    private mutating func addSearch(_ search: String, _ tenant: TenantID, _ deleted: String) {
        // FTS5 reads its query up to the first NUL; no field holds one anyway
        let terms = search.split { $0.isWhitespace || $0 == "\0" }.prefix(20)
        var match: [String] = []
        for whole in terms {
            let term = whole.prefix(100)
            if term.unicodeScalars.count >= 3 {
                match.append(
                    "\"" + term.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                        + "\"")
            } else {
                let start = foldedKey(String(term))
                let end = start + "\u{10FFFF}"
                add(
                    """
                    a.id IN (
                        SELECT id FROM asset WHERE tenant_id = ? AND \(deleted) AND tag_key >= ? AND tag_key < ?
                        UNION
                        SELECT id FROM asset WHERE tenant_id = ? AND serial_key >= ? AND serial_key < ?
                    )
                    """, .row(tenant), .text(start), .text(end), .row(tenant), .text(start), .text(end))
            }
        }
        if !match.isEmpty {
            add(
                "a.id IN (SELECT rowid FROM asset_search WHERE asset_search MATCH ?)",
                .text(match.joined(separator: " ")))
        }
    }

    private static func column(_ sort: AssetQuery.Sort) -> (column: String, join: String) {
        switch sort {
        case .id: ("a.id", "")
        case .tag: ("a.tag_key", "")
        case .serial: ("a.serial_key", "")
        case .name: ("a.name COLLATE NOCASE", "")
        case .model: ("m.name_key", "LEFT JOIN model m ON m.id = a.model_id")
        case .status: ("s.name_key", "JOIN status_label s ON s.id = a.status_id")
        case .location: ("l.name_key", "LEFT JOIN location l ON l.id = a.location_id")
        case .purchaseDate: ("a.purchase_date", "")
        case .purchaseCost: ("a.purchase_cost", "")
        case .lastCheckout: ("a.last_checkout", "")
        case .expectedCheckin: ("a.expected_checkin", "")
        case .nextAudit: ("a.next_audit", "")
        case .createdAt: ("a.created_at", "")
        case .updatedAt: ("a.updated_at", "")
        }
    }
}

/// The searchable text of assets, kept in step by the writer.
enum AssetSearch {
    private static let insert = Query(
        """
        INSERT INTO asset_search (rowid, tag, serial, name, model, manufacturer, notes)
        SELECT a.id, a.tag, a.serial, a.name, coalesce(m.name, '') || ' ' || coalesce(m.number, ''), mf.name, a.notes
        FROM asset a LEFT JOIN model m ON m.id = a.model_id LEFT JOIN manufacturer mf ON mf.id = m.manufacturer_id
        WHERE a.id = ?
        """)
    private static let remove = Query("DELETE FROM asset_search WHERE rowid = ?")
    private static let fields: Set<String> = Set(
        [AssetField.tag, .serial, .name, .model, .notes].map(\.rawValue))

    /// Adds a new asset.
    static func add(_ asset: AssetID, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(insert, [.row(asset)])
    }

    /// Removes a purged asset.
    static func remove(_ asset: AssetID, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(remove, [.row(asset)])
    }

    /// Follows a change, where it touches text that is searched.
    static func follow(
        _ changes: [FieldChange], of asset: AssetID, _ connection: SQLConnection
    ) throws(SQLFailure) {
        guard changes.contains(where: { fields.contains($0.field) }) else { return }
        try remove(asset, connection)
        try add(asset, connection)
    }
}
