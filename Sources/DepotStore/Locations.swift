public import DepotModel

/// What is written of a location; an update replaces all of it.
public struct LocationDraft: Hashable, Sendable {
    public var name: String
    /// Unique per tenant without case among locations that are not deleted.
    public var code: String?
    /// The location it is part of.
    public var parent: LocationID?

    /// The draft. Texts are trimmed, empty ones count as none.
    public init(name: String, code: String? = nil, parent: LocationID? = nil) {
        self.name = name
        self.code = code
        self.parent = parent
    }

    /// A location as it is, to change something and write it back.
    public init(_ location: Location) {
        self.init(name: location.name, code: location.code, parent: location.parent)
    }
}

/// How a location is read.
enum LocationRows {
    private static let columns =
        "SELECT id, uuid, name, code, parent_id, deleted_at, version FROM location WHERE tenant_id = ? AND "
    static let byID = Query(columns + "id = ?")
    static let byUUID = Query(columns + "uuid = ?")
    static let byCode = Query(columns + "code_key = ? AND deleted_at IS NULL")
    private static let searched =
        "deleted_at IS NULL AND (?2 = '' OR instr(name_key, ?2) OR instr(code_key, ?2))"
    /// tenant, folded search, limit, offset.
    static let page = Query(columns + searched + " ORDER BY name_key, id LIMIT ?3 OFFSET ?4")
    /// tenant, folded search.
    static let count = Query("SELECT count(*) FROM location WHERE tenant_id = ? AND " + searched)
    /// The location and everything it is part of.
    static let isWithin = Query(
        """
        WITH RECURSIVE chain(id) AS (
            VALUES (?1) UNION SELECT parent_id FROM location JOIN chain USING (id) WHERE parent_id IS NOT NULL
        )
        SELECT EXISTS (SELECT 1 FROM chain WHERE id = ?2)
        """)

    static func location(_ row: Row) -> Location {
        Location(
            id: LocationID(rawValue: row.int(0)), uuid: row.uniqueID(1), name: row.text(2), code: row.optionalText(3),
            parent: row.optionalInt(4).map { LocationID(rawValue: $0) }, deletedAt: row.optionalTime(5),
            version: row.int(6))
    }
}

extension TenantStore {
    /// The location, deleted or not.
    public func location(_ location: LocationID) throws(DepotError) -> Location? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(LocationRows.byID, [.row(id), .row(location)], LocationRows.location)
        }
    }

    /// Locations that are not deleted and whose name or code contains `search`, by name; and how many there are on all
    /// pages. `limit` is 1 to 1,000.
    public func locations(
        search: String? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [Location], total: Int) {
        let values: [SQLValue] = [.row(id), .text(foldedKey(search ?? ""))]
        let page: [SQLValue] = [.int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))]
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let total = try connection.first(LocationRows.count, values) { Int($0.int(0)) }
                return (try connection.rows(LocationRows.page, values + page, LocationRows.location), total ?? 0)
            }
        }
    }

    /// Makes a location; the same operation again returns the location it made.
    ///
    /// Fails with ``DepotError/Code/conflict`` where another location has the code.
    public func createLocation(
        _ draft: LocationDraft, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Location {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                return try writer.location(named: earlier.facts["location_id"], operation)
            }
            let location = try writer.insertLocation(draft)
            _ = try writer.administration(
                "\(location.name) is added.", facts: ["location_id": location.id.description, "action": "created"],
                operation: operation, actor: actor, origin: origin, at: at)
            return location
        }
    }

    /// Replaces what is written of a location. `version` nil: whatever it is now.
    public func updateLocation(
        _ location: LocationID, _ draft: LocationDraft, version: Int64? = nil, operation: UniqueID, actor: Actor,
        origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Location {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                return try writer.location(named: earlier.facts["location_id"], operation)
            }
            let before = try writer.location(location, version)
            let after = try writer.updateLocation(before, draft)
            _ = try writer.administration(
                "\(after.name) is changed.", facts: ["location_id": location.description, "action": "updated"],
                changes: changes([
                    ("name", before.name, after.name), ("code", before.code, after.code),
                    ("parent_id", before.parent?.description, after.parent?.description),
                ]), operation: operation, actor: actor, origin: origin, at: at)
            return after
        }
    }

    /// Deletes a location: what is there stays there, and nothing more is brought. The code becomes free.
    public func deleteLocation(
        _ location: LocationID, version: Int64? = nil, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Location {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                return try writer.location(named: earlier.facts["location_id"], operation)
            }
            let before = try writer.location(location, version)
            try writer.connection.run(Self.deleteLocationQuery, [.time(at), .row(id), .row(location)])
            _ = try writer.administration(
                "\(before.name) is deleted.", facts: ["location_id": location.description, "action": "deleted"],
                operation: operation, actor: actor, origin: origin, at: at)
            return try writer.location(named: location.description, operation)
        }
    }

    private static let deleteLocationQuery = Query(
        "UPDATE location SET deleted_at = ?, version = version + 1 WHERE tenant_id = ? AND id = ?")
}

extension TenantWriter {
    /// The location that an earlier event of the same operation named.
    func location(named id: String?, _ operation: UniqueID) throws -> Location {
        guard let number = id.flatMap({ Int64($0) }),
            let location = try connection.first(
                LocationRows.byID, [.row(tenant), .int(number)], LocationRows.location)
        else { throw operationTaken(operation) }
        return location
    }

    /// The location to change.
    func location(_ id: LocationID, _ version: Int64?) throws -> Location {
        guard let location = try connection.first(LocationRows.byID, [.row(tenant), .row(id)], LocationRows.location),
            location.deletedAt == nil
        else { throw DepotError(.notFound, "There is no location \(id).") }
        try refuseOtherVersion(version, location.version, location.name)
        return location
    }

    /// Whether the tenant has this location, not deleted.
    func hasLocation(_ id: LocationID) throws(SQLFailure) -> Bool {
        try connection.first(LocationRows.byID, [.row(tenant), .row(id)]) { $0.isNull(5) } ?? false
    }

    func insertLocation(_ draft: LocationDraft) throws -> Location {
        let values = try locationValues(draft, except: nil)
        var random = SystemRandomNumberGenerator()
        try connection.run(
            Self.insertLocationQuery,
            [.row(tenant), .id(.version4(random: (random.next(), random.next())))] + values)
        return try location(LocationID(rawValue: connection.lastInsertedRow), nil)
    }

    func updateLocation(_ before: Location, _ draft: LocationDraft) throws -> Location {
        let values = try locationValues(draft, except: before.id)
        try connection.run(Self.updateLocationQuery, values + [.row(tenant), .row(before.id)])
        return try location(before.id, nil)
    }

    private func locationValues(_ draft: LocationDraft, except: LocationID?) throws -> [SQLValue] {
        guard let name = nonEmpty(draft.name) else {
            throw DepotError(.badRequest, "A location needs a name.")
        }
        let code = nonEmpty(draft.code)
        try refuseUnstorable(name, field: "name", limit: TextLimit.line)
        try refuseUnstorable(code, field: "code", limit: TextLimit.line)
        if let code,
            let other = try connection.first(
                LocationRows.byCode, [.row(tenant), .text(foldedKey(code))], LocationRows.location), other.id != except
        {
            throw DepotError(.conflict, "\(other.name) has the code “\(code)” already.")
        }
        if let parent = draft.parent {
            guard try hasLocation(parent) else {
                throw Refusal(
                    .unknownLocation, "There is no location \(parent).", facts: ["location_id": parent.description])
            }
            if let except,
                try connection.first(LocationRows.isWithin, [.row(parent), .row(except)], { $0.int(0) != 0 }) == true
            {
                throw DepotError(.badRequest, "\(name) cannot be part of itself.")
            }
        }
        return [.text(name), .text(foldedKey(name)), .text(code), .text(code.map(foldedKey)), .row(draft.parent)]
    }

    private static let insertLocationQuery = Query(
        """
        INSERT INTO location (tenant_id, uuid, name, name_key, code, code_key, parent_id, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, 1)
        """)
    private static let updateLocationQuery = Query(
        """
        UPDATE location SET name = ?, name_key = ?, code = ?, code_key = ?, parent_id = ?, version = version + 1
        WHERE tenant_id = ? AND id = ?
        """)
}
