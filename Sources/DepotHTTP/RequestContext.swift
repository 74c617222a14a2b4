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

/// The information about a request besides the request itself.
struct StationContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var transport = Transport.tcp
    /// The time at which its head was there.
    var receivedAt = NIODeadline.now()
    /// The route that the router has chosen; nil: none.
    var route: RouteTable.Route?
    /// The dialect to which the path belongs, or nil for the station's own API.
    var dialect: (any Dialect)?
    /// The caller, or the reason for which it is not known.
    var caller: Result<Caller, RequestError> = .failure(
        RequestError(.unauthenticated, "The caller was not authenticated."))
    /// The text under which the caller's requests are counted: ``Caller/identity``, else the address.
    var callerID = "-"
    /// The tenants that the request covers, or the reason for which it covers none.
    var scope: Result<Call.Scope, RequestError> = .success(.tenant(.standard))
    /// A version 7 UUID as text, which also appears in the log, the response and the ledger.
    var requestID = ""
    /// The identity of the requested change, equal for a retry.
    var operation = UniqueID(high: 0, low: 0)
    /// A Boolean value that is true if the change is decided and answered but not committed.
    var isDryRun = false
    /// The rest of the caller's rate limit in this minute, or nil if there is none.
    var rate: RateLimitState?
    /// The connection, or nil outside a server.
    var connection: Connection?
    /// The maximum size of the body in bytes.
    var maximumBody = 1_048_576

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Returns the caller's actor. Only for routes that require a caller.
    func actor() throws -> Actor { try caller.get().actor }

    /// Returns the tenant of the request, or the default tenant if the request covers every tenant.
    func tenant() throws -> TenantID {
        switch try scope.get() {
        case .tenant(let tenant): tenant
        case .everything: .standard
        }
    }

    /// Returns the only tenant whose events, scans and lanes the caller sees, or nil for every tenant's.
    func visibleTenant(_ request: Request) throws -> TenantID? {
        try caller.get().tenant == nil && request.headers[.tenant] == nil ? nil : tenant()
    }

    /// A Boolean value that is true if the caller is a counter screen.
    var isScreen: Bool { (try? caller.get().access) == .screen }

    /// Throws if the caller is a counter screen and screens may not act at the lanes.
    func requireTouch(_ station: Station) throws(RequestError) {
        guard isScreen, !station.configuration.screenTouch else { return }
        throw RequestError(.forbidden, "This screen only shows the lanes.", hint: "set http.screen_touch to true")
    }

    /// Returns the tenant's part of the store. The writes of a dry run leave nothing behind.
    func store(_ station: Station) throws -> TenantStore {
        station.store.tenant(try tenant()).dryRun(isDryRun)
    }

    /// The origin of the request for the ledger.
    var origin: Origin {
        Origin(
            face: dialect?.face ?? (transport == .unixSocket ? .socket : .station), request: requestID,
            address: transport == .unixSocket ? nil : address)
    }

    /// The caller's IP address, or nil if it has none.
    var address: String? { connection?.address ?? channel.remoteAddress?.ipAddress }
}
