import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The transport that a request came over.
enum Transport: Sendable {
    /// The control socket.
    case unixSocket
    case tcp
}

/// What is known about a request beside itself.
struct StationContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var transport = Transport.tcp
    /// The time at which its head was there.
    var receivedAt = NIODeadline.now()
    /// The route that the router has chosen; nil: none.
    var route: RouteTable.Route?
    /// The asset API that the path belongs to; nil: the station's own.
    var dialect: (any Dialect)?
    /// Who asks, or why nobody knows.
    var caller: Result<Caller, RequestError> = .failure(
        RequestError(.unauthenticated, "The caller was not authenticated."))
    /// The text under which the caller's requests are counted: ``Caller/identity``, else the address.
    var callerID = "-"
    /// Which tenants the request reaches, or why none.
    var scope: Result<Call.Scope, RequestError> = .success(.tenant(.standard))
    /// A version 7 identity as text; also in the log, in the reply and in the ledger.
    var requestID = ""
    /// The identity of the change that the request asks for: the same again for a retry.
    var operation = UniqueID(high: 0, low: 0)
    /// Decide and answer, but change nothing.
    var isDryRun = false
    /// What is left of the caller's requests in this minute.
    var rate: RateLimitState?
    /// The connection it came over; nil outside a server.
    var connection: Connection?
    /// Largest body that is read, in bytes.
    var maximumBody = 1_048_576

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The caller's actor; only for routes that demanded one.
    func actor() throws -> Actor { try caller.get().actor }

    /// The tenant that the request is for; the default tenant where it is for all.
    func tenant() throws -> TenantID {
        switch try scope.get() {
        case .tenant(let tenant): tenant
        case .everything: .standard
        }
    }

    /// The only tenant whose events, scans and lanes the caller sees; nil: every tenant's.
    func visibleTenant(_ request: Request) throws -> TenantID? {
        try caller.get().tenant == nil && request.headers[.tenant] == nil ? nil : tenant()
    }

    /// Whether a counter screen asks.
    var isScreen: Bool { (try? caller.get().access) == .screen }

    /// What belongs to that tenant; a dry run's writes leave nothing behind.
    func store(_ station: Station) throws -> TenantStore {
        station.store.tenant(try tenant()).dryRun(isDryRun)
    }

    /// Where the request came from, as the ledger keeps it.
    var origin: Origin {
        Origin(
            face: dialect?.face ?? (transport == .unixSocket ? .socket : .station), request: requestID,
            address: transport == .unixSocket ? nil : address)
    }

    /// The caller's address; nil where it has none.
    var address: String? { connection?.address ?? channel.remoteAddress?.ipAddress }
}
