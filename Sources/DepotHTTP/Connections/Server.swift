public import DepotDialect
public import DepotEngine
public import DepotModel
import DepotStore
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Synchronization

/// The settings of the HTTP server.
public struct HTTPSettings: Sendable {
    /// The path of the control socket, or nil for none.
    public var socketPath: String?
    /// The group whose members may use the control socket, besides root and the daemon's own user.
    public var socketGroup = "depot"
    /// The address or name to listen on; empty for no TCP.
    public var host: String
    /// The port; 0 chooses a free one.
    public var port: Int
    /// The largest request body, in bytes.
    public var maximumBody = 1 << 20
    /// The largest sheet that is imported, in bytes.
    public var maximumImport = 1 << 30
    /// The URL of the station in browsers, such as `https://depot.example`, or nil for its own host and port.
    public var publicURL: String?
    /// The daemon's version in the status.
    public var version = ""
    /// The maximum number of TCP connections; from seven eighths on, idle ones make room. The socket has as many of its
    /// own.
    public var maximumConnections = 512
    /// The paths of the PEM files of the certificate and its key, or nil for plain HTTP.
    public var tls: (certificate: String, key: String)?
    /// The suffix of the tenants' host names; empty accepts any.
    public var domain = ""
    /// The limits of connections.
    package var connections = ConnectionLimits()
    /// The limits of event streams.
    package var streams = EventStreamLimits()

    /// Creates settings.
    public init(socketPath: String?, host: String, port: Int) {
        self.socketPath = socketPath
        self.host = host
        self.port = port
    }
}

/// An address on which the server listens.
public enum Listening: Hashable, Sendable {
    /// The control socket's path.
    case socket(String)
    /// The address and port of the HTTP API.
    case tcp(host: String, port: Int)
}

/// Returns the services that serve the station and the dialects on its control socket and on TCP.
///
/// - Parameter dialects: The dialects. If two have the same method and path, the first whose route fits the body answers.
/// - Parameter onListening: The function that is called once for each service as soon as it accepts connections.
/// - Throws: `DepotError.Code.conflict` if another daemon listens on the socket, `DepotError.Code.configuration` if its
///   path cannot be used.
public func makeServices(
    station: Station, dialects: [any Dialect] = [], settings: HTTPSettings, logger: Logger,
    onListening: @escaping @Sendable (Listening) -> Void
) throws(DepotError) -> [any Service] {
    let router = StationRouter(station: station, dialects: dialects, settings: settings, logger: logger)
    let responder = router.responder()
    var services: [any Service] = []
    if let path = settings.socketPath {
        let socket = UnixSocket(path: path, group: settings.socketGroup)
        try socket.check()
        services.append(
            SocketListener(socket: socket, listener: Listener(router, .unixSocket, responder), onListening: onListening)
        )
    }
    if !settings.host.isEmpty {
        services.append(
            TCPListener(router: router, listener: Listener(router, .tcp, responder), onListening: onListening))
    }
    return services
}

/// A server of the routes on one transport.
private struct Listener: Sendable {
    private let router: StationRouter
    private let transport: Transport
    private let responder: any HTTPResponder<StationContext>

    init(_ router: StationRouter, _ transport: Transport, _ responder: any HTTPResponder<StationContext>) {
        self.router = router
        self.transport = transport
        self.responder = responder
    }

    /// Serves until the graceful shutdown; connections that are open after ``ConnectionLimits/drain`` are cut off.
    func run(on address: BindAddress, onBound: @escaping @Sendable (any Channel) async -> Void) async throws {
        let (connections, settings, transport) = (router.connections, router.settings, transport)
        var channel = HTTP1Channel.Configuration(idleTimeout: .seconds(60))
        channel.httpDecoder = .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
        let configuration = channel
        let tls = transport == .tcp ? try settings.tls.map(tlsConfiguration) : nil
        // Hummingbird's own lines name the staging path, and come beside ours.
        var quiet = router.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let application = Application(
            responder: ConnectionContextResponder(
                base: responder, transport: transport, connections: connections, maximumBody: settings.maximumBody),
            server: HTTPServerBuilder { responder in
                let channel = StationChannel(
                    base: HTTP1Channel(responder: responder, configuration: configuration), connections: connections,
                    transport: transport)
                guard let tls else { return channel }
                return try TLSChannel(channel, tlsConfiguration: tls)
            },
            configuration: ApplicationConfiguration(
                address: address,
                // beyond our own limit, which turns away and makes room: only what is about to be closed goes over it
                availableConnectionsDelegate: .maximum(
                    settings.maximumConnections + settings.maximumConnections / 8 + 1, logger: quiet)),
            onServerRunning: { channel in
                let added = channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(AcceptHandler(connections), position: .first)
                }
                try? await added.get()
                await onBound(channel)
            }, logger: quiet)
        let (store, drain) = (router.station.store, TimeAmount(settings.connections.drain))
        // whoever stands at the station itself waits for nobody who reads over the network
        let executor: QueueExecutor? = transport == .unixSocket ? QueueExecutor(label: "depot.socket") : nil
        try await withGracefulShutdownHandler {
            try await withTaskExecutorPreference(executor) { try await application.run() }
        } onGracefulShutdown: {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            loop.scheduleTask(in: .seconds(2)) { store.stopReading() }
            loop.scheduleTask(in: drain) { connections.closeAll() }
        }
    }
}

/// Serves the control socket.
private struct SocketListener: Service {
    let socket: UnixSocket
    let listener: Listener
    let onListening: @Sendable (Listening) -> Void

    func run() async throws {
        let bound = try socket.prepare()
        let outcome = Published()
        defer { socket.remove(outcome.file) }
        try await listener.run(on: .unixDomainSocket(path: bound)) { channel in
            do throws(DepotError) {
                try socket.publish()
                outcome.file = socket.identity()
                onListening(.socket(socket.path))
            } catch {
                outcome.error = error
                channel.close(promise: nil)
            }
        }
        if let error = outcome.error { throw error }
    }

    /// The result of publishing the socket's file.
    private final class Published: Sendable {
        private let state = Mutex<(file: UnixSocket.FileIdentity?, error: DepotError?)>((nil, nil))
        var file: UnixSocket.FileIdentity? {
            get { state.withLock { $0.file } }
            set { state.withLock { $0.file = newValue } }
        }
        var error: DepotError? {
            get { state.withLock { $0.error } }
            set { state.withLock { $0.error = newValue } }
        }
    }
}

/// Serves TCP.
private struct TCPListener: Service {
    let router: StationRouter
    let listener: Listener
    let onListening: @Sendable (Listening) -> Void

    func run() async throws {
        let (host, port) = (router.settings.host, router.settings.port)
        do {
            try await listener.run(on: .hostname(host, port: port)) { channel in
                let bound = channel.localAddress?.port ?? port
                router.address.current = bound
                onListening(.tcp(host: host, port: bound))
            }
        } catch let error as IOError {
            throw DepotError(
                .configuration, "Cannot listen on \(host):\(port): \(String(cString: strerror(error.errnoCode))).",
                hint: "set http.port, or give --http HOST:PORT")
        }
    }
}
