public import DepotModel

/// People, locations, the catalogue and tickets in the open transaction. Every write leaves an administration event.
extension Inventory {
    // MARK: People

    /// The person, deleted or not.
    public func person(_ id: PersonID) throws -> Person? { try person(PersonRows.byID, .row(id)) }

    /// The person with this identity, deleted or not.
    public func person(uuid: UniqueID) throws -> Person? { try person(PersonRows.byUUID, .id(uuid)) }

    /// The oldest person with this e-mail address, compared without case; deleted ones are not found.
    public func person(email: String) throws -> Person? { try person(PersonRows.byEmail, .text(foldedKey(email))) }

    /// The person with this username, compared without case; deleted ones are not found.
    public func person(username: String) throws -> Person? {
        try person(PersonRows.byUsername, .text(foldedKey(username)))
    }

    /// Makes a person. Throws `DepotError.Code.conflict` where another one has the badge or username.
    public func createPerson(_ draft: PersonDraft, step: String? = nil) throws -> Person {
        try writer.createPerson(draft, request(step))
    }

    /// Replaces what is written of a person. `version` nil: whatever it is now.
    public func updatePerson(
        _ id: PersonID, _ draft: PersonDraft, version: Int64? = nil, step: String? = nil
    ) throws -> Person {
        try writer.updatePerson(id, draft, version: version, request(step))
    }

    /// Deletes a person, who can give back what they hold but is given nothing more.
    public func deletePerson(_ id: PersonID, version: Int64? = nil, step: String? = nil) throws -> Person {
        try writer.deletePerson(id, version: version, request(step))
    }

    /// Takes a deletion back. Refuses a person that is not deleted; badge and username must still be free.
    public func restorePerson(_ id: PersonID, step: String? = nil) throws -> Person {
        try writer.restorePerson(id, request(step))
    }

    // MARK: Locations

    /// The location, deleted or not.
    public func location(_ id: LocationID) throws -> Location? { try location(LocationRows.byID, .row(id)) }

    /// The location with this identity, deleted or not.
    public func location(uuid: UniqueID) throws -> Location? { try location(LocationRows.byUUID, .id(uuid)) }

    /// The oldest location with this name, compared without case; deleted ones are not found.
    public func location(named name: String) throws -> Location? {
        try location(LocationRows.byName, .text(foldedKey(name)))
    }

    /// Makes a location. Throws `DepotError.Code.conflict` where another one has the code.
    public func createLocation(_ draft: LocationDraft, step: String? = nil) throws -> Location {
        try writer.createLocation(draft, request(step))
    }

    /// Replaces what is written of a location. `version` nil: whatever it is now.
    public func updateLocation(
        _ id: LocationID, _ draft: LocationDraft, version: Int64? = nil, step: String? = nil
    ) throws -> Location {
        try writer.updateLocation(id, draft, version: version, request(step))
    }

    /// Deletes a location: what is there stays there, and nothing more is brought.
    public func deleteLocation(_ id: LocationID, version: Int64? = nil, step: String? = nil) throws -> Location {
        try writer.deleteLocation(id, version: version, request(step))
    }

    /// Takes a deletion back. Refuses a location that is not deleted; the code must still be free.
    public func restoreLocation(_ id: LocationID, step: String? = nil) throws -> Location {
        try writer.restoreLocation(id, request(step))
    }

    // MARK: Catalogue

    /// The row with this id.
    public func entry(_ table: Catalogue, _ id: CatalogueID) throws -> CatalogueEntry? {
        try table.entry(id, writer.tenant, writer.connection)
    }

    /// The row with this name, compared without case; of several models the oldest.
    public func entry(_ table: Catalogue, named name: String) throws -> CatalogueEntry? {
        guard let id = try table.find(name, writer.tenant, writer.connection) else { return nil }
        return try entry(table, id)
    }

    /// Makes a row. Throws `DepotError.Code.conflict` where another one has the name, of models with the number.
    public func create(_ table: Catalogue, _ draft: CatalogueDraft, step: String? = nil) throws -> CatalogueEntry {
        try writer.createEntry(table, draft, request(step))
    }

    /// Replaces what is written of a row, but for a field's key. `version` nil: whatever it is now.
    public func update(
        _ table: Catalogue, _ id: CatalogueID, _ draft: CatalogueDraft, version: Int64? = nil, step: String? = nil
    ) throws -> CatalogueEntry {
        try writer.updateEntry(table, id, draft, version: version, request(step))
    }

    /// Deletes a row. Refuses with `Refusal.Code.inUse` while something refers to it.
    public func delete(_ table: Catalogue, _ id: CatalogueID, version: Int64? = nil, step: String? = nil) throws {
        try writer.deleteEntry(table, id, version: version, request(step))
    }

    /// The row with this name, compared without case; made, without an event of its own, where there is none. For
    /// companies, suppliers, manufacturers and categories; rows of other tables are found, not made.
    public func named(_ table: Catalogue, _ name: String) throws -> CatalogueID {
        switch table {
        case .company, .supplier, .manufacturer, .category:
            if let id = try table.named(name, writer) { return id }
            throw DepotError(.badRequest, "A \(table.noun) needs a name.")
        case .model, .statusLabel, .fieldset, .field:
            if let id = try table.find(name, writer.tenant, writer.connection) { return id }
            throw DepotError(.notFound, "There is no \(table.noun) “\(name)”.")
        }
    }

    /// The model with this name, and with this number and manufacturer where they are given; made, without an event of
    /// its own, where there is none. A category is given to a model that has none.
    public func model(
        _ name: String, number: String? = nil, manufacturer: String? = nil, category: String? = nil
    ) throws -> CatalogueID {
        let id = try Catalogue.model(name, number: number, manufacturer: manufacturer, category: category, writer)
        if let id { return id }
        throw DepotError(.badRequest, "A model needs a name.")
    }

    /// Gives a fieldset these fields in this order.
    public func setFields(
        _ fields: [CatalogueID], of fieldset: CatalogueID, step: String? = nil
    ) throws -> CatalogueEntry {
        try writer.setFields(fields, of: fieldset, request(step))
    }

    // MARK: Tickets

    /// Opens a ticket.
    public func createTicket(
        subject: String, description: String? = nil, asset: AssetID? = nil, requester: PersonID? = nil,
        attributes: [String: String] = [:], step: String? = nil
    ) throws -> Ticket {
        var draft = TicketDraft(subject: subject)
        draft.description = description
        draft.asset = asset
        draft.requester = requester
        draft.attributes = attributes
        return try writer.createTicket(draft, request(step))
    }

    /// The ticket as it is in the transaction.
    public func ticket(_ id: Int64) throws -> Ticket { try writer.ticket(id) }

    /// Replaces what is written of a ticket.
    public func updateTicket(_ id: Int64, _ draft: TicketDraft, step: String? = nil) throws -> Ticket {
        try writer.updateTicket(id, draft, request(step))
    }

    private func person(_ query: Query, _ value: SQLValue) throws -> Person? {
        try writer.connection.first(query, [.row(writer.tenant), value], PersonRows.person)
    }

    private func location(_ query: Query, _ value: SQLValue) throws -> Location? {
        try writer.connection.first(query, [.row(writer.tenant), value], LocationRows.location)
    }

    private func request(_ step: String?) -> ChangeRequest {
        var request = request
        request.operation = operation(step)
        return request
    }
}
