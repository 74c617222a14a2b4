import DepotModel

extension TenantWriter {
    /// Returns the location that an earlier event of the same operation named, or nil for a new operation.
    private func earlierLocation(_ operation: UniqueID) throws -> Location? {
        guard let event = try earlierEvent(of: operation) else { return nil }
        guard let number = event.facts["location_id"].flatMap({ Int64($0) }),
            let location = try anyLocation(LocationID(rawValue: number))
        else { throw operationTaken(operation) }
        return location
    }

    private func anyLocation(_ id: LocationID) throws -> Location? {
        try connection.first(LocationRows.byID, [.row(tenant), .row(id)], LocationRows.location)
    }

    /// Returns the location in the state of the transaction.
    private func written(_ id: LocationID) throws -> Location {
        guard let location = try anyLocation(id) else { throw DepotError(.notFound, "There is no location \(id).") }
        return location
    }

    /// Returns the location to change.
    func location(_ id: LocationID, _ version: Int64?) throws -> Location {
        let location = try written(id)
        guard location.deletedAt == nil else { throw DepotError(.notFound, "There is no location \(id).") }
        try refuseOtherVersion(version, location.version, location.name)
        return location
    }

    /// Returns true if the tenant has this location and it is not deleted.
    func hasLocation(_ id: LocationID) throws(SQLFailure) -> Bool {
        try connection.first(LocationRows.byID, [.row(tenant), .row(id)]) { $0.isNull(5) } ?? false
    }

    /// Creates a location; a repetition of the same operation returns the location that it created.
    func createLocation(_ draft: LocationDraft, _ request: ChangeRequest) throws -> Location {
        if let earlier = try earlierLocation(request.operation) { return earlier }
        let values = try locationValues(draft, before: nil)
        try connection.run(
            Self.insertLocation, values + [.time(request.at), .time(request.at), .row(tenant), .id(.random())])
        let location = try written(LocationID(rawValue: connection.lastInsertedRow))
        try record("\(location.name) was added.", "created", location, request)
        return location
    }

    /// Replaces a location's values.
    func updateLocation(
        _ id: LocationID, _ draft: LocationDraft, version: Int64?, _ request: ChangeRequest
    ) throws -> Location {
        if let earlier = try earlierLocation(request.operation) { return earlier }
        let before = try location(id, version)
        let values = try locationValues(draft, before: before)
        try connection.run(Self.updateLocation, values + [.time(request.at), .row(tenant), .row(id)])
        let after = try written(id)
        try record(
            "\(after.name) was changed.", "updated", after, request,
            changes: changes([
                ("name", before.name, after.name), ("code", before.code, after.code),
                ("parent_id", before.parent?.description, after.parent?.description),
            ]) + attributeChanges(before.attributes, after.attributes))
        return after
    }

    /// Deletes a location. Refuses one with assets at it, or that it holds or that belong there, and one with locations
    /// inside.
    func deleteLocation(_ id: LocationID, version: Int64?, _ request: ChangeRequest) throws -> Location {
        if let earlier = try earlierLocation(request.operation) { return earlier }
        let before = try location(id, version)
        try refuseUsed(before)
        try connection.run(Self.setLocationDeleted, [.time(request.at), .time(request.at), .row(tenant), .row(id)])
        try record("\(before.name) was deleted.", "deleted", before, request)
        return try written(id)
    }

    /// Restores a deleted location. Refuses a location that is not deleted, and one whose code is taken by now.
    func restoreLocation(_ id: LocationID, _ request: ChangeRequest) throws -> Location {
        if let earlier = try earlierLocation(request.operation) { return earlier }
        let before = try written(id)
        guard before.deletedAt != nil else {
            throw Refusal(.notDeleted, "\(before.name) is not deleted.", facts: ["location_id": id.description])
        }
        try refuseTaken(before.code, except: id)
        try connection.run(Self.setLocationDeleted, [.null, .time(request.at), .row(tenant), .row(id)])
        try record("\(before.name) was restored.", "restored", before, request)
        return try written(id)
    }

    private func refuseUsed(_ location: Location) throws {
        let key: [SQLValue] = [.row(tenant), .row(location.id)]
        let assets = try connection.first(Self.assetsOfLocation, key) { $0.int(0) } ?? 0
        let inner = try connection.first(Self.locationsInside, key) { $0.int(0) } ?? 0
        guard assets > 0 || inner > 0 else { return }
        let parts = [
            assets > 0 ? (assets == 1 ? "1 asset is or belongs there" : "\(assets) assets are or belong there") : nil,
            inner > 0 ? (inner == 1 ? "1 location is inside it" : "\(inner) locations are inside it") : nil,
        ].compactMap(\.self)
        throw Refusal(
            .inUse, "\(location.name) cannot be deleted: \(parts.joined(separator: ", and ")); move them first.",
            facts: [
                "location_id": location.id.description, "assets": String(assets), "locations": String(inner),
            ])
    }

    private static let assetsOfLocation = Query(
        """
        SELECT count(*) FROM (
            SELECT id FROM asset WHERE tenant_id = ?1 AND location_id = ?2 AND deleted_at IS NULL
            UNION SELECT id FROM asset WHERE tenant_id = ?1 AND holder_location_id = ?2 AND deleted_at IS NULL
            UNION SELECT id FROM asset WHERE tenant_id = ?1 AND default_location_id = ?2
                AND \(Schema.isAway) AND deleted_at IS NULL)
        """)
    private static let locationsInside = Query(
        "SELECT count(*) FROM location WHERE tenant_id = ? AND parent_id = ? AND deleted_at IS NULL")

    private func record(
        _ message: String, _ action: String, _ location: Location, _ request: ChangeRequest,
        changes: [FieldChange] = []
    ) throws {
        _ = try administration(
            message, facts: ["location_id": location.id.description, "action": action], changes: changes, request)
    }

    private func locationValues(_ draft: LocationDraft, before: Location?) throws -> [SQLValue] {
        guard let name = nonEmpty(draft.name) else { throw DepotError(.badRequest, "A location needs a name.") }
        let code = nonEmpty(draft.code)
        try refuseUnstorable(name, field: "name", limit: TextLimit.line)
        try refuseUnstorable(code, field: "code", limit: TextLimit.line)
        try refuseTaken(code, except: before?.id)
        if let parent = draft.parent, parent != before?.parent {
            guard try hasLocation(parent) else {
                throw Refusal(
                    .unknownLocation, "There is no location \(parent).",
                    facts: ["field": "parent_id", "location_id": parent.description])
            }
            if let before,
                try connection.first(LocationRows.isWithin, [.row(parent), .row(before.id)], { $0.int(0) != 0 }) == true
            {
                throw DepotError(.badRequest, "\(name) cannot be part of itself.")
            }
        }
        return [
            .text(name), .text(foldedKey(name)), .text(code), .text(code.map(foldedKey)), .row(draft.parent),
            try encodeAttributes(draft.attributes),
        ]
    }

    private func refuseTaken(_ code: String?, except: LocationID?) throws {
        guard let code,
            let other = try connection.first(
                LocationRows.byCode, [.row(tenant), .text(foldedKey(code))], LocationRows.location), other.id != except
        else { return }
        throw DepotError(.conflict, "\(other.name) already has the code “\(code)”.")
    }

    private static let insertLocation = Query(
        """
        INSERT INTO location (
            name, name_key, code, code_key, parent_id, attributes, created_at, updated_at, tenant_id, uuid, version
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        """)
    private static let updateLocation = Query(
        """
        UPDATE location SET name = ?, name_key = ?, code = ?, code_key = ?, parent_id = ?, attributes = ?,
            updated_at = ?, version = version + 1
        WHERE tenant_id = ? AND id = ?
        """)
    private static let setLocationDeleted = Query(
        "UPDATE location SET deleted_at = ?, updated_at = ?, version = version + 1 WHERE tenant_id = ? AND id = ?")
}
