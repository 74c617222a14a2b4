import ATech
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SnipeIT
import Synchronization

@testable import DepotHTTP

/// Middlewares in front of a route, on a router without sockets.
struct MiddlewareHarness: Sendable {
    let station: Station
    /// The logger of errors.
    var logger = TestStation.quietLogger

    /// Runs the body with a station that nobody serves.
    static func run(_ body: @Sendable (MiddlewareHarness) async throws -> Void) async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let station = try await TestStation.makeStation(in: folder)
        let result: Result<Void, any Error>
        do { result = .success(try await body(MiddlewareHarness(station: station))) } catch { result = .failure(error) }
        await station.stop()
        await station.store.close()
        try result.get()
    }

    /// An administrator with a token.
    static let caller = Caller(actor: Actor(kind: .token, name: "tool"), access: .administrator, tenant: .standard)

    private static let dialects: [any Dialect] = [ATech(), SnipeIT()]

    /// The station's own table of routes, with those of two dialects.
    var table: RouteTable {
        let settings = HTTPSettings(socketPath: nil, host: "", port: 0)
        return RouteTable(
            StationRouter(station: station, dialects: Self.dialects, settings: settings, logger: logger).routes)
    }

    var dialects: DialectRouter {
        DialectRouter(
            station: station, dialects: Self.dialects, settings: HTTPSettings(socketPath: nil, host: "", port: 0),
            answers: OpenAnswers(now: station.now))
    }

    var errors: ErrorResponder { ErrorResponder(dialects: dialects, routes: table, logger: logger) }

    /// Another token's secret.
    func token(_ role: TokenRole, tenant: TenantID? = .standard, rate: Int? = nil) async throws -> String {
        try await station.store.createToken(
            name: role.rawValue, role: role, tenant: tenant, expires: nil, actor: Actor(kind: .station, name: "test"),
            origin: Origin(face: .daemon), rate: rate
        ).secret
    }

    /// Sends a request through the middlewares to a route of its path.
    ///
    /// - Parameters:
    ///   - prepare: sets what middlewares in front would have found out.
    ///   - route: answers; by default with an empty response.
    /// - Returns: the response, and the context that came to the route; nil where none did.
    func send(
        _ method: HTTPRequest.Method = .get, _ uri: String = "/station/v1/assets", headers: HTTPFields = [:],
        body: String? = nil, through middlewares: [any MiddlewareProtocol<Request, Response, StationContext>],
        prepare: @escaping @Sendable (inout StationContext) -> Void = { _ in },
        route: @escaping RouteTable.Handler = { _, _ in Response(status: .ok) }
    ) async throws -> (response: TestResponse, seen: StationContext?) {
        let seen = Mutex<StationContext?>(nil)
        let router = Router(context: StationContext.self)
        router.add(middleware: Preparation(prepare: prepare))
        for middleware in middlewares { router.add(middleware: middleware) }
        router.on(RouterPath(uri.split(separator: "?").first.map(String.init) ?? uri), method: method) {
            request, context in
            seen.withLock { $0 = context }
            return try await route(request, context)
        }
        let response = try await Application(router: router, logger: logger).test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
        return (response, seen.withLock { $0 })
    }

    private struct Preparation: RouterMiddleware {
        let prepare: @Sendable (inout StationContext) -> Void

        func handle(
            _ request: Request, context: StationContext,
            next: (Request, StationContext) async throws -> Response
        ) async throws -> Response {
            var context = context
            prepare(&context)
            return try await next(request, context)
        }
    }
}
