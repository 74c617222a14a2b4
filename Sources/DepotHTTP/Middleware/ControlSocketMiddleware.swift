import Hummingbird

/// Refuses every request, also for open routes, of a peer that may not use the control socket.
struct ControlSocketMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        if context.transport == .unixSocket { _ = try context.caller.get() }
        return try await next(request, context)
    }
}
