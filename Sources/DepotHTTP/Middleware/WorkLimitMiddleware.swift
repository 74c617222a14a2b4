import DepotDialect
import DepotModel
import Hummingbird

/// Refuses a request before its body is read if many connections of its token have requests in progress.
struct WorkLimitMiddleware: RouterMiddleware {
    let connections: Connections

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        if case .success(let caller) = context.caller, caller.actor.kind == .token, let connection = context.connection,
            !connections.work(on: connection, for: context.callerID)
        {
            throw RequestError(
                .busy, "This token already has \(connections.limits.perToken) requests in progress.",
                hint: "wait for their responses")
        }
        return try await next(request, context)
    }
}
