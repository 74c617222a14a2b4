import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// The routes `GET scanners`, `POST scanners/identify`, `GET lanes`, `PATCH lanes/{id}`, and `POST` to `mode`, `done`,
/// `undo` and `choose` of a lane.
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
            .station(.patch, "lanes/:id", .administrator) { request, context in
                let lane: LaneID = try context.id("id", of: "lane")
                let wanted = try await context.body(RenameLaneRequest.self, of: request)
                return try reply(
                    try await station.rename(
                        lane: lane, to: wanted.name, tenant: try context.visibleTenant(request),
                        actor: try context.actor(), origin: context.origin))
            },
            .touch(.post, "lanes/:id/mode", of: station, mode),
            .touch(.post, "lanes/:id/done", of: station) { request, context in
                try await command(.done, request, context)
            },
            .touch(.post, "lanes/:id/undo", of: station) { request, context in
                try await command(.undo, request, context)
            },
            .touch(.post, "lanes/:id/choose", of: station) { request, context in
                let lane: LaneID = try context.id("id", of: "lane")
                let wanted = try await context.body(ChooseRequest.self, of: request)
                let result = await station.choose(
                    scan: wanted.scan, kind: wanted.kind, entity: wanted.id, lane: lane, id: context.operation,
                    tenant: try tenant(of: lane, request, context), actor: try context.actor(), origin: context.origin)
                return try reply(ScreenView(context).result(try result.get()))
            },
        ]
    }

    /// Sets the home mode at the request of an administrator, and a mode for now at that of anybody else.
    private func mode(_ request: Request, _ context: StationContext) async throws -> Response {
        let lane: LaneID = try context.id("id", of: "lane")
        let wanted = try await context.body(LaneModeRequest.self, of: request)
        if try context.caller.get().access >= .administrator {
            return try reply(
                try await station.setMode(
                    wanted.mode, lane: lane, tenant: try context.visibleTenant(request), actor: try context.actor(),
                    origin: context.origin))
        }
        let tenant = try tenant(of: lane, request, context)
        _ = try await station.command(
            .mode(wanted.mode), lane: lane, id: context.operation, tenant: tenant, actor: try context.actor(),
            origin: context.origin
        ).get()
        guard let status = station.lanes(of: tenant).first(where: { $0.id == lane }) else {
            throw RequestError.notFound("lane", lane)
        }
        return try reply(ScreenView(context).lane(status))
    }

    private func command(
        _ command: LaneCommand, _ request: Request, _ context: StationContext
    ) async throws -> Response {
        let lane: LaneID = try context.id("id", of: "lane")
        let result = await station.command(
            command, lane: lane, id: context.operation, tenant: try tenant(of: lane, request, context),
            actor: try context.actor(), origin: context.origin)
        return try reply(ScreenView(context).result(try result.get()))
    }

    /// Returns the lane's tenant if the caller sees it; a lane of another one is answered as one that does not exist.
    private func tenant(of lane: LaneID, _ request: Request, _ context: StationContext) throws -> TenantID {
        let visible = try context.visibleTenant(request)
        guard let tenant = station.tenant(ofLane: lane), visible == nil || visible == tenant else {
            throw RequestError.notFound("lane", lane)
        }
        return tenant
    }
}
