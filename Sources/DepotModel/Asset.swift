/// One physical thing, in the canonical shape from which the station and every dialect draw.
///
/// Only ``TransitionRules`` makes a changed asset out of an asset.
public struct Asset: Hashable, Sendable {
    /// Unique over all tenants of the database.
    public var id: AssetID
    /// The tenant it belongs to.
    public var tenant: TenantID
    /// The identity across stations, and Incident IQ's GUID.
    public var uuid: UniqueID
    /// Unique per tenant among assets that are not deleted, compared without case; never empty, surrounding space trimmed.
    public var tag: String
    /// As on the thing; two assets may share one.
    public var serial: String?
    /// What people call it.
    public var name: String?
    /// Its model in the catalogue.
    public var model: CatalogueID?
    /// Its status label.
    public var status: StatusLabel
    /// Who or what has it; nil when nobody has.
    public var holder: Holder?
    /// Where it is now.
    public var location: LocationID?
    /// Where it belongs.
    public var defaultLocation: LocationID?
    /// The day it was bought.
    public var purchaseDate: CalendarDate?
    /// What it cost.
    public var purchaseCost: Money?
    /// The order it came with.
    public var orderNumber: String?
    /// Who sold it.
    public var supplier: CatalogueID?
    /// The company that owns it.
    public var company: CatalogueID?
    /// 0 to 1200.
    public var warrantyMonths: Int?
    /// The last day of the warranty.
    public var warrantyExpiry: CalendarDate?
    /// The day from which it is to be replaced.
    public var endOfLife: CalendarDate?
    /// When it was last handed over.
    public var lastCheckout: Timestamp?
    /// The day it is expected back.
    public var expectedCheckin: CalendarDate?
    /// When it last came back.
    public var lastCheckin: Timestamp?
    /// When it was last seen in an audit.
    public var lastAudit: Timestamp?
    /// The day its next audit is due.
    public var nextAudit: CalendarDate?
    /// How often it was checked out or transferred.
    public var checkoutCount: Int
    /// How often it was checked in.
    public var checkinCount: Int
    /// Whether people may ask for it.
    public var isRequestable: Bool
    /// Whether it belongs to the person who brought it.
    public var isBYOD: Bool
    /// Free text.
    public var notes: String?
    /// Fields that a dialect's client defined, by name.
    public var custom: [String: String]
    /// When the row was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// When it was deleted; nil while it is not.
    public var deletedAt: Timestamp?
    /// 1 for a new asset, +1 at every change: the compare-and-set key for everybody.
    public var version: Int64
    /// The state in a newer peer's word, which nothing here can tell.
    var newerLifecycle: Lifecycle?

    /// A new asset with nothing but its identity and a label.
    public init(
        id: AssetID, tenant: TenantID, uuid: UniqueID, tag: String, status: StatusLabel, createdAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.uuid = uuid
        self.tag = tag
        self.status = status
        self.createdAt = createdAt
        self.updatedAt = createdAt
        checkoutCount = 0
        checkinCount = 0
        isRequestable = false
        isBYOD = false
        custom = [:]
        version = 1
    }

    /// The one word for the state it is in, derived from holder, label and deletion.
    public var lifecycle: Lifecycle {
        if let newerLifecycle { return newerLifecycle }
        if deletedAt != nil { return .deleted }
        if holder != nil { return .deployed }
        return switch status.type {
        case .deployable: .available
        case .pending, .undeployable, .other: .maintenance
        case .archived: .retired
        }
    }
}

/// The core's vocabulary for the state of an asset.
public enum Lifecycle: OpenWord {
    /// No holder, label deployable.
    case available
    /// Has a holder.
    case deployed
    /// No holder, label pending or undeployable.
    case maintenance
    /// No holder, label archived.
    case retired
    /// Deleted, and restorable.
    case deleted
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [Lifecycle] = [.available, .deployed, .maintenance, .retired, .deleted]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .available: "available"
        case .deployed: "deployed"
        case .maintenance: "maintenance"
        case .retired: "retired"
        case .deleted: "deleted"
        case .other(let word): word
        }
    }
}

/// What a status label means for handing an asset out.
public enum StatusType: OpenWord {
    case deployable, pending, undeployable, archived
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [StatusType] = [.deployable, .pending, .undeployable, .archived]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .deployable: "deployable"
        case .pending: "pending"
        case .undeployable: "undeployable"
        case .archived: "archived"
        case .other(let word): word
        }
    }
}

/// A named status; several labels may share a type.
public struct StatusLabel: Hashable, Sendable, Codable {
    /// Its row.
    public var id: StatusLabelID
    /// What people call it.
    public var name: String
    /// What it means.
    public var type: StatusType

    /// The label.
    public init(id: StatusLabelID, name: String, type: StatusType) {
        self.id = id
        self.name = name
        self.type = type
    }
}

/// Who or what has an asset: a person, a location or another asset.
public enum Holder: Hashable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible {
    case person(PersonID)
    case location(LocationID)
    case asset(AssetID)
    /// A kind of a newer version, as it came: `team:7`.
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

    /// Which of the three it is: `person`, `location` or `asset`; or a newer version's word.
    public var kind: String {
        switch self {
        case .person: "person"
        case .location: "location"
        case .asset: "asset"
        case .other(let text): String(text.prefix { $0 != ":" })
        }
    }

    /// Reads what ``description`` writes of the kinds of this version; nil for anything else.
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

    /// Keeps a kind that only a newer version knows; nil where one of ours is damaged.
    private init?(newer text: String) {
        self = .other(text)
        guard text.contains(":"), !["", "person", "location", "asset"].contains(kind) else { return nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A holder with what people need to read about it.
public struct HolderDescription: Hashable, Sendable, Codable {
    /// Who or what.
    public var holder: Holder
    /// A person's or location's name; an asset's tag.
    public var name: String
    /// A person's e-mail address or badge-free second line, where there is one.
    public var detail: String?
    /// Deleted holders can give back, but are given nothing.
    public var isDeleted: Bool
    /// Where things go that this holder receives: the location itself, the asset's location, or the person's own
    /// location where there is one.
    public var location: LocationID?

    /// The description.
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

/// An id with the name people read.
public struct Reference: Hashable, Sendable, Codable {
    public var id: Int64
    public var name: String

    /// The reference.
    public init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }
}
