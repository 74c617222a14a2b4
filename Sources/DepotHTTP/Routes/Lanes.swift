import DepotAPI
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// `GET lanes`, `POST lanes/{id}/mode`.
extension StationFace {
    func laneRoutes() -> [RouteTable.Route] {
        [
            .station(.get, "lanes", .screen) { request, _ in
                _ = try Query(request)
                return try reply(LanesReply(lanes: station.lanes()))
            },
            .station(.post, "lanes/:id/mode", .administrator) { request, context in
                let lane: LaneID = try context.id("id", of: "lane")
                let wanted = try await context.body(LaneModeRequest.self, of: request)
                return try reply(
                    try await station.setMode(
                        wanted.mode, lane: lane, actor: try context.actor(), origin: context.origin))
            },
        ]
    }
}
