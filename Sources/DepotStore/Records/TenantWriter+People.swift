import DepotModel

extension TenantWriter {
    /// Returns the person that an earlier event of the same operation named, or nil for a new operation.
    private func earlierPerson(_ operation: UniqueID) throws -> Person? {
        guard let event = try earlierEvent(of: operation) else { return nil }
        guard let number = event.facts["person_id"].flatMap({ Int64($0) }),
            let person = try anyPerson(PersonID(rawValue: number))
        else { throw operationTaken(operation) }
        return person
    }

    private func anyPerson(_ id: PersonID) throws -> Person? {
        try connection.first(PersonRows.byID, [.row(tenant), .row(id)], PersonRows.person)
    }

    /// Returns the person in the state of the transaction.
    private func written(_ id: PersonID) throws -> Person {
        guard let person = try anyPerson(id) else { throw DepotError(.notFound, "There is no person \(id).") }
        return person
    }

    /// Returns the person to change.
    func person(_ id: PersonID, _ version: Int64?) throws -> Person {
        let person = try written(id)
        guard person.deletedAt == nil else { throw DepotError(.notFound, "There is no person \(id).") }
        try refuseOtherVersion(version, person.version, person.name)
        return person
    }

    /// Creates a person; a repetition of the same operation returns the person that it created.
    func createPerson(_ draft: PersonDraft, _ request: ChangeRequest) throws -> Person {
        if let earlier = try earlierPerson(request.operation) { return earlier }
        let values = try personValues(draft, before: nil)
        try connection.run(
            Self.insertPerson,
            values + [.time(request.at), .time(request.at), .row(tenant), .id(.random())])
        let person = try written(PersonID(rawValue: connection.lastInsertedRow))
        try PersonSearch.add(person, connection)
        try record("\(person.name) was added.", "created", person, request)
        return person
    }

    /// Replaces a person's values.
    func updatePerson(
        _ id: PersonID, _ draft: PersonDraft, version: Int64?, _ request: ChangeRequest
    ) throws -> Person {
        if let earlier = try earlierPerson(request.operation) { return earlier }
        let before = try person(id, version)
        let values = try personValues(draft, before: before)
        try connection.run(Self.updatePerson, values + [.time(request.at), .row(tenant), .row(id)])
        let after = try written(id)
        try PersonSearch.remove(id, connection)
        try PersonSearch.add(after, connection)
        try record(
            "\(after.name) was changed.", "updated", after, request,
            changes: changes([
                ("name", before.name, after.name), ("email", before.email, after.email),
                ("employee_number", before.employeeNumber, after.employeeNumber),
                ("badge", before.badge, after.badge), ("username", before.username, after.username),
                ("location_id", before.location?.description, after.location?.description),
                ("blocked", before.blocked, after.blocked),
            ]) + attributeChanges(before.attributes, after.attributes))
        return after
    }

    /// Deletes a person. Refuses one who has assets.
    func deletePerson(_ id: PersonID, version: Int64?, _ request: ChangeRequest) throws -> Person {
        if let earlier = try earlierPerson(request.operation) { return earlier }
        let before = try person(id, version)
        let held = try connection.first(Self.heldByPerson, [.row(tenant), .row(id)]) { $0.int(0) } ?? 0
        guard held == 0 else {
            throw Refusal(
                .inUse, "\(before.name) still has \(held == 1 ? "1 asset" : "\(held) assets"); check in first.",
                facts: ["person_id": id.description, "assets": String(held)])
        }
        try connection.run(Self.setPersonDeleted, [.time(request.at), .time(request.at), .row(tenant), .row(id)])
        try record("\(before.name) was deleted.", "deleted", before, request)
        return try written(id)
    }

    /// Restores a deleted person. Refuses a person that is not deleted, and one whose badge or username is taken by
    /// now.
    func restorePerson(_ id: PersonID, _ request: ChangeRequest) throws -> Person {
        if let earlier = try earlierPerson(request.operation) { return earlier }
        let before = try written(id)
        guard before.deletedAt != nil else {
            throw Refusal(
                .notDeleted, "\(before.name) is not deleted.", facts: ["person_id": id.description])
        }
        try refuseTaken(before.badge, before.username, except: id)
        try connection.run(Self.setPersonDeleted, [.null, .time(request.at), .row(tenant), .row(id)])
        try record("\(before.name) was restored.", "restored", before, request)
        return try written(id)
    }

    private func record(
        _ message: String, _ action: String, _ person: Person, _ request: ChangeRequest, changes: [FieldChange] = []
    ) throws {
        _ = try administration(
            message, facts: ["person_id": person.id.description, "action": action], changes: changes, request)
    }

    private func personValues(_ draft: PersonDraft, before: Person?) throws -> [SQLValue] {
        guard let name = nonEmpty(draft.name) else { throw DepotError(.badRequest, "A person needs a name.") }
        let email = nonEmpty(draft.email)
        let number = nonEmpty(draft.employeeNumber)
        let badge = nonEmpty(draft.badge)
        let username = nonEmpty(draft.username)
        let blocked = nonEmpty(draft.blocked)
        for (field, text) in [
            ("name", name), ("email", email), ("employee_number", number), ("badge", badge), ("username", username),
            ("blocked", blocked),
        ] {
            try refuseUnstorable(text, field: field, limit: TextLimit.line)
        }
        try refuseTaken(badge, username, except: before?.id)
        if let location = draft.location, location != before?.location, try !hasLocation(location) {
            throw Refusal(
                .unknownLocation, "There is no location \(location).",
                facts: ["field": "location_id", "location_id": location.description])
        }
        return [
            .text(name), .text(foldedKey(name)), .text(email), .text(email.map(foldedKey)), .text(number),
            .text(number.map(foldedKey)), .text(badge), .text(badge.map(foldedKey)), .text(username),
            .text(username.map(foldedKey)), .row(draft.location), try encodeAttributes(draft.attributes),
            .text(blocked),
        ]
    }

    private func refuseTaken(_ badge: String?, _ username: String?, except: PersonID?) throws {
        for (noun, query, text) in [
            ("badge", PersonRows.byBadge, badge), ("username", PersonRows.byUsername, username),
        ] {
            guard let text,
                let other = try connection.first(
                    query, [.row(tenant), .text(foldedKey(text))], PersonRows.person), other.id != except
            else { continue }
            throw DepotError(.conflict, "\(other.name) already has the \(noun) “\(text)”.")
        }
    }

    private static let insertPerson = Query(
        """
        INSERT INTO person (
            name, name_key, email, email_key, employee_number, employee_key, badge, badge_key, username, username_key,
            location_id, attributes, blocked, created_at, updated_at, tenant_id, uuid, version
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        """)
    private static let updatePerson = Query(
        """
        UPDATE person SET name = ?, name_key = ?, email = ?, email_key = ?, employee_number = ?, employee_key = ?,
            badge = ?, badge_key = ?, username = ?, username_key = ?, location_id = ?, attributes = ?, blocked = ?,
            updated_at = ?, version = version + 1
        WHERE tenant_id = ? AND id = ?
        """)
    private static let heldByPerson = Query(
        "SELECT count(*) FROM asset WHERE tenant_id = ? AND holder_person_id = ? AND deleted_at IS NULL")
    private static let setPersonDeleted = Query(
        "UPDATE person SET deleted_at = ?, updated_at = ?, version = version + 1 WHERE tenant_id = ? AND id = ?")
}

/// The folded search text of people, including deleted ones, which the writer keeps up to date.
private enum PersonSearch {
    private static let insert = Query(
        """
        INSERT INTO person_search (rowid, given, name, username, email, employee_number, badge)
        SELECT id, ?, folded(name_key), folded(username_key), folded(email_key), folded(employee_key), folded(badge_key)
        FROM person WHERE id = ?
        """)
    private static let delete = Query("DELETE FROM person_search WHERE rowid = ?")

    static func add(_ person: Person, _ connection: SQLConnection) throws(SQLFailure) {
        let names = [person.attributes["first_name"], person.attributes["last_name"]].compactMap { nonEmpty($0) }
        try connection.run(insert, [.text(folded(names.joined(separator: " "))), .row(person.id)])
    }

    static func remove(_ person: PersonID, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(delete, [.row(person)])
    }
}
