import DepotAPI
import DepotDialect
import DepotEngine
import Hummingbird
import Logging
import Synchronization

/// The routes of the station and its dialects, and the chain of middlewares in front of them.
struct StationRouter: Sendable {
    let station: Station
    let dialects: [any Dialect]
    let settings: HTTPSettings
    let logger: Logger
    let connections: Connections
    let address = BoundAddress()
    private let metrics = RequestMetrics()
    private let answers: OpenAnswers

    init(station: Station, dialects: [any Dialect], settings: HTTPSettings, logger: Logger) {
        (self.station, self.dialects, self.settings, self.logger) = (station, dialects, settings, logger)
        answers = OpenAnswers(now: station.now)
        connections = Connections(settings.connections, most: settings.maximumConnections, logger: logger)
    }

    /// Returns what answers every request.
    ///
    /// The order of the chain is the order in which a request comes by; a response goes back the other way. Each of them
    /// either finds something out and notes it in the context, or refuses, so:
    ///
    /// 1. Identity, route and caller come first, as whoever logs, counts or refuses needs them. They refuse nothing.
    /// 2. The log stands in front of all that answers, so that there is a line for every response.
    /// 3. Dry run and rate stand in front of the errors, because dialects tell both with their errors too; they answer
    ///    with their own errors.
    /// 4. What refuses stands behind the errors, the cheaper and the more general in front, and all of it before anything
    ///    of the body is read.
    /// 5. A repeated change is answered when it is known that its caller may ask, and before anything is done for it.
    /// 6. The limit of reads is next to the routes: it may call them more than once.
    func responder() -> any HTTPResponder<StationContext> {
        let dialects = dialectRouter
        let table = RouteTable(routes)
        let errors = ErrorResponder(dialects: dialects, routes: table, logger: logger)
        let router = Router(context: StationContext.self)
        router.addMiddleware {
            RequestIDMiddleware(station: station)
            RouteMiddleware(routes: table, dialects: dialects)
            AuthenticationMiddleware(station: station, peers: PeerPolicy(group: settings.socketGroup))
            AccessLogMiddleware(metrics: metrics, logger: logger)
            ResponseHeadersMiddleware(isTLS: settings.tls != nil)
            DryRunMiddleware(errors: errors)
            RateLimitMiddleware(station: station, errors: errors)
            ErrorMiddleware(errors: errors)
            ControlSocketMiddleware()
            TenantMiddleware(station: station, domain: settings.domain)
            WorkLimitMiddleware(connections: connections)
            ForeignOriginMiddleware(
                origins: OwnOrigins(publicURL: settings.publicURL, isTLS: settings.tls != nil))
            IdempotencyMiddleware(retries: Retries(station: station), errors: errors)
            ReadLimitMiddleware()
        }
        table.install(in: router)
        return router.buildResponder()
    }

    private var dialectRouter: DialectRouter {
        DialectRouter(station: station, dialects: dialects, settings: settings, answers: answers)
    }

    /// Every route.
    var routes: [RouteTable.Route] {
        let subscribers = SubscriberCount(settings.streams)
        let changes = AssetChanges(station: station)
        let groups: [any RouteGroup] = [
            StatusRoutes(
                station: station, version: settings.version, subscribers: subscribers, connections: connections,
                requests: metrics),
            LaneRoutes(station: station),
            ScanRoutes(station: station),
            EventRoutes(
                stream: EventStream(
                    station: station, limits: settings.streams, subscribers: subscribers, answers: answers)),
            TransitionRoutes(station: station, changes: changes),
            AssetRoutes(station: station, changes: changes),
            AuditRoutes(station: station, limits: settings.connections),
            PeopleRoutes(station: station),
            LocationRoutes(station: station),
            SheetRoutes(station: station, settings: settings, answers: answers),
            TokenRoutes(station: station, answers: answers),
            TenantRoutes(station: station),
            ScreenRoutes(station: station, settings: settings, address: address),
            MaintenanceRoutes(station: station),
            PrintRoutes(station: station),
            DocumentRoutes(),
            dialectRouter,
        ]
        return groups.flatMap(\.routes)
    }
}

/// The port that TCP is bound to, once it is.
final class BoundAddress: Sendable {
    private let port = Mutex<Int?>(nil)

    /// nil before the port is bound.
    var current: Int? {
        get { port.withLock { $0 } }
        set { port.withLock { $0 = newValue } }
    }
}
