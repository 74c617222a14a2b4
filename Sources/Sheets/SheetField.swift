/// The kind of the things in a sheet.
public enum SheetKind: String, Hashable, Sendable, CaseIterable, Codable {
    case assets, people, locations

    /// The fields that a sheet of this kind may have, in the order in which an export writes them.
    public var fields: [SheetField] {
        switch self {
        case .assets:
            [
                .tag, .serial, .name, .manufacturer, .model, .modelNumber, .category, .status, .location,
                .defaultLocation, .assignee, .email, .username, .employeeNumber, .expectedCheckin, .purchaseDate,
                .purchaseCost, .orderNumber, .supplier, .company, .warrantyMonths, .warrantyExpiry, .endOfLife,
                .nextAudit, .notes,
            ]
        case .people: [.name, .firstName, .lastName, .email, .username, .employeeNumber, .badge, .location, .uuid]
        case .locations: [.name, .code, .parent, .uuid]
        }
    }

    /// The fields of which a sheet must have at least one.
    var required: [SheetField] {
        switch self {
        case .assets: [.tag]
        case .people: [.name, .firstName, .lastName, .uuid]
        case .locations: [.name, .uuid]
        }
    }
}

/// A field that a column of a sheet may hold. The raw value is the heading that exports write.
public enum SheetField: String, Hashable, Sendable, CaseIterable, Codable {
    case tag = "asset_tag"
    case serial, name, manufacturer, model
    case modelNumber = "model_number"
    case category, status, location
    case defaultLocation = "default_location"
    /// The person who has the asset, by anything that identifies a person.
    case assignee = "assigned_to"
    /// The e-mail address of the person, or of the person who has the asset.
    case email
    /// The username of the person, or of the person who has the asset.
    case username
    /// The employee number of the person, or of the person who has the asset.
    case employeeNumber = "employee_number"
    case expectedCheckin = "expected_checkin"
    case purchaseDate = "purchase_date"
    case purchaseCost = "purchase_cost"
    case orderNumber = "order_number"
    case supplier, company
    case warrantyMonths = "warranty_months"
    case warrantyExpiry = "warranty_expiry"
    case endOfLife = "end_of_life"
    case nextAudit = "next_audit"
    case notes
    case firstName = "first_name"
    case lastName = "last_name"
    case badge, uuid, code, parent

    /// The form of a field's cells.
    enum Form { case text, identifier, day, amount, months }

    /// The form of the field's cells.
    var form: Form {
        switch self {
        case .tag, .serial, .orderNumber, .employeeNumber, .badge, .code, .username, .modelNumber: .identifier
        case .purchaseDate, .warrantyExpiry, .endOfLife, .nextAudit, .expectedCheckin: .day
        case .purchaseCost: .amount
        case .warrantyMonths: .months
        default: .text
        }
    }
}

/// The destination of a column's cells.
public enum SheetTarget: Hashable, Sendable, CustomStringConvertible {
    case field(SheetField)
    /// The custom field of an asset with this name.
    case custom(String)

    /// The prefix of the headings of custom fields.
    public static let customPrefix = "custom."

    /// The heading that exports write.
    public var description: String {
        switch self {
        case .field(let field): field.rawValue
        case .custom(let name): Self.customPrefix + name
        }
    }

    /// Creates a target from its description, or returns nil if the kind has no such field.
    init?(_ text: String, _ kind: SheetKind) {
        let text = SheetText.tidied(text)
        if kind == .assets, text.lowercased().hasPrefix(Self.customPrefix) {
            let name = SheetText.tidied(String(text.dropFirst(Self.customPrefix.count)))
            guard !name.isEmpty else { return nil }
            self = .custom(name)
        } else {
            guard let field = Headings(kind).field(text)?.field else { return nil }
            self = .field(field)
        }
    }

    /// The form of the column's cells.
    var form: SheetField.Form {
        switch self {
        case .field(let field): field.form
        case .custom: .text
        }
    }
}
