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
    /// By name.
    public var supplier: String?
    /// By name.
    public var company: String?
    /// 0 to 1200.
    public var warrantyMonths: Int?
    public var warrantyExpiry: CalendarDate?
    public var nextAudit: CalendarDate?
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
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: operation) {
                guard earlier.kind == .created, let id = earlier.asset?.id else { throw operationTaken(operation) }
                return Applied(event: earlier, asset: try writer.details(id), wasRepeat: true)
            }
            let asset = try writer.insert(draft, at: at)
            let event = try writer.writer.append(
                LedgerEvent(
                    number: EventNumber(rawValue: 0), station: "", sequence: 0, operation: operation, tenant: id,
                    at: at, kind: .created, asset: AssetReference(asset), changes: initialFields(asset), actor: actor,
                    origin: origin, message: "\(asset.tag) is added."))
            return Applied(event: event, asset: try writer.details(asset.id), wasRepeat: false)
        }
    }
}

/// Every field a new asset has, as changes from nothing.
private func initialFields(_ asset: Asset) -> [FieldChange] {
    let fields = AssetField.allCases.filter { $0 != .checkoutCount && $0 != .checkinCount && asset[$0] != nil }
    return fields.map { FieldChange(field: $0.rawValue, from: nil, to: asset[$0]) }
        + asset.custom.sorted { $0.key < $1.key }
        .map { FieldChange(field: FieldChange.customPrefix + $0.key, from: nil, to: $0.value) }
}

extension TenantWriter {
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
        for location in [draft.location, draft.defaultLocation] {
            guard let location, try !hasLocation(location) else { continue }
            throw Refusal(
                .unknownLocation, "There is no location \(location).", facts: ["location_id": location.description])
        }
        if let uuid = draft.uuid, try connection.first(Self.anyUUID, [.id(uuid)], { _ in true }) == true {
            throw DepotError(.conflict, "Another asset has the identity \(uuid).")
        }
        if let months = draft.warrantyMonths, !(0...1200).contains(months) {
            throw Refusal(
                .invalidField, "warranty_months is 0 to 1200.", facts: ["field": AssetField.warrantyMonths.rawValue])
        }
        asset.defaultLocation = draft.defaultLocation
        asset.location = draft.location ?? draft.defaultLocation
        asset.model = try model(draft)
        asset.supplier = try Catalogue.supplier.named(draft.supplier, self)
        asset.company = try Catalogue.company.named(draft.company, self)
        asset.purchaseDate = draft.purchaseDate
        asset.purchaseCost = draft.purchaseCost
        asset.warrantyMonths = draft.warrantyMonths
        asset.warrantyExpiry = draft.warrantyExpiry
        asset.nextAudit = draft.nextAudit
        try insert(asset)
        // ids are given out by the table, so the asset is made again with its own
        let id = AssetID(rawValue: connection.lastInsertedRow)
        try AssetSearch.add(id, connection)
        asset.id = id
        return asset
    }

    private func insert(_ asset: Asset) throws {
        var columns = ["tenant_id", "uuid", "custom", "created_at", "updated_at", "version"]
        var values: [SQLValue] = [
            .row(tenant), .id(asset.uuid), try encodeCustom(asset.custom), .time(asset.createdAt),
            .time(asset.updatedAt), .int(asset.version),
        ]
        for field in AssetField.allCases { AssetColumns.append(field, of: asset, to: &columns, &values) }
        let marks = repeatElement("?", count: columns.count).joined(separator: ", ")
        try connection.run(text: "INSERT INTO asset (\(columns.joined(separator: ", "))) VALUES (\(marks))", values)
    }

    private func model(_ draft: AssetDraft) throws -> CatalogueID? {
        guard let model = draft.model else {
            return try Catalogue.model(
                draft.modelName, number: draft.modelNumber, manufacturer: draft.manufacturer,
                category: draft.category, self)
        }
        guard try Catalogue.model.has(model, tenant, connection) else {
            throw Refusal(
                .invalidField, "There is no model \(model).", facts: ["field": AssetField.model.rawValue])
        }
        return model
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
        while try connection.first(Self.anyTag, [.row(tenant), .text(foldedKey("\(prefix)\(number)"))], { _ in true })
            == true
        {
            number += 1
        }
        try TenantSettings.set(TenantSettings.nextTag, String(number + 1), tenant, connection)
        return "\(prefix)\(number)"
    }

    private func refuseOverLimit() throws {
        guard let limit = try TenantSettings.value(TenantSettings.assetLimit, tenant, connection).flatMap({ Int64($0) })
        else {
            return
        }
        let count = try connection.first(Self.countAssets, [.row(tenant)]) { $0.int(0) } ?? 0
        guard count >= limit else { return }
        throw Refusal(
            .assetLimit, "There are \(limit) assets already, which is the limit.", facts: ["limit": "\(limit)"])
    }

    private func randomID() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        return .version4(random: (random.next(), random.next()))
    }

    private static let anyUUID = Query("SELECT 1 FROM asset WHERE uuid = ?")
    private static let anyTag = Query("SELECT 1 FROM asset WHERE tenant_id = ? AND tag_key = ? AND deleted_at IS NULL")
    private static let countAssets = Query("SELECT count(*) FROM asset WHERE tenant_id = ? AND deleted_at IS NULL")
}
