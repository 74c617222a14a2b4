import DepotModel
import Sheets

/// One job's part of an import of locations, in the writer's open transaction.
final class LocationImport: RowImport {
    private let writer: TenantWriter
    private let rules: ImportRules
    private let memory: ImportMemory
    private var names: ImportNames
    private var batch = ImportMemory.Batch()

    init(_ writer: TenantWriter, _ rules: ImportRules, _ memory: ImportMemory) throws {
        self.writer = writer
        self.rules = rules
        self.memory = memory
        names = try ImportNames(writer, memory)
    }

    var state: (ImportNames, ImportMemory.Batch) {
        get { (names, batch) }
        set { (names, batch) = newValue }
    }

    func settle() { memory.add(batch) }

    func take(_ row: SheetRow, _ request: (UInt8) -> ChangeRequest) throws -> RowOutcome {
        let parentName = row.text(.parent)
        let parent = try parentName.map { name in try names.location(name, rules, &batch) { request(1) } }
        let before = try location(row, parent)
        var draft = before.map(LocationDraft.init) ?? LocationDraft(name: "")
        if let name = row.text(.name) { draft.name = ImportLine.tidied(name, now: before?.name) ?? draft.name }
        guard !draft.name.isEmpty else { throw Refusal(.invalidField, "name is missing", facts: ["field": "name"]) }
        switch row[.code] {
        case .text(let code)?: draft.code = ImportLine.tidied(code, now: before?.code)
        case .clear?: draft.code = nil
        default: break
        }
        if let parent { draft.parent = parent } else if row[.parent] == .clear { draft.parent = nil }
        guard let before else {
            guard rules.mode != .update else {
                throw Refusal(
                    .unknownLocation, "There is no location “\(draft.name)”, and only existing ones are changed.",
                    facts: ["field": "name"])
            }
            let made = try writer.createLocation(draft, request(0))
            // A name that two locations have is ambiguous from now on.
            names.forgetLocations()
            if memory.isDryRun { remember(made, parentName) }
            return .created
        }
        guard rules.mode != .create else {
            throw DepotError(.conflict, "\(before.name) is there already, and only new locations are taken.")
        }
        guard draft != LocationDraft(before) else { return .unchanged }
        _ = try writer.updateLocation(before.id, draft, version: nil, request(0))
        names.forgetLocations()
        return .updated
    }

    private func remember(_ made: Location, _ parent: String?) {
        let location = ImportMemory.MadeLocation(name: made.name, code: made.code, parent: parent)
        var keys = ["name " + foldedKey(made.name)]
        if let code = made.code { keys.append("code " + foldedKey(code)) }
        batch.locations.append((keys, location))
    }

    /// Returns the location that the row means: by the identity or code, or by a name that one location has that has
    /// neither another code nor another parent than the row.
    private func location(_ row: SheetRow, _ parent: LocationID?) throws -> Location? {
        if let text = row.text(.uuid), let uuid = UniqueID(SheetText.tidied(text)),
            let location = try first(LocationRows.byUUID, .id(uuid)), location.deletedAt == nil
        {
            return location
        }
        if let code = row.text(.code),
            let location = try first(LocationRows.byCode, .text(foldedKey(SheetText.tidied(code))))
        {
            return location
        }
        guard let name = row.text(.name) else { return nil }
        for key in Set([foldedKey(name), foldedKey(SheetText.tidied(name))]) {
            // What an earlier batch of a dry run has made is made again by this.
            if memory.location("name " + key) != nil { _ = try? names.location(name) }
            let fitting = try writer.connection.rows(
                Self.byName, [.row(writer.tenant), .text(key)], LocationRows.location
            ).filter { location in
                (row.text(.code) == nil || location.code == nil)
                    && (parent == nil || location.parent == nil || location.parent == parent)
            }
            guard fitting.count < 2 else {
                throw Refusal(
                    .unknownLocation, "There are several locations called “\(name)”; name one by its code.",
                    facts: ["field": "name"])
            }
            if let location = fitting.first { return location }
        }
        return nil
    }

    private func first(_ query: Query, _ value: SQLValue) throws(SQLFailure) -> Location? {
        try writer.connection.first(query, [.row(writer.tenant), value], LocationRows.location)
    }

    private static let byName = Query(
        """
        SELECT id, uuid, name, code, parent_id, deleted_at, version, attributes, created_at, updated_at
        FROM location WHERE tenant_id = ? AND name_key = ? AND deleted_at IS NULL ORDER BY id LIMIT 1000
        """)
}
