import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The columns of an imported or exported file, in the order in which an export writes them.
enum SheetColumn: String, CaseIterable, Sendable {
    case tag = "asset_tag"
    case name, manufacturer, model, serial, category, location, status
    case assignee = "assigned_to"
    case purchaseDate = "purchase_date"
    case purchaseCost = "purchase_cost"
    case warrantyExpiry = "warranty_expiry"
    case notes

    /// The inventory's field of the column, or nil for the tag, which is always present.
    var imported: ImportColumn? { self == .tag ? nil : ImportColumn(rawValue: rawValue) }
}

/// An error in a row.
struct RowProblem: Error {
    var message: String
}

/// Translates a file's records into import rows, by the names in its header.
///
/// Names are compared without case. Only `asset_tag` is required, and unknown columns are ignored.
struct ImportSheet {
    private let columns: [SheetColumn?]
    private let present: Set<ImportColumn>

    /// Reads the header, or throws its error.
    init(header: [String]) throws {
        columns = header.map { SheetColumn(rawValue: trimmingWhiteSpace($0).lowercased()) }
        let known = columns.compactMap { $0 }
        for column in known where known.filter({ $0 == column }).count > 1 {
            throw DepotError(.badRequest, "The file has two columns \(column.rawValue).")
        }
        guard known.contains(.tag) else {
            let hasSemicolons = header.count == 1 && header.contains { $0.contains(";") }
            throw DepotError(
                .badRequest, "The file has no column asset_tag.",
                hint: hasSemicolons ? "the separator is a comma, not a semicolon" : "the first line names the columns")
        }
        present = Set(known.compactMap(\.imported))
    }

    /// Returns the row of a record, or throws a ``RowProblem``.
    func row(line: Int, _ cells: [String]) throws -> ImportRow {
        if let extra = Array(cells.dropFirst(columns.count)).first(where: { !trimmingWhiteSpace($0).isEmpty }) {
            throw RowProblem(message: "There are more cells than columns: '\(extra.prefix(60))'")
        }
        // A shorter row leaves the missing columns unchanged.
        let reached =
            cells.count < columns.count ? Set(columns.prefix(cells.count).compactMap { $0?.imported }) : present
        var row = ImportRow(line: line, draft: AssetDraft(tag: ""), columns: reached)
        for (column, cell) in zip(columns, cells) {
            guard let column else { continue }
            let text = trimmingWhiteSpace(cell)
            guard !text.isEmpty else { continue }
            guard !text.utf8.contains(0) else {
                throw RowProblem(message: "\(column.rawValue) contains a NUL character")
            }
            try Self.set(column, text, &row)
        }
        if row.draft.modelName == nil {
            row.draft.modelName = ModelChoice.standIn(
                manufacturer: row.draft.manufacturer, category: row.draft.category)
        }
        guard row.draft.tag?.isEmpty == false else { throw RowProblem(message: "asset_tag is missing") }
        return row
    }

    private static func set(_ column: SheetColumn, _ text: String, _ row: inout ImportRow) throws {
        switch column {
        case .tag: row.draft.tag = text
        case .name: row.draft.name = text
        case .manufacturer: row.draft.manufacturer = text
        case .model: row.draft.modelName = text
        case .serial: row.draft.serial = text
        case .category: row.draft.category = text
        case .location: row.locationName = text
        case .assignee: row.assignee = text
        case .notes: row.draft.notes = text
        case .status:
            guard let word = StatusWord(rawValue: text.lowercased()) else {
                throw RowProblem(message: "Invalid status '\(text.prefix(60))'")
            }
            row.lifecycle = word.lifecycle
        case .purchaseDate: row.draft.purchaseDate = try day(text, column)
        case .warrantyExpiry: row.draft.warrantyExpiry = try day(text, column)
        case .purchaseCost:
            guard let cost = Money(text.filter { $0 != "$" && $0 != "," && !$0.isWhitespace }), cost.tenThousandths >= 0
            else {
                throw RowProblem(message: "Invalid purchase_cost '\(text.prefix(60))'")
            }
            row.draft.purchaseCost = cost
        }
    }

    /// Returns the day of `YYYY-MM-DD`, `MM/DD/YYYY`, or `DD/MM/YYYY` if the first number is no month.
    private static func day(_ text: String, _ column: SheetColumn) throws -> CalendarDate {
        if let day = CalendarDate(text, in: [.iso, .monthFirst, .dayFirst]) { return day }
        throw RowProblem(message: "Invalid \(column.rawValue) '\(text.prefix(60))'")
    }
}

/// Reads the rows of an uploaded file, repeatedly if needed.
struct ImportFile {
    let spool: Spool

    /// A line of the file.
    enum Line {
        case row(ImportRow)
        case wrong(line: Int, message: String)
    }

    /// Reads the header and passes on the rows as they are read.
    func forEach(_ body: ([Line]) async throws -> Void) async throws {
        var reader = CSVReader(.lenient)
        var sheet: ImportSheet?
        var offset = 0
        var isAtEnd = false
        while !isAtEnd {
            let bytes = try spool.read(at: offset)
            offset += bytes.count
            isAtEnd = bytes.isEmpty
            var lines: [Line] = []
            for record in isAtEnd ? reader.finish() : reader.feed(bytes) {
                switch (record, sheet) {
                case (.row(_, let cells), nil): sheet = try ImportSheet(header: cells)
                case (.broken(_, let reason), nil):
                    throw DepotError(.badRequest, "The first line is not valid: \(reason)")
                case (.broken(let line, let reason), _): lines.append(.wrong(line: line, message: reason))
                case (.row(let line, let cells), let sheet?):
                    do {
                        lines.append(.row(try sheet.row(line: line, cells)))
                    } catch let problem as RowProblem {
                        lines.append(.wrong(line: line, message: problem.message))
                    }
                }
            }
            if !lines.isEmpty { try await body(lines) }
        }
        if sheet == nil { throw DepotError(.badRequest, "The file is empty.") }
    }
}
