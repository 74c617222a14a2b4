/// A JSON value with its numbers as they were written, so that money stays exact, and its members in their order.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it was written, such as `1e400` or `0.10`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The most arrays and objects that may lie in each other.
    public static let maximumDepth = 64
    /// The most members of an object: they are looked up one by one.
    public static let maximumMembers = 10_000

    /// Reads one value (RFC 8259); a byte order mark before it is skipped. Throws for anything else: text that is not
    /// UTF-8, a lone surrogate, more than ``maximumDepth`` levels.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try JSONReader.read(bytes)
    }

    /// Reads an object of strings: what is kept in a column of the database, at a fraction of a decoder's time. Of two
    /// members with one key the last counts. Throws for any other value.
    public static func strings(parsing bytes: [UInt8]) throws(JSONError) -> [String: String] {
        try JSONReader.strings(bytes)
    }

    /// The object; nil for another value.
    public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// The array; nil for another value.
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    /// Whether it is null.
    public var isNull: Bool { self == .null }

    /// A string, or a number as it was written; nil for another value.
    public var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    /// A whole number, given as number or as text; nil for another value, and beyond 64 bits. `3.0` and `3e0` are none.
    public var integer: Int64? { text.flatMap { Int64(trimmingWhiteSpace($0)) } }

    /// `true`, `false`, 1, 0, or the same as text (also `yes`, `no`, `on`, `off`), without case.
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

    /// Whether a text in it, or the name of a member, satisfies the predicate.
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
    /// One member.
    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: JSONValue

        /// Creates the member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Keys may come twice, as in the text; the last one counts.
    public private(set) var members: [Member] = []

    /// An object without members.
    public init() {}

    /// An object with these members.
    public init(members: [Member]) { self.members = members }

    /// The value of the last member with that key; setting nil removes them all.
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

    /// Whether there is a member with that key, null included.
    public func has(_ key: String) -> Bool { members.contains { $0.key == key } }

    /// Puts the other's members over these.
    public mutating func override(with other: JSONObject) {
        let keys = Set(other.members.map(\.key))
        members.removeAll { keys.contains($0.key) }
        members.append(contentsOf: other.members)
    }

    /// Adds the items as texts; names that end in `[]` gather in arrays.
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
