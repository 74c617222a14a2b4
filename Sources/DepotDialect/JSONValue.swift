public import DepotModel

/// A JSON value with its numbers as they were written, so that money stays exact, and its members in their order.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it was written, such as `1e400` or `0.10`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Reads one value (RFC 8259). Throws ``Problem/brokenJSON(_:)`` for anything else: bytes that are no UTF-8, a lone
    /// surrogate, more than `JSONReader.maximumDepth` levels.
    public init(parsing bytes: [UInt8]) throws(Problem) {
        self = try JSONReader.read(bytes)
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

    /// A row's number, given as number or as text.
    public func id<ID: RowID>(as _: ID.Type = ID.self) -> ID? {
        integer.flatMap { $0 > 0 ? ID(rawValue: $0) : nil }
    }

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

    /// An exact amount, given as number (without an exponent) or as text.
    public var money: Money? { text.flatMap { Money(trimmingWhiteSpace($0)) } }

    /// A day, `YYYY-MM-DD`, alone or before a time.
    public var day: CalendarDate? {
        guard case .string(let text) = self else { return nil }
        let trimmed = trimmingWhiteSpace(text)
        guard trimmed.utf8.count > 10 else { return CalendarDate(trimmed) }
        let separator = trimmed.dropFirst(10).first
        return separator == "T" || separator == " " ? CalendarDate(String(trimmed.prefix(10))) : nil
    }
}

/// The members of a JSON object in their order.
public struct JSONObject: Hashable, Sendable {
    /// One member.
    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: JSONValue
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
