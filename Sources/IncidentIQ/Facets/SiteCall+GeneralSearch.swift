import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The search over all kinds of rows.
extension SiteCall {
    /// The kinds of rows to search, by Incident IQ's bits.
    private struct Kinds: OptionSet {
        let rawValue: Int
        static let users = Kinds(rawValue: 4)
        static let assets = Kinds(rawValue: 8)
        static let locations = Kinds(rawValue: 16)
        static let models = Kinds(rawValue: 128)
        static let statusTypes = Kinds(rawValue: 512)
        static let assetTypes = Kinds(rawValue: 1024)
        static let all: Kinds = [.users, .assets, .locations, .models, .statusTypes, .assetTypes]
    }

    /// The matches.
    private struct Hits {
        var users: [Person] = []
        var assets: [AssetDetails] = []
        var locations: [Location] = []
        var models: [CatalogueEntry] = []
        var statuses: [StatusLabel] = []
        var types: [CatalogueEntry] = []
    }

    /// `POST search` and `search/v2`: `Query` anywhere in names, tags, serial numbers, codes and badges. `Facets` selects
    /// the kinds (all by default), and `Limit` is the number of matches of each.
    func searchEverything() async throws -> Answer {
        let fields = try await fields()
        let text = (try fields.text("Query") ?? "").trimmed
        let limit = try limit(fields)
        let bits = try fields.integer("Facets") ?? 0
        let kinds = bits == 0 ? Kinds.all : Kinds(rawValue: bits)
        var hits = Hits()
        guard !text.isEmpty else { return try answer(hits, kinds) }
        var rows = RowQuery()
        rows.search = text
        rows.limit = limit
        if kinds.contains(.users) { hits.users = try store.people(rows).rows }
        if kinds.contains(.locations) { hits.locations = try store.locations(rows).rows }
        if kinds.contains(.models) { hits.models = try store.entries(.model, rows).rows }
        if kinds.contains(.assetTypes) { hits.types = try store.entries(.category, rows).rows }
        if kinds.contains(.statusTypes) {
            let types = try StatusTypes(store)
            hits.statuses = Array(
                types.labels.filter { types.name(of: $0).lowercased().contains(text.lowercased()) }.prefix(limit))
        }
        if kinds.contains(.assets) {
            var query = AssetQuery()
            query.search = text
            query.limit = limit
            hits.assets = try store.assets(query).rows
        }
        return try answer(hits, kinds)
    }

    /// `POST search/scan`: the exact matches of a scanned code: an asset's tag, serial number or GUID, a person's badge,
    /// number, e-mail address or username, or a location's code.
    func searchScan() async throws -> Answer {
        let fields = try await fields()
        let text = (try fields.text("Query") ?? "").trimmed
        let limit = try limit(fields)
        var hits = Hits()
        guard !text.isEmpty else { return try answer(hits, .all) }
        let keys =
            [LookupKey.Kind.tag, .serial, .badge, .employeeNumber, .locationCode]
            + (GUID.parse(text) == nil ? [] : [.uuid])
        for found in try store.find(keys.map { LookupKey($0, text) }) {
            for entity in found.entities {
                switch entity {
                case .asset(let asset) where !hits.assets.contains { $0.asset.id == asset.asset.id }:
                    hits.assets.append(asset)
                case .person(let person) where !hits.users.contains { $0.id == person.id }: hits.users.append(person)
                case .location(let place) where !hits.locations.contains { $0.id == place.id }:
                    hits.locations.append(place)
                default: break
                }
            }
        }
        for person in [try store.person(email: text), try store.person(username: text)] {
            guard let person, !hits.users.contains(where: { $0.id == person.id }) else { continue }
            hits.users.append(person)
        }
        hits.assets = Array(hits.assets.prefix(limit))
        hits.users = Array(hits.users.prefix(limit))
        return try answer(hits, .all)
    }

    private func limit(_ fields: Fields) throws(RequestError) -> Int {
        min(max(try fields.integer("Limit") ?? 20, 1), 100)
    }

    private func answer(_ hits: Hits, _ kinds: Kinds) throws -> Answer {
        var view = try AssetView(self)
        var parents = Parents(store)
        let types = try StatusTypes(store)
        return try item { json in
            try json.object { json in
                if kinds.contains(.users) { try json.array("Users", of: hits.users) { try write($1, to: &$0) } }
                if kinds.contains(.assets) { try json.array("Assets", of: hits.assets) { try view.write($1, to: &$0) } }
                if kinds.contains(.locations) {
                    try json.array("Locations", of: hits.locations) { json, place in
                        Rows.write(place, parent: try parents[place]?.uuid, site: site, to: &json)
                    }
                }
                if kinds.contains(.models) { json.array("Models", of: hits.models) { Rows.write($1, to: &$0) } }
                if kinds.contains(.statusTypes) {
                    json.array("StatusTypes", of: hits.statuses) { types.write($1, to: &$0) }
                }
                if kinds.contains(.assetTypes) {
                    json.array("AssetTypes", of: hits.types) { Rows.write(assetType: $1, to: &$0) }
                }
            }
        }
    }
}
