public import DepotModel

/// The reply of `GET people`.
public struct PeopleReply: Hashable, Sendable, Codable {
    /// The people of the page.
    public var people: [Person]
    /// The number of matches, regardless of limit and offset.
    public var total: Int
    /// True if the page ended early because its rows are large; nil otherwise.
    public var truncated: Bool?

    /// Creates a reply.
    public init(people: [Person], total: Int, truncated: Bool? = nil) {
        self.people = people
        self.total = total
        self.truncated = truncated
    }
}

/// The body of `POST people`, answered 201 with the `Person`.
public struct CreatePersonRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The name.
    public var name: String
    /// The e-mail address.
    public var email: String?
    /// The employee number.
    public var employeeNumber: String?
    /// The badge, unique without case.
    public var badge: String?

    /// Creates a request.
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
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The change of one field in a `PATCH`: absent, null, or a value.
public enum FieldPatch<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The field is absent and keeps its value.
    case keep
    /// The field is null and loses its value.
    case clear
    case set(Value)

    /// Returns the field's value after the patch.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .clear: nil
        case .set(let value): value
        }
    }
}

/// The body of `PATCH people/{id}`, answered with the `Person`.
public struct EditPersonRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The new name, or nil to keep the current one.
    public var name: String?
    /// The change of the e-mail address.
    public var email: FieldPatch<String>
    /// The change of the employee number.
    public var employeeNumber: FieldPatch<String>
    /// The change of the badge.
    public var badge: FieldPatch<String>
    /// The change of the reason for which the person receives nothing at a counter.
    public var blocked: FieldPatch<String>
    /// The version of the person on which the caller decided, or nil to accept any.
    public var version: Int64?

    /// Creates a request.
    public init(
        name: String? = nil, email: FieldPatch<String> = .keep, employeeNumber: FieldPatch<String> = .keep,
        badge: FieldPatch<String> = .keep, blocked: FieldPatch<String> = .keep, version: Int64? = nil
    ) {
        self.blocked = blocked
        self.name = name
        self.email = email
        self.employeeNumber = employeeNumber
        self.badge = badge
        self.version = version
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, email, badge, blocked, version
        case employeeNumber = "employee_number"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.contains(.name) ? container.decode(String.self, forKey: .name) : nil
        email = try container.patch(forKey: .email)
        employeeNumber = try container.patch(forKey: .employeeNumber)
        badge = try container.patch(forKey: .badge)
        blocked = try container.patch(forKey: .blocked)
        version = try container.whole(forKey: .version)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encode(patch: email, forKey: .email)
        try container.encode(patch: employeeNumber, forKey: .employeeNumber)
        try container.encode(patch: badge, forKey: .badge)
        try container.encode(patch: blocked, forKey: .blocked)
        try container.encodeIfPresent(version, forKey: .version)
    }
}

/// The reply of `GET locations`.
public struct LocationsReply: Hashable, Sendable, Codable {
    /// The locations of the page.
    public var locations: [Location]
    /// The number of matches, regardless of limit and offset.
    public var total: Int
    /// True if the page ended early because its rows are large; nil otherwise.
    public var truncated: Bool?

    /// Creates a reply.
    public init(locations: [Location], total: Int, truncated: Bool? = nil) {
        self.locations = locations
        self.total = total
        self.truncated = truncated
    }
}

/// The body of `POST locations`, answered 201 with the `Location`.
public struct CreateLocationRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The name.
    public var name: String
    /// The code, unique without case.
    public var code: String?
    /// The id of the location that contains this one. It excludes ``parentName``.
    public var parent: LocationID?
    /// The code or exact name of the location that contains this one. It excludes ``parent``.
    public var parentName: String?

    /// Creates a request.
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
    /// The JSON names of the fields.
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

/// The body of `PATCH locations/{id}`, answered with the `Location`.
public struct EditLocationRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The new name, or nil to keep the current one.
    public var name: String?
    /// The change of the code.
    public var code: FieldPatch<String>
    /// The change of the location that contains this one.
    public var parent: FieldPatch<LocationID>
    /// The version of the location on which the caller decided, or nil to accept any.
    public var version: Int64?

    /// Creates a request.
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
    /// The JSON names of the fields.
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
