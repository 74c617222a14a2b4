/// A person who may hold assets or stand behind the counter.
public struct Person: Hashable, Sendable, Codable {
    public var id: PersonID
    public var uuid: UniqueID
    public var name: String
    public var email: String?
    /// The staff number.
    public var employeeNumber: String?
    /// The code on the badge, unique per tenant without case among people that are not deleted.
    public var badge: String?
    /// The name to sign in with, unique per tenant without case among people that are not deleted.
    public var username: String?
    /// Where the person works; what they are given goes there.
    public var location: LocationID?
    /// What a dialect's client wrote and the core has no name for, by the dialect's own keys. Not on the station's wire.
    public var attributes: [String: String] = [:]
    /// Not on the station's wire.
    public var createdAt = Timestamp(milliseconds: 0)
    /// Not on the station's wire.
    public var updatedAt = Timestamp(milliseconds: 0)
    public var deletedAt: Timestamp?
    public var version: Int64

    /// The person.
    public init(
        id: PersonID, uuid: UniqueID, name: String, email: String? = nil, employeeNumber: String? = nil,
        badge: String? = nil, username: String? = nil, location: LocationID? = nil, attributes: [String: String] = [:],
        createdAt: Timestamp = Timestamp(milliseconds: 0), updatedAt: Timestamp = Timestamp(milliseconds: 0),
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
        self.attributes = attributes
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
        self.version = version
    }

    enum CodingKeys: String, CodingKey {
        case id, uuid, name, email, badge, username, version
        case employeeNumber = "employee_number"
        case location = "location_id"
        case deletedAt = "deleted_at"
    }
}
