import DepotModel
import Sheets

/// A row of an import, prepared as far as that goes without the database: not on the writer, for which others wait.
///
/// A class, because a row has some thirty texts, and each copy would count all of them.
public final class ImportLine: Sendable {
    /// The row itself.
    public let row: ImportRow
    /// The row as a spreadsheet shows it.
    let number: Int
    /// The tag without what a spreadsheet leaves around it; empty if the row has none.
    let tag: String
    /// The forms in which the tag is compared: tidied, and as it is in the sheet where that differs.
    let keys: [String]
    let locationName: String?
    let defaultLocationName: String?
    let supplier: String?
    let company: String?
    /// The values that the row gives a model besides its name.
    let said: (number: String?, manufacturer: String?, category: String?)
    /// The model that a new asset is to have.
    let model: ImportNames.ModelKey?
    /// The reason for which the row is not taken, whatever the database has.
    let refusal: Refusal?
    /// The reason for which no asset can be made of it.
    let refusalOfNew: Refusal?

    /// Prepares a row.
    public convenience init(_ row: ImportRow) { self.init(row, number: row.line) }

    init(_ row: ImportRow, number: Int) {
        let draft = row.draft
        self.row = row
        self.number = number
        tag = SheetText.tidied(draft.tag ?? "")
        let key = foldedKey(tag)
        keys = tag == draft.tag ? [key] : [key, foldedKey(draft.tag ?? "")]
        locationName = nonEmpty(row.locationName)
        defaultLocationName = nonEmpty(row.defaultLocationName)
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
        // An asset has its model's number, category and manufacturer, so one that has any of them has a model.
        model = (nonEmpty(draft.modelName) ?? said.number ?? said.category ?? said.manufacturer).map {
            ImportNames.ModelKey(
                name: $0, number: said.number, manufacturer: said.manufacturer, category: said.category)
        }
        refusalOfNew = Self.refusalOfNew(tag, row)
        let names = [
            ("assigned_to", row.assignee?.text), ("email", row.assignee?.email), ("username", row.assignee?.username),
            ("employee_number", row.assignee?.employeeNumber), ("location", locationName),
            ("default_location", defaultLocationName), ("manufacturer", said.manufacturer), ("category", said.category),
            ("supplier", supplier), ("company", company),
        ]
        do throws(Refusal) {
            guard !tag.isEmpty else {
                throw Refusal(.invalidField, "An asset tag cannot be empty.", facts: ["field": AssetField.tag.rawValue])
            }
            for (field, text) in names { try refuseUnstorable(text, field: field, limit: TextLimit.line) }
            refusal = nil
        } catch {
            refusal = error
        }
    }

    private static func refusalOfNew(_ tag: String, _ row: ImportRow) -> Refusal? {
        var asset = Asset(
            id: AssetID(rawValue: 0), tenant: .standard, uuid: UniqueID(high: 0, low: 0), tag: tag,
            status: StatusLabel(id: StatusLabelID(rawValue: 0), name: "", type: .deployable),
            createdAt: Timestamp(milliseconds: 0))
        fill(&asset, row, ImportColumn.allCases)
        do throws(Refusal) {
            try refuseMonths(row.draft.warrantyMonths, field: AssetField.warrantyMonths.rawValue)
            try refuseUnstorable(asset)
            return nil
        } catch {
            return error
        }
    }

    /// Sets the values that the row has for an existing asset, except those that are looked up.
    func change(_ asset: inout Asset) throws(Refusal) {
        try refuseMonths(row.draft.warrantyMonths, field: AssetField.warrantyMonths.rawValue)
        Self.fill(&asset, row, row.columns)
    }

    /// Sets all values that the row has for a new asset, except those that are looked up.
    func fill(_ asset: inout Asset) { Self.fill(&asset, row, ImportColumn.allCases) }

    private static func fill(_ asset: inout Asset, _ row: ImportRow, _ columns: some Sequence<ImportColumn>) {
        let draft = row.draft
        for column in columns {
            switch column {
            case .serial: asset.serial = tidied(draft.serial, now: asset.serial)
            case .name: asset.name = tidied(draft.name, now: asset.name, by: SheetText.trimmed)
            case .orderNumber: asset.orderNumber = tidied(draft.orderNumber, now: asset.orderNumber)
            case .notes: asset.notes = draft.notes.flatMap { SheetText.isBlank($0) ? nil : $0 }
            case .purchaseDate: asset.purchaseDate = draft.purchaseDate
            case .purchaseCost: asset.purchaseCost = draft.purchaseCost
            case .warrantyMonths: asset.warrantyMonths = draft.warrantyMonths
            case .warrantyExpiry: asset.warrantyExpiry = draft.warrantyExpiry
            case .endOfLife: asset.endOfLife = draft.endOfLife
            case .nextAudit: asset.nextAudit = draft.nextAudit
            case .custom:
                asset.custom.merge(draft.custom) { $1 }
                for name in row.clearedCustom { asset.custom[name] = nil }
            case .model:
                // Clearing the model removes it, unless category or manufacturer ask for one.
                if [draft.modelName, draft.modelNumber, draft.category, draft.manufacturer].allSatisfy({
                    nonEmpty($0) == nil
                }) {
                    asset.model = nil
                }
            case .supplier, .company, .modelNumber, .manufacturer, .category, .status, .location, .defaultLocation,
                .assignee, .expectedCheckin:
                break
            }
        }
    }

    /// Returns the text of a cell without what a spreadsheet leaves in it, or the present text if only that differs.
    static func tidied(
        _ cell: String?, now: String?, by tidy: (String) -> String = SheetText.tidied
    ) -> String? {
        guard let cell, cell != now else { return cell }
        let text = tidy(cell)
        if let now, tidy(now) == text { return now }
        return text.isEmpty ? nil : text
    }
}
