public import DepotModel
import TextFormats

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
