/// An asset, a person or a location: an entity that a code can identify.
public enum Entity: Hashable, Sendable {
    case asset(AssetDetails)
    case person(Person)
    case location(Location)

    /// The entry in a list of candidates.
    public var match: Match {
        switch self {
        case .asset(let details):
            Match(
                kind: "asset", id: details.asset.id.rawValue, label: details.asset.tag,
                detail: details.asset.name ?? details.model?.name)
        case .person(let person):
            Match(kind: "person", id: person.id.rawValue, label: person.name, detail: person.employeeNumber)
        case .location(let location):
            Match(kind: "location", id: location.id.rawValue, label: location.name, detail: location.code)
        }
    }
}

/// A candidate for a code, short enough for a line on the screen.
public struct Match: Hashable, Sendable, Codable {
    /// `asset`, `person` or `location`.
    public var kind: String
    /// The row id.
    public var id: Int64
    /// An asset's tag, or a person's or location's name.
    public var label: String
    /// A second line, such as an asset's name, or nil.
    public var detail: String?

    /// Creates a candidate.
    public init(kind: String, id: Int64, label: String, detail: String?) {
        self.kind = kind
        self.id = id
        self.label = label
        self.detail = detail
    }
}
