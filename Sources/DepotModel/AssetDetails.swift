/// An asset with the names behind its ids: the station API's canonical shape.
public struct AssetDetails: Hashable, Sendable {
    /// The asset.
    public var asset: Asset
    /// The model.
    public var model: ModelReference?
    /// The holder.
    public var holder: HolderDescription?
    /// The current location.
    public var location: Reference?
    /// The location to which the asset belongs.
    public var defaultLocation: Reference?
    /// The supplier.
    public var supplier: Reference?
    /// The company that owns the asset.
    public var company: Reference?
    /// The person who holds the asset. Not part of the station API, like the identities that follow.
    public var assignee: Assignee?
    /// The identity of the current location.
    public var locationUUID: UniqueID?
    /// The identity of the location to which the asset belongs.
    public var defaultLocationUUID: UniqueID?
    /// The identity of the location that holds the asset.
    public var holderLocationUUID: UniqueID?

    /// Creates details; names that are left out are nil.
    public init(
        asset: Asset, model: ModelReference? = nil, holder: HolderDescription? = nil, location: Reference? = nil,
        defaultLocation: Reference? = nil, supplier: Reference? = nil, company: Reference? = nil,
        assignee: Assignee? = nil, locationUUID: UniqueID? = nil, defaultLocationUUID: UniqueID? = nil,
        holderLocationUUID: UniqueID? = nil
    ) {
        self.asset = asset
        self.model = model
        self.holder = holder
        self.location = location
        self.defaultLocation = defaultLocation
        self.supplier = supplier
        self.company = company
        self.assignee = assignee
        self.locationUUID = locationUUID
        self.defaultLocationUUID = defaultLocationUUID
        self.holderLocationUUID = holderLocationUUID
    }
}

/// The person who holds an asset, with the fields that clients show.
public struct Assignee: Hashable, Sendable {
    /// The row id.
    public var id: PersonID
    /// The identity across stations.
    public var uuid: UniqueID
    /// The full name.
    public var name: String
    /// The name to sign in with.
    public var username: String?
    /// The e-mail address.
    public var email: String?
    /// The employee number.
    public var employeeNumber: String?
    /// The first name.
    public var firstName: String?
    /// The last name.
    public var lastName: String?

    /// Creates an assignee.
    public init(
        id: PersonID, uuid: UniqueID, name: String, username: String? = nil, email: String? = nil,
        employeeNumber: String? = nil, firstName: String? = nil, lastName: String? = nil
    ) {
        self.id = id
        self.uuid = uuid
        self.name = name
        self.username = username
        self.email = email
        self.employeeNumber = employeeNumber
        self.firstName = firstName
        self.lastName = lastName
    }
}

/// A model with its number, manufacturer and category.
public struct ModelReference: Hashable, Sendable, Codable {
    /// The row id.
    public var id: CatalogueID
    /// The name.
    public var name: String
    /// The manufacturer's model number.
    public var number: String?
    /// The manufacturer.
    public var manufacturer: Reference?
    /// The category.
    public var category: Reference?

    /// Creates a reference to a model.
    public init(
        id: CatalogueID, name: String, number: String? = nil, manufacturer: Reference? = nil,
        category: Reference? = nil
    ) {
        self.id = id
        self.name = name
        self.number = number
        self.manufacturer = manufacturer
        self.category = category
    }
}

extension AssetDetails: Codable {
    enum CodingKeys: String, CodingKey {
        case id, uuid, serial, name, model, status, lifecycle, holder, location, supplier, company, notes, blocked,
            custom
        case requestable, byod, version
        case tag = "asset_tag"
        case defaultLocation = "default_location"
        case purchaseDate = "purchase_date"
        case purchaseCost = "purchase_cost"
        case orderNumber = "order_number"
        case warrantyMonths = "warranty_months"
        case warrantyExpiry = "warranty_expiry"
        case endOfLife = "end_of_life"
        case lastCheckout = "last_checkout"
        case expectedCheckin = "expected_checkin"
        case lastCheckin = "last_checkin"
        case lastAudit = "last_audit"
        case nextAudit = "next_audit"
        case checkoutCount = "checkout_count"
        case checkinCount = "checkin_count"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case deletedAt = "deleted_at"
        case tenant = "tenant_id"
    }

    /// Encodes every key; a field without a value is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(asset.id, forKey: .id)
        try container.encode(asset.tenant, forKey: .tenant)
        try container.encode(asset.uuid, forKey: .uuid)
        try container.encode(asset.tag, forKey: .tag)
        try container.encode(asset.serial, forKey: .serial)
        try container.encode(asset.name, forKey: .name)
        try container.encode(model, forKey: .model)
        try container.encode(asset.status, forKey: .status)
        try container.encode(asset.lifecycle, forKey: .lifecycle)
        try container.encode(holder, forKey: .holder)
        try container.encode(location, forKey: .location)
        try container.encode(defaultLocation, forKey: .defaultLocation)
        try container.encode(asset.purchaseDate, forKey: .purchaseDate)
        try container.encode(asset.purchaseCost, forKey: .purchaseCost)
        try container.encode(asset.orderNumber, forKey: .orderNumber)
        try container.encode(supplier, forKey: .supplier)
        try container.encode(company, forKey: .company)
        try container.encode(asset.warrantyMonths, forKey: .warrantyMonths)
        try container.encode(asset.warrantyExpiry, forKey: .warrantyExpiry)
        try container.encode(asset.endOfLife, forKey: .endOfLife)
        try container.encode(asset.lastCheckout, forKey: .lastCheckout)
        try container.encode(asset.expectedCheckin, forKey: .expectedCheckin)
        try container.encode(asset.lastCheckin, forKey: .lastCheckin)
        try container.encode(asset.lastAudit, forKey: .lastAudit)
        try container.encode(asset.nextAudit, forKey: .nextAudit)
        try container.encode(asset.checkoutCount, forKey: .checkoutCount)
        try container.encode(asset.checkinCount, forKey: .checkinCount)
        try container.encode(asset.isRequestable, forKey: .requestable)
        try container.encode(asset.isBYOD, forKey: .byod)
        try container.encode(asset.notes, forKey: .notes)
        try container.encode(asset.blocked, forKey: .blocked)
        try container.encode(asset.custom, forKey: .custom)
        try container.encode(asset.createdAt, forKey: .createdAt)
        try container.encode(asset.updatedAt, forKey: .updatedAt)
        try container.encode(asset.deletedAt, forKey: .deletedAt)
        try container.encode(asset.version, forKey: .version)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var asset = Asset(
            id: try container.decode(AssetID.self, forKey: .id),
            tenant: try container.decode(TenantID.self, forKey: .tenant),
            uuid: try container.decode(UniqueID.self, forKey: .uuid),
            tag: try container.decode(String.self, forKey: .tag),
            status: try container.decode(StatusLabel.self, forKey: .status),
            createdAt: try container.decode(Timestamp.self, forKey: .createdAt))
        func optional<Value: Decodable>(_ key: CodingKeys, as type: Value.Type = Value.self) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        asset.serial = try optional(.serial)
        asset.name = try optional(.name)
        asset.purchaseDate = try optional(.purchaseDate)
        asset.purchaseCost = try optional(.purchaseCost)
        asset.orderNumber = try optional(.orderNumber)
        asset.warrantyMonths = try optional(.warrantyMonths)
        asset.warrantyExpiry = try optional(.warrantyExpiry)
        asset.endOfLife = try optional(.endOfLife)
        asset.lastCheckout = try optional(.lastCheckout)
        asset.expectedCheckin = try optional(.expectedCheckin)
        asset.lastCheckin = try optional(.lastCheckin)
        asset.lastAudit = try optional(.lastAudit)
        asset.nextAudit = try optional(.nextAudit)
        asset.checkoutCount = try container.decode(Int.self, forKey: .checkoutCount)
        asset.checkinCount = try container.decode(Int.self, forKey: .checkinCount)
        asset.isRequestable = try optional(.requestable) ?? false
        asset.isBYOD = try optional(.byod) ?? false
        asset.notes = try optional(.notes)
        asset.blocked = try optional(.blocked)
        asset.custom = try optional(.custom) ?? [:]
        asset.updatedAt = try container.decode(Timestamp.self, forKey: .updatedAt)
        asset.deletedAt = try optional(.deletedAt)
        asset.version = try container.decode(Int64.self, forKey: .version)
        if case .other(let word) = try optional(.lifecycle, as: Lifecycle.self) { asset.newerLifecycle = .other(word) }
        self.init(
            asset: asset, model: try optional(.model), holder: try optional(.holder), location: try optional(.location),
            defaultLocation: try optional(.defaultLocation), supplier: try optional(.supplier),
            company: try optional(.company))
        self.asset.model = model?.id
        self.asset.holder = holder?.holder
        self.asset.location = location.map { LocationID(rawValue: $0.id) }
        self.asset.defaultLocation = defaultLocation.map { LocationID(rawValue: $0.id) }
        self.asset.supplier = supplier.map { CatalogueID(rawValue: $0.id) }
        self.asset.company = company.map { CatalogueID(rawValue: $0.id) }
    }
}
