public import DepotModel

/// The tables of named things that assets refer to.
public enum Catalogue: String, Sendable, CaseIterable {
    case company, supplier, manufacturer, category, model
}

extension TenantStore {
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
        try read { (connection) throws(SQLFailure) in
            try connection.first(Self.modelQuery, [.row(id), .row(model)]) { row in
                ModelReference(
                    id: CatalogueID(rawValue: row.int(0)), name: row.text(1), number: row.optionalText(2),
                    manufacturer: row.optionalInt(3).map { Reference(id: $0, name: row.text(4)) },
                    category: row.optionalInt(5).map { Reference(id: $0, name: row.text(6)) })
            }
        }
    }

    private static let modelQuery = Query(
        """
        SELECT m.id, m.name, m.number, m.manufacturer_id, f.name, m.category_id, c.name FROM model m
        LEFT JOIN manufacturer f ON f.id = m.manufacturer_id LEFT JOIN category c ON c.id = m.category_id
        WHERE m.tenant_id = ? AND m.id = ?
        """)
}

extension Catalogue {
    /// Whether the tenant has this row.
    func has(_ id: CatalogueID, _ tenant: TenantID, _ connection: SQLConnection) throws(SQLFailure) -> Bool {
        try connection.first(
            text: "SELECT 1 FROM \(rawValue) WHERE tenant_id = ? AND id = ?", [.row(tenant), .row(id)]
        ) { _ in true } ?? false
    }

    /// The row with this name, compared without case; made where there is none. Nil for no name.
    func named(_ name: String?, _ writer: TenantWriter) throws -> CatalogueID? {
        guard let name = nonEmpty(name) else { return nil }
        try refuseUnstorable(name, field: rawValue, limit: TextLimit.line)
        let values: [SQLValue] = [.row(writer.tenant), .text(foldedKey(name))]
        let known = try writer.connection.first(
            text: "SELECT id FROM \(rawValue) WHERE tenant_id = ? AND name_key = ?", values
        ) { $0.int(0) }
        if let known { return CatalogueID(rawValue: known) }
        try writer.connection.run(
            text: "INSERT INTO \(rawValue) (tenant_id, name_key, name) VALUES (?, ?, ?)", values + [.text(name)])
        return CatalogueID(rawValue: writer.connection.lastInsertedRow)
    }

    /// The model with this name, and with this number and manufacturer where they are given; made where there is none.
    static func model(
        _ name: String?, number: String?, manufacturer: String?, category: String?, _ writer: TenantWriter
    ) throws -> CatalogueID? {
        guard let name = nonEmpty(name) else { return nil }
        let number = nonEmpty(number)
        try refuseUnstorable(name, field: "model", limit: TextLimit.line)
        try refuseUnstorable(number, field: "model_number", limit: TextLimit.line)
        let maker = try Catalogue.manufacturer.named(manufacturer, writer)
        let values: [SQLValue] = [.row(writer.tenant), .text(foldedKey(name)), .row(maker), .text(number)]
        if let known = try writer.connection.first(findModel, values, { $0.int(0) }) {
            return CatalogueID(rawValue: known)
        }
        let kind = try Catalogue.category.named(category, writer)
        try writer.connection.run(insertModel, values + [.text(name), .row(kind)])
        return CatalogueID(rawValue: writer.connection.lastInsertedRow)
    }

    private static let findModel = Query(
        """
        SELECT id FROM model WHERE tenant_id = ?1 AND name_key = ?2 AND (?3 IS NULL OR manufacturer_id = ?3)
            AND (?4 IS NULL OR number = ?4)
        ORDER BY id LIMIT 1
        """)
    private static let insertModel = Query(
        "INSERT INTO model (tenant_id, name_key, manufacturer_id, number, name, category_id) VALUES (?, ?, ?, ?, ?, ?)")
}
