public import DepotModel

/// `GET people`.
public struct PeopleReply: Hashable, Sendable, Codable {
    public var people: [Person]
    /// How many there are without limit and offset.
    public var total: Int
    /// True where the page ended early because its rows are large; else left out.
    public var truncated: Bool?

    /// The reply.
    public init(people: [Person], total: Int, truncated: Bool? = nil) {
        self.people = people
        self.total = total
        self.truncated = truncated
    }
}

/// `POST people`, answered 201 with the `Person`.
public struct CreatePersonRequest: Hashable, Sendable, Codable, StrictRequest {
    public var name: String
    public var email: String?
    public var employeeNumber: String?
    /// Unique without case.
    public var badge: String?

    /// The request.
    public init(name: String, email: String? = nil, employeeNumber: String? = nil, badge: String? = nil) {
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, email, badge
        case employeeNumber = "employee_number"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// What a `PATCH` says about one field: left out, null, or a value.
public enum FieldPatch<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Left out: stays as it is.
    case keep
    /// Null: has none from now on.
    case clear
    case set(Value)

    /// The field's value after the patch.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .clear: nil
        case .set(let value): value
        }
    }
}

/// `PATCH people/{id}`, answered with the `Person`.
public struct EditPersonRequest: Hashable, Sendable, Codable, StrictRequest {
    public var name: String?
    public var email: FieldPatch<String>
    public var employeeNumber: FieldPatch<String>
    public var badge: FieldPatch<String>
    /// The person's version the caller decided on; nil: whatever it is now.
    public var version: Int64?

    /// The request.
    public init(
        name: String? = nil, email: FieldPatch<String> = .keep, employeeNumber: FieldPatch<String> = .keep,
        badge: FieldPatch<String> = .keep, version: Int64? = nil
    ) {
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
        self.version = version
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, email, badge, version
        case employeeNumber = "employee_number"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.contains(.name) ? container.decode(String.self, forKey: .name) : nil
        email = try container.patch(forKey: .email)
        employeeNumber = try container.patch(forKey: .employeeNumber)
        badge = try container.patch(forKey: .badge)
        version = try container.whole(forKey: .version)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encode(patch: email, forKey: .email)
        try container.encode(patch: employeeNumber, forKey: .employeeNumber)
        try container.encode(patch: badge, forKey: .badge)
        try container.encodeIfPresent(version, forKey: .version)
    }
}

/// `GET locations`.
public struct LocationsReply: Hashable, Sendable, Codable {
    public var locations: [Location]
    /// How many there are without limit and offset.
    public var total: Int
    /// True where the page ended early because its rows are large; else left out.
    public var truncated: Bool?

    /// The reply.
    public init(locations: [Location], total: Int, truncated: Bool? = nil) {
        self.locations = locations
        self.total = total
        self.truncated = truncated
    }
}

/// `POST locations`, answered 201 with the `Location`.
public struct CreateLocationRequest: Hashable, Sendable, Codable, StrictRequest {
    public var name: String
    /// Unique without case.
    public var code: String?
    /// The location it is part of: its id, or else in ``parentName`` its code or exact name; not both.
    public var parent: LocationID?
    public var parentName: String?

    /// The request.
    public init(name: String, code: String? = nil, parent: LocationID? = nil, parentName: String? = nil) {
        self.name = name
        self.code = code
        self.parent = parent
        self.parentName = parentName
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, code
        case parent = "parent_id"
        case parentName = "parent"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        code = try container.decodeIfPresent(String.self, forKey: .code)
        parent = try container.id(forKey: .parent)
        parentName = try container.decodeIfPresent(String.self, forKey: .parentName)
        if parent != nil, parentName != nil {
            throw DecodingError.dataCorruptedError(
                forKey: .parentName, in: container, debugDescription: "give parent_id or parent, not both")
        }
    }
}

/// `PATCH locations/{id}`, answered with the `Location`.
public struct EditLocationRequest: Hashable, Sendable, Codable, StrictRequest {
    public var name: String?
    public var code: FieldPatch<String>
    public var parent: FieldPatch<LocationID>
    /// The location's version the caller decided on; nil: whatever it is now.
    public var version: Int64?

    /// The request.
    public init(
        name: String? = nil, code: FieldPatch<String> = .keep, parent: FieldPatch<LocationID> = .keep,
        version: Int64? = nil
    ) {
        self.name = name
        self.code = code
        self.parent = parent
        self.version = version
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, code, version
        case parent = "parent_id"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.contains(.name) ? container.decode(String.self, forKey: .name) : nil
        code = try container.patch(forKey: .code)
        if container.contains(.parent) {
            parent = try container.id(forKey: .parent).map { .set($0) } ?? .clear
        } else {
            parent = .keep
        }
        version = try container.whole(forKey: .version)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encode(patch: code, forKey: .code)
        try container.encode(patch: parent, forKey: .parent)
        try container.encodeIfPresent(version, forKey: .version)
    }
}

extension KeyedDecodingContainer {
    fileprivate func patch<Value: Decodable>(forKey key: Key) throws -> FieldPatch<Value> {
        guard contains(key) else { return .keep }
        return try decodeNil(forKey: key) ? .clear : .set(decode(Value.self, forKey: key))
    }
}

extension KeyedEncodingContainer {
    fileprivate mutating func encode<Value: Encodable>(patch: FieldPatch<Value>, forKey key: Key) throws {
        switch patch {
        case .keep: break
        case .clear: try encodeNil(forKey: key)
        case .set(let value): try encode(value, forKey: key)
        }
    }
}
