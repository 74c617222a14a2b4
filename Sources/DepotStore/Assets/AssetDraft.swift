public import DepotModel

/// The values of a new asset. Catalogue entries that are given by a new name are created.
public struct AssetDraft: Hashable, Sendable {
    /// The tag, or nil to generate one from the tenant's prefix (`D-` by default) and a running number.
    public var tag: String?
    /// The identity across stations, or nil for a random one.
    public var uuid: UniqueID?
    /// The serial number.
    public var serial: String?
    /// The name of the asset.
    public var name: String?
    /// An existing model, which takes precedence over ``modelName``.
    public var model: CatalogueID?
    /// The model's name. If it is nil but there is a category or manufacturer, the model is named after that one, since
    /// assets have both through their models.
    public var modelName: String?
    /// The model's number.
    public var modelNumber: String?
    /// The name of the model's manufacturer.
    public var manufacturer: String?
    /// The name of the model's category.
    public var category: String?
    /// An existing status label, which takes precedence over ``statusName``; if both are nil, the first deployable
    /// label applies.
    public var status: StatusLabelID?
    /// The name of a status label.
    public var statusName: String?
    /// The current location, or nil for the default location.
    public var location: LocationID?
    /// The location to which the asset belongs.
    public var defaultLocation: LocationID?
    /// The day of the purchase.
    public var purchaseDate: CalendarDate?
    /// The purchase price.
    public var purchaseCost: Money?
    /// The number of the purchase order.
    public var orderNumber: String?
    /// The name of the supplier; ``supplierID`` takes precedence.
    public var supplier: String?
    /// An existing supplier.
    public var supplierID: CatalogueID?
    /// The name of the company; ``companyID`` takes precedence.
    public var company: String?
    /// An existing company.
    public var companyID: CatalogueID?
    /// The length of the warranty in months, 0 to 1200.
    public var warrantyMonths: Int?
    /// The last day of the warranty.
    public var warrantyExpiry: CalendarDate?
    /// The day of the next audit.
    public var nextAudit: CalendarDate?
    /// The day from which the asset is due for replacement.
    public var endOfLife: CalendarDate?
    /// The day on which the asset is expected back.
    public var expectedCheckin: CalendarDate?
    /// The time of the last audit.
    public var lastAudit: Timestamp?
    /// A Boolean value that is true if people may request the asset.
    public var isRequestable = false
    /// A Boolean value that is true if the asset belongs to the person who brought it.
    public var isBYOD = false
    /// Notes, as free text.
    public var notes: String?
    /// The custom fields by name.
    public var custom: [String: String] = [:]

    /// Creates a draft with a tag, or without one.
    public init(tag: String? = nil) { self.tag = tag }
}

extension TenantStore {
    /// Creates an asset. The same operation again returns the first event with ``Applied/wasRepeat``.
    public func createAsset(
        _ draft: AssetDraft, _ request: ChangeRequest
    ) async throws(CommitFailure) -> Applied {
        try await change(request) { inventory in
            try inventory.create(draft)
        }
    }
}

/// Returns every field of a new asset as a change from nil.
func initialFields(_ asset: Asset) -> [FieldChange] {
    var changes: [FieldChange] = []
    changes.reserveCapacity(16)
    for field in AssetField.allCases {
        switch field {
        case .checkoutCount, .checkinCount: continue
        case .requestable where !asset.isRequestable: continue
        case .byod where !asset.isBYOD: continue
        default: break
        }
        if let value = asset[field] { changes.append(FieldChange(field: field.rawValue, from: nil, to: value)) }
    }
    for (name, value) in asset.custom.sorted(by: { $0.key < $1.key }) {
        changes.append(FieldChange(field: FieldChange.customPrefix + name, from: nil, to: value))
    }
    return changes
}

/// Returns the event of a new asset.
func createdEvent(_ asset: Asset, _ operation: UniqueID, _ request: ChangeRequest) -> LedgerEvent.Draft {
    LedgerEvent.Draft(
        operation: operation, tenant: asset.tenant,
        at: request.at, kind: .created, asset: AssetReference(asset), changes: initialFields(asset),
        actor: request.actor, origin: request.origin, message: "\(asset.tag) was added.")
}

extension TenantWriter {
    /// Creates an asset; the same operation again returns the first event.
    func create(_ draft: AssetDraft, _ request: ChangeRequest) throws -> Applied {
        if let earlier = try earlierEvent(of: request.operation) {
            guard earlier.kind == .created, let id = earlier.asset?.id else { throw operationTaken(request.operation) }
            return Applied(event: earlier, asset: try details(id), wasRepeat: true)
        }
        let asset = try insert(draft, at: request.at)
        let event = try writer.append(createdEvent(asset, request.operation, request))
        return Applied(event: event, asset: try details(asset.id), wasRepeat: false)
    }

    /// Inserts an asset and the catalogue entries that it refers to.
    func insert(_ draft: AssetDraft, at: Timestamp) throws -> Asset {
        try refuseOverLimit()
        var asset = Asset(
            id: AssetID(rawValue: 0), tenant: tenant, uuid: draft.uuid ?? randomID(), tag: try tag(draft.tag),
            status: try status(draft), createdAt: at)
        asset.serial = nonEmpty(draft.serial)
        asset.name = nonEmpty(draft.name)
        asset.orderNumber = nonEmpty(draft.orderNumber)
        asset.notes = nonEmpty(draft.notes)
        asset.custom = draft.custom
        try refuseUnstorable(asset)
        try refuseTakenTag(asset.tag, except: nil)
        for (field, location) in [(AssetField.location, draft.location), (.defaultLocation, draft.defaultLocation)] {
            guard let location, try !hasLocation(location) else { continue }
            throw Refusal(
                .unknownLocation, "There is no location \(location).",
                facts: ["location_id": location.description, "field": field.rawValue])
        }
        if let uuid = draft.uuid, try connection.first(Self.anyUUID, [.id(uuid)], { _ in true }) == true {
            throw DepotError(.conflict, "Another asset has the identity \(uuid).")
        }
        try refuseMonths(draft.warrantyMonths, field: AssetField.warrantyMonths.rawValue)
        asset.defaultLocation = draft.defaultLocation
        asset.location = draft.location ?? draft.defaultLocation
        asset.model = try model(draft)
        asset.supplier = try reference(draft.supplierID, draft.supplier, .supplier, .supplier)
        asset.company = try reference(draft.companyID, draft.company, .company, .company)
        asset.purchaseDate = draft.purchaseDate
        asset.purchaseCost = draft.purchaseCost
        asset.warrantyMonths = draft.warrantyMonths
        asset.warrantyExpiry = draft.warrantyExpiry
        asset.endOfLife = draft.endOfLife
        asset.expectedCheckin = draft.expectedCheckin
        asset.lastAudit = draft.lastAudit
        asset.nextAudit = draft.nextAudit
        asset.isRequestable = draft.isRequestable
        asset.isBYOD = draft.isBYOD
        try connection.run(AssetColumns.insert, AssetColumns.values(asset))
        // The table assigns the id.
        let id = AssetID(rawValue: connection.lastInsertedRow)
        try AssetSearch.addNewest(connection)
        asset.id = id
        return asset
    }

    private func model(_ draft: AssetDraft) throws -> CatalogueID? {
        guard let model = draft.model else {
            // An asset has its category and manufacturer through a model, so one with either needs a model.
            let name = nonEmpty(draft.modelName) ?? nonEmpty(draft.category) ?? nonEmpty(draft.manufacturer)
            return try Catalogue.model(
                name, number: draft.modelNumber, manufacturer: draft.manufacturer,
                category: draft.category, self)
        }
        return try reference(model, nil, .model, .model)
    }

    /// Returns the row with this id, which must exist, or the row with this name, which is created if there is none.
    private func reference(
        _ id: CatalogueID?, _ name: String?, _ table: Catalogue, _ field: AssetField
    ) throws -> CatalogueID? {
        guard let id else { return try table.named(name, self) }
        guard try table.has(id, tenant, connection) else {
            throw Refusal(
                .invalidField, "There is no \(table.rawValue) \(id).", facts: ["field": field.rawValue])
        }
        return id
    }

    private func status(_ draft: AssetDraft) throws -> StatusLabel {
        let labels = try connection.rows(TenantStore.labelsQuery, [.row(tenant)], TenantStore.label)
        let found: StatusLabel?
        if let id = draft.status {
            found = labels.first { $0.id == id }
        } else if let name = nonEmpty(draft.statusName) {
            found = labels.first { foldedKey($0.name) == foldedKey(name) }
        } else {
            found = labels.first { $0.type == .deployable }
        }
        guard let found else {
            throw Refusal(
                .invalidField, "There is no such status label.", facts: ["field": AssetField.status.rawValue])
        }
        return found
    }

    private func tag(_ wanted: String?) throws -> String {
        if let wanted { return trimmed(wanted) }
        let prefix = try TenantSettings.value(TenantSettings.tagPrefix, tenant, connection) ?? "D-"
        var number = try TenantSettings.value(TenantSettings.nextTag, tenant, connection).flatMap { Int64($0) } ?? 1
        while try connection.first(
            Self.assetWithTag, [.row(tenant), .text(foldedKey("\(prefix)\(number)"))], { _ in true })
            == true
        {
            number += 1
        }
        try TenantSettings.set(TenantSettings.nextTag, String(number + 1), tenant, connection)
        return "\(prefix)\(number)"
    }

    /// Returns the number of assets that the tenant may still create, or nil if there is no limit.
    func roomForAssets() throws -> Int64? {
        guard let limit = try assetLimit() else { return nil }
        let count = try connection.first(Self.countAssets, [.row(tenant)]) { $0.int(0) } ?? 0
        return max(0, limit - count)
    }

    /// Returns the refusal of an asset beyond the limit.
    func limitRefusal() throws -> Refusal {
        let limit = try assetLimit() ?? 0
        return Refusal(
            .assetLimit, "There are already \(limit) assets, which is the limit.", facts: ["limit": "\(limit)"])
    }

    /// Refuses an asset beyond the tenant's limit.
    func refuseOverLimit() throws {
        if try roomForAssets() == 0 { throw try limitRefusal() }
    }

    private func assetLimit() throws -> Int64? {
        try TenantSettings.value(TenantSettings.assetLimit, tenant, connection).flatMap { Int64($0) }
    }

    private func randomID() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        return .version4(random: (random.next(), random.next()))
    }

    static let anyUUID = Query("SELECT 1 FROM asset WHERE uuid = ?")
    static let countAssets = Query("SELECT count(*) FROM asset WHERE tenant_id = ? AND deleted_at IS NULL")
}
