import DepotAPI
import DepotEngine
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// The first and last to see a request: gives it an id and a caller, turns every error into an error reply, counts and
/// logs.
struct Front: RouterMiddleware {
    let station: Station
    let authentication: Authentication
    let routes: RouteTable
    let figures: RequestFigures
    let logger: Logger

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        let started = NIODeadline.now()
        var context = context
        context.requestID = station.newOperation().description
        var response: Response
        do {
            context.caller = try authentication.caller(of: request, context)
            response = try await next(request, context)
        } catch {
            response = explain(error, request, context)
        }
        response.headers[.apiVersion] = StationAPI.version
        response.headers[.requestID] = context.requestID
        response.headers[.contentTypeOptions] = "nosniff"
        figures.count(response.status.code)
        log(request, context, response, NIODeadline.now() - started)
        return response
    }

    private func explain(_ error: any Error, _ request: Request, _ context: StationContext) -> Response {
        var failure = Failure(catching: error)
        if error is HTTPError, failure.error.code == .notFound {
            let allowed = routes.methods(of: request.uri.path)
            if !allowed.isEmpty {
                failure = Failure(.methodNotAllowed, "\(request.method.rawValue) is not for this path.")
                failure.headers[.allow] = allowed.joined(separator: ", ")
            }
        }
        if failure.error.code == .internal {
            logger.error(
                "request failed", metadata: ["request": "\(context.requestID)", "error": "\(error)"])
        }
        let response = failure.response(request: context.requestID)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func log(_ request: Request, _ context: StationContext, _ response: Response, _ time: TimeAmount) {
        let isQuiet = (request.method == .get || request.method == .head) && response.status.code < 500
        let level: Logger.Level = response.status.code >= 500 ? .error : isQuiet ? .debug : .info
        guard level >= logger.logLevel else { return }
        let path = request.uri.path
        logger.log(
            level: level, "request",
            metadata: [
                "request": "\(context.requestID)", "method": "\(request.method.rawValue)",
                // The rest of a pairing link is a secret.
                "path": "\(path.hasPrefix("/pair/") ? "/pair/…" : String(path.prefix(200)))",
                "status": "\(response.status.code)", "ms": "\(time.nanoseconds / 1_000_000)",
                "actor": "\((try? context.caller.get().actor.name) ?? "-")",
                "face": "\(context.face == .socket ? "socket" : "tcp")",
            ])
    }
}

/// Counts replies by status since the start.
final class RequestFigures: Sendable {
    private let counts = Mutex<[Int: Int]>([:])

    func count(_ status: Int) { counts.withLock { $0[status, default: 0] += 1 } }

    /// The counts, by status.
    var byStatus: [(status: Int, count: Int)] {
        counts.withLock { counts in counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
}

extension HTTPField.Name {
    static let apiVersion = fieldName(StationAPI.versionHeader)
    static let requestID = fieldName("X-Request-Id")
    static let contentTypeOptions = fieldName("X-Content-Type-Options")
    static let lastEventID = fieldName("Last-Event-ID")

    /// Only called with constants; a name that were no token would be a header nobody reads.
    static func fieldName(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .via }
}
