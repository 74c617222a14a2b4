public import DepotModel
import Sheets

/// A column of an import of assets.
public enum ImportColumn: String, Hashable, Sendable, CaseIterable {
    case serial, name, model
    case modelNumber = "model_number"
    case manufacturer, category, status, location
    case defaultLocation = "default_location"
    case assignee = "assigned_to"
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
    /// The custom fields that the draft names; others stay.
    case custom
}

/// A person as a row of a sheet names one: by anything that identifies a person.
public struct PersonIdentity: Hashable, Sendable {
    /// A badge, a username, an employee number, an e-mail address, `person:` and the id, or a name, also as
    /// `Last, First`.
    public var text: String?
    /// The e-mail address.
    public var email: String?
    /// The username.
    public var username: String?
    /// The employee number.
    public var employeeNumber: String?

    /// Creates an identity by a text of any kind.
    public init(_ text: String? = nil) { self.text = text }

    /// The words for the person in a sentence, or nil if nothing is named.
    var description: String? { text ?? email ?? username ?? employeeNumber }
}

/// One row of an import: an asset by its tag, as it is to be.
public struct ImportRow: Hashable, Sendable {
    /// The line of the file, 1 to 4,294,967,295; no two rows of one file have the same.
    public var line: Int
    /// The tag, which is never nil, with the texts, days and amounts of the row. Ids in it are left aside.
    public var draft: AssetDraft
    /// The columns of which the row says something: an asset that exists keeps the rest, and a nil value clears.
    public var columns: Set<ImportColumn>
    /// The person who has the asset.
    public var assignee: PersonIdentity?
    /// The name or code of the location at which the asset is.
    public var locationName: String?
    /// The name or code of the location to which the asset belongs; a new asset without one belongs to
    /// ``locationName``.
    public var defaultLocationName: String?
    /// The state of the asset: a status label's name, a lifecycle, or a word of another program for one. Nil stands for
    /// the state that the asset has, or deployed if there is an assignee.
    public var status: String?
    /// The custom fields that are emptied.
    public var clearedCustom: Set<String> = []

    /// Creates a row.
    public init(
        line: Int, draft: AssetDraft, columns: Set<ImportColumn>, assignee: String? = nil, locationName: String? = nil,
        lifecycle: Lifecycle? = nil
    ) {
        self.line = line
        self.draft = draft
        self.columns = columns
        self.assignee = assignee.map { PersonIdentity($0) }
        self.locationName = locationName
        status = lifecycle?.rawValue
    }

    /// Creates a row from one of a sheet. Blank cells are columns of which it says nothing.
    init(_ row: SheetRow, _ rules: ImportRules) {
        self.init(line: row.line, draft: AssetDraft(tag: ""), columns: [])
        var identity = PersonIdentity()
        for cell in row.cells {
            switch cell.target {
            case .custom(let name):
                columns.insert(.custom)
                if case .text(let text) = cell.value { draft.custom[name] = text } else { clearedCustom.insert(name) }
            case .field(let field): set(field, cell.value, &identity)
            }
        }
        if identity.description != nil { assignee = identity }
        if let unnamed = rules.unnamedModel, draft.modelName == nil, draft.modelNumber == nil {
            let names = [draft.manufacturer, draft.category].compactMap { $0 }
            if !names.isEmpty { draft.modelName = ([unnamed] + names).joined(separator: " ") }
        }
    }

    private mutating func set(_ field: SheetField, _ value: SheetValue, _ identity: inout PersonIdentity) {
        if let column = ImportColumn(rawValue: field.rawValue) { columns.insert(column) }
        switch value {
        case .text(let text):
            switch field {
            case .tag: draft.tag = text
            case .serial: draft.serial = text
            case .name: draft.name = text
            case .model: draft.modelName = text
            case .modelNumber: draft.modelNumber = text
            case .manufacturer: draft.manufacturer = text
            case .category: draft.category = text
            case .status: status = text
            case .location: locationName = text
            case .defaultLocation: defaultLocationName = text
            case .assignee: identity.text = text
            case .email: identity.email = text
            case .username: identity.username = text
            case .employeeNumber: identity.employeeNumber = text
            case .orderNumber: draft.orderNumber = text
            case .supplier: draft.supplier = text
            case .company: draft.company = text
            case .notes: draft.notes = text
            default: break
            }
        case .day(let day):
            switch field {
            case .purchaseDate: draft.purchaseDate = day
            case .warrantyExpiry: draft.warrantyExpiry = day
            case .endOfLife: draft.endOfLife = day
            case .nextAudit: draft.nextAudit = day
            case .expectedCheckin: draft.expectedCheckin = day
            default: break
            }
        case .amount(let amount): draft.purchaseCost = amount
        case .months(let months): draft.warrantyMonths = months
        case .clear: break
        }
    }
}

/// The outcome of a row.
public enum ImportOutcome<ID: RowID>: Hashable, Sendable {
    case created(ID)
    case updated(ID)
    /// It is so already, and nothing was written.
    case unchanged(ID)
    /// Nothing of the row was taken, for the reason in the sentence.
    case failed(line: Int, message: String)
}
