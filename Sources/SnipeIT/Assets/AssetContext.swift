import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The data for writing assets besides the assets themselves, which is looked up once for all assets of an answer.
struct AssetContext: Sendable {
    private let now: Timestamp
    private let columns: [CatalogueID: [CustomColumn]]
    private let holderNames: [AssetID: String]
    private let withComponents: Bool

    /// Looks up the data for the assets. `withComponents` adds their `components`.
    init(_ call: Call, _ assets: [AssetDetails], withComponents: Bool = false) throws {
        let store = try call.store
        now = call.at
        self.withComponents = withComponents
        columns = try store.customColumns(of: Set(assets.compactMap(\.asset.model)))
        var names: [AssetID: String] = [:]
        for case .asset(let holder)? in assets.map(\.asset.holder) where names[holder] == nil {
            names[holder] = try store.asset(holder).map(displayName) ?? ""
        }
        holderNames = names
    }

    /// Returns the custom fields of an asset's model.
    func columns(of asset: Asset) -> [CustomColumn] { asset.model.flatMap { columns[$0] } ?? [] }

    /// Returns the name of an asset that holds others.
    func name(of holder: AssetID) -> String? { holderNames[holder] }

    /// Writes the asset object with every key, in the order of the program.
    func write(_ details: AssetDetails, to json: inout AssetBytes) {
        writeIdentity(details, details.asset, &json)
        json.reference(",\"category\":", details.model?.category)
        json.reference(",\"manufacturer\":", details.model?.manufacturer)
        json.reference(",\"supplier\":", details.supplier)
        json.text(",\"notes\":", details.asset.notes)
        json.text(",\"order_number\":", details.asset.orderNumber)
        json.reference(",\"company\":", details.company)
        json.reference(",\"location\":", details.location)
        json.reference(",\"rtd_location\":", details.defaultLocation)
        json.raw(",\"image\":null,\"qr\":null,\"alt_barcode\":null,\"assigned_to\":")
        writeHolder(details, &json)
        writeDates(details.asset, &json)
        json.money(",\"purchase_cost\":", details.asset.purchaseCost)
        writeState(details.asset, &json)
    }

    private func writeIdentity(_ details: AssetDetails, _ asset: Asset, _ json: inout AssetBytes) {
        json.number("{\"id\":", asset.id.rawValue)
        json.text(",\"name\":", asset.name ?? "")
        json.text(",\"asset_tag\":", asset.tag)
        json.text(",\"serial\":", asset.serial ?? "")
        json.raw(",\"model\":")
        if let model = details.model {
            json.number("{\"id\":", model.id.rawValue)
            json.text(",\"name\":", model.name)
            json.raw("}")
        } else {
            json.raw("null")
        }
        json.flag(",\"byod\":", asset.isBYOD)
        json.flag(",\"requestable\":", asset.isRequestable)
        json.text(",\"model_number\":", details.model?.number)
        var life: Int?
        if let start = asset.purchaseDate, let end = asset.endOfLife { life = wholeMonths(from: start, to: end) }
        json.months(",\"eol\":", life)
        json.date(",\"asset_eol_date\":", asset.endOfLife)
        json.number(",\"status_label\":{\"id\":", asset.status.id.rawValue)
        json.text(",\"name\":", asset.status.name)
        json.text(",\"status_type\":", asset.status.type.rawValue)
        json.text(",\"status_meta\":", asset.holder == nil ? asset.status.type.rawValue : "deployed")
        json.raw("}")
    }

    private func writeHolder(_ details: AssetDetails, _ json: inout AssetBytes) {
        switch details.asset.holder {
        case .other, nil: json.raw("null")
        case .person(let id):
            let person = details.assignee
            let name = person?.name ?? details.holder?.name ?? ""
            let names = PersonNames(name, first: person?.firstName, last: person?.lastName)
            json.number("{\"id\":", id.rawValue)
            json.text(",\"username\":", person?.username ?? person?.email ?? name)
            json.text(",\"name\":", name)
            json.text(",\"first_name\":", names.first)
            json.text(",\"last_name\":", names.last)
            json.text(",\"email\":", person?.email)
            json.text(",\"employee_number\":", person?.employeeNumber)
            json.raw(",\"type\":\"user\"}")
        case .location(let id):
            json.number("{\"id\":", id.rawValue)
            json.text(",\"name\":", details.holder?.name ?? "")
            json.raw(",\"type\":\"location\"}")
        case .asset(let id):
            json.number("{\"id\":", id.rawValue)
            json.text(",\"name\":", holderNames[id] ?? details.holder?.name ?? "")
            json.raw(",\"type\":\"asset\"}")
        }
    }

    private func writeDates(_ asset: Asset, _ json: inout AssetBytes) {
        let warranty = asset.warrantyMonths.flatMap { $0 == 0 ? nil : $0 }
        json.months(",\"warranty_months\":", warranty)
        json.date(
            ",\"warranty_expires\":",
            asset.warrantyExpiry ?? warranty.flatMap { asset.purchaseDate?.advanced(byMonths: $0) })
        json.dateTime(",\"created_by\":null,\"created_at\":", asset.createdAt)
        json.dateTime(",\"updated_at\":", asset.updatedAt)
        json.dateTime(",\"last_audit_date\":", asset.lastAudit)
        json.date(",\"next_audit_date\":", asset.nextAudit)
        json.dateTime(",\"deleted_at\":", asset.deletedAt)
        json.date(",\"purchase_date\":", asset.purchaseDate)
        json.age(",\"age\":", of: asset.purchaseDate, at: now)
        json.dateTime(",\"last_checkout\":", asset.lastCheckout)
        json.dateTime(",\"last_checkin\":", asset.lastCheckin)
        json.date(",\"expected_checkin\":", asset.expectedCheckin)
    }

    /// Writes the members after the cost: counters, custom fields and available actions.
    private func writeState(_ asset: Asset, _ json: inout AssetBytes) {
        json.number(",\"checkin_counter\":", Int64(asset.checkinCount))
        json.number(",\"checkout_counter\":", Int64(asset.checkoutCount))
        json.flag(",\"requests_counter\":0,\"user_can_checkout\":", asset.lifecycle == .available)
        json.raw(",\"book_value\":null,\"custom_fields\":")
        if columns(of: asset).isEmpty {
            json.raw("{}")
        } else {
            var custom = JSONWriter(.ascii)
            writeCustomFields(asset, &custom)
            json.raw(custom.bytes)
        }
        if withComponents { json.raw(",\"components\":[]") }
        let isLive = asset.deletedAt == nil
        json.flag(",\"available_actions\":{\"checkout\":", isLive)
        json.flag(",\"checkin\":", isLive)
        json.flag(",\"clone\":true,\"restore\":", !isLive)
        json.flag(",\"update\":", isLive)
        json.flag(",\"audit\":true,\"delete\":", isLive && asset.holder == nil)
        json.raw("}}")
    }

    /// Writes `custom_fields`: an object by the fields' names, `{}` if the model has none.
    func writeCustomFields(_ asset: Asset, _ json: inout JSONWriter) {
        json.object { json in
            for column in columns(of: asset) {
                json.key(escaping: column.name)
                json.object { json in
                    json.member("field", column.column)
                    json.escaped("value", asset.custom[column.key] ?? "")
                    json.member("field_format", column.format)
                    json.member("element", column.element)
                }
            }
        }
    }
}

/// The first and the last name of a person. If only the full name is known, its last word is the last name.
struct PersonNames: Hashable, Sendable {
    var first: String
    var last: String?

    /// Creates names; `first` and `last` are those that a client wrote, or nil.
    init(_ name: String, first: String?, last: String?) {
        if let first {
            (self.first, self.last) = (first, last)
        } else if let blank = name.lastIndex(of: " ") {
            (self.first, self.last) = (String(name[..<blank]), String(name[name.index(after: blank)...]))
        } else {
            (self.first, self.last) = (name, last)
        }
    }
}

/// Returns `name (tag) - model`, the API's one-line form of an asset.
func displayName(_ details: AssetDetails) -> String {
    var text = details.asset.name.map { "\($0) " } ?? ""
    text += "(\(details.asset.tag))"
    if let model = details.model { text += " - \(model.name)" }
    return text
}
