import DepotAPI
import DepotDialect
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
    let scopes: Scopes
    let dialects: DialectFace
    let limiter: RateLimiter
    let work: WorkLimit
    let retries: Retries
    let routes: RouteTable
    let origins: OwnOrigins
    let figures: RequestFigures
    let logger: Logger

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        let started = NIODeadline.now()
        var context = context
        context.operation = station.newOperation()
        context.requestID = context.operation.description
        context.dialect = dialects.dialect(of: request.uri.path)
        let route = routes.route(of: request, context)
        var response: Response
        do {
            context.isDryRun = try isDryRun(request, context)
            context.caller = try authentication.caller(of: request, context)
            do throws(RequestError) {
                context.scope = .success(try scopes.scope(of: request, context))
            } catch {
                context.scope = .failure(error)
            }
            context.rate = try takeRequest(request, context, at: started)
            try work.take(context)
            try refuseForeignPages(request, context, route)
            response = try await answer(request, context, route, next)
        } catch {
            response = explain(error, request, context)
        }
        // what is not for everybody is in no cache either, and neither is that there is no such thing
        if response.headers[.cacheControl] == nil, route?.access != .anyone {
            response.headers[.cacheControl] = "no-store"
        }
        if origins.isTLS, context.face == .tcp { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        response.headers[.apiVersion] = StationAPI.version
        response.headers[.requestID] = context.requestID
        response.headers[.contentTypeOptions] = "nosniff"
        figures.count(response.status.code)
        log(request, context, response, NIODeadline.now() - started)
        return response
    }

    /// The route's answer, or the first one to the same request.
    private func answer(
        _ request: Request, _ context: StationContext, _ route: RouteTable.Route?,
        _ next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        // a question changes nothing, whoever asks it, and neither does who may only read: there is nothing to keep
        // a dry run changes nothing either, and the key is the real one's
        guard let key = try Retries.key(of: request), !context.isDryRun, (try? context.scope.get()) != nil,
            let route, route.access >= .operator,
            let access = try? context.caller.get().access, access >= .operator
        else { return try await next(request, context) }
        var (request, context) = (request, context)
        var body: [UInt8] = []
        // an import may be larger than memory; its key goes by the request's head
        let isForm = request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true
        if !isForm {
            body = try await context.bytes(of: request)
            request.body = RequestBody(buffer: ByteBuffer(bytes: body))
        }
        let attempt = try retries.attempt(key, request, context, body: body)
        if isForm {
            // its file and its `dry_run` are not in the fingerprint, so its answer is none for another form: the
            // import itself changes nothing twice under one operation
            context.operation = attempt.operation
            return try await next(request, context)
        }
        if let earlier = try retries.earlier(attempt) { return earlier }
        context.operation = attempt.operation
        let response: Response
        do { response = try await next(request, context) } catch { response = explain(error, request, context) }
        return try await retries.keep(response, attempt)
    }

    /// A page of another origin gets nothing that a browser adds by itself: not a cookie's rights, and not what is open
    /// to everybody who can reach the station. A token is added by nobody but who has it.
    private func refuseForeignPages(
        _ request: Request, _ context: StationContext, _ route: RouteTable.Route?
    ) throws(RequestError) {
        guard context.face == .tcp, request.headers[.authorization] == nil, let route else { return }
        let isLook = route.access == .anyone && (request.method == .get || request.method == .head)
        guard !isLook, origins.isForeign(request) else { return }
        throw RequestError(
            .forbidden, "A page from another origin may not do this without a token.",
            hint: "behind a proxy, set http.public_url to the station's own origin")
    }

    private func isDryRun(_ request: Request, _ context: StationContext) throws(RequestError) -> Bool {
        guard let wanted = request.headers[.dryRun]?.lowercased(), wanted != "false" else { return false }
        guard wanted == "true" else { throw .badRequest("Depot-Dry-Run must be true or false.") }
        guard request.method != .get, request.method != .head, context.dialect == nil else { return true }
        let tried = ["assets", "people", "locations", "transitions"].contains { part in
            request.uri.path.hasPrefix("\(StationAPI.prefix)/\(part)")
        }
        guard tried else { throw .badRequest("This request has no dry run; nothing was changed.") }
        return true
    }

    /// Counts the request against its token; against the address that sent it where the token or cookie opens nothing.
    private func takeRequest(
        _ request: Request, _ context: StationContext, at now: NIODeadline
    ) throws(RequestError) -> RateLimitState? {
        guard context.face == .tcp else { return nil }
        let limit = station.configuration.httpRateLimit
        switch context.caller {
        case .success(let caller):
            return try limiter.take(
                "\(caller.actor.name) \(caller.since.milliseconds)", limit: caller.limit ?? limit, at: now)
        case .failure:
            guard
                request.headers[.authorization] != nil || request.cookies[Authentication.cookie] != nil
                    || context.dialect != nil
            else { return nil }
            return try limiter.take(context.address ?? "-", limit: limit, at: now)
        }
    }

    private func explain(_ error: any Error, _ request: Request, _ context: StationContext) -> Response {
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

    private func log(_ request: Request, _ context: StationContext, _ response: Response, _ time: TimeAmount) {
        let isQuiet = (request.method == .get || request.method == .head) && response.status.code < 500
        // 503 is what callers may bring about; that nothing can be written is logged where it begins
        let isFault = response.status.code >= 500 && response.status != .serviceUnavailable
        let level: Logger.Level = isFault ? .error : isQuiet ? .debug : .info
        guard level >= logger.logLevel else { return }
        logger.log(
            level: level, "request",
            metadata: [
                "request": "\(context.requestID)", "method": "\(request.method.rawValue)",
                "path": "\(loggedPath(request.uri.path))",
                "status": "\(response.status.code)", "ms": "\(time.nanoseconds / 1_000_000)",
                "actor": "\((try? context.caller.get().actor.name) ?? "-")",
                "face": "\(context.face == .socket ? "socket" : context.dialect?.face.rawValue ?? "tcp")",
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
    static let secFetchSite = fieldName("Sec-Fetch-Site")
    static let lastEventID = fieldName("Last-Event-ID")

    /// Only called with constants; a name that were no token would be a header nobody reads.
    static func fieldName(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .via }
}
