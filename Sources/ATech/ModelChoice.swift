import DepotModel
import DepotStore
import TextFormats

/// Which model an asset has, in this API's words.
struct ModelChoice: Hashable, Sendable {
    /// What the model of an asset begins with that has a manufacturer or a category, but no model.
    static let unspecified = "(unspecified)"

    var model: String?
    var manufacturer: String?
    var category: CatalogueID?

    /// The name of the model that stands in for none.
    static func standIn(manufacturer: String?, category: String?) -> String? {
        let names = [manufacturer, category].compactMap { $0 }
        return names.isEmpty ? nil : ([unspecified] + names).joined(separator: " ")
    }

    /// The oldest model that is just this; nil where there is none yet.
    func known(_ store: TenantStore) throws -> CatalogueID? {
        var query = RowQuery()
        query.sort = .id
        query.limit = 1
        query.category = category
        if let manufacturer {
            guard let entry = try store.entry(.manufacturer, named: manufacturer) else { return nil }
            query.manufacturer = entry.id
        }
        let kind = try category.flatMap { try store.entry(.category, $0)?.name }
        guard let name = model ?? Self.standIn(manufacturer: manufacturer, category: kind) else { return nil }
        query.name = name
        return try store.entries(.model, query).rows.first?.id
    }

    /// The model, made where there is none; nil where nothing is chosen. `known` is what ``known(_:)`` found.
    ///
    /// A model has one category: with another category it is another model of the same name, told apart by the category
    /// as its number.
    func find(_ inventory: Inventory, known: CatalogueID?) throws -> CatalogueID? {
        let category = try category.map { id in
            guard let entry = try inventory.entry(.category, id) else {
                throw DepotError(.notFound, "Category not found")
            }
            return entry
        }
        if let known, try inventory.entry(.model, known) != nil { return known }
        guard let name = model ?? Self.standIn(manufacturer: manufacturer, category: category?.name) else { return nil }
        let id = try inventory.model(name, manufacturer: manufacturer, category: category?.name)
        guard let category, try inventory.entry(.model, id)?.category?.id != category.id.rawValue else { return id }
        return try inventory.model(
            name, number: category.name, manufacturer: manufacturer, category: category.name)
    }
}
