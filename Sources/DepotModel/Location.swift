/// A place: a site, a building, a room, a shelf, a cart.
public struct Location: Hashable, Sendable, Codable {
    public var id: LocationID
    public var uuid: UniqueID
    public var name: String
    /// The code on its label, unique per tenant without case among locations that are not deleted.
    public var code: String?
    /// The location it is part of.
    public var parent: LocationID?
    /// What a dialect's client wrote and the core has no name for, by the dialect's own keys. Not on the station's wire.
    public var attributes: [String: String] = [:]
    /// Not on the station's wire.
    public var createdAt = Timestamp(milliseconds: 0)
    /// Not on the station's wire.
    public var updatedAt = Timestamp(milliseconds: 0)
    public var deletedAt: Timestamp?
    public var version: Int64

    /// The location.
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
