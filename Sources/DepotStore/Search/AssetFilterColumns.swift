import DepotModel

extension AssetRelation {
    /// The column of `a` with the related row's id; for relations through the model, the model's.
    var column: String {
        switch self {
        case .model, .category, .manufacturer: "a.model_id"
        case .status: "a.status_id"
        case .company: "a.company_id"
        case .supplier: "a.supplier_id"
        case .location: "a.location_id"
        case .defaultLocation: "a.default_location_id"
        case .holderPerson: "a.holder_person_id"
        case .holderLocation: "a.holder_location_id"
        case .holderAsset: "a.holder_asset_id"
        case .asset: "a.id"
        }
    }

    /// The column of `model` with the related row's id, for relations through the model; otherwise nil.
    var throughModel: String? {
        switch self {
        case .category: "category_id"
        case .manufacturer: "manufacturer_id"
        default: nil
        }
    }

    /// The table of the related row.
    var table: String {
        switch self {
        case .model: "model"
        case .category: "category"
        case .manufacturer: "manufacturer"
        case .status: "status_label"
        case .company: "company"
        case .supplier: "supplier"
        case .location, .defaultLocation, .holderLocation: "location"
        case .holderPerson: "person"
        case .holderAsset, .asset: "asset"
        }
    }
}

extension AssetText {
    /// The column of `a`.
    var column: String { self == .tag || self == .serial ? "a.\(rawValue)_key" : "a.\(rawValue)" }

    /// The column of the search index that contains this text alone, or nil.
    var indexColumn: String? {
        switch self {
        case .tag, .serial, .name, .notes: rawValue
        default: nil
        }
    }

    /// The SQL for the text in lowercase, as it is compared.
    var rendered: String {
        switch self {
        case .tag, .serial: column
        case .name: "a.name_order"
        case .orderNumber, .notes: "folded(\(column))"
        case .purchaseCost: "amount_text(\(column))"
        case .purchaseDate, .warrantyExpiry, .endOfLife, .expectedCheckin, .nextAudit: column
        case .lastCheckout, .lastCheckin, .lastAudit, .created, .updated: "day_text(\(column))"
        }
    }
}

extension AssetDate {
    /// The column of `a`.
    var column: String { "a.\(rawValue)" }

    /// A Boolean value that is true if the column stores milliseconds rather than a day.
    var isTime: Bool {
        switch self {
        case .purchase, .warrantyExpiry, .expectedCheckin, .nextAudit, .endOfLife: false
        case .created, .updated, .lastCheckout, .lastCheckin, .lastAudit: true
        }
    }
}

/// The order of a list, as SQL.
struct AssetOrder {
    /// The column, or nil to order by id alone.
    var column: String?
    var join = ""
    var values: [SQLValue] = []

    init(_ sort: AssetQuery.Sort) {
        switch sort {
        // Rows are never created with an earlier time than the previous one.
        case .id, .createdAt: break
        case .tag: column = "a.tag_key"
        case .serial: column = "a.serial_key"
        case .name: column = "a.name_order"
        case .notes: column = "folded(a.notes)"
        case .orderNumber: column = "folded(a.order_number)"
        case .model: set("folded(m.name_key)", Self.model)
        case .modelNumber: set("folded(m.number)", Self.model)
        case .manufacturer:
            set("folded(x.name_key)", "\(Self.model) LEFT JOIN manufacturer x ON x.id = m.manufacturer_id")
        case .category: set("folded(x.name_key)", "\(Self.model) LEFT JOIN category x ON x.id = m.category_id")
        case .status: set("folded(x.name_key)", "JOIN status_label x ON x.id = a.status_id")
        case .location: set("folded(x.name_key)", "LEFT JOIN location x ON x.id = a.location_id")
        case .defaultLocation: set("folded(x.name_key)", "LEFT JOIN location x ON x.id = a.default_location_id")
        case .company: set("folded(x.name_key)", "LEFT JOIN company x ON x.id = a.company_id")
        case .supplier: set("folded(x.name_key)", "LEFT JOIN supplier x ON x.id = a.supplier_id")
        case .holder:
            set(
                "folded(coalesce(hp.name_key, hl.name_key, ha.tag_key))",
                """
                LEFT JOIN person hp ON hp.id = a.holder_person_id LEFT JOIN location hl ON hl.id = a.holder_location_id
                LEFT JOIN asset ha ON ha.id = a.holder_asset_id
                """)
        case .custom(let name):
            column = "folded(custom_value(a.custom, ?))"
            values = [.text(name)]
        case .purchaseDate, .purchaseCost, .warrantyMonths, .endOfLife, .lastCheckout, .expectedCheckin, .lastCheckin,
            .lastAudit, .nextAudit, .checkoutCount, .checkinCount, .requestable, .byod, .updatedAt:
            column = "a.\(sort.rawValue)"
        }
    }

    private static let model = "LEFT JOIN model m ON m.id = a.model_id"

    private mutating func set(_ column: String, _ join: String) {
        self.column = column
        self.join = join
    }
}
