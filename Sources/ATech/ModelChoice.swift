import DepotModel
import DepotStore
import TextFormats

/// The model of an asset in this API's words.
struct ModelChoice: Hashable, Sendable {
    /// The beginning of the name of a model for assets with a manufacturer or a category but no model.
    static let unspecified = "(unspecified)"

    var model: String?
    var manufacturer: String?
    var category: CatalogueID?

    /// Returns the name of the placeholder for no model, or nil.
    static func standIn(manufacturer: String?, category: String?) -> String? {
        let names = [manufacturer, category].compactMap { $0 }
        return names.isEmpty ? nil : ([unspecified] + names).joined(separator: " ")
    }

    /// Returns the oldest model that matches exactly, or nil.
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

    /// Returns the model, created if there is none, or nil if nothing is chosen. `known` is the result of ``known(_:)``.
    ///
    /// A model has one category. For another category it is another model of the same name, with the category as its
    /// number.
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
