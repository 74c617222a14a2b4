import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

extension SnipeIT {
    /// The routes besides `/hardware`: people, locations, the catalogue, custom fields, history and version.
    var supportRoutes: [DialectRoute] {
        CatalogueResource.all.flatMap(\.routes) + fieldRoutes + userRoutes + locationRoutes + assetListRoutes
            + Self.absent.flatMap(Self.emptyRoutes)
            + [
                .api(.get, "/categories/:type/selectlist", .viewer, handler: CatalogueResource.categories.selectlist),
                .api(.get, "/reports/activity", .viewer, handler: activity),
                .api(.get, "/version", .viewer) { _ in Envelope.bare { $0.member("version", Self.version) } },
            ]
    }

    /// The release whose behaviour this dialect has.
    private static let version = "v8.1.4"

    /// The features that the inventory lacks. Their lists are empty, so that clients that only read keep working.
    private static let absent = [
        "departments", "groups", "licenses", "accessories", "consumables", "components", "depreciations",
        "maintenances",
    ]

    private static func emptyRoutes(_ path: String) -> [DialectRoute] {
        [
            .api(.get, "/\(path)", .viewer) { _ in Envelope.emptyList },
            .api(.post, "/\(path)", .viewer) { _ in throw RequestError.noRoute },
        ]
    }

    // MARK: Lists of assets

    /// Answers with the assets of a person, location, model or label: all of them, archived ones too, unless pages are
    /// requested.
    private static func assetList(_ call: Call, _ base: AssetPredicate) async throws -> Answer {
        let sent = try await Sent(call)
        let store = try call.store
        var query = try AssetFilters(sent, store).query()
        if case .all(let conditions) = query.predicate {
            query.predicate = .all(conditions.filter { $0 != .not(.statusType([.archived])) } + [base])
        } else {
            query.predicate = base
        }
        if sent.filled("limit") == nil { query.limit = 500 }
        return try AssetList.answer(call, try store.assets(query))
    }

    private var assetListRoutes: [DialectRoute] {
        [
            .api(.get, "/models/:id/assets", .viewer) { call in
                let model = try CatalogueResource.models.find(call)
                return try await Self.assetList(call, .row(.model, [model.id.rawValue]))
            },
            .api(.get, "/statuslabels/:id/assetlist", .viewer) { call in
                let label = try CatalogueResource.statusLabels.find(call)
                return try await Self.assetList(call, .row(.status, [label.id.rawValue]))
            },
            .api(.get, "/users/:id/assets", .viewer) { call in
                let person = try Self.person(call)
                return try await Self.assetList(call, .row(.holderPerson, [person.id.rawValue]))
            },
            .api(.get, "/users/:id/licenses", .viewer) { call in
                _ = try Self.person(call)
                return Envelope.emptyList
            },
            .api(.get, "/users/:id/accessories", .viewer) { call in
                _ = try Self.person(call)
                return Envelope.emptyList
            },
            .api(.get, "/locations/:id/assets", .viewer) { call in
                let location = try Self.location(call)
                return try await Self.assetList(call, .row(.location, [location.id.rawValue]))
            },
            .api(.get, "/locations/:id/assigned/assets", .viewer) { call in
                let location = try Self.location(call)
                return try await Self.assetList(call, .row(.holderLocation, [location.id.rawValue]))
            },
        ]
    }
}

extension RowQuery {
    /// Returns the query of a list: `search`, `name`, `sort`, `order`, `limit`, `offset`. An unknown sort is ignored.
    init(_ sent: Sent, isPaged: Bool = true) {
        self.init()
        search = sent.text("search")
        name = sent.text("name")
        descending = sent.text("order") != "asc"
        sort =
            switch sent.text("sort") {
            case "id": .id
            case "name", "first_name", "model": .name
            case "updated_at": .updatedAt
            case "assets_count", "item_count", "rtd_assets_count", "assigned_assets_count": .assetCount
            default: .createdAt
            }
        (limit, offset) = sent.page
        if !isPaged, sent.filled("limit") == nil { limit = 1000 }
    }
}

/// Answers a `selectlist`: fifty rows per page, by name.
///
/// `rows` reads a page: the number, text and picture of each row, and the count of rows on all pages.
func selectlistAnswer(
    _ sent: Sent, _ rows: (RowQuery) throws -> (rows: [(id: Int64, text: String)], total: Int)
) throws -> Answer {
    let perPage = 50
    let page = Int(clamping: min(max(sent.filled("page")?.integer ?? 1, 1), 1_000_000))
    var query = RowQuery()
    query.search = sent.text("search")
    query.limit = perPage
    query.offset = (page - 1) * perPage
    let found = try rows(query)
    let pages = max(1, (found.total + perPage - 1) / perPage)
    return Envelope.bare { json in
        json.array("results", of: found.rows) { json, row in
            json.object { json in
                json.member("id", row.id)
                json.escaped("text", row.text)
                json.null("image")
            }
        }
        json.object("pagination") { json in
            json.member("more", page < pages)
            json.member("per_page", perPage)
        }
        json.member("total_count", found.total)
        json.member("page", page)
        json.member("page_count", pages)
    }
}

/// Repeats a change whose row changed after the decision, unless the client named the version.
func untilCurrent<Value>(_ call: Call, _ body: () async throws -> Value) async throws -> Value {
    for _ in 0..<3 {
        do {
            return try await body()
        } catch CommitFailure.refused(let refusal)
            where refusal.code == .versionConflict && call.expectedVersion == nil
        {}
    }
    return try await body()
}
