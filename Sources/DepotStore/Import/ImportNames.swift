import DepotModel
import Sheets

/// The things for which the names in an import stand, each looked up once.
///
/// They are kept under the text as it was written, too, which is never the folded form of another.
struct ImportNames {
    /// A model as a row names it.
    struct ModelKey: Hashable {
        var name: String
        var number: String?
        var manufacturer: String?
        var category: String?
    }

    let writer: TenantWriter
    let memory: ImportMemory
    let labels: [StatusLabel]
    private var locations: [String: LocationID] = [:]
    private var people: [PersonIdentity: HolderDescription] = [:]
    private var models: [ModelKey: CatalogueID] = [:]
    private var rows: [Catalogue: [String: CatalogueID]] = [:]

    init(_ writer: TenantWriter, _ memory: ImportMemory) throws {
        self.writer = writer
        self.memory = memory
        labels = try writer.connection.rows(TenantStore.labelsQuery, [.row(writer.tenant)], TenantStore.label)
    }

    // MARK: States

    /// Returns the first label with which an asset is in a state; the asset's own one if that fits.
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

    /// Returns the state of a status cell: the label of that name with the state that it implies, which is none for a
    /// deployable one; else a lifecycle, in this program's words or in those of others.
    func status(_ cell: String) throws(Refusal) -> (lifecycle: Lifecycle?, label: StatusLabel?) {
        let text = SheetText.tidied(cell)
        var key = foldedKey(text)
        if let label = labels.first(where: { foldedKey($0.name) == key }) { return (label.type.implied, label) }
        // Snipe-IT's reports append the kind: “Ready to Deploy (deployed)”.
        if key.hasSuffix(")"), let start = key.lastIndex(of: "("), key.startIndex < start {
            key = foldedKey(String(key[..<start]))
            if let label = labels.first(where: { foldedKey($0.name) == key }) { return (label.type.implied, label) }
        }
        let word = key.split { $0 == "_" || $0 == "-" || $0 == " " }.joined(separator: " ")
        if let lifecycle = Self.words[word] { return (lifecycle, nil) }
        let known = (["available", "deployed", "maintenance", "retired"] + labels.prefix(20).map(\.name))
        throw Refusal(
            .invalidField, "Invalid status '\(text.prefix(60))': use one of \(known.joined(separator: ", "))",
            facts: ["field": "status"])
    }

    /// The words of other programs for a state.
    private static let words: [String: Lifecycle] = [
        "available": .available, "ready to deploy": .available, "in stock": .available, "in storage": .available,
        "deployable": .available, "deployed": .deployed, "in use": .deployed, "assigned": .deployed,
        "checked out": .deployed, "in custody": .deployed, "maintenance": .maintenance, "pending": .maintenance,
        "broken": .maintenance, "in repair": .maintenance, "out for repair": .maintenance,
        "undeployable": .maintenance, "retired": .retired, "archived": .retired, "disposed": .retired,
        "deleted": .deleted,
    ]

    // MARK: Found

    /// Returns the location with the code or name, or nil. Refuses a name that several locations have.
    mutating func location(_ name: String) throws -> LocationID? {
        if let known = locations[name] { return known }
        let tidied = SheetText.tidied(name)
        guard
            let found = try found(location: foldedKey(name), name)
                ?? (tidied == name ? nil : found(location: foldedKey(tidied), tidied))
        else { return nil }
        remember(found, location: name)
        return found
    }

    private mutating func found(location key: String, _ name: String) throws -> LocationID? {
        if let known = locations[key] { return known }
        var found = try LocationFinder(writer.connection, writer.tenant).ids(key)
        guard found.count < 2 else {
            throw Refusal(
                .unknownLocation, "There are several locations called “\(name)”; name one by its code.",
                facts: ["field": "location"])
        }
        if found.isEmpty, let made = memory.location("name " + key) ?? memory.location("code " + key) {
            found = [try remake(made)]
        }
        guard let id = found.first else { return nil }
        remember(id, location: key)
        return id
    }

    /// Returns the row of a table of names, or nil.
    mutating func row(_ table: Catalogue, _ name: String) throws -> CatalogueID? {
        if let known = rows[table]?[name] { return known }
        let tidied = SheetText.tidied(name)
        guard let id = try found(table, foldedKey(name)) ?? (tidied == name ? nil : found(table, foldedKey(tidied)))
        else { return nil }
        remember(id, table, name)
        return id
    }

    private mutating func found(_ table: Catalogue, _ key: String) throws -> CatalogueID? {
        guard let id = try rows[table]?[key] ?? table.find(key, writer.tenant, writer.connection) else { return nil }
        remember(id, table, key)
        return id
    }

    /// Returns the model with the name and with whatever else the row says of it, or nil.
    mutating func model(_ model: ModelKey) throws -> CatalogueID? {
        if let known = models[model] { return known }
        let tidied = model.tidied
        guard let id = try found(model.folded, model) ?? (tidied == model ? nil : found(tidied.folded, tidied)) else {
            return nil
        }
        remember(id, model)
        return id
    }

    private mutating func found(_ key: ModelKey, _ model: ModelKey) throws -> CatalogueID? {
        if let known = models[key] { return known }
        var values: [SQLValue] = [.row(writer.tenant), .text(key.name), .text(key.number)]
        for (table, name) in [(Catalogue.manufacturer, model.manufacturer), (.category, model.category)] {
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

    /// Returns the person, or nil.
    mutating func person(_ identity: PersonIdentity) throws -> HolderDescription? {
        if let known = people[identity] { return known }
        let finder = PersonFinder(writer.connection, writer.tenant, memory)
        let names = self
        guard let id = try finder.find(identity, remake: { made in try names.remake(made) }) else { return nil }
        guard let person = try HolderRows.describe(.person(id), writer.tenant, writer.connection) else { return nil }
        remember(person, identity)
        return person
    }

    // MARK: Made

    /// Makes a location again that an earlier batch of the dry run has made.
    private func remake(_ made: ImportMemory.MadeLocation) throws -> LocationID {
        var draft = LocationDraft(name: made.name, code: made.code)
        if let parent = made.parent {
            var names = self
            draft.parent = try names.location(parent)
        }
        return try writer.createLocation(draft, memory.request()).id
    }

    /// Makes a person again that an earlier batch of the dry run has made.
    func remake(_ made: (draft: PersonDraft, location: String?)) throws -> PersonID {
        var draft = made.draft
        if let location = made.location {
            var names = self
            draft.location = try names.location(location)
        }
        return try writer.createPerson(draft, memory.request()).id
    }

    /// Returns the location with the code or name, which is made if the rules allow that.
    mutating func location(
        _ name: String, _ rules: ImportRules, _ batch: inout ImportMemory.Batch, _ request: () -> ChangeRequest
    ) throws -> LocationID {
        if let known = try location(name) { return known }
        let tidied = SheetText.tidied(name)
        guard rules.making.contains(.locations) else {
            throw Refusal(.unknownLocation, "There is no location “\(tidied)”.", facts: ["field": "location"])
        }
        let made = try writer.createLocation(LocationDraft(name: tidied), request()).id
        if !memory.hasMade(.locations, foldedKey(tidied)) {
            batch.made.append((.locations, tidied, foldedKey(tidied)))
        }
        if memory.isDryRun {
            batch.locations.append((["name " + foldedKey(tidied)], ImportMemory.MadeLocation(name: tidied)))
        }
        remember(made, location: foldedKey(tidied))
        return made
    }

    /// Forgets the locations, whose names may mean others by now.
    mutating func forgetLocations() { locations = [:] }

    mutating func remember(_ id: LocationID, location key: String) { locations[key] = id }

    mutating func remember(_ person: HolderDescription, _ identity: PersonIdentity) { people[identity] = person }

    mutating func remember(_ id: CatalogueID, _ table: Catalogue, _ key: String) {
        rows[table, default: [:]][key] = id
    }

    mutating func remember(_ id: CatalogueID, _ key: ModelKey) { models[key] = id }

    private static let findModel = Query(
        """
        SELECT id FROM model WHERE tenant_id = ?1 AND name_key = ?2 AND (?3 IS NULL OR folded(number) = ?3)
            AND (?4 IS NULL OR manufacturer_id = ?4) AND (?5 IS NULL OR category_id = ?5)
        ORDER BY id LIMIT 1
        """)
}

extension StatusType {
    /// The state of an asset with a label of this type, or nil if the label leaves it open.
    fileprivate var implied: Lifecycle? {
        switch self {
        case .deployable, .other: nil
        case .pending, .undeployable: .maintenance
        case .archived: .retired
        }
    }
}

extension ImportNames.ModelKey {
    /// The form in which names are compared.
    var folded: ImportNames.ModelKey {
        ImportNames.ModelKey(
            name: foldedKey(name), number: number.map(foldedKey), manufacturer: manufacturer.map(foldedKey),
            category: category.map(foldedKey))
    }

    /// The names as they are written when they are made.
    var tidied: ImportNames.ModelKey {
        ImportNames.ModelKey(
            name: SheetText.tidied(name), number: number.map(SheetText.tidied),
            manufacturer: manufacturer.map(SheetText.tidied), category: category.map(SheetText.tidied))
    }
}
