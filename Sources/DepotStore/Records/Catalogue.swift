public import DepotModel
import Synchronization

/// The tables of named things that assets, models and fieldsets refer to.
public enum Catalogue: String, Sendable, CaseIterable {
    case company, supplier, manufacturer, category, model
    case statusLabel = "status_label"
    /// Which custom fields the assets of a model have.
    case fieldset
    /// A custom field of assets.
    case field

    /// As a sentence names it.
    var noun: String { self == .statusLabel ? "status label" : rawValue }
}

/// A row of the catalogue.
public struct CatalogueEntry: Hashable, Sendable {
    public var id: CatalogueID
    public var table: Catalogue
    /// Unique per tenant and table without case; of models together with the number.
    public var name: String
    /// Models.
    public var number: String?
    /// Models.
    public var manufacturer: Reference?
    /// Models.
    public var category: Reference?
    /// Models: which custom fields its assets have.
    public var fieldset: Reference?
    /// Models: months from purchase to end of life.
    public var eolMonths: Int?
    /// Status labels, where it is always there.
    public var type: StatusType?
    /// Fieldsets: their fields in order.
    public var fields: [Reference]
    /// What a dialect's client wrote and the core has no name for, by the dialect's own keys. Of a field, `key` is the
    /// name under which assets keep the value (`Asset.custom`), fixed at creation.
    public var attributes: [String: String]
    /// Assets that are not deleted and use it, of manufacturers and categories through their models; 0 of fields and
    /// fieldsets.
    public var assetCount: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var version: Int64

    /// The name of the attribute that says under which name assets keep a field's value.
    public static let fieldKey = "key"
}

/// What is written of a row of the catalogue; an update replaces all of it, but for a field's key.
public struct CatalogueDraft: Hashable, Sendable {
    /// 1 to 255 characters.
    public var name: String
    /// Models.
    public var number: String?
    /// Models.
    public var manufacturer: CatalogueID?
    /// Models.
    public var category: CatalogueID?
    /// Models.
    public var fieldset: CatalogueID?
    /// Models: 0 to 1200.
    public var eolMonths: Int?
    /// Status labels; nil: deployable.
    public var type: StatusType?
    public var attributes: [String: String] = [:]

    /// A draft with nothing but a name.
    public init(name: String) { self.name = name }

    /// A row as it is, to change something and write it back.
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
    /// A page of a table, and how many rows there are on all pages; both from one moment. A page ends early where its rows
    /// are large, and then is truncated.
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

    /// What `map` makes of a table's rows, of which no more than a page is in memory: at most `limit` of the query.
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

    /// Whether there is any fieldset, without which no asset has custom fields; kept in memory until something is
    /// administered.
    public func hasFieldsets() throws(DepotError) -> Bool {
        // before the read: what is committed meanwhile has it forgotten again
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

    /// The row with this id.
    public func entry(_ table: Catalogue, _ entry: CatalogueID) throws(DepotError) -> CatalogueEntry? {
        try read { (connection) throws(SQLFailure) in try table.entry(entry, id, connection) }
    }

    /// The row with this name, compared without case; of several models the oldest.
    public func entry(_ table: Catalogue, named name: String) throws(DepotError) -> CatalogueEntry? {
        try read { (connection) throws(SQLFailure) in
            guard let row = try table.find(name, id, connection) else { return nil }
            return try table.entry(row, id, connection)
        }
    }

    /// Named things whose name contains `search`, by name; and how many there are on all pages. `limit` is 1 to 1,000.
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

    /// The model with its number, manufacturer and category.
    public func model(_ model: CatalogueID) throws(DepotError) -> ModelReference? {
        guard let entry = try entry(.model, model) else { return nil }
        return ModelReference(
            id: entry.id, name: entry.name, number: entry.number, manufacturer: entry.manufacturer,
            category: entry.category)
    }
}

extension Catalogue {
    /// How many assets that are not deleted use the row `t`.
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

    /// The row with this id, if `takes` takes it.
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

    /// The oldest row with this name, compared without case.
    func find(_ name: String, _ tenant: TenantID, _ connection: SQLConnection) throws(SQLFailure) -> CatalogueID? {
        try connection.first(
            text: "SELECT id FROM \(rawValue) WHERE tenant_id = ? AND name_key = ? ORDER BY id LIMIT 1",
            [.row(tenant), .text(foldedKey(name))]
        ) { CatalogueID(rawValue: $0.int(0)) }
    }

    /// Whether the tenant has this row.
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
