public import DepotModel
import TextFormats

/// A converter from the rows of a CSV file to asset requests. The file's header names fields of ``CreateAssetRequest``.
public struct AssetImport: Sendable {
    /// The destination of a column's cells.
    private enum Column: Sendable {
        case field(CreateAssetRequest.CodingKeys)
        case custom(String)
    }

    private let columns: [Column]

    /// The names of the columns that a file may have besides `custom.NAME`, sorted.
    public static let columnNames = CreateAssetRequest.CodingKeys.allCases
        .filter { $0 != .operation && $0 != .custom }.map(\.rawValue).sorted()

    /// Reads the header.
    ///
    /// - Throws: `DepotError.Code.badRequest` if a column is unknown or occurs twice, or if `asset_tag` is missing.
    public init(header: [String]) throws(DepotError) {
        var columns: [Column] = []
        var seen: Set<String> = []
        for cell in header {
            let name = trimmingWhiteSpace(cell)
            guard seen.insert(name).inserted else { throw DepotError(.badRequest, "Line 1: two columns “\(name)”.") }
            if name.hasPrefix(FieldChange.customPrefix), name.count > FieldChange.customPrefix.count {
                columns.append(.custom(String(name.dropFirst(FieldChange.customPrefix.count))))
            } else if AssetImport.columnNames.contains(name), let key = CreateAssetRequest.CodingKeys(rawValue: name) {
                columns.append(.field(key))
            } else {
                throw DepotError(
                    .badRequest, "Line 1: unknown column “\(name.prefix(60))”.",
                    hint: header.count == 1 && name.contains(";")
                        ? "the separator is a comma"
                        : "columns: " + AssetImport.columnNames.joined(separator: ", ") + ", custom.NAME")
            }
        }
        guard seen.contains(CreateAssetRequest.CodingKeys.tag.rawValue) else {
            throw DepotError(.badRequest, "Line 1: the column “asset_tag” is missing.")
        }
        self.columns = columns
    }

    /// Returns the request for a row. Surrounding white space is trimmed, and an empty cell is no value.
    ///
    /// - Throws: `DepotError.Code.badRequest` with a sentence that names the column; the caller adds the line number.
    public func request(_ fields: [String]) throws(DepotError) -> CreateAssetRequest {
        guard fields.count == columns.count else {
            throw DepotError(
                .badRequest, "\(fields.count) field\(fields.count == 1 ? "" : "s"), the header has \(columns.count).")
        }
        var request = CreateAssetRequest(tag: "")
        for (column, cell) in zip(columns, fields) {
            let text = trimmingWhiteSpace(cell)
            guard !text.isEmpty else { continue }
            switch column {
            case .custom(let name): request.custom = (request.custom ?? [:]).merging([name: text]) { $1 }
            case .field(let key): try request.set(key, to: text)
            }
        }
        guard !request.tag.isEmpty else { throw DepotError(.badRequest, "asset_tag is empty.") }
        return request
    }
}

extension CreateAssetRequest {
    /// Sets one field from text.
    ///
    /// - Throws: `DepotError.Code.badRequest` if the text is not valid for the field.
    public mutating func set(_ key: CodingKeys, to text: String) throws(DepotError) {
        func parsed<Value>(_ value: Value?, _ expected: String) throws(DepotError) -> Value {
            guard let value else {
                throw DepotError(.badRequest, "\(key.rawValue): “\(text.prefix(60))” is not \(expected).")
            }
            return value
        }
        let day = "a day (YYYY-MM-DD)"
        switch key {
        case .tag: tag = text
        case .serial: serial = text
        case .name: name = text
        case .model: model = text
        case .modelNumber: modelNumber = text
        case .manufacturer: manufacturer = text
        case .category: category = text
        case .status: status = text
        case .location: location = text
        case .orderNumber: orderNumber = text
        case .notes: notes = text
        case .statusID: statusID = StatusLabelID(rawValue: try parsed(positive(text), "an id"))
        case .locationID: locationID = LocationID(rawValue: try parsed(positive(text), "an id"))
        case .purchaseDate: purchaseDate = try parsed(CalendarDate(text), day)
        case .nextAudit: nextAudit = try parsed(CalendarDate(text), day)
        case .purchaseCost: purchaseCost = try parsed(Money(text), "an amount such as 1450.00")
        case .warrantyMonths:
            warrantyMonths = try parsed(
                Int(text).flatMap { (0...1200).contains($0) ? $0 : nil }, "a number of months from 0 to 1200")
        case .operation, .custom: throw DepotError(.badRequest, "\(key.rawValue) cannot be set from text.")
        }
    }
}

private func positive(_ text: String) -> Int64? {
    Int64(text).flatMap { $0 > 0 ? $0 : nil }
}
