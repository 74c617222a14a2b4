public import DepotModel
import Synchronization

/// The tables of named entries to which assets, models and fieldsets refer.
public enum Catalogue: String, Sendable, CaseIterable {
    case company, supplier, manufacturer, category, model
    case statusLabel = "status_label"
    /// A list of the custom fields that the assets of a model have.
    case fieldset
    /// A custom field of assets.
    case field

    /// The name in a sentence.
    var noun: String { self == .statusLabel ? "status label" : rawValue }
}

/// An entry of the catalogue.
public struct CatalogueEntry: Hashable, Sendable {
    /// The row id.
    public var id: CatalogueID
    /// The table.
    public var table: Catalogue
    /// The name, unique in the tenant's table when compared without case; of models, together with the number.
    public var name: String
    /// The number of a model.
    public var number: String?
    /// The manufacturer of a model.
    public var manufacturer: Reference?
    /// The category of a model.
    public var category: Reference?
    /// The fieldset with the custom fields of a model's assets.
    public var fieldset: Reference?
    /// The time from a model's purchase to its end of life, in months.
    public var eolMonths: Int?
    /// The type of a status label, which always has one; nil for other tables.
    public var type: StatusType?
    /// The fields of a fieldset in order.
    public var fields: [Reference]
    /// The values of dialects for which the core has no name, by the dialect's own keys. The `key` of a field is the
    /// name of its value in `Asset.custom` and is fixed at creation.
    public var attributes: [String: String]
    /// The number of assets that use the entry and are not deleted, for manufacturers and categories through their
    /// models; 0 for fields and fieldsets.
    public var assetCount: Int
    /// The time at which the entry was created.
    public var createdAt: Timestamp
    /// The time of the last change.
    public var updatedAt: Timestamp
    /// The version: 1 for a new entry and one more after every change.
    public var version: Int64

    /// The key of the attribute with the name under which assets store a field's value.
    public static let fieldKey = "key"
}

/// The writable values of a catalogue entry. An update replaces all of them, except for a field's key.
public struct CatalogueDraft: Hashable, Sendable {
    /// The name, 1 to 255 characters.
    public var name: String
    /// The number of a model.
    public var number: String?
    /// The manufacturer of a model.
    public var manufacturer: CatalogueID?
    /// The category of a model.
    public var category: CatalogueID?
    /// The fieldset of a model.
    public var fieldset: CatalogueID?
    /// The time from a model's purchase to its end of life, in months, 0 to 1200.
    public var eolMonths: Int?
    /// The type of a status label; nil is deployable.
    public var type: StatusType?
    /// The values of dialects, by the dialect's own keys; at most 100.
    public var attributes: [String: String] = [:]

    /// Creates a draft with a name only.
    public init(name: String) { self.name = name }

    /// Creates a draft from an entry, to be changed and written back.
    public init(_ entry: CatalogueEntry) {
        name = entry.name
        number = entry.number
        manufacturer = entry.manufacturer.map { CatalogueID(rawValue: $0.id) }
        category = entry.category.map { CatalogueID(rawValue: $0.id) }
        fieldset = entry.fieldset.map { CatalogueID(rawValue: $0.id) }
        eolMonths = entry.eolMonths
        type = entry.type
        attributes = entry.attributes
    }
}

extension TenantStore {
    /// Returns a page of a table and the number of entries on all pages, from one snapshot. A page ends early, and is
    /// then truncated, if its rows are large.
    public func entries(
        _ table: Catalogue, _ query: RowQuery = RowQuery()
    ) throws(DepotError) -> (rows: [CatalogueEntry], total: Int, isTruncated: Bool) {
        var filter = RowFilter(query, id)
        filter.add(table, query)
        return try read { [filter] (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let page = try connection.page(of: table.rawValue, filter, query, count: table.count)
                var rows: [CatalogueEntry] = []
                var bytes = PageBytes()
                for row in page.ids where !bytes.isTruncated {
                    let entry = try table.entry(CatalogueID(rawValue: row), id, connection) { bytes.takes($0) }
                    if let entry { rows.append(entry) }
                }
                return (rows, page.total, bytes.isTruncated)
            }
        }
    }

    /// Returns the results of `map` for at most `limit` entries of the query, of which only one page at a time is in
    /// memory.
    public func entries<Value>(
        _ table: Catalogue, _ query: RowQuery, _ map: (CatalogueEntry) -> Value
    ) throws(DepotError) -> [Value] {
        var (query, values) = (query, [Value]())
        let end = query.offset + query.limit
        while query.offset < end {
            query.limit = end - query.offset
            let page = try entries(table, query)
            values += page.rows.map(map)
            query.offset += page.rows.count
            guard page.isTruncated, !page.rows.isEmpty else { break }
        }
        return values
    }

    /// Returns true if there is a fieldset, without which no asset has custom fields. The answer stays in memory until
    /// the next administration event.
    public func hasFieldsets() throws(DepotError) -> Bool {
        // The counter is read before the database, so that a later commit invalidates the answer.
        let now = store.lastAdministration
        let known = store.fieldsetsMemo.withLock { $0.administration == now ? $0.known[id] : nil }
        if let known { return known }
        let found = try read { (connection) throws(SQLFailure) in
            try connection.first(Self.anyFieldset, [.row(id)]) { _ in true } ?? false
        }
        store.fieldsetsMemo.withLock { memo in
            if memo.administration != now { memo = (now, [:]) }
            memo.known[id] = found
        }
        return found
    }

    private static let anyFieldset = Query("SELECT 1 FROM fieldset WHERE tenant_id = ? LIMIT 1")

    /// Returns the entries whose name contains `search`, ordered by name, and their number on all pages. `limit` is 1
    /// to 1,000.
    public func references(
        _ table: Catalogue, search: String? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [Reference], total: Int) {
        let condition = "FROM \(table.rawValue) WHERE tenant_id = ?1 AND (?2 = '' OR instr(name_key, ?2))"
        let values: [SQLValue] = [.row(id), .text(foldedKey(search ?? ""))]
        let page: [SQLValue] = [.int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))]
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let total = try connection.first(text: "SELECT count(*) \(condition)", values) { Int($0.int(0)) }
                let rows = try connection.rows(
                    text: "SELECT id, name \(condition) ORDER BY name_key, id LIMIT ?3 OFFSET ?4", values + page,
                    { Reference(id: $0.int(0), name: $0.text(1)) })
                return (rows, total ?? 0)
            }
        }
    }

    /// Returns the model with its number, manufacturer and category, or nil.
    public func model(_ model: CatalogueID) throws(DepotError) -> ModelReference? {
        guard let entry = try entry(.model, model) else { return nil }
        return ModelReference(
            id: entry.id, name: entry.name, number: entry.number, manufacturer: entry.manufacturer,
            category: entry.category)
    }
}

extension Catalogue {
    /// The SQL for the number of assets that use the row `t` and are not deleted.
    var count: String {
        let assets = "SELECT count(*) FROM asset a WHERE a.tenant_id = t.tenant_id AND a.deleted_at IS NULL AND"
        let models = "SELECT count(*) FROM model m JOIN asset a ON a.tenant_id = m.tenant_id AND a.model_id = m.id"
        return switch self {
        case .company: "(\(assets) a.company_id = t.id)"
        case .supplier: "(\(assets) a.supplier_id = t.id)"
        case .model: "(\(assets) a.model_id = t.id)"
        case .statusLabel: "(\(assets) a.status_id = t.id)"
        case .manufacturer:
            "(\(models) WHERE m.tenant_id = t.tenant_id AND m.manufacturer_id = t.id AND a.deleted_at IS NULL)"
        case .category: "(\(models) WHERE m.tenant_id = t.tenant_id AND m.category_id = t.id AND a.deleted_at IS NULL)"
        case .fieldset, .field: "0"
        }
    }

    /// Returns the entry with this id, or nil if there is none or `takes` rejects its row.
    func entry(
        _ id: CatalogueID, _ tenant: TenantID, _ connection: SQLConnection, takes: (Row) -> Bool = { _ in true }
    ) throws(SQLFailure) -> CatalogueEntry? {
        let columns =
            switch self {
            case .model:
                "t.number, t.manufacturer_id, f.name, t.category_id, c.name, t.fieldset_id, s.name, t.eol_months"
            case .statusLabel: "t.type"
            default: "NULL"
            }
        let joins = """
            LEFT JOIN manufacturer f ON f.id = t.manufacturer_id LEFT JOIN category c ON c.id = t.category_id
            LEFT JOIN fieldset s ON s.id = t.fieldset_id
            """
        let found: CatalogueEntry?? = try connection.first(
            text: """
                SELECT t.id, t.name, t.attributes, t.created_at, t.updated_at, t.version, \(count), \(columns)
                FROM \(rawValue) t \(self == .model ? joins : "") WHERE t.tenant_id = ? AND t.id = ?
                """, [.row(tenant), .row(id)]
        ) { takes($0) ? entry($0) : nil }
        guard var found = found ?? nil, self == .fieldset else { return found ?? nil }
        found.fields = try connection.rows(Self.fieldsQuery, [.row(tenant), .row(id)]) {
            Reference(id: $0.int(0), name: $0.text(1))
        }
        return found
    }

    private func entry(_ row: Row) -> CatalogueEntry {
        func reference(_ column: Int32) -> Reference? {
            row.optionalInt(column).map { Reference(id: $0, name: row.text(column + 1)) }
        }
        let isModel = self == .model
        return CatalogueEntry(
            id: CatalogueID(rawValue: row.int(0)), table: self, name: row.text(1),
            number: isModel ? row.optionalText(7) : nil, manufacturer: isModel ? reference(8) : nil,
            category: isModel ? reference(10) : nil, fieldset: isModel ? reference(12) : nil,
            eolMonths: isModel ? row.optionalInt(14).map { Int($0) } : nil,
            type: self == .statusLabel ? StatusType(rawValue: row.text(7)) ?? .undeployable : nil, fields: [],
            attributes: row.isNull(2) ? [:] : decodeCustom(row.bytes(2)), assetCount: Int(row.int(6)),
            createdAt: row.time(3), updatedAt: row.time(4), version: row.int(5))
    }

    /// Returns the id of the oldest entry with this name, compared without case, or nil.
    func find(_ name: String, _ tenant: TenantID, _ connection: SQLConnection) throws(SQLFailure) -> CatalogueID? {
        try connection.first(
            text: "SELECT id FROM \(rawValue) WHERE tenant_id = ? AND name_key = ? ORDER BY id LIMIT 1",
            [.row(tenant), .text(foldedKey(name))]
        ) { CatalogueID(rawValue: $0.int(0)) }
    }

    /// Returns true if the tenant has this entry.
    func has(_ id: CatalogueID, _ tenant: TenantID, _ connection: SQLConnection) throws(SQLFailure) -> Bool {
        try connection.first(
            text: "SELECT 1 FROM \(rawValue) WHERE tenant_id = ? AND id = ?", [.row(tenant), .row(id)]
        ) { _ in true } ?? false
    }

    private static let fieldsQuery = Query(
        """
        SELECT f.id, f.name FROM fieldset_field s JOIN field f ON f.id = s.field_id
        WHERE s.tenant_id = ? AND s.fieldset_id = ? ORDER BY s.position, f.id
        """)
}
