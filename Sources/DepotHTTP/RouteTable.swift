import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import TextFormats

/// Routes that belong together, with what they need.
protocol RouteGroup: Sendable {
    var routes: [RouteTable.Route] { get }
}

/// The routes, for Hummingbird's router and for the methods of a path.
final class RouteTable: Sendable {
    typealias Handler = @Sendable (Request, StationContext) async throws -> Response

    /// One route.
    final class Route: Sendable {
        let method: HTTPRequest.Method
        let path: String
        /// The access that the route requires; of dialects that share it, the highest one. Routes for operators and
        /// above make changes, the others only read.
        let access: Access
        /// The dialects with this route, in the order in which they are asked, or an empty list for the station's own
        /// API. Dialects check the access themselves.
        let dialects: [String]
        /// A Boolean value that is true if the body is read as it arrives, since it may be larger than memory.
        let streamsBody: Bool
        /// A Boolean value that is true if a counter screen may make this change where ``StationContext/requireTouch(_:)``
        /// allows it.
        let isForTouch: Bool
        let handler: Handler

        init(
            method: HTTPRequest.Method, path: String, access: Access, dialects: [String] = [],
            streamsBody: Bool = false, isForTouch: Bool = false, handler: @escaping Handler
        ) {
            self.method = method
            self.path = path
            self.access = access
            self.dialects = dialects
            self.streamsBody = streamsBody
            self.isForTouch = isForTouch
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

    /// Returns the route that the router selected for the request, or nil if there is none.
    func route(of request: Request, _ context: StationContext) -> Route? {
        guard let path = context.endpointPath else { return nil }
        let method = request.method == .head ? .get : request.method
        return places[Self.key(method, path)].map { routes[$0] }
    }

    /// Returns the method and the path, regardless of the names in it: `:id` here is `{id}` in the router.
    private static func key(_ method: HTTPRequest.Method, _ path: String) -> String {
        method.rawValue + PathPattern(path).unnamed
    }

    /// Adds every route to the router, each behind its own check of the access.
    func install(in router: Router<StationContext>) {
        for route in routes {
            let handler: Handler = { request, context in
                try route.check(context)
                return try await route.handler(request, context)
            }
            // The router accepts one name at each position, and each dialect has its own.
            let path = RouterPath(route.isDialects ? PathPattern(route.path).unnamed : route.path)
            router.on(path, method: route.method, use: handler)
            guard route.method == .get, route.path != ScreenRoutes.pairingPath else { continue }
            router.on(path, method: .head) { request, context in
                try await handler(request, context).createHeadResponse()
            }
        }
    }

    /// Returns the methods of a path in sorted order, or an empty list if the path is unknown.
    func methods(of path: String) -> [String] {
        let names = routes.filter { PathPattern($0.path).parameters(of: path) != nil }.flatMap { route in
            route.method == .get && route.path != ScreenRoutes.pairingPath ? ["GET", "HEAD"] : [route.method.rawValue]
        }
        return Set(names).sorted()
    }
}

extension RouteTable.Route {
    /// Returns a route of the station API.
    static func station(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ handler: @escaping RouteTable.Handler
    ) -> RouteTable.Route {
        .init(method: method, path: StationAPI.prefix + "/" + path, access: access, handler: handler)
    }

    /// Returns a route of the station API for operators and for counter screens that may act at the lanes.
    static func touch(
        _ method: HTTPRequest.Method, _ path: String, of station: Station, _ handler: @escaping RouteTable.Handler
    ) -> RouteTable.Route {
        .init(method: method, path: StationAPI.prefix + "/" + path, access: .operator, isForTouch: true) {
            request, context in
            try context.requireTouch(station)
            return try await handler(request, context)
        }
    }

    fileprivate func check(_ context: StationContext) throws(RequestError) {
        guard !isDialects, access > .anyone else { return }
        let caller = try context.caller.get()
        guard caller.access >= access || (isForTouch && caller.access == .screen) else {
            throw RequestError(
                .forbidden, "\(caller.actor.name) may not do this.", hint: "it needs the role \(access.role)")
        }
    }
}
