/// One physical asset, in the canonical shape that the station and every dialect share.
///
/// Only ``TransitionRules`` changes an asset.
public struct Asset: Hashable, Sendable {
    /// The row id, unique over all tenants of the database.
    public var id: AssetID
    /// The tenant that owns the asset.
    public var tenant: TenantID
    /// The identity across stations, and Incident IQ's GUID.
    public var uuid: UniqueID
    /// The asset tag: never empty, trimmed, and unique without case among the tenant's assets that are not deleted.
    public var tag: String
    /// The serial number on the device; two assets may share one.
    public var serial: String?
    /// The name that people use, or nil.
    public var name: String?
    /// The model in the catalogue.
    public var model: CatalogueID?
    /// The status label.
    public var status: StatusLabel
    /// The person, location or asset that has it, or nil if none has.
    public var holder: Holder?
    /// The current location.
    public var location: LocationID?
    /// The location to which the asset belongs.
    public var defaultLocation: LocationID?
    /// The day of the purchase.
    public var purchaseDate: CalendarDate?
    /// The purchase price.
    public var purchaseCost: Money?
    /// The number of the purchase order.
    public var orderNumber: String?
    /// The supplier.
    public var supplier: CatalogueID?
    /// The company that owns it.
    public var company: CatalogueID?
    /// The length of the warranty in months, 0 to 1200.
    public var warrantyMonths: Int?
    /// The last day of the warranty.
    public var warrantyExpiry: CalendarDate?
    /// The day from which the asset is due for replacement.
    public var endOfLife: CalendarDate?
    /// The time of the last checkout or transfer.
    public var lastCheckout: Timestamp?
    /// The day on which the asset is expected back.
    public var expectedCheckin: CalendarDate?
    /// The time of the last checkin.
    public var lastCheckin: Timestamp?
    /// The time of the last audit.
    public var lastAudit: Timestamp?
    /// The day on which the next audit is due.
    public var nextAudit: CalendarDate?
    /// The number of checkouts and transfers.
    public var checkoutCount: Int
    /// The number of checkins.
    public var checkinCount: Int
    /// A Boolean value that is true if people may request the asset.
    public var isRequestable: Bool
    /// A Boolean value that is true if the asset belongs to the person who brought it.
    public var isBYOD: Bool
    /// Notes, as free text.
    public var notes: String?
    /// The reason for which the asset may not be handed out at a counter without an operator's consent, or nil.
    public var blocked: String?
    /// The fields that a dialect's client defined, by name.
    public var custom: [String: String]
    /// The time at which the asset was created.
    public var createdAt: Timestamp
    /// The time of the last change.
    public var updatedAt: Timestamp
    /// The time of the deletion, or nil if the asset is not deleted.
    public var deletedAt: Timestamp?
    /// The version: 1 for a new asset and one more after every change. The key of every compare-and-set.
    public var version: Int64
    /// The state that a newer peer reported in a word that this version does not know.
    var newerLifecycle: Lifecycle?

    /// Creates an asset with nothing but its identity and a label.
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

    /// The state, derived from holder, label and deletion.
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

/// The state of an asset.
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
