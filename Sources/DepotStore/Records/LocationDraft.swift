public import DepotModel

/// The writable values of a location. An update replaces all of them.
public struct LocationDraft: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The code, unique among the tenant's locations that are not deleted when compared without case.
    public var code: String?
    /// The location that contains this one.
    public var parent: LocationID?
    /// The values of dialects, at most 100 of at most 65,536 characters each.
    public var attributes: [String: String]

    /// Creates a draft. Texts are trimmed, and empty ones become nil.
    public init(
        name: String, code: String? = nil, parent: LocationID? = nil, attributes: [String: String] = [:]
    ) {
        self.name = name
        self.code = code
        self.parent = parent
        self.attributes = attributes
    }

    /// Creates a draft from a location, to be changed and written back.
    public init(_ location: Location) {
        self.init(
            name: location.name, code: location.code, parent: location.parent, attributes: location.attributes)
    }
}

/// The queries for locations.
enum LocationRows {
    private static let columns = """
        SELECT id, uuid, name, code, parent_id, deleted_at, version, attributes, created_at, updated_at
        FROM location WHERE tenant_id = ? AND
        """ + " "
    static let byID = Query(columns + "id = ?")
    static let byUUID = Query(columns + "uuid = ?")
    static let byCode = Query(columns + "code_key = ? AND deleted_at IS NULL")
    static let byName = Query(columns + "name_key = ? AND deleted_at IS NULL ORDER BY id LIMIT 1")
    /// The SQL for the number of assets at the location `t`.
    static let count = """
        (SELECT count(*) FROM asset WHERE tenant_id = t.tenant_id AND location_id = t.id AND deleted_at IS NULL)
        """
    /// Takes the ids of two locations, and is true if the second is the first one or contains it.
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
            parent: row.optionalInt(4).map { LocationID(rawValue: $0) },
            attributes: row.isNull(7) ? [:] : decodeCustom(row.bytes(7)), createdAt: row.time(8),
            updatedAt: row.time(9), deletedAt: row.optionalTime(5), version: row.int(6))
    }
}

extension TenantStore {
    /// Returns a page of locations and their number on all pages, from one snapshot. A page ends early, and is then
    /// truncated, if its rows are large.
    public func locations(_ query: RowQuery) throws(DepotError) -> (rows: [Location], total: Int, isTruncated: Bool) {
        var filter = RowFilter(query, id)
        filter.add(location: query)
        return try read { [filter] (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let page = try connection.page(of: "location", filter, query, count: LocationRows.count)
                let found = try connection.page(LocationRows.byID, tenant: id, ids: page.ids, LocationRows.location)
                return (found.rows, page.total, found.isTruncated)
            }
        }
    }

    /// Returns the locations whose name or code contains `search`, ordered by name, and their number on all pages.
    /// Deleted ones are excluded. `limit` is 1 to 1,000.
    public func locations(
        search: String? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [Location], total: Int, isTruncated: Bool) {
        var query = RowQuery()
        (query.search, query.limit, query.offset) = (search, limit, offset)
        return try locations(query)
    }

    /// Returns the number of assets that are at the location, that belong to it, and that it holds. Deleted ones are
    /// excluded.
    public func assetCounts(
        at location: LocationID
    ) throws(DepotError) -> (here: Int, belonging: Int, heldByIt: Int) {
        try read { (connection) throws(SQLFailure) in
            try connection.first(Self.countsQuery, [.row(id), .row(location)]) {
                (Int($0.int(0)), Int($0.int(1)), Int($0.int(2)))
            } ?? (0, 0, 0)
        }
    }

    /// Creates a location; a repetition of the same operation returns the location that it created.
    ///
    /// - Throws: `DepotError.Code.conflict` if another location has the code.
    public func createLocation(
        _ draft: LocationDraft, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Location {
        try await change(request) { inventory in
            try inventory.createLocation(draft)
        }
    }

    /// Replaces a location's values. A nil `version` accepts any.
    public func updateLocation(
        _ location: LocationID, _ draft: LocationDraft, version: Int64? = nil, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Location {
        try await change(request) { inventory in
            try inventory.updateLocation(location, draft, version: version)
        }
    }

    /// Deletes a location, whose code becomes free. Assets that are there stay, and no others can be brought.
    public func deleteLocation(
        _ location: LocationID, version: Int64? = nil, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Location {
        try await change(request) { inventory in
            try inventory.deleteLocation(location, version: version)
        }
    }

    private static let countsQuery = Query(
        """
        SELECT
            (SELECT count(*) FROM asset WHERE tenant_id = ?1 AND location_id = ?2 AND deleted_at IS NULL),
            (SELECT count(*) FROM asset WHERE tenant_id = ?1 AND location_id = ?2 AND default_location_id = ?2
                AND deleted_at IS NULL)
            + (SELECT count(*) FROM asset WHERE tenant_id = ?1 AND default_location_id = ?2 AND \(Schema.isAway)
                AND deleted_at IS NULL),
            (SELECT count(*) FROM asset WHERE tenant_id = ?1 AND holder_location_id = ?2 AND deleted_at IS NULL)
        """)
}
