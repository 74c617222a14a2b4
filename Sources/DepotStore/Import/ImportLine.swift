import DepotModel

/// A line of an import, read as far as that goes without the database: not on the writer, for which others wait.
///
/// A class, as what a line says is some thirty texts, and each copy would count all of them.
public final class ImportLine: Sendable {
    /// The line itself.
    public let row: ImportRow
    /// Trimmed; empty where the line has none.
    let tag: String
    /// ``tag``, folded.
    let key: String
    let assignee: String?
    let locationName: String?
    let supplier: String?
    let company: String?
    /// What the line says of a model besides its name.
    let said: (number: String?, manufacturer: String?, category: String?)
    /// The model that a new asset is to have.
    let model: ImportNames.ModelKey?
    /// Why the line is not taken, whatever the database has.
    let refusal: Refusal?
    /// Why no asset can be made of it.
    let refusalOfNew: Refusal?

    /// Reads the row.
    public init(_ row: ImportRow) {
        let draft = row.draft
        self.row = row
        tag = trimmed(draft.tag ?? "")
        key = foldedKey(tag)
        assignee = nonEmpty(row.assignee)
        locationName = nonEmpty(row.locationName)
        supplier = nonEmpty(draft.supplier)
        company = nonEmpty(draft.company)
        func value(_ column: ImportColumn, _ text: String?) -> String? {
            row.columns.contains(column) ? nonEmpty(text) : nil
        }
        let said = (
            number: value(.modelNumber, draft.modelNumber),
            manufacturer: value(.manufacturer, draft.manufacturer), category: value(.category, draft.category)
        )
        self.said = said
        // category and manufacturer are kept at a model, so an asset that has them has one
        model = (nonEmpty(draft.modelName) ?? said.category ?? said.manufacturer).map {
            ImportNames.ModelKey(
                name: $0, number: said.number, manufacturer: said.manufacturer, category: said.category)
        }
        refusalOfNew = Self.refusalOfNew(tag, draft)
        let names = [
            ("assigned_to", assignee), ("location", locationName), ("manufacturer", said.manufacturer),
            ("category", said.category), ("supplier", supplier), ("company", company),
        ]
        do throws(Refusal) {
            guard !tag.isEmpty else {
                throw Refusal(
                    .invalidField, "An asset tag cannot be empty.", facts: ["field": AssetField.tag.rawValue])
            }
            for (field, text) in names { try refuseUnstorable(text, field: field, limit: TextLimit.line) }
            refusal = nil
        } catch {
            refusal = error
        }
    }

    private static func refusalOfNew(_ tag: String, _ draft: AssetDraft) -> Refusal? {
        var asset = Asset(
            id: AssetID(rawValue: 0), tenant: .standard, uuid: UniqueID(high: 0, low: 0), tag: tag,
            status: StatusLabel(id: StatusLabelID(rawValue: 0), name: "", type: .deployable),
            createdAt: Timestamp(milliseconds: 0))
        fill(&asset, draft, ImportColumn.allCases)
        do throws(Refusal) {
            try refuseMonths(draft.warrantyMonths, field: AssetField.warrantyMonths.rawValue)
            try refuseUnstorable(asset)
            return nil
        } catch {
            return error
        }
    }

    /// Sets what the file says of an asset that is there, but for what is looked up.
    func change(_ asset: inout Asset) throws(Refusal) {
        try refuseMonths(row.draft.warrantyMonths, field: AssetField.warrantyMonths.rawValue)
        Self.fill(&asset, row.draft, row.columns)
    }

    /// Sets all that the line says of a new asset, but for what is looked up.
    func fill(_ asset: inout Asset) { Self.fill(&asset, row.draft, ImportColumn.allCases) }

    private static func fill(_ asset: inout Asset, _ draft: AssetDraft, _ columns: some Sequence<ImportColumn>) {
        for column in columns {
            switch column {
            case .serial: asset.serial = nonEmpty(draft.serial)
            case .name: asset.name = nonEmpty(draft.name)
            case .orderNumber: asset.orderNumber = nonEmpty(draft.orderNumber)
            case .notes: asset.notes = nonEmpty(draft.notes)
            case .purchaseDate: asset.purchaseDate = draft.purchaseDate
            case .purchaseCost: asset.purchaseCost = draft.purchaseCost
            case .warrantyMonths: asset.warrantyMonths = draft.warrantyMonths
            case .warrantyExpiry: asset.warrantyExpiry = draft.warrantyExpiry
            case .endOfLife: asset.endOfLife = draft.endOfLife
            case .nextAudit: asset.nextAudit = draft.nextAudit
            case .custom: asset.custom.merge(draft.custom) { $1 }
            case .model:
                // an empty one takes the asset's away, unless category or manufacturer ask for one
                if [draft.modelName, draft.category, draft.manufacturer].allSatisfy({ nonEmpty($0) == nil }) {
                    asset.model = nil
                }
            case .supplier, .company, .modelNumber, .manufacturer, .category, .status, .location, .assignee: break
            }
        }
    }
}
