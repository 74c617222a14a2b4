import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import TextFormats

/// The route `GET events`: a page of the ledger, or its stream.
struct EventRoutes: RouteGroup {
    let stream: EventStream

    var routes: [RouteTable.Route] {
        [
            .station(.get, "events", .screen) { request, context in
                let query = try Query(request, "since", "limit")
                let since = try query.number("since", in: 0...Int64.max).map(EventNumber.init(rawValue:))
                if Self.wantsStream(request) {
                    return try stream.response(after: Self.lastEvent(request) ?? since, request, context)
                }
                let page = try stream.station.store.eventPage(
                    since: since ?? EventNumber(rawValue: 0), limit: try query.limit())
                let events = page.rows
                let last = events.last?.number ?? since ?? EventNumber(rawValue: 0)
                let tenant = try context.visibleTenant(request)
                let view = ScreenView(context)
                let shown = events.filter { tenant == nil || $0.tenant == tenant }.compactMap(view.event)
                return reply { json in
                    json.object { json in
                        json.array("events", of: shown) { $0.raw($1) }
                        json.member("last", last.rawValue)
                        if page.isTruncated { json.member("truncated", true) }
                    }
                }
            }
        ]
    }

    private static func wantsStream(_ request: Request) -> Bool {
        request.headers[values: .accept].contains { $0.lowercased().contains(StationAPI.eventStream) }
    }

    /// Returns the cursor of a client that reconnects, which takes precedence over the one in the address.
    private static func lastEvent(_ request: Request) -> EventNumber? {
        request.headers[.lastEventID].flatMap { Int64($0) }.flatMap { $0 >= 0 ? EventNumber(rawValue: $0) : nil }
    }
}
