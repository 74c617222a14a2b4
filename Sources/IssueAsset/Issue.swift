import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The route that issues an asset.
enum Issue {
    @Sendable static func answer(_ call: Call) async throws -> Answer {
        let store = try call.store
        let request = try IssueRequest(try await call.object())
        let choice = ModelChoice(model: request.model, type: request.type)
        let known = try choice.existing(store)
        let applied = try await store.change(call.change) { inventory in
            let person =
                try inventory.person(email: request.email)
                ?? inventory.createPerson(PersonDraft(name: request.name, email: request.email), step: "person")
            let asset = try existing(request, inventory) ?? create(request, choice, known, inventory)
            return try inventory.apply(.checkout(to: .person(person.id)), to: asset, note: request.comments)
        }
        guard let id = applied.asset?.asset.id else { throw RequestError.notFound("asset", "") }
        return .json(.created, version: applied.asset?.asset.version) { json in
            json.object { json in
                json.member("message", "Asset issued")
                json.member("id", id)
            }
        }
    }

    /// Returns the asset that the request names by tag or serial number, or nil if there is none.
    private static func existing(_ request: IssueRequest, _ inventory: Inventory) throws -> AssetID? {
        if let tag = request.tag, let details = try inventory.asset(tag: tag) {
            if let serial = request.serial, let own = details.asset.serial, own.lowercased() != serial.lowercased() {
                throw DepotError(.conflict, "\(details.asset.tag) has the serial number \(own), not \(serial).")
            }
            return details.asset.id
        }
        guard request.tag == nil, let serial = request.serial else { return nil }
        let found = try inventory.assets(serial: serial)
        guard found.count < 2 else {
            throw DepotError(
                .ambiguous, "\(found.count) assets have the serial number \(serial): name one by asset_tag.")
        }
        return found.first?.asset.id
    }

    private static func create(
        _ request: IssueRequest, _ choice: ModelChoice, _ known: CatalogueID?, _ inventory: Inventory
    ) throws -> AssetID {
        var draft = AssetDraft(tag: request.tag)
        draft.serial = request.serial
        draft.model = try choice.find(inventory, known: known)
        draft.notes = request.comments
        guard let details = try inventory.create(draft, step: "asset").asset else {
            throw DepotError(.internal, "The new asset is not there.")
        }
        return details.asset.id
    }
}

/// The model of an asset in this API's words: `asset_type` is the category, `asset_model` the model.
struct ModelChoice: Hashable, Sendable {
    /// The beginning of the name of a model for assets with a type but no model.
    static let unspecified = "(unspecified)"

    var model: String?
    var type: String?

    private var name: String? { model ?? type.map { "\(Self.unspecified) \($0)" } }

    /// Returns the oldest model that matches exactly, or nil.
    func existing(_ store: TenantStore) throws -> CatalogueID? {
        guard let name else { return nil }
        var query = RowQuery()
        query.name = name
        query.sort = .id
        query.limit = 1
        if let type {
            guard let category = try store.entry(.category, named: type) else { return nil }
            query.category = category.id
        }
        return try store.entries(.model, query).rows.first?.id
    }

    /// Returns the model, created if there is none, or nil if nothing is chosen. `known` is the result of
    /// ``existing(_:)``.
    ///
    /// A model has one category. For another type it is another model of the same name, with the type as its number.
    func find(_ inventory: Inventory, known: CatalogueID?) throws -> CatalogueID? {
        guard let name else { return nil }
        if let known, try inventory.entry(.model, known) != nil { return known }
        let id = try inventory.model(name, category: type)
        guard let type, let category = try inventory.entry(.model, id)?.category,
            category.name.lowercased() != type.lowercased()
        else { return id }
        return try inventory.model(name, number: type, category: type)
    }
}
