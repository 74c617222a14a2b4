import DepotModel

extension TenantWriter {
    /// Returns the entry that an earlier event of the same operation created or changed, or nil for a new operation.
    private func earlier(_ table: Catalogue, _ operation: UniqueID) throws -> CatalogueEntry? {
        guard let event = try earlierEvent(of: operation) else { return nil }
        guard let id = event.facts[table.fact].flatMap({ Int64($0) }),
            let entry = try table.entry(CatalogueID(rawValue: id), tenant, connection)
        else { throw operationTaken(operation) }
        return entry
    }

    /// Returns the entry to change.
    func entry(_ table: Catalogue, _ id: CatalogueID, _ version: Int64? = nil) throws -> CatalogueEntry {
        guard let entry = try table.entry(id, tenant, connection) else {
            throw DepotError(.notFound, "There is no \(table.noun) \(id).")
        }
        try refuseOtherVersion(version, entry.version, entry.name)
        return entry
    }

    /// Creates an entry; a repetition of the same operation returns the entry that it created.
    func createEntry(_ table: Catalogue, _ draft: CatalogueDraft, _ request: ChangeRequest) throws -> CatalogueEntry {
        if let earlier = try earlier(table, request.operation) { return earlier }
        var draft = draft
        if table == .field { draft.attributes[CatalogueEntry.fieldKey] = try fieldKey(draft) }
        let columns = try entryColumns(table, draft, except: nil)
        let names = ["tenant_id", "created_at", "updated_at"] + columns.map(\.name)
        let values: [SQLValue] = [.row(tenant), .time(request.at), .time(request.at)] + columns.map(\.value)
        let marks = repeatElement("?", count: names.count).joined(separator: ", ")
        try connection.run(
            text: "INSERT INTO \(table.rawValue) (\(names.joined(separator: ", "))) VALUES (\(marks))", values)
        let entry = try entry(table, CatalogueID(rawValue: connection.lastInsertedRow))
        try record("The \(table.noun) \(entry.name) was added.", "created", entry, request)
        return entry
    }

    /// Replaces an entry's values, except for a field's key. A nil `version` accepts any.
    func updateEntry(
        _ table: Catalogue, _ id: CatalogueID, _ draft: CatalogueDraft, version: Int64?, _ request: ChangeRequest
    ) throws -> CatalogueEntry {
        if let earlier = try earlier(table, request.operation) { return earlier }
        let before = try entry(table, id, version)
        var draft = draft
        if table == .field {
            draft.attributes[CatalogueEntry.fieldKey] = before.attributes[CatalogueEntry.fieldKey] ?? before.name
        }
        if before.type == .deployable, (draft.type ?? .deployable) != .deployable { try refuseLastDeployable(before) }
        let columns = try entryColumns(table, draft, except: before)
        let assignments = columns.map { "\($0.name) = ?" }.joined(separator: ", ")
        try connection.run(
            text: """
                UPDATE \(table.rawValue) SET \(assignments), updated_at = ?, version = version + 1
                WHERE tenant_id = ? AND id = ?
                """, columns.map(\.value) + [.time(request.at), .row(tenant), .row(id)])
        let after = try entry(table, id)
        if (before.name, before.number) != (after.name, after.number) || before.manufacturer != after.manufacturer
            || before.category != after.category
        {
            try Catalogue.followInSearch(table, id, self)
        }
        try record(
            "The \(table.noun) \(after.name) was changed.", "updated", after, request,
            changes: changes(zip(before.written, after.written).map { ($0.name, $0.value, $1.value) })
                + attributeChanges(before.attributes, after.attributes))
        return after
    }

    /// Deletes an entry to which nothing refers; a repetition of the same operation does nothing.
    func deleteEntry(_ table: Catalogue, _ id: CatalogueID, version: Int64?, _ request: ChangeRequest) throws {
        if let event = try earlierEvent(of: request.operation) {
            guard event.facts[table.fact] == id.description else { throw operationTaken(request.operation) }
            return
        }
        let before = try entry(table, id, version)
        let (users, column, noun) = table.users
        let count = try connection.first(
            text: "SELECT count(*) FROM \(users) WHERE tenant_id = ? AND \(column) = ?", [.row(tenant), .row(id)]
        ) { $0.int(0) }
        guard let count, count == 0 else {
            throw Refusal(
                .inUse, "The \(table.noun) \(before.name) is in use by \(count ?? 1) \(noun), deleted ones included.",
                facts: [table.fact: id.description, "name": before.name, noun: String(count ?? 1)])
        }
        if before.type == .deployable { try refuseLastDeployable(before) }
        if table == .fieldset { try connection.run(Self.removeFields, [.row(tenant), .row(id)]) }
        try connection.run(
            text: "DELETE FROM \(table.rawValue) WHERE tenant_id = ? AND id = ?", [.row(tenant), .row(id)])
        try record("The \(table.noun) \(before.name) was deleted.", "deleted", before, request)
    }

    /// Sets the fields of a fieldset, in this order and without duplicates.
    func setFields(_ fields: [CatalogueID], of id: CatalogueID, _ request: ChangeRequest) throws -> CatalogueEntry {
        if let earlier = try earlier(.fieldset, request.operation) { return earlier }
        let before = try entry(.fieldset, id)
        guard fields.count <= TextLimit.customFields else {
            throw Refusal(
                .invalidField, "A fieldset has at most \(TextLimit.customFields) fields.", facts: ["field": "fields"])
        }
        try connection.run(Self.removeFields, [.row(tenant), .row(id)])
        for (position, field) in fields.enumerated() {
            guard try Catalogue.field.has(field, tenant, connection) else {
                throw Refusal(.invalidField, "There is no field \(field).", facts: ["field": "fields"])
            }
            try connection.run(Self.addField, [.row(tenant), .row(id), .row(field), .int(Int64(position))])
        }
        try connection.run(Self.touchFieldset, [.time(request.at), .row(tenant), .row(id)])
        let after = try entry(.fieldset, id)
        func names(_ entry: CatalogueEntry) -> String { entry.fields.map(\.name).joined(separator: ", ") }
        try record(
            "The fieldset \(after.name) was changed.", "updated", after, request,
            changes: changes([("fields", names(before), names(after))]))
        return after
    }

    private func record(
        _ message: String, _ action: String, _ entry: CatalogueEntry, _ request: ChangeRequest,
        changes: [FieldChange] = []
    ) throws {
        _ = try administration(
            message, facts: [entry.table.fact: entry.id.description, "name": entry.name, "action": action],
            changes: changes, request)
    }

    /// Returns the stored columns of a draft, after validation.
    private func entryColumns(
        _ table: Catalogue, _ draft: CatalogueDraft, except before: CatalogueEntry?
    ) throws -> [(name: String, value: SQLValue)] {
        guard let name = nonEmpty(draft.name) else { throw DepotError(.badRequest, "A \(table.noun) needs a name.") }
        let number = nonEmpty(draft.number)
        try refuseUnstorable(name, field: "name", limit: TextLimit.line)
        try refuseUnstorable(number, field: "number", limit: TextLimit.line)
        try refuseTaken(table, name, number, except: before)
        var columns: [(name: String, value: SQLValue)] = [
            ("name", .text(name)), ("name_key", .text(foldedKey(name))),
            ("attributes", try encodeAttributes(draft.attributes)),
        ]
        switch table {
        case .model:
            for (field, other, id) in [
                ("manufacturer_id", Catalogue.manufacturer, draft.manufacturer),
                ("category_id", .category, draft.category), ("fieldset_id", .fieldset, draft.fieldset),
            ] {
                if let id, try !other.has(id, tenant, connection) {
                    throw Refusal(.invalidField, "There is no \(other.noun) \(id).", facts: ["field": field])
                }
                columns.append((field, .row(id)))
            }
            try refuseMonths(draft.eolMonths, field: "eol_months")
            columns.append(("number", .text(number)))
            columns.append(("eol_months", .int(draft.eolMonths.map { Int64($0) })))
        case .statusLabel: columns.append(("type", .text((draft.type ?? .deployable).rawValue)))
        default: break
        }
        return columns
    }

    private func refuseTaken(
        _ table: Catalogue, _ name: String, _ number: String?, except before: CatalogueEntry?
    ) throws {
        // Models that differ in their manufacturers may share name and number, so only a new name is refused.
        if let before, foldedKey(before.name) == foldedKey(name), before.number == number { return }
        let sameNumber = table == .model ? "AND number IS ?4 COLLATE NOCASE" : "AND ?4 IS ?4"
        let other = try connection.first(
            text: """
                SELECT name FROM \(table.rawValue) WHERE tenant_id = ?1 AND name_key = ?2 AND id <> ?3 \(sameNumber)
                """,
            [.row(tenant), .text(foldedKey(name)), .int(before?.id.rawValue ?? 0), .text(number)]
        ) { $0.text(0) }
        guard let other else { return }
        throw DepotError(.conflict, "There is already a \(table.noun) “\(other)”.")
    }

    /// Refuses to remove the tenant's last label with which assets can be created.
    private func refuseLastDeployable(_ label: CatalogueEntry) throws {
        let others = try connection.first(Self.otherDeployable, [.row(tenant), .row(label.id)]) { _ in true }
        guard others == nil else { return }
        throw Refusal(
            .inUse, "\(label.name) is the only deployable status label, which new assets need.",
            facts: [Catalogue.statusLabel.fact: label.id.description, "name": label.name])
    }

    /// Returns the name under which assets store a new field's value: the requested one, or the field's name made
    /// unique.
    private func fieldKey(_ draft: CatalogueDraft) throws -> String {
        func isTaken(_ key: String) throws -> Bool {
            try connection.first(Self.fieldWithKey, [.row(tenant), .text(key)]) { _ in true } ?? false
        }
        if let wanted = nonEmpty(draft.attributes[CatalogueEntry.fieldKey]) {
            try refuseUnstorable(wanted, field: CatalogueEntry.fieldKey, limit: TextLimit.line)
            guard try !isTaken(wanted) else {
                throw DepotError(.conflict, "Another field already keeps its values under “\(wanted)”.")
            }
            return wanted
        }
        let name = trimmed(draft.name)
        var key = name
        var number = 2
        while try isTaken(key) {
            key = "\(name) \(number)"
            number += 1
        }
        return key
    }

    private static let removeFields = Query("DELETE FROM fieldset_field WHERE tenant_id = ? AND fieldset_id = ?")
    private static let addField = Query(
        "INSERT OR IGNORE INTO fieldset_field (tenant_id, fieldset_id, field_id, position) VALUES (?, ?, ?, ?)")
    private static let touchFieldset = Query(
        "UPDATE fieldset SET updated_at = ?, version = version + 1 WHERE tenant_id = ? AND id = ?")
    private static let otherDeployable = Query(
        "SELECT 1 FROM status_label WHERE tenant_id = ? AND id <> ? AND type = 'deployable' LIMIT 1")
    private static let fieldWithKey = Query(
        "SELECT 1 FROM field WHERE tenant_id = ? AND coalesce(json_extract(attributes, '$.key'), name) = ?")
}

extension Catalogue {
    /// The key of the fact that identifies an entry in an event.
    fileprivate var fact: String { rawValue + "_id" }

    /// The table and column that refer to an entry, and their name in a sentence.
    fileprivate var users: (table: String, column: String, noun: String) {
        switch self {
        case .company, .supplier, .model: ("asset", fact, "assets")
        case .statusLabel: ("asset", "status_id", "assets")
        case .manufacturer, .category, .fieldset: ("model", fact, "models")
        case .field: ("fieldset_field", fact, "fieldsets")
        }
    }
}

extension CatalogueEntry {
    /// The writable values as text.
    fileprivate var written: [(name: String, value: String?)] {
        [
            ("name", name), ("number", number), ("manufacturer_id", manufacturer.map { String($0.id) }),
            ("category_id", category.map { String($0.id) }), ("fieldset_id", fieldset.map { String($0.id) }),
            ("eol_months", eolMonths.map { String($0) }), ("type", type?.rawValue),
        ]
    }
}
