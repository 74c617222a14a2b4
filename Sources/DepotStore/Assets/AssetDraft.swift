public import DepotModel

/// A new asset. Names of things that the catalogue does not have yet are added to it.
public struct AssetDraft: Hashable, Sendable {
    /// Nil: one is generated, the tenant's prefix (`D-` unless set) and a running number.
    public var tag: String?
    /// Nil: a random one.
    public var uuid: UniqueID?
    public var serial: String?
    public var name: String?
    /// An existing model; beats ``modelName``.
    public var model: CatalogueID?
    /// Nil with a category or manufacturer: a model of that name, as assets have both through their model.
    public var modelName: String?
    public var modelNumber: String?
    public var manufacturer: String?
    public var category: String?
    /// Beats ``statusName``; neither: the first deployable label.
    public var status: StatusLabelID?
    public var statusName: String?
    /// Where it is; nil: the default location.
    public var location: LocationID?
    public var defaultLocation: LocationID?
    public var purchaseDate: CalendarDate?
    public var purchaseCost: Money?
    public var orderNumber: String?
    /// By name; ``supplierID`` beats it.
    public var supplier: String?
    /// An existing supplier.
    public var supplierID: CatalogueID?
    /// By name; ``companyID`` beats it.
    public var company: String?
    /// An existing company.
    public var companyID: CatalogueID?
    /// 0 to 1200.
    public var warrantyMonths: Int?
    public var warrantyExpiry: CalendarDate?
    public var nextAudit: CalendarDate?
    public var endOfLife: CalendarDate?
    public var expectedCheckin: CalendarDate?
    public var lastAudit: Timestamp?
    public var isRequestable = false
    public var isBYOD = false
    public var notes: String?
    public var custom: [String: String] = [:]

    /// A draft with nothing but a tag, or not even that.
    public init(tag: String? = nil) { self.tag = tag }
}

extension TenantStore {
    /// Makes an asset; the same operation again returns the first event with ``Applied/wasRepeat``.
    public func createAsset(
        _ draft: AssetDraft, operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> Applied {
        try await change(ChangeRequest(operation: operation, actor: actor, origin: origin, at: at)) { inventory in
            try inventory.create(draft)
        }
    }
}

/// Every field a new asset has, as changes from nothing.
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

/// The event of a new asset.
func createdEvent(_ asset: Asset, _ operation: UniqueID, _ request: ChangeRequest) -> LedgerEvent {
    LedgerEvent(
        number: EventNumber(rawValue: 0), station: "", sequence: 0, operation: operation, tenant: asset.tenant,
        at: request.at, kind: .created, asset: AssetReference(asset), changes: initialFields(asset),
        actor: request.actor, origin: request.origin, message: "\(asset.tag) was added.")
}

extension TenantWriter {
    /// Makes an asset; the same operation again returns the first event.
    func create(_ draft: AssetDraft, _ request: ChangeRequest) throws -> Applied {
        if let earlier = try earlierEvent(of: request.operation) {
            guard earlier.kind == .created, let id = earlier.asset?.id else { throw operationTaken(request.operation) }
            return Applied(event: earlier, asset: try details(id), wasRepeat: true)
        }
        let asset = try insert(draft, at: request.at)
        let event = try writer.append(createdEvent(asset, request.operation, request))
        return Applied(event: event, asset: try details(asset.id), wasRepeat: false)
    }

    /// Inserts the asset with what it refers to.
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
        // ids are given out by the table, so the asset is made again with its own
        let id = AssetID(rawValue: connection.lastInsertedRow)
        try AssetSearch.addNewest(connection)
        asset.id = id
        return asset
    }

    private func model(_ draft: AssetDraft) throws -> CatalogueID? {
        guard let model = draft.model else {
            // category and manufacturer are kept at a model, so an asset that has them has one
            let name = nonEmpty(draft.modelName) ?? nonEmpty(draft.category) ?? nonEmpty(draft.manufacturer)
            return try Catalogue.model(
                name, number: draft.modelNumber, manufacturer: draft.manufacturer,
                category: draft.category, self)
        }
        return try reference(model, nil, .model, .model)
    }

    /// The row with this id, which must exist, or else the one with this name, which is made where there is none.
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

    /// How many assets the tenant may still make; nil: any number.
    func roomForAssets() throws -> Int64? {
        guard let limit = try assetLimit() else { return nil }
        let count = try connection.first(Self.countAssets, [.row(tenant)]) { $0.int(0) } ?? 0
        return max(0, limit - count)
    }

    /// What is said where there is no room for another asset.
    func limitRefusal() throws -> Refusal {
        let limit = try assetLimit() ?? 0
        return Refusal(
            .assetLimit, "There are already \(limit) assets, which is the limit.", facts: ["limit": "\(limit)"])
    }

    /// Refuses one asset more where the tenant may not have it.
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
