import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes

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
                let header = SheetColumn.allCases.map(\.rawValue).joined(separator: ",") + "\r\n"
                try await out.write(Array(header.utf8))
                var people = AssigneeNames(stores)
                try await list.forEach(stores) { rows in
                    var bytes: [UInt8] = []
                    bytes.reserveCapacity(rows.count * 128)
                    for row in rows { append(row, try people.name(row), &bytes) }
                    if !bytes.isEmpty { try await out.write(bytes) }
                }
            })
    }

    private static func append(_ details: AssetDetails, _ assignee: String?, _ bytes: inout [UInt8]) {
        for column in SheetColumn.allCases {
            if column != .tag { bytes.append(UInt8(ascii: ",")) }
            append(cell: text(column, details, assignee), &bytes)
        }
        bytes += [0x0D, 0x0A]
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

    private static func append(cell: String?, _ bytes: inout [UInt8]) {
        guard var cell, !cell.isEmpty else { return }
        let needsQuotes = cell.withUTF8 { text in
            text.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A } || text.first == 0x20
                || text.last == 0x20
        }
        guard needsQuotes else { return bytes.append(contentsOf: cell.utf8) }
        bytes.append(0x22)
        for byte in cell.utf8 {
            if byte == 0x22 { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(0x22)
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
