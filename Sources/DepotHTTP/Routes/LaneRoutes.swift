import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// The routes `GET scanners`, `POST scanners/identify`, `GET lanes` and `POST lanes/{id}/mode`.
struct LaneRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.get, "scanners", .screen) { request, context in
                _ = try Query(request)
                return try reply(ScannersReply(scanners: station.scanners(of: try context.visibleTenant(request))))
            },
            .station(.post, "scanners/identify", .administrator) { request, context in
                let wanted = try await context.body(IdentifyScannerRequest.self, of: request)
                let identity = try await station.identify(
                    wanted.scanner, by: wanted.by == .port ? .port : .serial,
                    tenant: try context.visibleTenant(request), actor: try context.actor(), origin: context.origin)
                return try reply(IdentifyScannerReply(scanner: identity))
            },
            .station(.get, "lanes", .screen) { request, context in
                _ = try Query(request)
                let lanes = station.lanes(of: try context.visibleTenant(request))
                return try reply(LanesReply(lanes: lanes.map(ScreenView(context).lane)))
            },
            .station(.post, "lanes/:id/mode", .administrator) { request, context in
                let lane: LaneID = try context.id("id", of: "lane")
                let wanted = try await context.body(LaneModeRequest.self, of: request)
                return try reply(
                    try await station.setMode(
                        wanted.mode, lane: lane, tenant: try context.visibleTenant(request), actor: try context.actor(),
                        origin: context.origin))
            },
        ]
    }
}
