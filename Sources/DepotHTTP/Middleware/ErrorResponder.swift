import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Turns errors into responses, in the shape of the API that the request is for.
struct ErrorResponder: Sendable {
    let dialects: DialectRouter
    let routes: RouteTable
    let logger: Logger

    /// Returns the response to a failed request. Errors of the station itself are logged.
    func response(to error: any Error, _ request: Request, _ context: StationContext) -> Response {
        let error = requestError(error, request, context)
        if error.code == .internal {
            let cause = error.cause.map { "\($0)" } ?? error.message
            logger.error("request failed", metadata: ["request": "\(context.requestID)", "error": "\(cause)"])
        }
        var response: Response
        if let dialect = error.dialect ?? context.dialect {
            response = dialects.response(to: error, request, context, dialect)
        } else {
            response = error.response(request: context.requestID)
        }
        // the connection ends soon after a body that is too large: the next request must not go over it
        if error.endsConnection { response.headers[.connection] = "close" }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func requestError(_ error: any Error, _ request: Request, _ context: StationContext) -> RequestError {
        switch error {
        case let error as HTTPError where error.status == .notFound:
            let allowed = routes.methods(of: request.uri.path)
            return allowed.isEmpty ? .noRoute : .methodNotAllowed(allowed)
        case is NIOTooManyBytesError: return .tooLarge(context.maximumBody)
        default: return RequestError(catching: error)
        }
    }
}
