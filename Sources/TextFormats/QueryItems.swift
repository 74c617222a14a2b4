/// The decoded items of a query or of a form (`application/x-www-form-urlencoded`), in their order.
public struct QueryItems: Hashable, Sendable {
    /// One `name=value`.
    public struct Item: Hashable, Sendable {
        public var name: String
        public var value: String

        /// Creates the item.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The most items of one query.
    public static let maximumItems = 1000

    public var items: [Item]

    /// Creates a query of these items.
    public init(_ items: [Item] = []) { self.items = items }

    /// Decodes `a=b&c=d`; `+` is a space. Throws where an escape is broken or makes no UTF-8, for a NUL, and for more
    /// than ``maximumItems``.
    public init(parsing text: String) throws(QueryError) {
        items = []
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard items.count < Self.maximumItems,
                let name = PercentEncoding.decode(halves[0], plusIsSpace: true),
                let value = PercentEncoding.decode(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
            else { throw QueryError(item: String(part.prefix(40))) }
            items.append(Item(name, value))
        }
    }

    /// The last value of a name; nil where it is absent or empty.
    public subscript(name: String) -> String? {
        items.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Returns every value of a name, `name[]` included.
    public func all(_ name: String) -> [String] {
        items.filter { $0.name == name || $0.name == name + "[]" }.map(\.value)
    }
}

/// A query that cannot be decoded.
public struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The beginning of the item at which decoding stopped.
    public var item: String

    /// Creates the error.
    public init(item: String) { self.item = item }

    public var description: String { "The query is not valid: “\(item)”." }
}
