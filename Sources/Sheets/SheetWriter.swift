public import DepotModel
import TextFormats

/// The format of an export.
public enum SheetFormat: String, Hashable, Sendable, CaseIterable, Codable {
    case csv, json
}

/// A writer of a sheet that an import reads back without a change.
///
/// CSV is UTF-8 with CR LF at the ends of lines. JSON is an array with an object for each row; absent values are null.
public struct SheetWriter {
    private let format: SheetFormat
    private let columns: [SheetTarget]
    private let isGuarded: Bool
    private var csv: CSVWriter
    private var json: [UInt8] = []
    private var isFirst = true

    /// Creates a writer.
    ///
    /// - Parameter isGuarded: true to guard cells that a spreadsheet would take for formulas (``SheetText``); JSON has
    ///   no such cells.
    public init(_ format: SheetFormat, _ columns: [SheetTarget], isGuarded: Bool = false) {
        self.format = format
        self.columns = columns
        self.isGuarded = isGuarded
        csv = CSVWriter()
    }

    /// Writes the headings.
    public mutating func begin() {
        guard format == .csv else { return json.append(UInt8(ascii: "[")) }
        for column in columns { csv.field(column.description) }
        csv.endRecord()
    }

    /// Writes a row; `text` returns the text of a column, or nil if there is none.
    public mutating func row(_ text: (SheetTarget) -> String?) {
        guard format == .json else {
            for column in columns {
                csv.field(text(column).map { SheetText.cell($0, in: column, isGuarded: isGuarded) })
            }
            return csv.endRecord()
        }
        var object = JSONWriter()
        object.object { object in
            for column in columns {
                object.key(escaping: column.description)
                if let text = text(column) { object.value(text) } else { object.null() }
            }
        }
        json += (isFirst ? [] : [UInt8(ascii: ",")]) + [0x0A] + object.bytes
        isFirst = false
    }

    /// Writes the end.
    public mutating func end() {
        if format == .json { json += [0x0A, UInt8(ascii: "]"), 0x0A] }
    }

    /// Removes and returns the bytes written so far; writing continues after them.
    public mutating func take() -> [UInt8] {
        defer {
            csv = CSVWriter()
            json.removeAll(keepingCapacity: true)
        }
        return format == .csv ? csv.bytes : json
    }
}

extension SheetKind {
    /// The columns of an export, custom fields excluded.
    public var exported: [SheetTarget] {
        // The person who has an asset is named in one column only.
        let left: Set<SheetField> = self == .assets ? [.email, .username, .employeeNumber] : []
        return fields.filter { !left.contains($0) }.map { .field($0) }
    }
}

/// The texts by which a sheet names the person and the locations of an asset.
public struct SheetReferences: Hashable, Sendable {
    /// The text of the person who has the asset.
    public var assignee: String?
    /// The text of the current location.
    public var location: String?
    /// The text of the location to which the asset belongs.
    public var defaultLocation: String?

    /// Creates references.
    public init(assignee: String? = nil, location: String? = nil, defaultLocation: String? = nil) {
        self.assignee = assignee
        self.location = location
        self.defaultLocation = defaultLocation
    }
}

extension AssetDetails {
    /// Returns the text of a column of an export, or nil if there is none.
    public func text(_ target: SheetTarget, _ references: SheetReferences) -> String? {
        guard case .field(let field) = target else {
            if case .custom(let name) = target { return asset.custom[name] }
            return nil
        }
        return switch field {
        case .tag: asset.tag
        case .serial: asset.serial
        case .name: asset.name
        case .manufacturer: model?.manufacturer?.name
        case .model: model?.name
        case .modelNumber: model?.number
        case .category: model?.category?.name
        case .status: asset.status.name
        case .location: references.location
        case .defaultLocation: references.defaultLocation
        case .assignee: references.assignee
        case .expectedCheckin: asset.expectedCheckin?.description
        case .purchaseDate: asset.purchaseDate?.description
        case .purchaseCost: asset.purchaseCost?.description
        case .orderNumber: asset.orderNumber
        case .supplier: supplier?.name
        case .company: company?.name
        case .warrantyMonths: asset.warrantyMonths.map(String.init)
        case .warrantyExpiry: asset.warrantyExpiry?.description
        case .endOfLife: asset.endOfLife?.description
        case .nextAudit: asset.nextAudit?.description
        case .notes: asset.notes
        case .email, .username, .employeeNumber, .firstName, .lastName, .badge, .uuid, .code, .parent: nil
        }
    }
}

extension Person {
    /// Returns the text of a column of an export, or nil if there is none. `location` is the text of the person's
    /// location.
    public func text(_ target: SheetTarget, location: String?) -> String? {
        guard case .field(let field) = target else { return nil }
        return switch field {
        case .name: name
        case .firstName: attributes[field.rawValue]
        case .lastName: attributes[field.rawValue]
        case .email: email
        case .username: username
        case .employeeNumber: employeeNumber
        case .badge: badge
        case .location: location
        case .uuid: uuid.description
        default: nil
        }
    }
}

extension Location {
    /// Returns the text of a column of an export, or nil if there is none. `parent` is the text of the location that
    /// contains this one.
    public func text(_ target: SheetTarget, parent: String?) -> String? {
        guard case .field(let field) = target else { return nil }
        return switch field {
        case .name: name
        case .code: code
        case .parent: parent
        case .uuid: uuid.description
        default: nil
        }
    }
}
