import BarcodeData
import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// The routes `GET scans`, `POST scans`, `GET resolve` and `GET find`.
struct ScanRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.get, "scans", .viewer) { request, context in
                let query = try Query(request, "since", "limit")
                let since = ScanNumber(rawValue: try query.number("since", in: 0...Int64.max) ?? 0)
                let page = try station.store.scanPage(
                    since: since, limit: try query.limit(), tenant: try context.visibleTenant(request))
                return try reply(
                    ScansReply(
                        scans: page.rows, last: page.rows.last?.number ?? since,
                        truncated: page.isTruncated ? true : nil))
            },
            .touch(.post, "scans", of: station) { request, context in
                let wanted = try await context.body(ScanRequest.self, of: request)
                guard wanted.lane != nil || !context.isScreen else {
                    throw RequestError(.forbidden, "A screen scans at a lane.", hint: "give lane_id")
                }
                let result = await station.scan(
                    try wanted.bytes(), lane: wanted.lane, id: wanted.id ?? context.operation,
                    tenant: try context.tenant(), isTouch: context.isScreen, actor: try context.actor(),
                    origin: context.origin)
                return try reply(ScreenView(context).result(try result.get()))
            },
            .station(.get, "find", .screen) { request, context in
                try context.requireTouch(station)
                let query = try Query(request, "q", "limit")
                guard let text = query.text("q"), !text.allSatisfy(\.isWhitespace) else {
                    throw RequestError.badRequest("The parameter “q” is missing.")
                }
                let limit = try query.number("limit", in: 1...50) ?? 8
                let search = EntitySearch(
                    store: try context.store(station), configuration: station.configuration)
                return try reply(FindReply(matches: try search.matches(text, limit: Int(limit))))
            },
            .station(.get, "resolve", .viewer) { request, context in
                let query = try Query(request, "code", "symbology")
                guard let code = query.text("code") else {
                    throw RequestError.badRequest("The parameter “code” is missing.")
                }
                return try reply(
                    try station.resolve(
                        Array(code.utf8), symbology: query.text("symbology"), tenant: try context.tenant()))
            },
        ]
    }
}
