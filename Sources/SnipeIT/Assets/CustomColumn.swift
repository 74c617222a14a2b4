import DepotModel
import DepotStore

/// A custom field in the API's form: a column of assets.
struct CustomColumn: Hashable, Sendable {
    /// The name for people, which is the key in `custom_fields`.
    var name: String
    /// The name of the column, such as `_snipeit_mac_address_1`.
    var column: String
    /// The name under which assets store the value.
    var key: String
    var format: String
    var element: String

    /// Creates the column of a row of the table of fields.
    init(_ field: CatalogueEntry) {
        name = field.name
        key = field.attributes[CatalogueEntry.fieldKey] ?? field.name
        column = CustomColumn.name(key: key, id: field.id)
        format = field.attributes["format"] ?? "ANY"
        element = field.attributes["element"] ?? "text"
    }

    /// The prefix of every column's name.
    static let prefix = "_snipeit_"

    /// Returns the name of a field's column. It never changes, since key and id do not.
    static func name(key: String, id: CatalogueID) -> String { "\(prefix)\(slug(key))_\(id)" }

    /// Returns lower-case ASCII letters and digits, with any other characters between them replaced by one `_`.
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

    /// Returns the field's id at the end of a column's name, or nil for another name.
    static func id(in column: String) -> CatalogueID? {
        guard column.hasPrefix(prefix), let number = column.split(separator: "_").last.flatMap({ Int64($0) }),
            number > 0
        else { return nil }
        return CatalogueID(rawValue: number)
    }
}

extension TenantStore {
    /// Returns the custom field with a column, with or without the prefix `custom_fields.`, or nil.
    func customColumn(_ name: String) throws -> CustomColumn? {
        let name = name.hasPrefix("custom_fields.") ? String(name.dropFirst("custom_fields.".count)) : name
        guard let id = CustomColumn.id(in: name), let field = try entry(.field, id) else { return nil }
        let column = CustomColumn(field)
        return column.column == name ? column : nil
    }

    /// Returns the columns of each of the models that has a fieldset.
    func customColumns(of models: Set<CatalogueID>) throws -> [CatalogueID: [CustomColumn]] {
        // Most depots have no custom fields, so that nothing needs to be read.
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
    /// Returns the columns of a fieldset in its order; `entry` reads a row.
    static func columns(
        of fieldset: CatalogueID, _ entry: (Catalogue, CatalogueID) throws -> CatalogueEntry?
    ) throws -> [CustomColumn] {
        let fields = try entry(.fieldset, fieldset)?.fields ?? []
        return try fields.compactMap { try entry(.field, CatalogueID(rawValue: $0.id)).map(CustomColumn.init) }
    }

    /// Returns the columns of a model's assets, in a transaction.
    static func columns(of model: CatalogueID, in inventory: Inventory) throws -> [CustomColumn] {
        guard let set = try inventory.entry(.model, model)?.fieldset else { return [] }
        return try columns(of: CatalogueID(rawValue: set.id)) { try inventory.entry($0, $1) }
    }
}
