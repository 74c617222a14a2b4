import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// The routes `GET|POST locations` and `GET|PATCH|DELETE locations/{id}`.
struct LocationRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.get, "locations", .viewer) { request, context in
                let query = try Query(request, "search", "limit", "offset")
                let found = try context.store(station).locations(
                    search: query.text("search"), limit: try query.limit(), offset: try query.offset())
                return try reply(
                    LocationsReply(
                        locations: found.rows, total: found.total, truncated: found.isTruncated ? true : nil))
            },
            .station(.post, "locations", .operator) { request, context in
                let wanted = try await context.body(CreateLocationRequest.self, of: request)
                let store = try context.store(station)
                let parent = try wanted.parent ?? wanted.parentName.map(Finder(store: store).location)
                let location = try await store.createLocation(
                    LocationDraft(name: wanted.name, code: wanted.code, parent: parent),
                    try context.change(station))
                var response = try reply(location, version: location.version, .created)
                response.headers[.location] = "\(StationAPI.prefix)/locations/\(location.id)"
                return response
            },
            .station(.get, "locations/:id", .viewer) { request, context in
                _ = try Query(request)
                let location = try location(context)
                return try reply(location, version: location.version)
            },
            .station(.patch, "locations/:id", .operator) { request, context in
                let wanted = try await context.body(EditLocationRequest.self, of: request)
                let current = try location(context)
                var draft = LocationDraft(current)
                draft.name = wanted.name ?? current.name
                draft.code = wanted.code.applied(to: current.code)
                draft.parent = wanted.parent.applied(to: current.parent)
                let location = try await context.store(station).updateLocation(
                    current.id, draft, version: wanted.version ?? current.version, try context.change(station))
                return try reply(location, version: location.version)
            },
            .station(.delete, "locations/:id", .operator) { request, context in
                let location = try await context.store(station).deleteLocation(
                    try location(context).id, try context.change(station))
                return try reply(location, version: location.version)
            },
        ]
    }

    private func location(_ context: StationContext) throws -> Location {
        let id: LocationID = try context.id("id", of: "location")
        guard let location = try context.store(station).location(id) else {
            throw RequestError.notFound("location", id)
        }
        return location
    }
}
