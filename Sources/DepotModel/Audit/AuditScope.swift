/// The assets that a walk expects.
public enum AuditScope: Hashable, Sendable {
    /// The assets at a location or below it.
    case location(LocationID)
    /// The assets of a category, wherever they are.
    case category(CatalogueID)
    /// The assets that a holder has.
    case holder(Holder)
    /// The assets of a list.
    case filter(AuditFilter)

    /// The kind of a scope: `location`, `category`, `holder` or `filter`.
    public var kind: String {
        switch self {
        case .location: "location"
        case .category: "category"
        case .holder: "holder"
        case .filter: "filter"
        }
    }

    /// The location of the walk, or nil in another scope.
    public var location: LocationID? { if case .location(let id) = self { id } else { nil } }
}

/// The conditions of a list of assets, which a walk keeps.
public struct AuditFilter: Hashable, Sendable, Codable {
    /// Words that must all occur in the asset's texts, or nil.
    public var search: String?
    /// The state, or nil for any.
    public var lifecycle: Lifecycle?
    /// The holder, or nil for any.
    public var holder: Holder?
    /// The location, or nil for any.
    public var location: LocationID?
    /// The model, or nil for any.
    public var model: CatalogueID?

    /// Creates a filter.
    public init(
        search: String? = nil, lifecycle: Lifecycle? = nil, holder: Holder? = nil, location: LocationID? = nil,
        model: CatalogueID? = nil
    ) {
        self.search = search
        self.lifecycle = lifecycle
        self.holder = holder
        self.location = location
        self.model = model
    }

    /// A Boolean value that is true if the filter has no condition.
    public var isEmpty: Bool { self == AuditFilter() }

    enum CodingKeys: String, CodingKey {
        case search, lifecycle, holder
        case location = "location_id"
        case model = "model_id"
    }
}

extension AuditScope: Codable {
    enum CodingKeys: String, CodingKey {
        case kind, holder, filter
        case location = "location_id"
        case category = "category_id"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .kind) {
        case "location": self = .location(try container.decode(LocationID.self, forKey: .location))
        case "category": self = .category(try container.decode(CatalogueID.self, forKey: .category))
        case "holder": self = .holder(try container.decode(Holder.self, forKey: .holder))
        case "filter": self = .filter(try container.decode(AuditFilter.self, forKey: .filter))
        case let kind:
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container, debugDescription: "“\(kind)” is not a scope of this version")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .location(let id): try container.encode(id, forKey: .location)
        case .category(let id): try container.encode(id, forKey: .category)
        case .holder(let holder): try container.encode(holder, forKey: .holder)
        case .filter(let filter): try container.encode(filter, forKey: .filter)
        }
    }
}
