import DepotAPI
import DepotDialect
import HTTPTypes
import Hummingbird

/// Adds the header fields of every response: the version of the API, and those that protect the reader's browser.
struct ResponseHeadersMiddleware: RouterMiddleware {
    /// A Boolean value that is true if the station itself serves TLS.
    let isTLS: Bool

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        // what is not for everybody is in no cache either, and neither is that there is no such thing
        if response.headers[.cacheControl] == nil, context.route?.access != .anyone {
            response.headers[.cacheControl] = "no-store"
        }
        if isTLS, context.transport == .tcp { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        response.headers[.apiVersion] = StationAPI.version
        response.headers[.contentTypeOptions] = "nosniff"
        return response
    }
}
