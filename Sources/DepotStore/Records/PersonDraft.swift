public import DepotModel

/// The writable values of a person. An update replaces all of them.
public struct PersonDraft: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The e-mail address.
    public var email: String?
    /// The employee number.
    public var employeeNumber: String?
    /// The badge, unique among the tenant's people who are not deleted when compared without case.
    public var badge: String?
    /// The username, unique among the tenant's people who are not deleted when compared without case.
    public var username: String?
    /// The location at which the person works.
    public var location: LocationID?
    /// The reason for which the person receives nothing at a counter, or nil.
    public var blocked: String?
    /// The values of dialects, at most 100 of at most 65,536 characters each. Searches include `first_name` and
    /// `last_name`.
    public var attributes: [String: String]

    /// Creates a draft. Texts are trimmed, and empty ones become nil.
    public init(
        name: String, email: String? = nil, employeeNumber: String? = nil, badge: String? = nil,
        username: String? = nil, location: LocationID? = nil, blocked: String? = nil,
        attributes: [String: String] = [:]
    ) {
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
        self.username = username
        self.location = location
        self.blocked = blocked
        self.attributes = attributes
    }

    /// Creates a draft from a person, to be changed and written back.
    public init(_ person: Person) {
        self.init(
            name: person.name, email: person.email, employeeNumber: person.employeeNumber, badge: person.badge,
            username: person.username, location: person.location, blocked: person.blocked,
            attributes: person.attributes)
    }
}

/// The queries for people.
enum PersonRows {
    private static let columns = """
        SELECT id, uuid, name, email, employee_number, badge, deleted_at, version, username, location_id, attributes,
            created_at, updated_at, blocked
        FROM person WHERE tenant_id = ? AND
        """ + " "
    static let byID = Query(columns + "id = ?")
    static let byUUID = Query(columns + "uuid = ?")
    static let byBadge = Query(columns + "badge_key = ? AND deleted_at IS NULL")
    static let byEmployeeNumber = Query(columns + "employee_key = ? AND deleted_at IS NULL ORDER BY id")
    static let byEmail = Query(columns + "email_key = ? AND deleted_at IS NULL ORDER BY id LIMIT 1")
    static let byUsername = Query(columns + "username_key = ? AND deleted_at IS NULL")
    /// The SQL for the number of assets that the person `t` has.
    static let count = """
        (SELECT count(*) FROM asset WHERE tenant_id = t.tenant_id AND holder_person_id = t.id AND deleted_at IS NULL)
        """

    static func person(_ row: Row) -> Person {
        Person(
            id: PersonID(rawValue: row.int(0)), uuid: row.uniqueID(1), name: row.text(2), email: row.optionalText(3),
            employeeNumber: row.optionalText(4), badge: row.optionalText(5), username: row.optionalText(8),
            location: row.optionalInt(9).map { LocationID(rawValue: $0) }, blocked: row.optionalText(13),
            attributes: row.isNull(10) ? [:] : decodeCustom(row.bytes(10)), createdAt: row.time(11),
            updatedAt: row.time(12), deletedAt: row.optionalTime(6), version: row.int(7))
    }
}

extension TenantStore {
    /// Returns a page of people and their number on all pages, from one snapshot. A page ends early, and is then
    /// truncated, if its rows are large.
    public func people(_ query: RowQuery) throws(DepotError) -> (rows: [Person], total: Int, isTruncated: Bool) {
        var filter = RowFilter(query, id)
        filter.add(person: query)
        return try read { [filter] (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let page = try connection.page(of: "person", filter, query, count: PersonRows.count)
                let found = try connection.page(PersonRows.byID, tenant: id, ids: page.ids, PersonRows.person)
                return (found.rows, page.total, found.isTruncated)
            }
        }
    }

    /// Returns the people who match `search` (``RowQuery/search``), ordered by name, and their number on all pages.
    /// Deleted ones are excluded. `limit` is 1 to 1,000.
    public func people(
        search: String? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [Person], total: Int, isTruncated: Bool) {
        var query = RowQuery()
        (query.search, query.limit, query.offset) = (search, limit, offset)
        return try people(query)
    }

    /// Returns the number of assets that the holder has and that are not deleted.
    public func heldCount(_ holder: Holder) throws(DepotError) -> Int {
        let (query, row): (Query, SQLValue) =
            switch holder {
            case .person(let person): (Self.heldByPerson, .row(person))
            case .location(let location): (Self.heldByLocation, .row(location))
            case .asset(let asset): (Self.heldByAsset, .row(asset))
            case .other: (Self.heldByPerson, .null)
            }
        return try read { (connection) throws(SQLFailure) in
            try connection.first(query, [.row(id), row]) { Int($0.int(0)) } ?? 0
        }
    }

    /// Creates a person; a repetition of the same operation returns the person that it created.
    ///
    /// - Throws: `DepotError.Code.conflict` if another person has the badge or username.
    public func createPerson(
        _ draft: PersonDraft, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Person {
        try await change(request) { inventory in
            try inventory.createPerson(draft)
        }
    }

    /// Replaces a person's values. A nil `version` accepts any.
    public func updatePerson(
        _ person: PersonID, _ draft: PersonDraft, version: Int64? = nil, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Person {
        try await change(request) { inventory in
            try inventory.updatePerson(person, draft, version: version)
        }
    }

    /// Deletes a person, whose badge and username become free. The person can then return assets but receives none.
    public func deletePerson(
        _ person: PersonID, version: Int64? = nil, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Person {
        try await change(request) { inventory in
            try inventory.deletePerson(person, version: version)
        }
    }

    private static func held(_ column: String) -> Query {
        Query("SELECT count(*) FROM asset WHERE tenant_id = ? AND \(column) = ? AND deleted_at IS NULL")
    }
    private static let heldByPerson = held("holder_person_id")
    private static let heldByLocation = held("holder_location_id")
    private static let heldByAsset = held("holder_asset_id")
}
