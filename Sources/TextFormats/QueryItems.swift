/// The decoded items of a query or a form (`application/x-www-form-urlencoded`), in their order.
public struct QueryItems: Hashable, Sendable {
    /// One `name=value`.
    public struct Item: Hashable, Sendable {
        /// The decoded name.
        public var name: String
        /// The decoded value; empty if there is no `=`.
        public var value: String

        /// Creates an item.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The maximum number of items in one query.
    public static let maximumItems = 1000

    /// The items in their order; names may repeat.
    public var items: [Item]

    /// Creates a query with these items.
    public init(_ items: [Item] = []) { self.items = items }

    /// Decodes `a=b&c=d`, in which `+` is a space.
    ///
    /// - Throws: ``QueryError`` if an escape is malformed, an item is not UTF-8 or contains a NUL, or there are more
    ///   than ``maximumItems`` items.
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

    /// The last value with this name, or nil if it is absent or empty.
    public subscript(name: String) -> String? {
        items.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Returns every value with this name, including those of `name[]`.
    public func all(_ name: String) -> [String] {
        items.filter { $0.name == name || $0.name == name + "[]" }.map(\.value)
    }
}

/// A query that cannot be decoded.
public struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The item at which decoding stopped, cut to 40 characters.
    public var item: String

    /// Creates an error for an item.
    public init(item: String) { self.item = item }

    /// The sentence for a person.
    public var description: String { "The query is not valid: “\(item)”." }
}
