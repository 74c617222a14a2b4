import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// The routes `POST backup` and `POST verify`.
struct MaintenanceRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.post, "backup", .administrator) { request, context in
                guard context.transport == .unixSocket else {
                    throw RequestError(
                        .forbidden,
                        "A backup is written to the station's own disk, so it can be requested over the control socket only.",
                        hint: "run depotctl backup FILE on the station")
                }
                let wanted = try await context.body(BackupRequest.self, of: request)
                guard wanted.path.hasPrefix("/") else { throw RequestError.badRequest("The path must be absolute.") }
                let report = try await station.store.backup(to: wanted.path)
                return try reply(BackupReply(path: report.path, bytes: report.bytes, events: report.events.rawValue))
            },
            .station(.post, "verify", .administrator) { request, context in
                _ = try await context.body(NoFields.self, of: request, empty: NoFields())
                let report = try await station.store.verify()
                return try reply(
                    VerifyReply(
                        events: Int64(report.events), lastNumber: report.lastNumber, lastHash: report.lastHash,
                        problems: report.problems, integrity: report.integrity))
            },
        ]
    }
}

/// A body without fields.
struct NoFields: StrictRequest {
    static let fieldNames: Set<String> = []
}
