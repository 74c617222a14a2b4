import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// Writes assets in Incident IQ's form. It caches the values that several assets of an answer share.
struct AssetView {
    private let site: UniqueID
    private let store: TenantStore
    private let statuses: StatusTypes
    private var rooms: [LocationID: Bool] = [:]
    private var fields: [String: CatalogueEntry]?

    init(_ call: SiteCall) throws {
        site = call.site
        store = call.store
        statuses = try StatusTypes(call.store)
    }

    /// Writes an asset and leaves out members without a value. `openTickets` is left out if it is nil.
    mutating func write(_ details: AssetDetails, openTickets: Int? = nil, to json: inout JSONWriter) throws {
        let asset = details.asset
        try json.object { json in
            json.guid("AssetId", asset.uuid)
            json.guid("SiteId", site)
            json.guid("ProductId", Known.assetsProduct)
            json.member("AssetTag", asset.tag)
            json.optional("SerialNumber", asset.serial)
            json.optional("Name", asset.name)
            json.optional("Notes", asset.notes)
            json.guid("AssetTypeId", (details.model?.category?.id).map { RowGUID.guid(.category, $0) })
            json.optional("AssetTypeName", details.model?.category?.name)
            json.member("AssetInventoryTypeName", "Serialized")
            json.guid("StatusTypeId", StatusTypes.guid(of: asset))
            json.key("Status")
            statuses.write(of: asset, to: &json)
            json.member("IsDeleted", asset.deletedAt != nil)
            for flag in ["IsTraining", "IsReadOnly", "IsExternallyManaged", "IsFavorite", "CanOwnerManage"]
                as [StaticString]
            {
                json.member(flag, false)
            }
            json.member("CanSubmitTicket", true)
            if let openTickets {
                json.member("HasOpenTickets", openTickets > 0)
                json.member("OpenTickets", openTickets)
            }
            if let model = details.model {
                json.guid("ModelId", RowGUID.guid(.model, model.id.rawValue))
                json.key("Model")
                Rows.write(model, to: &json)
            }
            try writeHolder(details, to: &json)
            try writePlace(details, to: &json)
            writeMoney(details, to: &json)
            json.time("CreatedDate", asset.createdAt)
            json.time("ModifiedDate", asset.updatedAt)
            if let audit = asset.lastAudit {
                json.time("LastInventoryDate", audit)
                json.time("LastVerificationDateTime", audit)
                json.member("LastVerificationSuccessful", true)
            }
            try writeCustom(asset.custom, to: &json)
        }
    }

    private mutating func writeHolder(_ details: AssetDetails, to json: inout JSONWriter) throws {
        switch details.holder?.holder {
        case .person:
            guard let owner = details.assignee else { return }
            json.guid("OwnerId", owner.uuid)
            json.object("Owner") { Rows.write(owner, site: site, to: &$0) }
        case .location(let id):
            guard let guid = try details.holderLocationUUID ?? store.location(id)?.uuid else { return }
            let name = details.holder?.name
            json.guid("OwnerId", guid)
            json.object("Owner") { json in
                json.guid("UserId", guid)
                json.guid("SiteId", site)
                json.optional("Name", name)
                json.optional("FullName", name)
                json.guid("LocationId", guid)
            }
        case .asset(let id): json.guid("ParentAssetId", try store.asset(id)?.asset.uuid)
        case .other, nil: break
        }
    }

    private mutating func writePlace(_ details: AssetDetails, to json: inout JSONWriter) throws {
        guard let place = details.location, let id = details.asset.location else { return }
        guard let guid = try details.locationUUID ?? store.location(id)?.uuid else { return }
        json.guid("LocationId", guid)
        json.object("Location") { json in
            json.guid("LocationId", guid)
            json.member("Name", place.name)
        }
        let isRoom = try rooms[id] ?? (store.location(id)?.parent != nil)
        rooms[id] = isRoom
        guard isRoom else { return }
        json.guid("LocationRoomId", guid)
        json.object("LocationRoom") { json in
            json.guid("LocationRoomId", guid)
            json.member("Name", place.name)
        }
    }

    private func writeMoney(_ details: AssetDetails, to json: inout JSONWriter) {
        let asset = details.asset
        json.day("PurchasedDate", asset.purchaseDate)
        json.time("DeployedDate", asset.lastCheckout)
        json.day("DueDate", asset.expectedCheckin)
        if let cost = asset.purchaseCost {
            json.key("PurchasePrice")
            json.raw(cost.description)
        }
        json.optional("PurchasePoNumber", asset.orderNumber)
        json.guid("VendorId", details.supplier.map { RowGUID.guid(.supplier, $0.id) })
        json.optional("Vendor", details.supplier?.name)
        json.day("WarrantyExpirationDate", asset.warrantyExpiry)
        json.day("EndOfLifeDate", asset.endOfLife)
    }

    private mutating func writeCustom(_ custom: [String: String], to json: inout JSONWriter) throws {
        guard !custom.isEmpty else { return }
        let fields = try fields ?? CustomFields(store).byKey
        self.fields = fields
        json.array("CustomFieldValues", of: custom.sorted { $0.key < $1.key }) { json, item in
            json.object { json in
                let field = fields[item.key]
                json.guid("CustomFieldTypeId", field.map { RowGUID.guid(.field, $0.id.rawValue) })
                json.member("Name", field?.name ?? item.key)
                json.member("Value", item.value)
                json.member("IsHidden", false)
            }
        }
    }
}

/// The custom fields of the tenant.
struct CustomFields {
    let all: [CatalogueEntry]

    init(_ store: TenantStore) throws {
        var query = RowQuery()
        query.limit = 1000
        all = try store.entries(.field, query) { $0 }
    }

    /// The fields by the name under which assets store their values.
    var byKey: [String: CatalogueEntry] {
        Dictionary(all.map { (Self.key(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the name under which assets store the field's value.
    static func key(of field: CatalogueEntry) -> String { field.attributes[CatalogueEntry.fieldKey] ?? field.name }

    /// Returns the field with the GUID, or nil.
    func field(_ guid: UniqueID) -> CatalogueEntry? {
        guard let row = RowGUID.row(guid, .field) else { return nil }
        return all.first { $0.id.rawValue == row }
    }

    /// Returns the field with the name or key, compared without case, or nil.
    func field(named name: String) -> CatalogueEntry? {
        let name = name.trimmed.lowercased()
        return all.first { $0.name.lowercased() == name || Self.key(of: $0).lowercased() == name }
    }
}
