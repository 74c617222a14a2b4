import DepotModel
import Sheets

/// One job's part of an import of people, in the writer's open transaction.
final class PeopleImport: RowImport {
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
        let before = try person(row)
        var draft = before.map(PersonDraft.init) ?? PersonDraft(name: "")
        try fill(&draft, row, before)
        guard let before else {
            guard rules.mode != .update else {
                throw Refusal(
                    .unknownHolder, "There is no person “\(draft.name)”, and only existing ones are changed.",
                    facts: ["holder_name": draft.name])
            }
            let location = try location(row, &draft, request)
            _ = try writer.createPerson(draft, request(0))
            if memory.isDryRun { batch.people.append((PersonFinder.keys(draft), draft, location)) }
            return .created
        }
        guard rules.mode != .create else {
            throw DepotError(.conflict, "\(before.name) is there already, and only new people are taken.")
        }
        _ = try location(row, &draft, request)
        guard draft != PersonDraft(before) else { return .unchanged }
        _ = try writer.updatePerson(before.id, draft, version: nil, request(0))
        return .updated
    }

    /// Returns the person whom the row means: by the identity, badge, username, employee number or e-mail address, or by a
    /// name that one person has, who has no other value in the columns of the row.
    private func person(_ row: SheetRow) throws -> Person? {
        if let text = row.text(.uuid), let uuid = UniqueID(SheetText.tidied(text)),
            let person = try writer.connection.first(
                PersonRows.byUUID, [.row(writer.tenant), .id(uuid)], PersonRows.person), person.deletedAt == nil
        {
            return person
        }
        let finder = PersonFinder(writer.connection, writer.tenant, memory)
        func remake(_ made: (draft: PersonDraft, location: String?)) throws -> PersonID { try names.remake(made) }
        var found: [PersonID] = []
        for (key, field) in Self.keys {
            guard let text = row.text(field) else { continue }
            for id in try finder.ids(key, text, remake) where !found.contains(id) { found.append(id) }
        }
        guard found.count < 2 else {
            let people = try found.compactMap { try person($0)?.name }
            throw Refusal(
                .ambiguousHolder, "The row means several people: \(people.joined(separator: " and ")).", facts: [:])
        }
        if let id = found.first { return try person(id) }
        guard let name = Self.name(row) else { return nil }
        for text in [name, PersonFinder.turned(name)].compactMap({ $0 }) {
            let named = try finder.ids(.name, text, remake).compactMap { try person($0) }
            let fitting = named.filter { person in
                Self.keys.allSatisfy { key, field in
                    row.text(field) == nil || person.value(key) == nil
                }
            }
            guard fitting.count < 2 else {
                throw Refusal(
                    .ambiguousHolder,
                    "There are several people called “\(text)”; name one by e-mail address or number.",
                    facts: ["holder_name": text])
            }
            if let person = fitting.first { return person }
        }
        return nil
    }

    private func person(_ id: PersonID) throws -> Person? {
        try writer.connection.first(PersonRows.byID, [.row(writer.tenant), .row(id)], PersonRows.person)
    }

    private static let keys: [(PersonFinder.Key, SheetField)] = [
        (.badge, .badge), (.username, .username), (.employee, .employeeNumber), (.email, .email),
    ]

    /// Returns the name in the row, of one column or of two, or nil.
    private static func name(_ row: SheetRow) -> String? {
        if let name = row.text(.name) { return name }
        let parts = [row.text(.firstName), row.text(.lastName)].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private func fill(_ draft: inout PersonDraft, _ row: SheetRow, _ before: Person?) throws {
        // “Last, First” is another way to write the name, not another name.
        if let name = Self.name(row), before == nil || PersonFinder.turned(name).map(foldedKey) != foldedKey(draft.name)
        {
            draft.name = ImportLine.tidied(name, now: before?.name) ?? draft.name
        }
        guard !draft.name.isEmpty else { throw Refusal(.invalidField, "name is missing", facts: ["field": "name"]) }
        func fill(_ value: inout String?, _ field: SheetField) {
            switch row[field] {
            case .text(let text)?: value = ImportLine.tidied(text, now: value)
            case .clear?: value = nil
            default: break
            }
        }
        fill(&draft.email, .email)
        fill(&draft.username, .username)
        fill(&draft.employeeNumber, .employeeNumber)
        fill(&draft.badge, .badge)
        for field in [SheetField.firstName, .lastName] { fill(&draft.attributes[field.rawValue], field) }
    }

    /// Sets the location of the row, which is made if that is allowed, and returns its name.
    private func location(
        _ row: SheetRow, _ draft: inout PersonDraft, _ request: (UInt8) -> ChangeRequest
    ) throws -> String? {
        switch row[.location] {
        case .text(let name)?:
            draft.location = try names.location(name, rules, &batch) { request(1) }
            return name
        case .clear?: draft.location = nil
        default: break
        }
        return nil
    }
}

extension Person {
    fileprivate func value(_ key: PersonFinder.Key) -> String? {
        switch key {
        case .badge: badge
        case .username: username
        case .employee: employeeNumber
        case .email: email
        case .name: name
        }
    }
}
