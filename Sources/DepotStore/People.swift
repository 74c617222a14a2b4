public import DepotModel

/// What is written of a person; an update replaces all of it.
public struct PersonDraft: Hashable, Sendable {
    public var name: String
    public var email: String?
    public var employeeNumber: String?
    /// Unique per tenant without case among people that are not deleted.
    public var badge: String?

    /// The draft. Texts are trimmed, empty ones count as none.
    public init(name: String, email: String? = nil, employeeNumber: String? = nil, badge: String? = nil) {
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
    }

    /// A person as it is, to change something and write it back.
    public init(_ person: Person) {
        self.init(
            name: person.name, email: person.email, employeeNumber: person.employeeNumber, badge: person.badge)
    }
}

/// How a person is read.
enum PersonRows {
    private static let columns =
        "SELECT id, uuid, name, email, employee_number, badge, deleted_at, version FROM person WHERE tenant_id = ? AND "
    static let byID = Query(columns + "id = ?")
    static let byUUID = Query(columns + "uuid = ?")
    static let byBadge = Query(columns + "badge_key = ? AND deleted_at IS NULL")
    static let byEmployeeNumber = Query(columns + "employee_key = ? AND deleted_at IS NULL ORDER BY id")
    private static let searched = """
        deleted_at IS NULL AND (?2 = '' OR instr(name_key, ?2) OR instr(email_key, ?2) OR instr(employee_key, ?2)
            OR instr(badge_key, ?2))
        """
    /// tenant, folded search, limit, offset.
    static let page = Query(columns + searched + " ORDER BY name_key, id LIMIT ?3 OFFSET ?4")
    /// tenant, folded search.
    static let count = Query("SELECT count(*) FROM person WHERE tenant_id = ? AND " + searched)

    static func person(_ row: Row) -> Person {
        Person(
            id: PersonID(rawValue: row.int(0)), uuid: row.uniqueID(1), name: row.text(2), email: row.optionalText(3),
            employeeNumber: row.optionalText(4), badge: row.optionalText(5), deletedAt: row.optionalTime(6),
            version: row.int(7))
    }
}

extension TenantStore {
    /// The person, deleted or not.
    public func person(_ person: PersonID) throws(DepotError) -> Person? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(PersonRows.byID, [.row(id), .row(person)], PersonRows.person)
        }
    }

    /// People that are not deleted and whose name, e-mail address, staff number or badge contains `search`, by name;
    /// and how many there are on all pages. `limit` is 1 to 1,000.
    public func people(
        search: String? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [Person], total: Int) {
        let values: [SQLValue] = [.row(id), .text(foldedKey(search ?? ""))]
        let page: [SQLValue] = [.int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))]
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let total = try connection.first(PersonRows.count, values) { Int($0.int(0)) }
                return (try connection.rows(PersonRows.page, values + page, PersonRows.person), total ?? 0)
            }
        }
    }

    /// Makes a person; the same operation again returns the person it made.
    ///
    /// Fails with ``DepotError/Code/conflict`` where another person has the badge.
    public func createPerson(
        _ draft: PersonDraft, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Person {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                return try writer.person(named: earlier.facts["person_id"], operation)
            }
            let person = try writer.insertPerson(draft)
            _ = try writer.administration(
                "\(person.name) is added.", facts: ["person_id": person.id.description, "action": "created"],
                operation: operation, actor: actor, origin: origin, at: at)
            return person
        }
    }

    /// Replaces what is written of a person. `version` nil: whatever it is now.
    public func updatePerson(
        _ person: PersonID, _ draft: PersonDraft, version: Int64? = nil, operation: UniqueID, actor: Actor,
        origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Person {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                return try writer.person(named: earlier.facts["person_id"], operation)
            }
            let before = try writer.person(person, version)
            let after = try writer.updatePerson(before, draft)
            _ = try writer.administration(
                "\(after.name) is changed.", facts: ["person_id": person.description, "action": "updated"],
                changes: changes([
                    ("name", before.name, after.name), ("email", before.email, after.email),
                    ("employee_number", before.employeeNumber, after.employeeNumber),
                    ("badge", before.badge, after.badge),
                ]), operation: operation, actor: actor, origin: origin, at: at)
            return after
        }
    }

    /// Deletes a person, who can give back what they hold but is given nothing more. The badge becomes free.
    public func deletePerson(
        _ person: PersonID, version: Int64? = nil, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Person {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                return try writer.person(named: earlier.facts["person_id"], operation)
            }
            let before = try writer.person(person, version)
            try writer.connection.run(Self.deletePersonQuery, [.time(at), .row(id), .row(person)])
            _ = try writer.administration(
                "\(before.name) is deleted.", facts: ["person_id": person.description, "action": "deleted"],
                operation: operation, actor: actor, origin: origin, at: at)
            return try writer.person(named: person.description, operation)
        }
    }

    private static let deletePersonQuery = Query(
        "UPDATE person SET deleted_at = ?, version = version + 1 WHERE tenant_id = ? AND id = ?")
}

extension TenantWriter {
    /// The person that an earlier event of the same operation named.
    func person(named id: String?, _ operation: UniqueID) throws -> Person {
        guard let number = id.flatMap({ Int64($0) }),
            let person = try connection.first(PersonRows.byID, [.row(tenant), .int(number)], PersonRows.person)
        else { throw operationTaken(operation) }
        return person
    }

    /// The person to change.
    func person(_ id: PersonID, _ version: Int64?) throws -> Person {
        guard let person = try connection.first(PersonRows.byID, [.row(tenant), .row(id)], PersonRows.person),
            person.deletedAt == nil
        else { throw DepotError(.notFound, "There is no person \(id).") }
        try refuseOtherVersion(version, person.version, person.name)
        return person
    }

    func insertPerson(_ draft: PersonDraft) throws -> Person {
        let values = try personValues(draft, except: nil)
        var random = SystemRandomNumberGenerator()
        try connection.run(
            Self.insertPersonQuery,
            [.row(tenant), .id(.version4(random: (random.next(), random.next())))] + values)
        return try person(PersonID(rawValue: connection.lastInsertedRow), nil)
    }

    func updatePerson(_ before: Person, _ draft: PersonDraft) throws -> Person {
        let values = try personValues(draft, except: before.id)
        try connection.run(Self.updatePersonQuery, values + [.row(tenant), .row(before.id)])
        return try person(before.id, nil)
    }

    private func personValues(_ draft: PersonDraft, except: PersonID?) throws -> [SQLValue] {
        guard let name = nonEmpty(draft.name) else {
            throw DepotError(.badRequest, "A person needs a name.")
        }
        let email = nonEmpty(draft.email)
        let number = nonEmpty(draft.employeeNumber)
        let badge = nonEmpty(draft.badge)
        for (field, text) in [("name", name), ("email", email), ("employee_number", number), ("badge", badge)] {
            try refuseUnstorable(text, field: field, limit: TextLimit.line)
        }
        if let badge,
            let other = try connection.first(
                PersonRows.byBadge, [.row(tenant), .text(foldedKey(badge))], PersonRows.person), other.id != except
        {
            throw DepotError(.conflict, "\(other.name) has the badge “\(badge)” already.")
        }
        return [
            .text(name), .text(foldedKey(name)), .text(email), .text(email.map(foldedKey)), .text(number),
            .text(number.map(foldedKey)), .text(badge), .text(badge.map(foldedKey)),
        ]
    }

    private static let insertPersonQuery = Query(
        """
        INSERT INTO person (
            tenant_id, uuid, name, name_key, email, email_key, employee_number, employee_key, badge, badge_key, version
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        """)
    private static let updatePersonQuery = Query(
        """
        UPDATE person SET name = ?, name_key = ?, email = ?, email_key = ?, employee_number = ?, employee_key = ?,
            badge = ?, badge_key = ?, version = version + 1
        WHERE tenant_id = ? AND id = ?
        """)
}
