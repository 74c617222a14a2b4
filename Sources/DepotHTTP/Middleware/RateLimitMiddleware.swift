import DepotDialect
import DepotEngine
import HTTPTypes
import Hummingbird
import NIOCore

/// Counts the request against its token, or against its address if the token or cookie is not valid.
struct RateLimitMiddleware: RouterMiddleware {
    let station: Station
    let errors: ErrorResponder
    private let limiter = RateLimiter()

    init(station: Station, errors: ErrorResponder) {
        self.station = station
        self.errors = errors
    }

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        guard context.transport == .tcp else { return try await next(request, context) }
        var context = context
        do throws(RequestError) {
            context.rate = try take(request, context)
        } catch {
            return errors.response(to: error, request, context)
        }
        return try await next(request, context)
    }

    private func take(_ request: Request, _ context: StationContext) throws(RequestError) -> RateLimitState? {
        var limit = station.configuration.httpRateLimit
        switch context.caller {
        case .success(let caller): limit = caller.limit ?? limit
        case .failure:
            guard
                request.headers[.authorization] != nil || request.cookies[AuthenticationMiddleware.cookie] != nil
                    || context.dialect != nil
            else { return nil }
        }
        return try limiter.take(context.callerID, limit: limit, at: context.receivedAt)
    }
}
