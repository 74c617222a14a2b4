import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// Finds the caller: the peer that the kernel reports on the socket, or the owner of the token on TCP. It refuses nobody,
/// because some routes are open to everybody.
struct AuthenticationMiddleware: RouterMiddleware {
    let station: Station
    let peers: PeerPolicy

    /// The cookie of a paired screen.
    static let cookie = "depot_screen"

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = caller(of: request, context)
        if case .success(let caller) = context.caller {
            context.callerID = caller.identity
        } else if let address = context.address {
            context.callerID = address
        }
        return try await next(request, context)
    }

    private func caller(of request: Request, _ context: StationContext) -> Result<Caller, RequestError> {
        do throws(RequestError) {
            switch context.transport {
            case .unixSocket: return .success(try peer(of: request, context))
            case .tcp: return .success(try holder(of: request))
            }
        } catch {
            return .failure(error)
        }
    }

    private func peer(of request: Request, _ context: StationContext) throws(RequestError) -> Caller {
        // A browser that some page talks into reaching the socket through a proxy is not the user.
        guard request.headers[.origin] == nil, request.headers[.referer] == nil else {
            throw RequestError(.forbidden, "Browsers may not use the control socket.")
        }
        guard let connection = context.connection, let peer = connection.peer, connection.isAdmitted(by: peers) else {
            throw RequestError(
                .forbidden, "You may not use the control socket.",
                hint: "ask an administrator to add you to the group \(peers.group)")
        }
        let actor = Actor(kind: .user, name: PeerPolicy.userName(peer.uid))
        return Caller(actor: actor, access: .administrator, tenant: nil)
    }

    private func holder(of request: Request) throws(RequestError) -> Caller {
        let isScreen: Bool
        let secret: String
        if let header = request.headers[.authorization] {
            let parts = header.utf8.split(separator: UInt8(ascii: " "))
            guard parts.count == 2, Substring(parts[0]).lowercased() == "bearer" else {
                throw RequestError(.unauthenticated, "The Authorization header must be “Bearer TOKEN”.")
            }
            (secret, isScreen) = (String(Substring(parts[1])), false)
        } else if let cookie = request.cookies[Self.cookie] {
            (secret, isScreen) = (cookie.value, true)
        } else {
            throw RequestError(
                .unauthenticated, "A token is required.",
                hint: "send “Authorization: Bearer TOKEN”; create a token with depotctl token create")
        }
        let found: TokenRow?
        do throws(DepotError) {
            found = try station.store.authenticate(token: secret, at: station.now())
        } catch {
            throw RequestError(error)
        }
        guard let token = found, !isScreen || token.role == .screen else {
            throw RequestError(.unauthenticated, "The token is unknown, revoked or expired.")
        }
        return Caller(
            actor: Actor(kind: .token, name: token.name), access: Access(token.role), tenant: token.tenant,
            since: token.createdAt, limit: isScreen ? 0 : token.rate, until: token.expiresAt)
    }
}
