import DepotAPI
import DepotEngine
import DepotModel
import HTTPTypes
import Hummingbird
import NIOCore

/// Gives the request its identity, which is also that of its change, and adds it to the response.
struct RequestIDMiddleware: RouterMiddleware {
    let station: Station

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.receivedAt = .now()
        context.operation = station.newOperation()
        context.requestID = context.operation.description
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }
}
