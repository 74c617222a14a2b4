public import DepotModel

/// What is written of a person; an update replaces all of it.
public struct PersonDraft: Hashable, Sendable {
    public var name: String
    public var email: String?
    public var employeeNumber: String?
    /// Unique per tenant without case among people that are not deleted.
    public var badge: String?
    /// Unique per tenant without case among people that are not deleted.
    public var username: String?
    /// Where the person works.
    public var location: LocationID?
    /// At most 100, of at most 65,536 characters each. `first_name` and `last_name` are searched too.
    public var attributes: [String: String]

    /// The draft. Texts are trimmed, empty ones count as none.
    public init(
        name: String, email: String? = nil, employeeNumber: String? = nil, badge: String? = nil,
        username: String? = nil, location: LocationID? = nil, attributes: [String: String] = [:]
    ) {
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
        self.username = username
        self.location = location
        self.attributes = attributes
    }

    /// A person as it is, to change something and write it back.
    public init(_ person: Person) {
        self.init(
            name: person.name, email: person.email, employeeNumber: person.employeeNumber, badge: person.badge,
            username: person.username, location: person.location, attributes: person.attributes)
    }
}

/// How a person is read.
enum PersonRows {
    private static let columns = """
        SELECT id, uuid, name, email, employee_number, badge, deleted_at, version, username, location_id, attributes,
            created_at, updated_at
        FROM person WHERE tenant_id = ? AND
        """ + " "
    static let byID = Query(columns + "id = ?")
    static let byUUID = Query(columns + "uuid = ?")
    static let byBadge = Query(columns + "badge_key = ? AND deleted_at IS NULL")
    static let byEmployeeNumber = Query(columns + "employee_key = ? AND deleted_at IS NULL ORDER BY id")
    static let byEmail = Query(columns + "email_key = ? AND deleted_at IS NULL ORDER BY id LIMIT 1")
    static let byUsername = Query(columns + "username_key = ? AND deleted_at IS NULL")
    /// How many assets the person `t` has.
    static let count = """
        (SELECT count(*) FROM asset WHERE tenant_id = t.tenant_id AND holder_person_id = t.id AND deleted_at IS NULL)
        """

    static func person(_ row: Row) -> Person {
        Person(
            id: PersonID(rawValue: row.int(0)), uuid: row.uniqueID(1), name: row.text(2), email: row.optionalText(3),
            employeeNumber: row.optionalText(4), badge: row.optionalText(5), username: row.optionalText(8),
            location: row.optionalInt(9).map { LocationID(rawValue: $0) },
            attributes: row.isNull(10) ? [:] : decodeCustom(row.bytes(10)), createdAt: row.time(11),
            updatedAt: row.time(12), deletedAt: row.optionalTime(6), version: row.int(7))
    }
}

extension TenantStore {
    /// The person, deleted or not.
    public func person(_ person: PersonID) throws(DepotError) -> Person? {
        try self.person(PersonRows.byID, .row(person))
    }

    /// The person with this identity, deleted or not.
    public func person(uuid: UniqueID) throws(DepotError) -> Person? { try person(PersonRows.byUUID, .id(uuid)) }

    /// The oldest person with this e-mail address, compared without case; deleted ones are not found.
    public func person(email: String) throws(DepotError) -> Person? {
        try person(PersonRows.byEmail, .text(foldedKey(email)))
    }

    /// The person with this username, compared without case; deleted ones are not found.
    public func person(username: String) throws(DepotError) -> Person? {
        try person(PersonRows.byUsername, .text(foldedKey(username)))
    }

    private func person(_ query: Query, _ value: SQLValue) throws(DepotError) -> Person? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(query, [.row(id), value], PersonRows.person)
        }
    }

    /// A page of people, and how many there are on all pages; both from one moment. A page ends early
    /// where its rows are large, and then is truncated.
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

    /// People that are not deleted and fit `search` (``RowQuery/search``), by name; and how many there are on all
    /// pages. `limit` is 1 to 1,000.
    public func people(
        search: String? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [Person], total: Int, isTruncated: Bool) {
        var query = RowQuery()
        (query.search, query.limit, query.offset) = (search, limit, offset)
        return try people(query)
    }

    /// How many assets that are not deleted this holder has.
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

    /// Makes a person; the same operation again returns the person it made.
    ///
    /// Fails with `DepotError.Code.conflict` where another person has the badge or username.
    public func createPerson(
        _ draft: PersonDraft, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Person {
        try await change(ChangeRequest(operation: operation, actor: actor, origin: origin, at: at)) { inventory in
            try inventory.createPerson(draft)
        }
    }

    /// Replaces what is written of a person. `version` nil: whatever it is now.
    public func updatePerson(
        _ person: PersonID, _ draft: PersonDraft, version: Int64? = nil, operation: UniqueID, actor: Actor,
        origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Person {
        try await change(ChangeRequest(operation: operation, actor: actor, origin: origin, at: at)) { inventory in
            try inventory.updatePerson(person, draft, version: version)
        }
    }

    /// Deletes a person, who can give back what they hold but is given nothing more. Badge and username become free.
    public func deletePerson(
        _ person: PersonID, version: Int64? = nil, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Person {
        try await change(ChangeRequest(operation: operation, actor: actor, origin: origin, at: at)) { inventory in
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
