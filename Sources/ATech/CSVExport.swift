import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import Sheets
import TextFormats

/// The export of assets as a CSV file, whose import changes nothing.
///
/// The columns are those of this API's import, in its order; lines end with CR LF, text is UTF-8. Cells are data: one that
/// starts with `=`, `+`, `-`, `@`, a tab or a carriage return is written unchanged, so that an import restores it. A
/// spreadsheet must import the columns as text. `assigned_to` is the person's name, or the e-mail address if several people
/// have that name; it is empty if a location or an asset holds the asset.
enum CSVExport {
    /// The columns, in their order.
    private static let columns: [SheetField] = [
        .tag, .name, .manufacturer, .model, .serial, .category, .location, .status, .assignee, .purchaseDate,
        .purchaseCost, .warrantyExpiry, .notes,
    ]

    @Sendable static func answer(_ call: Call) async throws -> Answer {
        let list = try AssetList(call.head.query)
        let stores = try call.stores()
        return Answer(
            .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"assets.csv\"",
            ],
            body: .stream { out in
                var writer = SheetWriter(.csv, columns.map { .field($0) })
                writer.begin()
                try await out.write(writer.take())
                let exports = Dictionary(stores.map { ($0.id, SheetExport($0)) }) { first, _ in first }
                try await list.forEach(stores) { rows in
                    for row in rows {
                        let references = try exports[row.asset.tenant]?.references(row) ?? SheetReferences()
                        writer.row { text($0, row, references) }
                    }
                    let bytes = writer.take()
                    if !bytes.isEmpty { try await out.write(bytes) }
                }
            })
    }

    private static func text(_ column: SheetTarget, _ details: AssetDetails, _ references: SheetReferences) -> String? {
        switch column {
        case .field(.model): details.shownModel
        case .field(.status): details.asset.lifecycle.rawValue
        default: details.text(column, references)
        }
    }
}
