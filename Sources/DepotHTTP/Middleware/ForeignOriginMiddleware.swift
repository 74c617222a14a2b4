import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird

/// Refuses requests of another origin's page that rely on what a browser adds by itself: a cookie's rights, and access for
/// everybody who can reach the station. A token is never added by a browser.
struct ForeignOriginMiddleware: RouterMiddleware {
    let origins: OwnOrigins

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        if context.transport == .tcp, request.headers[.authorization] == nil, let route = context.route {
            let isLook = route.access == .anyone && (request.method == .get || request.method == .head)
            guard isLook || !origins.isForeign(request) else {
                throw RequestError(
                    .forbidden, "A page from another origin may not do this without a token.",
                    hint: "behind a proxy, set http.public_url to the station's own origin")
            }
        }
        return try await next(request, context)
    }
}
