import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The members of a request that describe an asset. Absent ones stay unchanged; null and the empty text clear.
struct AssetInput: Sendable {
    /// A custom field with its value, by GUID or else by name.
    private struct Custom: Sendable {
        var guid: UniqueID?
        var name: String?
        var value: String?
    }

    /// The fields whose value is in the request.
    private var plain: [AssetField: String?] = [:]
    /// The location: nil if absent, with a nil GUID for none.
    private var location: UniqueID??
    private var vendor: String??
    private var assetType: UniqueID?
    private var customs: [Custom] = []
    /// The owner: nil if absent, with a nil GUID for nobody.
    private(set) var owner: UniqueID??
    /// A Boolean value that is true if the status is In Use, which requires an owner.
    private(set) var isInUse = false
    /// The day on which the asset is due back, if there is an owner.
    private(set) var due: CalendarDate?

    /// Reads the members and checks them as far as possible without the inventory.
    init(_ fields: Fields) throws(RequestError) {
        for (name, field) in Self.texts where fields.has(name) { plain[field] = .some(try fields.filled(name)) }
        if !fields.has("Name"), fields.has("AssetName") { plain[.name] = .some(try fields.filled("AssetName")) }
        if let tag = plain[.tag], tag == nil { throw .invalid("AssetTag", "An asset needs an AssetTag.") }
        for (name, field) in Self.days where fields.has(name) {
            plain[field] = .some(try fields.day(name)?.description)
        }
        if fields.has("PurchasePrice") { plain[.purchaseCost] = .some(try fields.money("PurchasePrice")?.description) }
        if fields.has("ModelId") {
            plain[.model] = .some(try Self.row(fields.guid("ModelId"), .model, "ModelId", "model"))
        }
        try readStatus(fields)
        let place = try fields.guid("LocationRoomId", "LocationId")
        if place != nil || fields.has("LocationId") { location = .some(place) }
        if fields.has("OwnerId") { owner = .some(try fields.guid("OwnerId")) }
        due = try fields.day("DueDate")
        if fields.has("VendorId") {
            plain[.supplier] = .some(try Self.row(fields.guid("VendorId"), .supplier, "VendorId", "vendor"))
        } else if fields.has("Vendor") {
            vendor = .some(try fields.filled("Vendor"))
        }
        assetType = try fields.guid("AssetTypeId")
        customs = try Self.customs(fields)
    }

    private mutating func readStatus(_ fields: Fields) throws(RequestError) {
        guard let guid = try fields.guid("StatusTypeId") else { return }
        if guid == Known.inUse {
            isInUse = true
        } else {
            plain[.status] = .some(try Self.row(guid, .status, "StatusTypeId", "status type"))
        }
    }

    private static func customs(_ fields: Fields) throws(RequestError) -> [Custom] {
        let values = try fields.array("CustomFieldValues")
        guard values.count <= 200 else {
            throw .invalid("CustomFieldValues", "At most 200 custom fields are allowed.")
        }
        var customs: [Custom] = []
        for (index, value) in values.enumerated() {
            let place = "CustomFieldValues[\(index)]"
            guard let object = value.object else { throw .invalid(place, "A custom field must be an object.") }
            let entry = Fields(object)
            let guid = try entry.guid("CustomFieldTypeId")
            let name = try entry.filled("Name")
            guard guid != nil || name != nil else {
                throw .invalid(place, "A custom field needs its CustomFieldTypeId.")
            }
            let text: String?
            if case .bool(let flag) = entry["Value"] { text = String(flag) } else { text = try entry.text("Value") }
            customs.append(Custom(guid: guid, name: name, value: text?.isEmpty == true ? nil : text))
        }
        return customs
    }

    /// Returns the number of the row with a GUID, as text.
    private static func row(
        _ guid: UniqueID?, _ table: RowGUID.Table, _ field: String, _ noun: String
    ) throws(RequestError) -> String? {
        guard let guid else { return nil }
        guard let row = RowGUID.row(guid, table) else { throw .invalid(field, "There is no \(noun) \(guid).") }
        return String(row)
    }

    private static let texts: [(String, AssetField)] = [
        ("AssetTag", .tag), ("SerialNumber", .serial), ("Name", .name), ("Notes", .notes),
        ("PurchasePoNumber", .orderNumber),
    ]
    private static let days: [(String, AssetField)] = [
        ("PurchasedDate", .purchaseDate), ("WarrantyExpirationDate", .warrantyExpiry), ("EndOfLifeDate", .endOfLife),
    ]

    // MARK: Inventory

    /// Returns the differences from the asset as an edit, empty if there are none.
    func edits(of details: AssetDetails, _ inventory: Inventory) throws -> [String: String?] {
        var edits: [String: String?] = [:]
        let asset = details.asset
        func set(_ field: AssetField, _ value: String?) {
            if asset[field] != value?.trimmed {
                edits.updateValue(value, forKey: field.rawValue)
            }
        }
        for (field, value) in plain { set(field, value) }
        if let location { set(.location, try place(location, inventory)?.description) }
        if let vendor { set(.supplier, try vendor.map { try inventory.named(.supplier, $0) }?.description) }
        if let due, asset.holder != nil { set(.expectedCheckin, due.description) }
        try refuseOtherType(of: details, inventory)
        for (key, value) in try customValues(asset.custom, inventory) where asset.custom[key] != value {
            edits.updateValue(value, forKey: FieldChange.customPrefix + key)
        }
        return edits
    }

    /// Returns the draft of a new asset. An `AssetTypeId` without a `ModelId` selects a model without a manufacturer that
    /// has the name of the type.
    func draft(_ inventory: Inventory) throws -> AssetDraft {
        var draft = AssetDraft(tag: plain[.tag] ?? nil)
        draft.serial = plain[.serial] ?? nil
        draft.name = plain[.name] ?? nil
        draft.notes = plain[.notes] ?? nil
        draft.orderNumber = plain[.orderNumber] ?? nil
        draft.purchaseDate = (plain[.purchaseDate] ?? nil).flatMap { CalendarDate($0) }
        draft.warrantyExpiry = (plain[.warrantyExpiry] ?? nil).flatMap { CalendarDate($0) }
        draft.endOfLife = (plain[.endOfLife] ?? nil).flatMap { CalendarDate($0) }
        draft.purchaseCost = (plain[.purchaseCost] ?? nil).flatMap { Money($0) }
        draft.status = (plain[.status] ?? nil).flatMap { Int64($0) }.map { StatusLabelID(rawValue: $0) }
        draft.supplierID = (plain[.supplier] ?? nil).flatMap { Int64($0) }.map { CatalogueID(rawValue: $0) }
        draft.supplier = vendor ?? nil
        draft.model = (plain[.model] ?? nil).flatMap { Int64($0) }.map { CatalogueID(rawValue: $0) }
        draft.defaultLocation = try (location ?? nil).flatMap { try place($0, inventory) }
        if let type = try category(inventory) {
            let model = try draft.model ?? inventory.model(type.name, category: type.name)
            draft.model = model
            try refuse(type, of: try inventory.entry(.model, model)?.category)
        }
        draft.custom = try customValues([:], inventory).compactMapValues { $0 }
        return draft
    }

    /// Returns the owner, or nil if it is absent or nobody.
    func holder(_ inventory: Inventory) throws -> Holder? {
        guard let guid = owner ?? nil else { return nil }
        return try Holder(guid, inventory)
    }

    private func place(_ guid: UniqueID?, _ inventory: Inventory) throws -> LocationID? {
        guard let guid else { return nil }
        guard let place = try inventory.location(uuid: guid) else {
            throw Refusal(.invalidField, "There is no location \(guid).", facts: ["field": "LocationId"])
        }
        return place.id
    }

    private func category(_ inventory: Inventory) throws -> CatalogueEntry? {
        guard let assetType else { return nil }
        guard let row = RowGUID.row(assetType, .category),
            let entry = try inventory.entry(.category, CatalogueID(rawValue: row))
        else {
            throw Refusal(.invalidField, "There is no asset type \(assetType).", facts: ["field": "AssetTypeId"])
        }
        return entry
    }

    private func refuseOtherType(of details: AssetDetails, _ inventory: Inventory) throws {
        guard let type = try category(inventory) else { return }
        guard let model = (plain[.model] ?? nil).flatMap({ Int64($0) }) else {
            return try refuse(type, of: details.model?.category)
        }
        try refuse(type, of: try inventory.entry(.model, CatalogueID(rawValue: model))?.category)
    }

    private func refuse(_ type: CatalogueEntry, of category: Reference?) throws(Refusal) {
        guard category?.id != type.id.rawValue else { return }
        throw Refusal(
            .invalidField, "An asset is of its model's type; give it a model of the type “\(type.name)”.",
            facts: ["field": "AssetTypeId"])
    }

    /// Returns the values by the names of custom fields.
    private func customValues(_ current: [String: String], _ inventory: Inventory) throws -> [String: String?] {
        var values: [String: String?] = [:]
        for custom in customs {
            var field: CatalogueEntry?
            if let guid = custom.guid {
                field = try RowGUID.row(guid, .field).flatMap { try inventory.entry(.field, CatalogueID(rawValue: $0)) }
            } else if let name = custom.name {
                field = try inventory.entry(.field, named: name)
                if field == nil, current[name] != nil {
                    values.updateValue(custom.value, forKey: name)
                    continue
                }
            }
            guard let field else {
                throw Refusal(
                    .invalidField, "There is no custom field \(custom.guid?.description ?? custom.name ?? "").",
                    facts: ["field": "CustomFieldValues"])
            }
            values.updateValue(custom.value, forKey: CustomFields.key(of: field))
        }
        return values
    }
}

extension Holder {
    /// Returns the person or location with the GUID. Throws if there is neither.
    init(_ guid: UniqueID, _ inventory: Inventory) throws {
        if let person = try inventory.person(uuid: guid) {
            self = .person(person.id)
        } else if let place = try inventory.location(uuid: guid) {
            self = .location(place.id)
        } else {
            throw Refusal(
                .unknownHolder, "There is no person or place \(guid).",
                facts: ["field": "OwnerId", "holder": guid.description])
        }
    }
}
