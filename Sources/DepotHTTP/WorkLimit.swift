import DepotModel
import Hummingbird

/// Turns a request away where many connections of its token have requests in work already.
struct WorkLimit: RouterMiddleware {
    let connections: Connections

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        if let token = try? context.caller.get().token, let connection = context.connection {
            guard connections.work(on: connection, for: token) else {
                throw Failure(
                    .busy, "This token has \(connections.limits.perToken) requests in work already.",
                    hint: "wait for their answers")
            }
        }
        return try await next(request, context)
    }
}
