import DepotModel
import DepotStore

/// A custom field as the API shows it: a column of assets.
struct CustomColumn: Hashable, Sendable {
    /// As people read it; the key in `custom_fields`.
    var name: String
    /// `_snipeit_mac_address_1`.
    var column: String
    /// The name under which assets keep the value.
    var key: String
    var format: String
    var element: String

    /// The column of a row of the table of fields.
    init(_ field: CatalogueEntry) {
        name = field.name
        key = field.attributes[CatalogueEntry.fieldKey] ?? field.name
        column = CustomColumn.name(key: key, id: field.id)
        format = field.attributes["format"] ?? "ANY"
        element = field.attributes["element"] ?? "text"
    }

    /// What every column's name starts with.
    static let prefix = "_snipeit_"

    /// The name of a field's column: it never changes, as neither key nor id do.
    static func name(key: String, id: CatalogueID) -> String { "\(prefix)\(slug(key))_\(id)" }

    /// Lower-case ASCII letters and digits, everything else between them as one `_`.
    private static func slug(_ text: String) -> String {
        var slug = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): slug.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
            default: if !slug.isEmpty, slug.last != "_" { slug += "_" }
            }
        }
        return slug.last == "_" ? String(slug.dropLast()) : slug
    }

    /// The field's id at the end of a column's name; nil where the name is no column's.
    static func id(in column: String) -> CatalogueID? {
        guard column.hasPrefix(prefix), let number = column.split(separator: "_").last.flatMap({ Int64($0) }),
            number > 0
        else { return nil }
        return CatalogueID(rawValue: number)
    }
}

extension TenantStore {
    /// The custom field with this column, `custom_fields.` in front or not; nil where there is none.
    func customColumn(_ name: String) throws -> CustomColumn? {
        let name = name.hasPrefix("custom_fields.") ? String(name.dropFirst("custom_fields.".count)) : name
        guard let id = CustomColumn.id(in: name), let field = try entry(.field, id) else { return nil }
        let column = CustomColumn(field)
        return column.column == name ? column : nil
    }

    /// The columns of each of these models that has a fieldset.
    func customColumns(of models: Set<CatalogueID>) throws -> [CatalogueID: [CustomColumn]] {
        // most depots have no custom fields, and then there is nothing to read
        guard !models.isEmpty, try hasFieldsets() else { return [:] }
        var bySet: [Int64: [CustomColumn]] = [:]
        var columns: [CatalogueID: [CustomColumn]] = [:]
        for model in models {
            guard let set = try entry(.model, model)?.fieldset else { continue }
            if bySet[set.id] == nil {
                bySet[set.id] = try CustomColumn.columns(of: CatalogueID(rawValue: set.id)) { try entry($0, $1) }
            }
            columns[model] = bySet[set.id]
        }
        return columns
    }
}

extension CustomColumn {
    /// The columns of a fieldset in its order; `entry` reads a row.
    static func columns(
        of fieldset: CatalogueID, _ entry: (Catalogue, CatalogueID) throws -> CatalogueEntry?
    ) throws -> [CustomColumn] {
        let fields = try entry(.fieldset, fieldset)?.fields ?? []
        return try fields.compactMap { try entry(.field, CatalogueID(rawValue: $0.id)).map(CustomColumn.init) }
    }

    /// The columns that assets of a model have, in a transaction.
    static func columns(of model: CatalogueID, in inventory: Inventory) throws -> [CustomColumn] {
        guard let set = try inventory.entry(.model, model)?.fieldset else { return [] }
        return try columns(of: CatalogueID(rawValue: set.id)) { try inventory.entry($0, $1) }
    }
}
