/// The headings by which a column of a sheet is recognized: those of our exports, and those that the exports of other
/// programs have.
///
/// Case, blanks, underscores and punctuation are left aside. Where two columns would be the same field, the heading that
/// comes first in the list wins.
struct Headings {
    private let ranks: [String: (field: SheetField, rank: Int)]

    init(_ kind: SheetKind) {
        var ranks: [String: (field: SheetField, rank: Int)] = [:]
        for field in kind.fields {
            let names = [field.rawValue] + (Self.others(kind)[field] ?? [])
            for (rank, name) in names.enumerated() { ranks[Self.folded(name)] = (field, rank) }
        }
        self.ranks = ranks
    }

    /// Returns the field of a heading with the heading's rank, 0 being the best, or nil for an unknown heading.
    func field(_ heading: String) -> (field: SheetField, rank: Int)? { ranks[Self.folded(heading)] }

    /// Returns the form in which headings are compared.
    static func folded(_ heading: String) -> String {
        var folded = ""
        for scalar in heading.lowercased().unicodeScalars
        where scalar.properties.isAlphabetic
            || scalar.properties.numericType != nil || scalar == "#"
        {
            folded.unicodeScalars.append(scalar)
        }
        return folded
    }

    private static func others(_ kind: SheetKind) -> [SheetField: [String]] {
        switch kind {
        case .assets: assets
        case .people: people
        case .locations: locations
        }
    }

    /// Snipe-IT's reports and import, ATech's, Incident IQ's, Homebox's (`HB.…`) and Shelf's columns.
    private static let assets: [SheetField: [String]] = [
        .tag: [
            "tag", "Asset Tag Number", "Asset Number", "Asset No.", "Inventory Number", "HB.asset_id", "Asset ID",
            "qrId",
        ],
        .serial: ["Serial Number", "Serial No.", "Serial #", "S/N", "HB.serial_number"],
        .name: ["Asset Name", "Item Name", "HB.name", "Title"],
        .manufacturer: ["Manufacturer Name", "Make", "Brand", "HB.manufacturer"],
        .model: ["Model Name", "Asset Model"],
        .modelNumber: ["Model No.", "Model #", "HB.model_number"],
        .category: ["Asset Category", "Category Name", "Asset Type"],
        .status: ["Asset Status", "Status Label", "Status Name"],
        .location: ["Current Location", "Location Name", "HB.location", "Room"],
        .defaultLocation: ["RTD Location", "Home Location"],
        .assignee: [
            "Assigned User", "Checked Out To", "Checked Out", "Owner", "Owner Name", "Custodian", "Assignee",
            "Full Name",
            "Holder",
        ],
        .email: ["E-mail", "Email Address", "Owner Email", "Assigned To Email", "User Email"],
        .username: ["User Name", "Owner Username", "Assigned To Username"],
        .employeeNumber: ["Employee No.", "Employee Num", "Employee #", "Employee ID", "Staff Number"],
        .expectedCheckin: ["Expected Checkin Date", "Due Date", "Expected Return"],
        .purchaseDate: [
            "Purchased Date", "Date of Purchase", "Date Purchased", "Purchased", "HB.purchase_time", "HB.purchase_date",
        ],
        .purchaseCost: ["Purchase Price", "Cost", "Price", "HB.purchase_price", "Valuation", "Value"],
        .orderNumber: ["Order No.", "Purchase Order", "Purchase Order Number", "PO Number", "PO #", "Order #"],
        .supplier: ["Supplier Name", "Vendor", "HB.purchase_from"],
        .company: ["Company Name"],
        .warrantyMonths: ["Warranty"],
        .warrantyExpiry: [
            "Warranty Expires", "Warranty Expiration", "Warranty Expiration Date", "Warranty End", "Warranty End Date",
            "HB.warranty_expires",
        ],
        .endOfLife: ["EOL Date", "End of Life Date"],
        .nextAudit: ["Next Audit Date"],
        .notes: ["Note", "Comments", "Comment", "HB.notes", "Description", "HB.description"],
    ]

    private static let people: [SheetField: [String]] = [
        .name: ["Full Name", "Display Name", "Employee Name", "Person"],
        .firstName: ["Given Name"],
        .lastName: ["Surname", "Family Name"],
        .email: ["E-mail", "Email Address", "Mail"],
        .username: ["User Name", "Login", "Login Name"],
        .employeeNumber: [
            "Employee No.", "Employee Num", "Employee #", "Employee ID", "Staff Number", "Number", "School ID Number",
        ],
        .badge: ["Badge Number", "Badge Code", "Badge ID", "Card Number", "Barcode"],
        .location: ["Location Name", "Office", "Site"],
    ]

    private static let locations: [SheetField: [String]] = [
        .name: ["Location Name", "Location"],
        .code: ["Location Code", "Barcode", "Abbreviation"],
        .parent: ["Parent Location", "Parent Name", "Part Of"],
    ]
}
