import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The body of a create or an update.
struct AssetBody: Sendable {
    static let keys = [
        "asset_tag", "name", "manufacturer", "model", "serial", "status", "category_id", "location_id",
        "purchase_date", "purchase_cost", "warranty_expiry", "notes",
    ]

    var tag: String
    var name: String
    var serial: String?
    var status: StatusWord
    var choice: ModelChoice
    var location: LocationID?
    var purchaseDate: CalendarDate?
    var purchaseCost: Money?
    var warrantyExpiry: CalendarDate?
    var notes: String?

    /// Reads a body. Throws an error with all invalid members.
    init(_ fields: FieldReader, requiring names: [String]) throws {
        var fields = fields
        fields.require(names)
        tag = fields.name("asset_tag")
        name = fields.name("name")
        serial = fields.text("serial")
        choice = ModelChoice(
            model: fields.text("model"), manufacturer: fields.text("manufacturer"), category: fields.id("category_id"))
        location = fields.id("location_id")
        purchaseDate = fields.day("purchase_date")
        purchaseCost = fields.money("purchase_cost")
        warrantyExpiry = fields.day("warranty_expiry")
        notes = fields.text("notes", limit: 65_536)
        let word = fields.text("status").map { StatusWord(rawValue: $0.lowercased()) }
        if fields.object.has("status"), word == .some(.none) || word == nil {
            fields.refuse("status", StatusWord.expected)
        }
        status = (word ?? nil) ?? .available
        try fields.finish()
    }

    /// Returns the draft of the new asset.
    func draft(_ label: StatusLabelID, _ known: CatalogueID?, _ inventory: Inventory) throws -> AssetDraft {
        var draft = AssetDraft(tag: tag)
        draft.name = name
        draft.serial = serial
        draft.model = try choice.find(inventory, known: known)
        draft.status = label
        draft.defaultLocation = location
        draft.purchaseDate = purchaseDate
        draft.purchaseCost = purchaseCost
        draft.warrantyExpiry = warrantyExpiry
        draft.notes = notes
        return draft
    }

    /// Returns the changes of an update except for the status.
    func edits(of details: AssetDetails, _ known: CatalogueID?, _ inventory: Inventory) throws -> [String: String?] {
        let asset = details.asset
        var edits: [String: String?] = [:]
        func set(_ field: AssetField, _ value: String?, shown: String?) {
            if value != shown { edits[field.rawValue] = .some(value) }
        }
        set(.tag, tag, shown: asset.tag)
        set(.name, name, shown: details.shownName)
        set(.serial, serial, shown: asset.serial)
        set(.notes, notes, shown: asset.notes.map(trimmingWhiteSpace))
        set(.purchaseDate, purchaseDate?.description, shown: asset.purchaseDate?.description)
        set(.purchaseCost, purchaseCost?.description, shown: asset.purchaseCost?.description)
        set(.warrantyExpiry, warrantyExpiry?.description, shown: asset.warrantyExpiry?.description)
        if location != asset.location {
            set(.location, location?.description, shown: asset.location?.description)
            set(.defaultLocation, location?.description, shown: asset.defaultLocation?.description)
        }
        let shown = ModelChoice(
            model: details.shownModel.isEmpty ? nil : details.shownModel,
            manufacturer: details.model?.manufacturer?.name,
            category: (details.model?.category?.id).map { CatalogueID(rawValue: $0) })
        if choice != shown {
            // Set even if the model is the same, since this may have changed its category, which must leave an event.
            edits[AssetField.model.rawValue] = .some(try choice.find(inventory, known: known)?.description)
        }
        return edits
    }
}

/// A tenant's status labels, by which one is found for each of the four words.
struct Labels: Sendable {
    private let all: [StatusLabel]

    init(_ store: TenantStore) throws { all = try store.statusLabels() }

    /// Returns the first label for the word, or throws.
    func first(_ word: StatusWord) throws -> StatusLabelID {
        for type in word.types {
            if let label = all.first(where: { $0.type == type }) { return label.id }
        }
        throw DepotError(.badRequest, "There is no status label for \(word.rawValue).")
    }
}
