public import DepotModel

/// People, locations, the catalogue and tickets in the open transaction. Every write leaves an administration event.
extension Inventory {
    // MARK: People

    /// Creates a person.
    ///
    /// - Throws: `DepotError.Code.conflict` if another person has the badge or username.
    public func createPerson(_ draft: PersonDraft, step: String? = nil) throws -> Person {
        try writer.createPerson(draft, request(step))
    }

    /// Replaces a person's values.
    ///
    /// - Parameter version: The version on which the caller decided, or nil to accept any.
    public func updatePerson(
        _ id: PersonID, _ draft: PersonDraft, version: Int64? = nil, step: String? = nil
    ) throws -> Person {
        try writer.updatePerson(id, draft, version: version, request(step))
    }

    /// Deletes a person, who can then return assets but receives none.
    public func deletePerson(_ id: PersonID, version: Int64? = nil, step: String? = nil) throws -> Person {
        try writer.deletePerson(id, version: version, request(step))
    }

    /// Restores a deleted person. Refuses a person that is not deleted, and one whose badge or username is taken by
    /// now.
    public func restorePerson(_ id: PersonID, step: String? = nil) throws -> Person {
        try writer.restorePerson(id, request(step))
    }

    // MARK: Locations

    /// Creates a location.
    ///
    /// - Throws: `DepotError.Code.conflict` if another location has the code.
    public func createLocation(_ draft: LocationDraft, step: String? = nil) throws -> Location {
        try writer.createLocation(draft, request(step))
    }

    /// Replaces a location's values.
    ///
    /// - Parameter version: The version on which the caller decided, or nil to accept any.
    public func updateLocation(
        _ id: LocationID, _ draft: LocationDraft, version: Int64? = nil, step: String? = nil
    ) throws -> Location {
        try writer.updateLocation(id, draft, version: version, request(step))
    }

    /// Deletes a location. Assets that are there stay, and no others can be brought.
    public func deleteLocation(_ id: LocationID, version: Int64? = nil, step: String? = nil) throws -> Location {
        try writer.deleteLocation(id, version: version, request(step))
    }

    /// Restores a deleted location. Refuses a location that is not deleted, and one whose code is taken by now.
    public func restoreLocation(_ id: LocationID, step: String? = nil) throws -> Location {
        try writer.restoreLocation(id, request(step))
    }

    // MARK: Catalogue

    /// Creates an entry.
    ///
    /// - Throws: `DepotError.Code.conflict` if another entry has the name, or for models the name and number.
    public func create(_ table: Catalogue, _ draft: CatalogueDraft, step: String? = nil) throws -> CatalogueEntry {
        try writer.createEntry(table, draft, request(step))
    }

    /// Replaces an entry's values, except for a field's key.
    ///
    /// - Parameter version: The version on which the caller decided, or nil to accept any.
    public func update(
        _ table: Catalogue, _ id: CatalogueID, _ draft: CatalogueDraft, version: Int64? = nil, step: String? = nil
    ) throws -> CatalogueEntry {
        try writer.updateEntry(table, id, draft, version: version, request(step))
    }

    /// Deletes an entry. Refuses with `Refusal.Code.inUse` if something refers to it.
    public func delete(_ table: Catalogue, _ id: CatalogueID, version: Int64? = nil, step: String? = nil) throws {
        try writer.deleteEntry(table, id, version: version, request(step))
    }

    /// Returns the company, supplier, manufacturer or category with this name, compared without case. A new one is
    /// created, without an event of its own. Entries of other tables are found but not created.
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

    /// Returns the model with this name, and with this number and manufacturer if they are given. A new one is created,
    /// without an event of its own. A model without a category receives the given one.
    public func model(
        _ name: String, number: String? = nil, manufacturer: String? = nil, category: String? = nil
    ) throws -> CatalogueID {
        let id = try Catalogue.model(name, number: number, manufacturer: manufacturer, category: category, writer)
        if let id { return id }
        throw DepotError(.badRequest, "A model needs a name.")
    }

    /// Sets the fields of a fieldset, in this order.
    public func setFields(
        _ fields: [CatalogueID], of fieldset: CatalogueID, step: String? = nil
    ) throws -> CatalogueEntry {
        try writer.setFields(fields, of: fieldset, request(step))
    }

    // MARK: Tickets

    /// Creates an open ticket.
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

    /// Returns the ticket in the state of the transaction.
    public func ticket(_ id: Int64) throws -> Ticket { try writer.ticket(id) }

    /// Replaces a ticket's values.
    public func updateTicket(_ id: Int64, _ draft: TicketDraft, step: String? = nil) throws -> Ticket {
        try writer.updateTicket(id, draft, request(step))
    }

    private func request(_ step: String?) -> ChangeRequest {
        var request = request
        request.operation = operation(step)
        return request
    }
}
