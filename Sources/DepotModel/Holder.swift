/// The holder of an asset: a person, a location or another asset.
public enum Holder: Hashable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible {
    case person(PersonID)
    case location(LocationID)
    case asset(AssetID)
    /// A kind of a newer version, unchanged, such as `team:7`.
    case other(String)

    /// `person:7`, `location:3` or `asset:42`, as ``init(_:)`` reads it.
    public var description: String {
        switch self {
        case .person(let id): "person:\(id)"
        case .location(let id): "location:\(id)"
        case .asset(let id): "asset:\(id)"
        case .other(let text): text
        }
    }

    /// The kind of the holder: `person`, `location`, `asset` or a newer version's word.
    public var kind: String {
        switch self {
        case .person: "person"
        case .location: "location"
        case .asset: "asset"
        case .other(let text): String(text.prefix { $0 != ":" })
        }
    }

    /// Creates a holder from its ``description``, or returns nil for anything but the kinds of this version.
    public init?(_ description: String) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Int64(parts[1]), id > 0 else { return nil }
        switch parts[0] {
        case "person": self = .person(PersonID(rawValue: id))
        case "location": self = .location(LocationID(rawValue: id))
        case "asset": self = .asset(AssetID(rawValue: id))
        default: return nil
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Holder(text) ?? Holder(newer: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a holder (person:7)")
        }
        self = value
    }

    /// Creates a holder of a kind that only a newer version knows, or returns nil if one of this version is malformed.
    private init?(newer text: String) {
        self = .other(text)
        guard text.contains(":"), !["", "person", "location", "asset"].contains(kind) else { return nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A holder with the facts that people read about it.
public struct HolderDescription: Hashable, Sendable, Codable {
    /// The holder.
    public var holder: Holder
    /// A person's or location's name, or an asset's tag.
    public var name: String
    /// A second line, such as a person's e-mail address, or nil. Never a badge.
    public var detail: String?
    /// A Boolean value that is true if the holder is deleted. Deleted holders can return assets but receive none.
    public var isDeleted: Bool
    /// The location that assets take when this holder receives them: the location itself, the asset's or the person's
    /// own, or nil if it has none; then they are at no location.
    public var location: LocationID?

    /// Creates a description.
    public init(
        holder: Holder, name: String, detail: String? = nil, isDeleted: Bool = false, location: LocationID? = nil
    ) {
        self.holder = holder
        self.name = name
        self.detail = detail
        self.isDeleted = isDeleted
        self.location = location
    }

    enum CodingKeys: String, CodingKey {
        case holder, name, detail
        case isDeleted = "deleted"
        case location = "location_id"
    }
}
