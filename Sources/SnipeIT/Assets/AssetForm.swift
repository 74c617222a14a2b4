import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The sent values of an asset as the inventory's fields: texts are parsed, but nothing is decided.
struct AssetForm: Sendable {
    /// The values by field, in the form of edits; nil clears a field.
    private(set) var fields: [AssetField: String?] = [:]
    /// The values of custom fields by column.
    private(set) var custom: [(column: String, value: String?)] = []
    private(set) var lastAudit: Timestamp?
    private(set) var assignment: Assignment?
    /// The errors by field.
    private(set) var problems: [RequestError.FieldError] = []

    private enum Kind {
        case text, row, strictDay, day, money, months, flag
    }

    private static let kinds: [(key: String, field: AssetField, kind: Kind)] = [
        ("asset_tag", .tag, .text), ("name", .name, .text), ("serial", .serial, .text),
        ("order_number", .orderNumber, .text), ("notes", .notes, .text), ("model_id", .model, .row),
        ("status_id", .status, .row), ("supplier_id", .supplier, .row), ("company_id", .company, .row),
        ("location_id", .location, .row), ("rtd_location_id", .defaultLocation, .row),
        ("purchase_date", .purchaseDate, .strictDay), ("purchase_cost", .purchaseCost, .money),
        ("warranty_months", .warrantyMonths, .months), ("requestable", .requestable, .flag), ("byod", .byod, .flag),
        ("expected_checkin", .expectedCheckin, .day), ("next_audit_date", .nextAudit, .day),
        ("asset_eol_date", .endOfLife, .day),
    ]
    private static let required: [AssetField] = [.model, .status]

    /// Reads the sent values for a new or an existing asset.
    init(_ sent: Sent, isNew: Bool) {
        for (key, field, kind) in Self.kinds {
            guard let value = sent[key] else {
                if isNew, Self.required.contains(field) { demand(key) }
                continue
            }
            guard !value.isNull else {
                clear(key, field, isNew: isNew)
                continue
            }
            if let text = Self.text(value, kind, key) {
                fields[field] = .some(text)
            } else {
                problems.append(.init(key, Self.complaint(kind, key)))
            }
        }
        // A new default location also becomes the current location.
        if !isNew, let home = fields[.defaultLocation], home != nil, fields[.location] == nil {
            fields[.location] = home
        }
        for member in sent.members where member.key.hasPrefix(CustomColumn.prefix) {
            custom.append((member.key, Self.customText(member.value)))
        }
        if let value = sent.filled("last_audit_date") {
            lastAudit = parsedTime(value)?.date.startOfDay
            if lastAudit == nil { problems.append(.init("last_audit_date", Self.complaint(.day, "last_audit_date"))) }
        }
        readAssignment(sent)
    }

    private mutating func demand(_ key: String) {
        problems.append(.init(key, "The \(Self.words(key)) field is required."))
    }

    private mutating func clear(_ key: String, _ field: AssetField, isNew: Bool) {
        switch field {
        case .model, .status: demand(key)
        case .tag: if !isNew { demand(key) }
        case .requestable, .byod: fields[field] = .some("false")
        default: fields[field] = .some(nil)
        }
    }

    private mutating func readAssignment(_ sent: Sent) {
        for kind in [HolderKind.user, .asset, .location] {
            guard let value = sent.filled(kind.key) else { continue }
            guard let id = value.integer else {
                problems.append(.init(kind.key, "The \(Self.words(kind.key)) field must be an integer."))
                continue
            }
            if assignment == nil { assignment = Assignment(key: kind.key, holder: kind.holder(id)) }
        }
        let (to, type) = (sent.filled("assigned_to"), sent.text("assigned_type"))
        switch (to, type) {
        case (nil, nil): return
        // An object comes from a read and contains no new value.
        case (.object, nil): return
        case (nil, .some): demand("assigned_to")
        case (.some, nil): demand("assigned_type")
        case (.some(let to), .some(let type)):
            guard let kind = HolderKind(className: type) else {
                problems.append(.init("assigned_type", "The selected assigned type is invalid."))
                return
            }
            guard let id = to.integer else {
                problems.append(.init("assigned_to", "The assigned to field must be an integer."))
                return
            }
            if assignment == nil { assignment = Assignment(key: "assigned_to", holder: kind.holder(id)) }
        }
    }

    private static func text(_ value: JSONValue, _ kind: Kind, _ key: String) -> String? {
        switch kind {
        case .text:
            if key == "order_number", case .number = value { return nil }
            return value.text
        case .row: return value.integer.map { String(max($0, 0)) }
        case .strictDay: return value.text.flatMap { CalendarDate($0) }?.description
        case .day: return parsedDay(value)?.description
        case .money: return value.money.flatMap { $0.tenThousandths < 0 ? nil : $0.description }
        case .months: return value.integer.flatMap { (0...1200).contains($0) ? String($0) : nil }
        case .flag: return value.flag.map { $0 ? "true" : "false" }
        }
    }

    private static func customText(_ value: JSONValue) -> String? {
        switch value {
        case .null, .object: nil
        case .bool(let flag): flag ? "1" : "0"
        case .string(let text), .number(let text): text
        case .array(let values): values.compactMap(\.text).joined(separator: ", ")
        }
    }

    private static func complaint(_ kind: Kind, _ key: String) -> String {
        switch kind {
        case .text: "The \(words(key)) field must be a string."
        case .row: "The selected \(words(key)) is invalid."
        case .strictDay: "The \(words(key)) field must match the format Y-m-d."
        case .day: "The \(words(key)) field must be a valid date."
        case .money: "The \(words(key)) field must be a number of at least 0 with at most four decimals."
        case .months: "The \(words(key)) field must be a whole number between 0 and 1200."
        case .flag: "The \(words(key)) field must be true or false."
        }
    }

    /// Returns a key as words, such as “asset tag” for `asset_tag`.
    static func words(_ key: String) -> String { String(key.map { $0 == "_" ? " " : $0 }) }
}

/// The holder to whom an asset is handed while it is written, and the key under which it was sent.
struct Assignment: Hashable, Sendable {
    var key: String
    var holder: Holder
}
