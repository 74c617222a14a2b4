import TextFormats

/// The fields of an asset that a transition may change: one vocabulary for differences, history and undo.
public enum AssetField: String, Sendable, CaseIterable {
    case tag = "asset_tag"
    case serial, name
    case model = "model_id"
    case status = "status_id"
    case holder
    case location = "location_id"
    case defaultLocation = "default_location_id"
    case purchaseDate = "purchase_date"
    case purchaseCost = "purchase_cost"
    case orderNumber = "order_number"
    case supplier = "supplier_id"
    case company = "company_id"
    case warrantyMonths = "warranty_months"
    case warrantyExpiry = "warranty_expiry"
    case endOfLife = "end_of_life"
    case lastCheckout = "last_checkout"
    case expectedCheckin = "expected_checkin"
    case lastCheckin = "last_checkin"
    case lastAudit = "last_audit"
    case nextAudit = "next_audit"
    case checkoutCount = "checkout_count"
    case checkinCount = "checkin_count"
    /// `true` or `false`.
    case requestable
    /// `true` or `false`.
    case byod
    case notes
    /// The reason for which the asset may not be handed out.
    case blocked
    case deletedAt = "deleted_at"

    /// A Boolean value that is true if an edit may set the field. The others change only with a checkout, checkin,
    /// transfer, audit, delete or restore.
    public var isEditable: Bool {
        switch self {
        case .tag, .serial, .name, .model, .status, .location, .defaultLocation, .purchaseDate, .purchaseCost,
            .orderNumber, .supplier, .company, .warrantyMonths, .warrantyExpiry, .endOfLife, .expectedCheckin,
            .nextAudit, .requestable, .byod, .notes, .blocked:
            true
        case .holder, .lastCheckout, .lastCheckin, .lastAudit, .checkoutCount, .checkinCount, .deletedAt:
            false
        }
    }
}

/// One field that an event changed. `field` is an ``AssetField`` name, or `custom.` and the custom field's name.
public struct FieldChange: Hashable, Sendable, Codable {
    /// The name of the field.
    public var field: String
    /// The value before, or nil if there was none.
    public var from: String?
    /// The value after, or nil if there is none.
    public var to: String?

    /// Creates a change.
    public init(field: String, from: String?, to: String?) {
        self.field = field
        self.from = from
        self.to = to
    }

    /// The prefix of custom fields.
    public static let customPrefix = "custom."
}

extension Asset {
    /// The field's value as text, in the form that ``set(_:to:label:)`` accepts, or nil if there is none.
    public subscript(field: AssetField) -> String? {
        switch field {
        case .tag: tag
        case .serial: serial
        case .name: name
        case .model: model?.description
        case .status: status.id.description
        case .holder: holder?.description
        case .location: location?.description
        case .defaultLocation: defaultLocation?.description
        case .purchaseDate: purchaseDate?.description
        case .purchaseCost: purchaseCost?.description
        case .orderNumber: orderNumber
        case .supplier: supplier?.description
        case .company: company?.description
        case .warrantyMonths: warrantyMonths.map(String.init)
        case .warrantyExpiry: warrantyExpiry?.description
        case .endOfLife: endOfLife?.description
        case .lastCheckout: lastCheckout?.description
        case .expectedCheckin: expectedCheckin?.description
        case .lastCheckin: lastCheckin?.description
        case .lastAudit: lastAudit?.description
        case .nextAudit: nextAudit?.description
        case .checkoutCount: String(checkoutCount)
        case .checkinCount: String(checkinCount)
        case .requestable: isRequestable ? "true" : "false"
        case .byod: isBYOD ? "true" : "false"
        case .notes: notes
        case .blocked: blocked
        case .deletedAt: deletedAt?.description
        }
    }

    /// Sets the field from text, or changes nothing and returns false if the text is no value of the field.
    ///
    /// - Parameter label: returns the status label with an id; called for ``AssetField/status`` only.
    package mutating func set(
        _ field: AssetField, to text: String?, label: (StatusLabelID) -> StatusLabel?
    ) -> Bool {
        func assign<Value>(_ path: WritableKeyPath<Asset, Value?>, _ parse: (String) -> Value?) -> Bool {
            guard let text else {
                self[keyPath: path] = nil
                return true
            }
            guard let value = parse(text) else { return false }
            self[keyPath: path] = value
            return true
        }
        func row<ID: RowID>(_ text: String) -> ID? {
            Int64(text).flatMap { $0 > 0 ? ID(rawValue: $0) : nil }
        }
        switch field {
        case .tag:
            guard let trimmed = text.map(trimmingWhiteSpace), !trimmed.isEmpty else { return false }
            tag = trimmed
            return true
        case .status:
            guard let text, let id = Int64(text), let found = label(StatusLabelID(rawValue: id)) else { return false }
            status = found
            return true
        case .checkoutCount, .checkinCount:
            guard let text, let count = Int(text), count >= 0 else { return false }
            if field == .checkoutCount { checkoutCount = count } else { checkinCount = count }
            return true
        case .requestable, .byod:
            guard let text, let flag = Bool(text) else { return false }
            if field == .requestable { isRequestable = flag } else { isBYOD = flag }
            return true
        case .serial: return assign(\.serial) { $0 }
        case .name: return assign(\.name) { $0 }
        case .orderNumber: return assign(\.orderNumber) { $0 }
        case .notes: return assign(\.notes) { $0 }
        case .blocked: return assign(\.blocked) { $0 }
        case .model: return assign(\.model, row)
        case .supplier: return assign(\.supplier, row)
        case .company: return assign(\.company, row)
        case .location: return assign(\.location, row)
        case .defaultLocation: return assign(\.defaultLocation, row)
        case .holder: return assign(\.holder) { Holder($0) }
        case .purchaseDate: return assign(\.purchaseDate) { CalendarDate($0) }
        case .warrantyExpiry: return assign(\.warrantyExpiry) { CalendarDate($0) }
        case .endOfLife: return assign(\.endOfLife) { CalendarDate($0) }
        case .expectedCheckin: return assign(\.expectedCheckin) { CalendarDate($0) }
        case .nextAudit: return assign(\.nextAudit) { CalendarDate($0) }
        case .purchaseCost: return assign(\.purchaseCost) { Money($0) }
        case .warrantyMonths: return assign(\.warrantyMonths) { Int($0).flatMap { (0...1200).contains($0) ? $0 : nil } }
        case .lastCheckout: return assign(\.lastCheckout) { Timestamp($0) }
        case .lastCheckin: return assign(\.lastCheckin) { Timestamp($0) }
        case .lastAudit: return assign(\.lastAudit) { Timestamp($0) }
        case .deletedAt: return assign(\.deletedAt) { Timestamp($0) }
        }
    }

    /// Returns the changes since an earlier state of the same asset, in the order of ``AssetField`` and then custom
    /// fields by name.
    package func changes(since earlier: Asset) -> [FieldChange] {
        var changes: [FieldChange] = []
        for field in AssetField.allCases where self[field] != earlier[field] {
            changes.append(FieldChange(field: field.rawValue, from: earlier[field], to: self[field]))
        }
        for key in Set(custom.keys).union(earlier.custom.keys).sorted() where custom[key] != earlier.custom[key] {
            changes.append(
                FieldChange(field: FieldChange.customPrefix + key, from: earlier.custom[key], to: custom[key]))
        }
        return changes
    }
}
