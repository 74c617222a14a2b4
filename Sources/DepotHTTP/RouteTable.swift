import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import TextFormats

/// Routes that belong together, with what they need.
protocol RouteGroup: Sendable {
    var routes: [RouteTable.Route] { get }
}

/// The routes: what Hummingbird's router needs, and which methods a path has.
final class RouteTable: Sendable {
    typealias Handler = @Sendable (Request, StationContext) async throws -> Response

    /// One route.
    final class Route: Sendable {
        let method: HTTPRequest.Method
        let path: String
        /// What it needs; for dialects that share it, the most that one of them needs. Who needs operator or more changes
        /// something, everybody else only asks.
        let access: Access
        /// The dialects whose route it is, in the order in which they are asked; empty: the station's own. Dialects check
        /// their access themselves.
        let dialects: [String]
        /// Its body is read as it comes, and may be larger than memory.
        let streamsBody: Bool
        let handler: Handler

        init(
            method: HTTPRequest.Method, path: String, access: Access, dialects: [String] = [],
            streamsBody: Bool = false, handler: @escaping Handler
        ) {
            self.method = method
            self.path = path
            self.access = access
            self.dialects = dialects
            self.streamsBody = streamsBody
            self.handler = handler
        }

        fileprivate var isDialects: Bool { !dialects.isEmpty }
    }

    let routes: [Route]
    private let places: [String: Int]

    init(_ routes: [Route]) {
        self.routes = routes
        let keys = routes.enumerated().map { (Self.key($1.method, $1.path), $0) }
        places = Dictionary(keys) { first, _ in first }
    }

    /// The route that the router has chosen for the request; nil: none.
    func route(of request: Request, _ context: StationContext) -> Route? {
        guard let path = context.endpointPath else { return nil }
        let method = request.method == .head ? .get : request.method
        return places[Self.key(method, path)].map { routes[$0] }
    }

    /// Method and path, whatever the places in it are called: here `:id`, as the router tells it `{id}`.
    private static func key(_ method: HTTPRequest.Method, _ path: String) -> String {
        method.rawValue + PathPattern(path).unnamed
    }

    /// Adds every route to the router, each behind its own access check.
    func install(in router: Router<StationContext>) {
        for route in routes {
            let handler: Handler = { request, context in
                try route.check(context)
                return try await route.handler(request, context)
            }
            // the router wants one name per place, and each dialect has its own
            let path = RouterPath(route.isDialects ? PathPattern(route.path).unnamed : route.path)
            router.on(path, method: route.method, use: handler)
            guard route.method == .get, route.path != ScreenRoutes.pairingPath else { continue }
            router.on(path, method: .head) { request, context in
                try await handler(request, context).createHeadResponse()
            }
        }
    }

    /// The methods of a path, sorted; empty for an unknown path.
    func methods(of path: String) -> [String] {
        let names = routes.filter { PathPattern($0.path).parameters(of: path) != nil }.flatMap { route in
            route.method == .get && route.path != ScreenRoutes.pairingPath ? ["GET", "HEAD"] : [route.method.rawValue]
        }
        return Set(names).sorted()
    }
}

extension RouteTable.Route {
    /// A route of the station API.
    static func station(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ handler: @escaping RouteTable.Handler
    ) -> RouteTable.Route {
        .init(method: method, path: StationAPI.prefix + "/" + path, access: access, handler: handler)
    }

    fileprivate func check(_ context: StationContext) throws(RequestError) {
        guard !isDialects, access > .anyone else { return }
        let caller = try context.caller.get()
        guard caller.access >= access else {
            throw RequestError(
                .forbidden, "\(caller.actor.name) may not do this.", hint: "it needs the role \(access.role)")
        }
    }
}
