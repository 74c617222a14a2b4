import DepotModel
import Sheets

extension ImportPlan {
    /// Returns the model that an existing asset is to have, or nil if it keeps its own or has none.
    static func changedModel(of before: AssetDetails, _ line: ImportLine) -> ImportNames.ModelKey? {
        guard let now = before.model else { return line.model }
        let said = line.said
        let name = line.row.columns.contains(.model) ? line.model?.name : now.name
        guard let name else { return nil }
        func key(_ text: String) -> String { foldedKey(SheetText.tidied(text)) }
        func isSame(_ wanted: String?, _ now: String?) -> Bool { wanted == nil || wanted.map(key) == now.map(key) }
        let sameName = key(name) == key(now.name)
        if sameName, isSame(said.number, now.number), isSame(said.manufacturer, now.manufacturer?.name),
            isSame(said.category, now.category?.name)
        {
            return nil
        }
        // Of the same model only the values of the row differ.
        return ImportNames.ModelKey(
            name: sameName ? now.name : name, number: said.number ?? (sameName ? now.number : nil),
            manufacturer: said.manufacturer ?? (sameName ? now.manufacturer?.name : nil),
            category: said.category ?? (sameName ? now.category?.name : nil))
    }

    func makeNames() throws {
        if let assignee, person == nil {
            let draft = assignee.draft
            let made = try writer.createPerson(draft, try session.nextRequest())
            session.note(person: draft)
            let described = try HolderRows.describe(.person(made.id), writer.tenant, session.connection)
            person = described
            if let described { session.names.remember(described, assignee) }
            changedNames = true
        }
        if let name = line.locationName, location == nil { location = try makeLocation(name) }
        if let name = line.defaultLocationName, defaultLocation == nil { defaultLocation = try makeLocation(name) }
        if let model, modelID == nil { modelID = try make(model.tidied) }
        if let (name, id) = supplier { supplier = (name, try id ?? row(.supplier, name)) }
        if let (name, id) = company { company = (name, try id ?? row(.company, name)) }
    }

    private func makeLocation(_ name: String) throws -> LocationID {
        if let known = try session.names.location(name) { return known }
        let id = try session.makeLocation(name)
        changedNames = true
        return id
    }

    private func row(_ table: Catalogue, _ name: String) throws -> CatalogueID {
        if let known = try session.names.row(table, name) { return known }
        let name = SheetText.tidied(name)
        let made = try writer.createEntry(table, CatalogueDraft(name: name), try session.nextRequest())
        if let kind = MadeKind(table), session.note(kind, name, key: foldedKey(name)) { changedNames = true }
        session.names.remember(made.id, table, foldedKey(name))
        return made.id
    }

    /// Returns a model of that name with the values of the row: one without a category receives it, else a new one is
    /// made.
    private func make(_ model: ImportNames.ModelKey) throws -> CatalogueID {
        let manufacturer = try model.manufacturer.map { try row(.manufacturer, $0) }
        let category = try model.category.map { try row(.category, $0) }
        let values: [SQLValue] = [
            .row(writer.tenant), .text(foldedKey(model.name)), .text(model.number.map(foldedKey)), .row(manufacturer),
        ]
        let id: CatalogueID
        if let key = model.folded.category,
            let known = try session.connection.first(
                Self.withoutCategory, values, { CatalogueID(rawValue: $0.int(0)) }),
            session.mayCategorise(known, key)
        {
            var draft = CatalogueDraft(try writer.entry(.model, known))
            draft.category = category
            id = try writer.updateEntry(.model, known, draft, version: nil, try session.nextRequest()).id
            if session.note(category: key, of: known) { changedNames = true }
        } else {
            let request = try session.nextRequest()
            try session.connection.run(
                Self.insertModel,
                [
                    .row(writer.tenant), .text(model.name), .text(foldedKey(model.name)), .text(model.number),
                    .row(manufacturer), .row(category), .time(request.at), .time(request.at),
                ])
            id = CatalogueID(rawValue: session.connection.lastInsertedRow)
            let folded = model.folded
            let key = [folded.name, folded.number, folded.manufacturer, folded.category].map { $0 ?? "" }
            if session.note(.models, model.name, key: key.joined(separator: "\u{1F}")) { changedNames = true }
            _ = try writer.administration(
                "The model \(model.name) was added.",
                facts: ["model_id": id.description, "name": model.name, "action": "created"], request)
        }
        session.names.remember(id, model.folded)
        return id
    }

    private static let withoutCategory = Query(
        """
        SELECT id FROM model WHERE tenant_id = ? AND name_key = ?2 AND (?3 IS NULL OR folded(number) = ?3)
            AND (?4 IS NULL OR manufacturer_id = ?4) AND category_id IS NULL ORDER BY id LIMIT 1
        """)
    private static let insertModel = Query(
        """
        INSERT INTO model (
            tenant_id, name, name_key, number, manufacturer_id, category_id, created_at, updated_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
}

extension PersonIdentity {
    /// The values of a person who is made because a row names one.
    fileprivate var draft: PersonDraft {
        let text = text.map(SheetText.tidied)
        let email = email.map(SheetText.tidied) ?? text.flatMap { $0.contains("@") ? $0 : nil }
        let name = text.map { PersonFinder.turned($0) ?? $0 }
        return PersonDraft(
            name: name ?? email ?? username ?? employeeNumber ?? "", email: email,
            employeeNumber: employeeNumber.map(SheetText.tidied), username: username.map(SheetText.tidied))
    }
}

extension MadeKind {
    fileprivate init?(_ table: Catalogue) {
        switch table {
        case .manufacturer: self = .manufacturers
        case .category: self = .categories
        case .supplier: self = .suppliers
        case .company: self = .companies
        default: return nil
        }
    }
}
