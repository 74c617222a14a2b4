/// A person who may hold assets or stand behind the counter.
public struct Person: Hashable, Sendable, Codable {
    /// The row id.
    public var id: PersonID
    /// The identity across stations.
    public var uuid: UniqueID
    /// The full name.
    public var name: String
    /// The e-mail address.
    public var email: String?
    /// The employee number.
    public var employeeNumber: String?
    /// The code on the badge, unique without case among the tenant's people who are not deleted.
    public var badge: String?
    /// The name to sign in with, unique without case among the tenant's people who are not deleted.
    public var username: String?
    /// The location of the person's workplace, which assets take when the person receives them.
    public var location: LocationID?
    /// The reason for which the person receives nothing at a counter without an operator's consent, or nil.
    public var blocked: String?
    /// The fields of dialects that the core does not know, by the dialect's own keys. Not part of the station API.
    public var attributes: [String: String] = [:]
    /// The time of the creation. Not part of the station API.
    public var createdAt = Timestamp(milliseconds: 0)
    /// The time of the last change. Not part of the station API.
    public var updatedAt = Timestamp(milliseconds: 0)
    /// The time of the deletion, or nil if the person is not deleted.
    public var deletedAt: Timestamp?
    /// The version: 1 for a new person and one more after every change.
    public var version: Int64

    /// Creates a person.
    public init(
        id: PersonID, uuid: UniqueID, name: String, email: String? = nil, employeeNumber: String? = nil,
        badge: String? = nil, username: String? = nil, location: LocationID? = nil, blocked: String? = nil,
        attributes: [String: String] = [:], createdAt: Timestamp = Timestamp(milliseconds: 0),
        updatedAt: Timestamp = Timestamp(milliseconds: 0),
        deletedAt: Timestamp? = nil, version: Int64 = 1
    ) {
        self.id = id
        self.uuid = uuid
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
        self.username = username
        self.location = location
        self.blocked = blocked
        self.attributes = attributes
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
        self.version = version
    }

    enum CodingKeys: String, CodingKey {
        case id, uuid, name, email, badge, username, blocked, version
        case employeeNumber = "employee_number"
        case location = "location_id"
        case deletedAt = "deleted_at"
    }
}
