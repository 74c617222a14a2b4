import DepotModel

/// What the names in an import stand for: looked up once, made where there is nothing.
///
/// Found under the text as it was written, too, which is never the folded form of another.
struct ImportNames {
    /// A model as a line names it.
    struct ModelKey: Hashable {
        var name: String
        var number: String?
        var manufacturer: String?
        var category: String?
    }

    let writer: TenantWriter
    let labels: [StatusLabel]
    private var locations: [String: LocationID] = [:]
    private var people: [String: HolderDescription] = [:]
    private var models: [ModelKey: CatalogueID] = [:]
    private var rows: [Catalogue: [String: CatalogueID]] = [:]

    init(_ writer: TenantWriter) throws {
        self.writer = writer
        labels = try writer.connection.rows(TenantStore.labelsQuery, [.row(writer.tenant)], TenantStore.label)
    }

    /// The first label with which an asset is in that state; the one it has where that fits.
    func label(_ lifecycle: Lifecycle, now: StatusLabel?) throws -> StatusLabel {
        let types: [StatusType] =
            switch lifecycle {
            case .available, .deployed: [.deployable]
            case .maintenance: [.undeployable, .pending]
            case .retired: [.archived]
            case .deleted, .other: []
            }
        if let now, types.contains(now.type) { return now }
        for type in types {
            if let label = labels.first(where: { $0.type == type }) { return label }
        }
        throw Refusal(
            .invalidField, "There is no status label for “\(lifecycle.rawValue)”.", facts: ["field": "status"])
    }

    // MARK: Found

    /// The location; nil where there is none of that name.
    mutating func location(_ name: String) throws -> LocationID? {
        if let known = locations[name] { return known }
        let key = foldedKey(name)
        let found =
            try locations[key]
            ?? writer.connection.first(
                LocationRows.byName, [.row(writer.tenant), .text(key)], LocationRows.location)?.id
        guard let found else { return nil }
        remember(found, location: key)
        remember(found, location: name)
        return found
    }

    /// The person; nil where there is none of that name or e-mail address. Refuses a name that two people have.
    mutating func person(_ text: String) throws -> HolderDescription? {
        if let known = people[text] { return known }
        let key = foldedKey(text)
        if let known = people[key] {
            remember(known, person: text)
            return known
        }
        let tenant = SQLValue.row(writer.tenant)
        let found: [PersonID]
        if key.contains("@") {
            found = try writer.connection.rows(Self.byEmail, [tenant, .text(key)]) { PersonID(rawValue: $0.int(0)) }
        } else if key.unicodeScalars.count >= 3, key.utf8.allSatisfy({ $0 < 0x80 }) {
            let match = SQLValue.text("{name} : " + AssetFilter.quoted(key))
            found = try writer.connection.rows(Self.byIndexedName, [tenant, .text(key), match]) {
                PersonID(rawValue: $0.int(0))
            }
        } else {
            found = try writer.connection.rows(Self.byName, [tenant, .text(key)]) { PersonID(rawValue: $0.int(0)) }
        }
        guard found.count < 2 else {
            throw Refusal(
                .ambiguousHolder, "There are several people called “\(text)”; name one by e-mail address.",
                facts: ["holder_name": text])
        }
        guard let id = found.first,
            let person = try HolderRows.describe(.person(id), writer.tenant, writer.connection)
        else { return nil }
        remember(person, person: key)
        return person
    }

    /// The row of a table of names; nil where there is none.
    mutating func row(_ table: Catalogue, _ name: String) throws -> CatalogueID? {
        if let known = rows[table]?[name] { return known }
        let key = foldedKey(name)
        guard let id = try rows[table]?[key] ?? table.find(key, writer.tenant, writer.connection) else { return nil }
        remember(id, table, key)
        remember(id, table, name)
        return id
    }

    /// The model, by name and by what else the line says of it; nil where there is none such.
    mutating func model(_ model: ModelKey) throws -> CatalogueID? {
        if let known = models[model] { return known }
        let key = model.folded
        if let known = models[key] {
            remember(known, model)
            return known
        }
        var values: [SQLValue] = [.row(writer.tenant), .text(key.name), .text(key.number)]
        for (table, name) in [(Catalogue.manufacturer, key.manufacturer), (.category, key.category)] {
            guard let name else {
                values.append(.null)
                continue
            }
            guard let id = try row(table, name) else { return nil }
            values.append(.row(id))
        }
        guard let id = try writer.connection.first(Self.findModel, values, { CatalogueID(rawValue: $0.int(0)) })
        else { return nil }
        remember(id, key)
        return id
    }

    // MARK: Made

    mutating func remember(_ id: LocationID, location key: String) {
        locations[key] = id
    }

    mutating func remember(_ person: HolderDescription, person key: String) {
        people[key] = person
    }

    mutating func remember(_ id: CatalogueID, _ table: Catalogue, _ key: String) {
        rows[table, default: [:]][key] = id
    }

    mutating func remember(_ id: CatalogueID, _ key: ModelKey) {
        models[key] = id
    }

    private static let live = "FROM person WHERE tenant_id = ?1 AND deleted_at IS NULL AND"
    private static let byEmail = Query("SELECT id \(live) email_key = ?2 LIMIT 2")
    private static let byName = Query("SELECT id \(live) name_key = ?2 LIMIT 2")
    private static let byIndexedName = Query(
        """
        SELECT id \(live) name_key = ?2
            AND id IN (SELECT rowid FROM person_search WHERE person_search MATCH ?3) LIMIT 2
        """)
    private static let findModel = Query(
        """
        SELECT id FROM model WHERE tenant_id = ?1 AND name_key = ?2 AND (?3 IS NULL OR folded(number) = ?3)
            AND (?4 IS NULL OR manufacturer_id = ?4) AND (?5 IS NULL OR category_id = ?5)
        ORDER BY id LIMIT 1
        """)
}
