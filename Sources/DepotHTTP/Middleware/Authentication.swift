import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// Finds out who asks: the kernel says it of a peer on the socket, a token says it on TCP.
struct Authentication: Sendable {
    let station: Station
    let peers: PeerPolicy

    /// The cookie of a paired screen.
    static let cookie = "depot_screen"

    /// The caller, or why there is none. On the socket a peer that is not admitted may do nothing at all, so it throws.
    func caller(of request: Request, _ context: StationContext) throws(RequestError) -> Result<Caller, RequestError> {
        switch context.face {
        case .socket: return .success(try peer(of: request, context))
        case .tcp:
            do throws(RequestError) { return .success(try holder(of: request)) } catch { return .failure(error) }
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
