import DepotAPI
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// The routes: what Hummingbird's router needs, and which methods a path has.
final class RouteTable: Sendable {
    typealias Handler = @Sendable (Request, StationContext) async throws -> Response

    /// One route.
    struct Route: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var access: Access
        var handler: Handler
    }

    private let routes: [Route]

    init(_ routes: [Route]) { self.routes = routes }

    /// Adds every route to the router, each behind its own access check.
    func install(in router: Router<StationContext>) {
        for route in routes {
            let handler: Handler = { request, context in
                try route.check(context)
                return try await route.handler(request, context)
            }
            router.on(RouterPath(route.path), method: route.method, use: handler)
            guard route.method == .get, route.path != ScreenRoutes.pairingPath else { continue }
            router.on(RouterPath(route.path), method: .head) { request, context in
                try await handler(request, context).createHeadResponse()
            }
        }
    }

    /// The methods of a path, sorted; empty for an unknown path.
    func methods(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        let names = routes.filter { $0.matches(parts) }.flatMap { route in
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

    fileprivate func check(_ context: StationContext) throws(Failure) {
        guard access > .anyone else { return }
        let caller = try context.caller.get()
        guard caller.access >= access else {
            throw Failure(.forbidden, "\(caller.actor.name) may not do this.", hint: "it needs the role \(access.role)")
        }
    }

    fileprivate func matches(_ parts: [Substring]) -> Bool {
        let own = path.split(separator: "/")
        return own.count == parts.count && zip(own, parts).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
    }
}

extension Access {
    /// What the role is called on the wire.
    fileprivate var role: String {
        switch self {
        case .anyone, .screen, .viewer: "viewer"
        case .operator: "operator"
        case .administrator: "admin"
        }
    }
}
