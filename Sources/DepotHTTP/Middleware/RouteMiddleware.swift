import Hummingbird

/// Notes the route that the router has chosen, and the dialect that the path belongs to.
struct RouteMiddleware: RouterMiddleware {
    let routes: RouteTable
    let dialects: DialectRouter

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.route = routes.route(of: request, context)
        context.dialect = dialects.dialect(of: request.uri.path)
        return try await next(request, context)
    }
}
