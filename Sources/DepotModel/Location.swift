/// A location: a site, a building, a room, a shelf or a cart.
public struct Location: Hashable, Sendable, Codable {
    /// The row id.
    public var id: LocationID
    /// The identity across stations.
    public var uuid: UniqueID
    /// The name.
    public var name: String
    /// The code on the label, unique without case among the tenant's locations that are not deleted.
    public var code: String?
    /// The location that contains this one.
    public var parent: LocationID?
    /// The fields of dialects that the core does not know, by the dialect's own keys. Not part of the station API.
    public var attributes: [String: String] = [:]
    /// The time of the creation. Not part of the station API.
    public var createdAt = Timestamp(milliseconds: 0)
    /// The time of the last change. Not part of the station API.
    public var updatedAt = Timestamp(milliseconds: 0)
    /// The time of the deletion, or nil if the location is not deleted.
    public var deletedAt: Timestamp?
    /// The version: 1 for a new location and one more after every change.
    public var version: Int64

    /// Creates a location.
    public init(
        id: LocationID, uuid: UniqueID, name: String, code: String? = nil, parent: LocationID? = nil,
        attributes: [String: String] = [:], createdAt: Timestamp = Timestamp(milliseconds: 0),
        updatedAt: Timestamp = Timestamp(milliseconds: 0), deletedAt: Timestamp? = nil, version: Int64 = 1
    ) {
        self.id = id
        self.uuid = uuid
        self.name = name
        self.code = code
        self.parent = parent
        self.attributes = attributes
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
        self.version = version
    }

    enum CodingKeys: String, CodingKey {
        case id, uuid, name, code, version
        case parent = "parent_id"
        case deletedAt = "deleted_at"
    }
}
