import DepotModel

extension Catalogue {
    /// Returns the company, supplier, manufacturer or category with this name, compared without case; a new one is
    /// created. Nil stands for no name.
    func named(_ name: String?, _ writer: TenantWriter) throws -> CatalogueID? {
        guard let name = nonEmpty(name) else { return nil }
        try refuseUnstorable(name, field: rawValue, limit: TextLimit.line)
        if let known = try find(name, writer.tenant, writer.connection) { return known }
        let now = SQLValue.time(writer.writer.now())
        try writer.connection.run(
            text: "INSERT INTO \(rawValue) (tenant_id, name_key, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
            [.row(writer.tenant), .text(foldedKey(name)), .text(name), now, now])
        return CatalogueID(rawValue: writer.connection.lastInsertedRow)
    }

    /// Returns the model with this name, and with this number and manufacturer if they are given; a new one is created.
    /// A model without a category receives the given one.
    static func model(
        _ name: String?, number: String?, manufacturer: String?, category: String?, _ writer: TenantWriter
    ) throws -> CatalogueID? {
        guard let name = nonEmpty(name) else { return nil }
        let number = nonEmpty(number)
        try refuseUnstorable(name, field: "model", limit: TextLimit.line)
        try refuseUnstorable(number, field: "model_number", limit: TextLimit.line)
        let connection = writer.connection
        let maker = try Catalogue.manufacturer.named(manufacturer, writer)
        let values: [SQLValue] = [.row(writer.tenant), .text(foldedKey(name)), .row(maker), .text(number)]
        let known = try connection.first(findModel, values) { (id: $0.int(0), hasCategory: !$0.isNull(1)) }
        if let known, known.hasCategory || nonEmpty(category) == nil { return CatalogueID(rawValue: known.id) }
        let kind = try Catalogue.category.named(category, writer)
        let now = SQLValue.time(writer.writer.now())
        if let known {
            let id = CatalogueID(rawValue: known.id)
            try connection.run(setCategory, [.row(kind), now, .row(writer.tenant), .row(id)])
            try followInSearch(.model, id, writer)
            return id
        }
        try connection.run(insertModel, values + [.text(name), .row(kind), now, now])
        return CatalogueID(rawValue: connection.lastInsertedRow)
    }

    /// Updates the search text of every asset that shows the entry's name.
    static func followInSearch(_ table: Catalogue, _ id: CatalogueID, _ writer: TenantWriter) throws(SQLFailure) {
        let models: String
        switch table {
        case .model: models = "= ?"
        case .manufacturer, .category:
            models = "IN (SELECT id FROM model WHERE tenant_id = a.tenant_id AND \(table.rawValue)_id = ?)"
        default: return
        }
        try AssetSearch.renew(
            where: "a.tenant_id = ? AND a.model_id \(models)", [.row(writer.tenant), .row(id)], writer.connection)
    }

    private static let findModel = Query(
        """
        SELECT id, category_id FROM model WHERE tenant_id = ?1 AND name_key = ?2
            AND (?3 IS NULL OR manufacturer_id = ?3) AND (?4 IS NULL OR number = ?4 COLLATE NOCASE)
        ORDER BY id LIMIT 1
        """)
    private static let setCategory = Query(
        "UPDATE model SET category_id = ?, updated_at = ?, version = version + 1 WHERE tenant_id = ? AND id = ?")
    private static let insertModel = Query(
        """
        INSERT INTO model (
            tenant_id, name_key, manufacturer_id, number, name, category_id, created_at, updated_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
}
