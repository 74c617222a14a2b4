import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of locations.
enum LocationRoutes {
    static let all: [DialectRoute] = [
        DialectRoute(.get, "/api/locations", .viewer, handler: list),
        DialectRoute(.post, "/api/locations", .operator, handler: create),
        DialectRoute(.get, "/api/locations/:id", .viewer) { call in locationAnswer(try located(call).location) },
        DialectRoute(.put, "/api/locations/:id", .operator, handler: update),
        DialectRoute(.delete, "/api/locations/:id", .operator, handler: delete),
    ]

    private static func located(_ call: Call) throws -> (store: TenantStore, location: Location) {
        let id: LocationID = try call.rowID("location")
        let found = try call.find("location") { store in
            try store.location(id).flatMap { $0.deletedAt == nil ? $0 : nil }
        }
        return (found.store, found.value)
    }

    private static func list(_ call: Call) async throws -> Answer {
        .rows(try call.stores(), name: \.name, write: write) { store, offset in
            var query = RowQuery()
            query.limit = 1000
            query.offset = offset
            return try store.locations(query).rows
        }
    }

    private static func create(_ call: Call) async throws -> Answer {
        let store = try call.store
        let draft = try read(LocationDraft(name: ""), try await call.fields())
        let location = try await store.change(call.change) { try $0.createLocation(draft) }
        return locationAnswer(location, .created)
    }

    private static func update(_ call: Call) async throws -> Answer {
        let (store, location) = try located(call)
        let fields = try await call.fields()
        _ = try read(LocationDraft(location), fields)
        let version = call.expectedVersion
        let after = try await store.change(call.change) { inventory in
            let draft = try read(LocationDraft(try inventory.location(location.id) ?? location), fields)
            return try inventory.updateLocation(location.id, draft, version: version)
        }
        return locationAnswer(after)
    }

    private static func delete(_ call: Call) async throws -> Answer {
        let (store, location) = try located(call)
        let version = call.expectedVersion
        _ = try await store.change(call.change) { try $0.deleteLocation(location.id, version: version) }
        return okAnswer()
    }

    private static func read(_ draft: LocationDraft, _ fields: FieldReader) throws -> LocationDraft {
        var (draft, fields) = (draft, fields)
        if draft.name.isEmpty { fields.require(["name"]) }
        if fields.object.has("name") { draft.name = fields.name("name") }
        if fields.object.has("code") { draft.code = fields.text("code") }
        try fields.finish()
        return draft
    }

    private static func locationAnswer(_ location: Location, _ status: HTTPResponse.Status = .ok) -> Answer {
        .json(status, version: location.version) { write(location, &$0) }
    }

    @Sendable private static func write(_ location: Location, _ json: inout JSONWriter) {
        json.object { json in
            json.member("id", location.id)
            json.member("name", location.name)
            json.member("code", location.code)
        }
    }
}

/// The routes of categories.
enum CategoryRoutes {
    static let all: [DialectRoute] = [
        DialectRoute(.get, "/api/categories", .viewer, handler: list),
        DialectRoute(.post, "/api/categories", .administrator, handler: create),
        DialectRoute(.get, "/api/categories/:id", .viewer) { call in categoryAnswer(try located(call).category) },
        DialectRoute(.put, "/api/categories/:id", .administrator, handler: update),
        DialectRoute(.delete, "/api/categories/:id", .administrator, handler: delete),
    ]

    private static func located(_ call: Call) throws -> (store: TenantStore, category: CatalogueEntry) {
        let id: CatalogueID = try call.rowID("category")
        let found = try call.find("category") { try $0.entry(.category, id) }
        return (found.store, found.value)
    }

    private static func list(_ call: Call) async throws -> Answer {
        .rows(try call.stores(), name: \.name, write: write) { store, offset in
            var query = RowQuery()
            query.limit = 1000
            query.offset = offset
            return try store.entries(.category, query).rows
        }
    }

    private static func create(_ call: Call) async throws -> Answer {
        let store = try call.store
        let draft = try read(CatalogueDraft(name: ""), try await call.fields())
        let category = try await store.change(call.change) { try $0.create(.category, draft) }
        return categoryAnswer(category, .created)
    }

    private static func update(_ call: Call) async throws -> Answer {
        let (store, category) = try located(call)
        let fields = try await call.fields()
        _ = try read(CatalogueDraft(category), fields)
        let version = call.expectedVersion
        let after = try await store.change(call.change) { inventory in
            let draft = try read(CatalogueDraft(try inventory.entry(.category, category.id) ?? category), fields)
            return try inventory.update(.category, category.id, draft, version: version)
        }
        return categoryAnswer(after)
    }

    private static func delete(_ call: Call) async throws -> Answer {
        let (store, category) = try located(call)
        let version = call.expectedVersion
        try await store.change(call.change) { try $0.delete(.category, category.id, version: version) }
        return okAnswer()
    }

    private static func read(_ draft: CatalogueDraft, _ fields: FieldReader) throws -> CatalogueDraft {
        var (draft, fields) = (draft, fields)
        if draft.name.isEmpty { fields.require(["name"]) }
        if fields.object.has("name") { draft.name = fields.name("name") }
        try fields.finish()
        return draft
    }

    private static func categoryAnswer(_ category: CatalogueEntry, _ status: HTTPResponse.Status = .ok) -> Answer {
        .json(status, version: category.version) { write(category, &$0) }
    }

    @Sendable private static func write(_ category: CatalogueEntry, _ json: inout JSONWriter) {
        json.object { json in
            json.member("id", category.id.rawValue)
            json.member("name", category.name)
        }
    }
}
