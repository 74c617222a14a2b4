import AsyncHTTPClient
public import DepotModel
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import TextFormats

/// A typed client of the station API, over the control socket or over TCP.
///
/// Calls throw the daemon's error, or `DepotError.Code.unreachable` if it did not answer. ``shutdown()`` must be called
/// at the end; ``with(_:token:tenant:_:)`` does so.
public final class DepotClient: Sendable {
    /// The address of the daemon.
    public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
        /// A Unix socket.
        case socket(path: String)
        /// A base URL without a path, such as `http://127.0.0.1:8480`.
        case url(String)

        /// The path or URL.
        public var description: String {
            switch self {
            case .socket(let path): path
            case .url(let url): url
            }
        }
    }

    /// The address of the daemon.
    public let endpoint: Endpoint
    let http: HTTPClient
    private let base: String
    private let token: String?
    private let tenant: String?
    private let warning = Mutex<String?>(nil)

    /// The maximum size of a reply in bytes.
    private static let maximumReply = 64 << 20

    /// Creates a client, which connects at its first call.
    ///
    /// - Parameters:
    ///   - token: The secret of an API token, or nil for a caller whom the socket identifies.
    ///   - tenant: The slug of the tenant for every request, or nil for the caller's own. Only callers with access to
    ///     every tenant may name one.
    /// - Throws: `DepotError.Code.badRequest` if the socket's path, the URL, the token or the slug is not valid.
    public init(_ endpoint: Endpoint, token: String? = nil, tenant: String? = nil) throws(DepotError) {
        self.endpoint = endpoint
        self.token = token
        self.tenant = tenant
        switch endpoint {
        case .socket(let path):
            // sockaddr_un.sun_path holds 108 bytes with its NUL (unix(7)).
            guard (1...107).contains(path.utf8.count), !path.utf8.contains(0) else {
                throw DepotError(
                    .badRequest, "“\(path)” cannot be a Unix socket's path.", hint: "at most 107 bytes; use a link")
            }
            base = "http+unix://" + PercentEncoding.encode(path)
        case .url(let text):
            guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
                scheme == "http" || scheme == "https", url.host?.isEmpty == false, url.query == nil
            else {
                throw DepotError(.badRequest, "“\(text)” is not a base URL.", hint: "such as http://127.0.0.1:8480")
            }
            base = text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        if let token, token.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            throw DepotError(.badRequest, "The token contains characters that no token has.")
        }
        if let tenant, tenant.isEmpty || tenant.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            throw DepotError(.badRequest, "“\(tenant)” cannot be a tenant's slug.", hint: "use a-z, 0-9 and -")
        }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.httpVersion = .http1Only
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Runs `body` with a client, shuts the client down and returns the result.
    public static func with<Result: Sendable>(
        _ endpoint: Endpoint, token: String? = nil, tenant: String? = nil,
        _ body: (DepotClient) async throws(ErrorReply) -> Result
    ) async throws(ErrorReply) -> Result {
        let client: DepotClient
        do { client = try DepotClient(endpoint, token: token, tenant: tenant) } catch { throw ErrorReply(error) }
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Closes all connections. The client cannot be used afterwards.
    public func shutdown() async {
        // It fails only if the client was shut down before.
        try? await http.shutdown()
    }

    /// The sentence about a daemon that speaks another version of the API, or nil if none has answered yet.
    public var versionWarning: String? { warning.withLock { $0 } }

    /// Sends one request with an optional JSON body and decodes the reply.
    func send<Reply: Decodable>(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], body: (any Encodable)? = nil,
        timeout: TimeAmount = .seconds(30), as type: Reply.Type = Reply.self
    ) async throws(ErrorReply) -> Reply {
        let data = try await bytes(method, path, query: query, body: body, timeout: timeout)
        do { return try WireJSON.decodeReply(type, from: data) } catch { throw ErrorReply(error) }
    }

    /// Sends one request with an optional JSON body and returns the bytes of the reply.
    func bytes(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], body: (any Encodable)? = nil,
        timeout: TimeAmount = .seconds(30)
    ) async throws(ErrorReply) -> Data {
        var request = self.request(method, path, query: query)
        if let body {
            do { request.body = .bytes(try WireJSON.encode(body)) } catch { throw ErrorReply(error) }
            request.headers.add(name: "Content-Type", value: "application/json")
        }
        return try await bytes(of: request, timeout: timeout)
    }

    /// Sends one request and returns the bytes of the reply.
    func bytes(of request: HTTPClientRequest, timeout: TimeAmount) async throws(ErrorReply) -> Data {
        let response: HTTPClientResponse
        let data: Data
        do {
            response = try await http.execute(request, timeout: timeout)
            let bytes = try await response.body.collect(upTo: DepotClient.maximumReply)
            data = Data(bytes.readableBytesView)
        } catch {
            throw ErrorReply(unreachable(error))
        }
        try check(response, data)
        return data
    }

    /// Returns the decoded body of an answer, or throws the error in it.
    func decode<Reply: Decodable>(
        _ response: HTTPClientResponse, _ bytes: ByteBuffer, as type: Reply.Type = Reply.self
    ) throws(ErrorReply) -> Reply {
        let data = Data(bytes.readableBytesView)
        try check(response, data)
        do { return try WireJSON.decodeReply(type, from: data) } catch { throw ErrorReply(error) }
    }

    /// Throws the error of an answer outside 2xx.
    func refuse(_ response: HTTPClientResponse, _ bytes: ByteBuffer) throws(ErrorReply) {
        try check(response, Data(bytes.readableBytesView))
    }

    /// Returns a request without a body.
    func request(_ method: HTTPMethod, _ path: [String], query: [(String, String)]) -> HTTPClientRequest {
        var url = base + StationAPI.prefix
        for segment in path { url += "/" + PercentEncoding.encode(segment) }
        for (index, item) in query.enumerated() {
            url += (index == 0 ? "?" : "&") + PercentEncoding.encode(item.0) + "=" + PercentEncoding.encode(item.1)
        }
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: StationAPI.versionHeader, value: StationAPI.version)
        request.headers.add(name: "Accept", value: "application/json")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let tenant { request.headers.add(name: StationAPI.tenantHeader, value: tenant) }
        return request
    }

    /// Records a different version, and throws the error of an answer outside 2xx.
    func check(_ response: HTTPClientResponse, _ data: Data) throws(ErrorReply) {
        if let version = response.headers.first(name: StationAPI.versionHeader), version != StationAPI.version {
            let text =
                "The daemon speaks version \(version.prefix(20)) of the station API, this program version "
                + "\(StationAPI.version)."
            warning.withLock { $0 = text }
        }
        let status = Int(response.status.code)
        guard !(200..<300).contains(status) else { return }
        if let reply = try? WireJSON.decoder.decode(ErrorReply.self, from: data) { throw reply }
        let code: DepotError.Code =
            switch status {
            case 400: .badRequest
            case 401: .unauthenticated
            case 403: .forbidden
            case 413: .tooLarge
            case 503: .busy
            default: .protocolMismatch
            }
        throw ErrorReply(
            DepotError(
                code, "\(endpoint) responded with \(status), but not the way depotd does.", hint: "is that depotd?"))
    }

    /// Returns the error for a failure of the transport.
    func unreachable(_ error: any Error) -> DepotError {
        let number = (error as? IOError)?.errnoCode
        if error is CancellationError || (error as? HTTPClientError) == .cancelled {
            return DepotError(.unreachable, "The request was cancelled.")
        }
        if number == EACCES || number == EPERM {
            return DepotError(
                .forbidden, "This user may not use \(endpoint).",
                hint: "run it as root, as the daemon's user, or as a member of group depot")
        }
        if (error as? HTTPClientError) == .deadlineExceeded {
            return DepotError(.unreachable, "\(endpoint) did not respond in time.", hint: "see journalctl -u depotd")
        }
        let reason: String =
            switch number {
            case ENOENT?: "there is no such socket"
            case ECONNREFUSED?: "nothing is listening there"
            case ECONNRESET?, EPIPE?: "the connection was closed"
            default: sentence(error)
            }
        let hint =
            switch endpoint {
            case .socket: "is depotd running? systemctl status depotd, or give --socket PATH"
            case .url: "is depotd running there, and is this its address?"
            }
        return DepotError(.unreachable, "depotd cannot be reached at \(endpoint): \(reason).", hint: hint)
    }

    private func sentence(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .remoteConnectionClosed?: "the connection was closed"
        case .connectTimeout?: "no connection in time"
        default: String(describing: error)
        }
    }
}
