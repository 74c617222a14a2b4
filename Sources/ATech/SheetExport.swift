import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The export of assets as a CSV file, whose import changes nothing.
///
/// The columns are those of an import, in its order; lines end with CR LF, text is UTF-8. Cells are data: one that starts
/// with `=`, `+`, `-`, `@`, a tab or a carriage return is written unchanged, so that an import restores it. A spreadsheet must
/// import the columns as text. `assigned_to` is the person's name, or the e-mail address if several people have that name;
/// it is empty if a location or an asset holds the asset.
enum SheetExport {
    @Sendable static func answer(_ call: Call) async throws -> Answer {
        let list = try AssetList(call.head.query)
        let stores = try call.stores()
        return Answer(
            .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"assets.csv\"",
            ],
            body: .stream { out in
                var header = CSVWriter()
                for column in SheetColumn.allCases { header.field(column.rawValue) }
                header.endRecord()
                try await out.write(header.bytes)
                var people = AssigneeNames(stores)
                try await list.forEach(stores) { rows in
                    var csv = CSVWriter(reserving: rows.count * 128)
                    for row in rows {
                        let assignee = try people.name(row)
                        for column in SheetColumn.allCases { csv.field(text(column, row, assignee)) }
                        csv.endRecord()
                    }
                    if !rows.isEmpty { try await out.write(csv.bytes) }
                }
            })
    }

    private static func text(_ column: SheetColumn, _ details: AssetDetails, _ assignee: String?) -> String? {
        let asset = details.asset
        return switch column {
        case .tag: asset.tag
        case .name: asset.name
        case .manufacturer: details.model?.manufacturer?.name
        case .model: details.shownModel
        case .serial: asset.serial
        case .category: details.model?.category?.name
        case .location: details.location?.name
        case .status: asset.lifecycle.rawValue
        case .assignee: assignee
        case .purchaseDate: asset.purchaseDate?.description
        case .purchaseCost: asset.purchaseCost?.description
        case .warrantyExpiry: asset.warrantyExpiry?.description
        case .notes: asset.notes
        }
    }
}

/// The names of people in an export.
private struct AssigneeNames {
    private let stores: [TenantID: TenantStore]
    private var known: [PersonID: String] = [:]

    init(_ stores: [TenantStore]) {
        self.stores = Dictionary(stores.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the name of the person who has the asset, or the e-mail address if several people have that name.
    mutating func name(_ details: AssetDetails) throws -> String? {
        guard let assignee = details.assignee else { return nil }
        if let name = known[assignee.id] { return name }
        var name = assignee.name
        if let email = assignee.email, let store = stores[details.asset.tenant] {
            var query = RowQuery()
            query.name = name
            query.limit = 1
            if try store.people(query).total != 1 { name = email }
        }
        known[assignee.id] = name
        return name
    }
}
