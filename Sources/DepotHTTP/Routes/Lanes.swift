import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// `GET lanes`, `POST lanes/{id}/mode`.
extension StationFace {
    func laneRoutes() -> [RouteTable.Route] {
        [
            .station(.get, "lanes", .screen) { request, context in
                _ = try Query(request)
                return try reply(LanesReply(lanes: station.lanes(of: try context.visibleTenant(request))))
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
