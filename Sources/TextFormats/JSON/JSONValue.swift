/// A JSON value. Numbers keep their text, so that amounts of money stay exact, and objects keep the order of their
/// members.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number as it was written, such as `1e400` or `0.10`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The maximum depth of nested arrays and objects.
    public static let maximumDepth = 64
    /// The maximum number of members in an object, since lookups are linear.
    public static let maximumMembers = 10_000

    /// Reads one value (RFC 8259). A byte order mark before it is skipped.
    ///
    /// - Throws: ``JSONError`` if the text is anything else, for example not UTF-8, or if it exceeds ``maximumDepth``
    ///   or ``maximumMembers``.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try JSONReader.read(bytes)
    }

    /// Reads an object of strings, as stored in a column of the database, in a fraction of the time that the general
    /// reader needs. The last of several members with the same key counts.
    ///
    /// - Throws: ``JSONError`` if the text is anything else.
    public static func strings(parsing bytes: [UInt8]) throws(JSONError) -> [String: String] {
        try JSONReader.strings(bytes)
    }

    /// The object, or nil if the value is not an object.
    public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// The array, or nil if the value is not an array.
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    /// A Boolean value that is true if the value is null.
    public var isNull: Bool { self == .null }

    /// The string, or the number as it was written; nil if the value is neither.
    public var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    /// The integer of a number or a string; nil if the value is neither, exceeds 64 bits, or is written like `3.0` or
    /// `3e0`.
    public var integer: Int64? { text.flatMap { Int64(trimmingWhiteSpace($0)) } }

    /// The Boolean value of `true`, `false`, 1 or 0, also as a string, or of the strings `yes`, `no`, `on` and `off`,
    /// compared without case; nil for any other value.
    public var flag: Bool? {
        switch self {
        case .bool(let value): return value
        case .string(let text), .number(let text):
            switch trimmingWhiteSpace(text).lowercased() {
            case "true", "1", "yes", "on": return true
            case "false", "0", "no", "off": return false
            default: return nil
            }
        default: return nil
        }
    }

    /// Returns true if a string in the value or the name of a member satisfies the predicate.
    public func containsText(where predicate: (String) -> Bool) -> Bool {
        switch self {
        case .null, .bool, .number: false
        case .string(let text): predicate(text)
        case .array(let values): values.contains { $0.containsText(where: predicate) }
        case .object(let object):
            object.members.contains { predicate($0.key) || $0.value.containsText(where: predicate) }
        }
    }
}

/// The members of a JSON object in their order.
public struct JSONObject: Hashable, Sendable {
    /// A name with its value.
    public struct Member: Hashable, Sendable {
        /// The name.
        public var key: String
        /// The value.
        public var value: JSONValue

        /// Creates a member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The members in their order. Keys may repeat, as in the text; the last one counts.
    public private(set) var members: [Member] = []

    /// Creates an object without members.
    public init() {}

    /// Creates an object with these members.
    public init(members: [Member]) { self.members = members }

    /// The value of the last member with this key. Setting a new key appends a member; setting nil removes every member
    /// with the key.
    public subscript(key: String) -> JSONValue? {
        get { members.last { $0.key == key }?.value }
        set {
            if let newValue, let index = members.lastIndex(where: { $0.key == key }) {
                members[index].value = newValue
            } else if let newValue {
                members.append(Member(key: key, value: newValue))
            } else {
                members.removeAll { $0.key == key }
            }
        }
    }

    /// Returns true if there is a member with this key, even if its value is null.
    public func has(_ key: String) -> Bool { members.contains { $0.key == key } }

    /// Replaces the members whose keys the other object has, and adds the rest of its members.
    public mutating func override(with other: JSONObject) {
        let keys = Set(other.members.map(\.key))
        members.removeAll { keys.contains($0.key) }
        members.append(contentsOf: other.members)
    }

    /// Adds the items as strings; the values of a name that ends in `[]` are collected in an array under the name
    /// without it.
    public mutating func merge(_ query: QueryItems) {
        for item in query.items {
            guard item.name.hasSuffix("[]") else {
                self[item.name] = .string(item.value)
                continue
            }
            let name = String(item.name.dropLast(2))
            self[name] = .array((self[name]?.array ?? []) + [.string(item.value)])
        }
    }
}
