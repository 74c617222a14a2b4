import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes by which a client finds the GUIDs that it writes.
extension SiteCall {
    /// `GET assets/status/types`.
    func statusTypes() throws -> Answer {
        let types = try StatusTypes(store)
        let rows: [StatusLabel?] = [nil] + types.labels
        return list(rows) { json, label in
            if let label { types.write(label, to: &json) } else { types.writeInUse(to: &json) }
        }
    }

    /// `GET assets/types`.
    func assetTypes() throws -> Answer {
        let page = try Page(call, size: 100)
        var query = RowQuery()
        query.limit = page.size
        query.offset = page.offset
        let (rows, total, isTruncated) = try store.entries(.category, query)
        var answer = list(rows, page: page, total: total) { Rows.write(assetType: $1, to: &$0) }
        answer.isTruncated = isTruncated
        return answer
    }

    /// `GET` and `POST assets/models`, and `POST assets/models/search`: `Query`, `AssetTypeId`, `ManufacturerId`.
    func models() async throws -> Answer {
        let body = try await fields()
        let page = try Page(call, body, size: 100)
        var query = RowQuery()
        query.limit = page.size
        query.offset = page.offset
        query.search = try searched(body)
        if let type = try body.guid("AssetTypeId") {
            guard let row = RowGUID.row(type, .category) else { return list([Int](), page: page, total: 0) { _, _ in } }
            query.category = CatalogueID(rawValue: row)
        }
        if let maker = try body.guid("ManufacturerId") {
            guard let row = RowGUID.row(maker, .manufacturer) else {
                return list([Int](), page: page, total: 0) { _, _ in }
            }
            query.manufacturer = CatalogueID(rawValue: row)
        }
        let (rows, total, isTruncated) = try store.entries(.model, query)
        var answer = list(rows, page: page, total: total) { Rows.write($1, to: &$0) }
        answer.isTruncated = isTruncated
        return answer
    }

    // MARK: Locations

    /// `GET` and `POST locations`, with `Query`; `GET locations/all`.
    func listLocations(all: Bool) async throws -> Answer {
        let body = try await fields()
        let page = try Page(call, body, size: all ? Page.largest : 20)
        var query = RowQuery()
        query.limit = page.size
        query.offset = page.offset
        query.search = try searched(body)
        let (rows, total, isTruncated) = try store.locations(query)
        var parents = Parents(store)
        var answer = try list(rows, page: page, total: total) { json, location in
            Rows.write(location, parent: try parents[location]?.uuid, site: site, to: &json)
        }
        answer.isTruncated = isTruncated
        return answer
    }

    /// `GET locations/{id}`.
    func getLocation() throws -> Answer {
        let location = try location("LocationId")
        var parents = Parents(store)
        let parent = try parents[location]
        return item { Rows.write(location, parent: parent?.uuid, site: site, to: &$0) }
    }

    /// `GET` and `POST rooms`: the locations that are part of another, or of the body's `LocationId`; and
    /// `GET locations/{id}/rooms`. Those of the whole site are selected in memory from its first 10,000 locations.
    func listRooms(of parent: UniqueID?) async throws -> Answer {
        let body = try await fields()
        let page = try Page(call, body, size: 100)
        var parents = Parents(store)
        let within = try parent ?? body.guid("LocationId")
        var rooms: [Location] = []
        var query = RowQuery()
        query.limit = 1000
        query.search = try searched(body)
        if let within {
            guard let place = try store.location(uuid: within) else {
                throw RequestError.notFound("location", within.description)
            }
            query.parent = place.id
        }
        while query.offset < 10_000 {
            let rows = try store.locations(query).rows
            rooms += rows.filter { $0.parent != nil }
            guard !rows.isEmpty else { break }
            query.offset += rows.count
        }
        return try list(page.slice(of: rooms), page: page, total: rooms.count) { json, room in
            Rows.write(room: room, of: try parents[room], site: site, to: &json)
        }
    }

    /// Returns the location in the path.
    func location(_ field: String) throws -> Location {
        let guid = try guid(field)
        guard let location = try store.location(uuid: guid) else {
            throw RequestError.notFound("location", guid.description)
        }
        return location
    }

    // MARK: People

    /// `GET` and `POST users`, `POST users/search`: `Query` or `SearchText`, and the facets `keyword`, `user` and
    /// `location`; the last one of each counts.
    func listUsers() async throws -> Answer {
        let body = try await fields()
        let page = try Page(call, body)
        var query = RowQuery()
        query.limit = page.size
        query.offset = page.offset
        query.search = try searched(body)
        var filters: [FacetFilter] = []
        for (index, value) in try body.array("Filters").enumerated() {
            filters.append(try FacetFilter(value, place: "Filters[\(index)]"))
        }
        if let text = call.head.query["$filter"] { filters += try ODataFilter.read(text) }
        for filter in filters { try narrow(&query, filter) }
        let (rows, total, isTruncated) = try store.people(query)
        var answer = try list(rows, page: page, total: total) { json, person in try write(person, to: &json) }
        answer.isTruncated = isTruncated
        return answer
    }

    /// `GET users/{id}`.
    func getUser() throws -> Answer {
        let guid = try guid("UserId")
        guard let person = try store.person(uuid: guid) else { throw RequestError.notFound("user", guid.description) }
        return try item { try write(person, to: &$0) }
    }

    /// Writes a person with the GUID of their location.
    func write(_ person: Person, to json: inout JSONWriter) throws {
        let location = try person.location.flatMap { try store.location($0)?.uuid }
        Rows.write(person, location: location, site: site, to: &json)
    }

    private func narrow(_ query: inout RowQuery, _ filter: FacetFilter) throws {
        let value = filter.values.first ?? filter.name
        switch filter.facet {
        case "keyword", "name", "assetname": query.search = value
        case "user":
            let guid = try filter.id ?? value.map { (text) throws(RequestError) in try GUID.read(text, filter.place) }
            let person = try guid.flatMap { try store.person(uuid: $0) }
            query.ids = person.map { [CatalogueID(rawValue: $0.id.rawValue)] } ?? []
        case "location":
            let place =
                if let guid = filter.id ?? value.flatMap({ GUID.parse($0) }) {
                    try store.location(uuid: guid)
                } else {
                    try value.flatMap { try store.location(named: $0) }
                }
            if let place { query.location = place.id } else { query.ids = [] }
        default:
            guard isLenient else {
                throw RequestError.invalid(
                    filter.place + ".Facet", "There is no facet “\(filter.facet.prefix(60))” of users.")
            }
        }
    }

    private func searched(_ body: Fields) throws(RequestError) -> String? {
        if let name = body.first(["Query", "SearchText"]), let text = try body.filled(name) { return text }
        return call.head.query["$search"]
    }

    // MARK: Filters

    /// `GET filters/for/entitytype/{id}`: the facets of assets.
    func facetsOfEntity() throws -> Answer {
        let guid = try guid("EntityTypeId")
        guard guid == Known.assetEntity else {
            throw RequestError.notFound("entity type with facets", guid.description)
        }
        return list(Facet.all) { json, entry in
            json.object { json in
                json.member("Facet", entry.name)
                json.member("Name", entry.title)
                json.member("FilterType", entry.facet.kind)
                json.guid("EntityTypeId", guid)
            }
        }
    }
}

/// The parents of locations, each read once.
struct Parents {
    private let store: TenantStore
    private var known: [LocationID: Location] = [:]

    init(_ store: TenantStore) { self.store = store }

    subscript(location: Location) -> Location? {
        mutating get throws {
            guard let id = location.parent else { return nil }
            if let parent = known[id] { return parent }
            let parent = try store.location(id)
            known[id] = parent
            return parent
        }
    }
}
