/// A row id with the name that people read.
public struct Reference: Hashable, Sendable, Codable {
    /// The row id.
    public var id: Int64
    /// The name.
    public var name: String

    /// Creates a reference.
    public init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }
}
