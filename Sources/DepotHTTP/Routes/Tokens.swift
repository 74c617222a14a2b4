import DepotAPI
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// `GET|POST tokens`, `DELETE tokens/{name}`.
extension StationFace {
    func tokenRoutes() -> [RouteTable.Route] {
        [
            .station(.get, "tokens", .administrator) { request, _ in
                _ = try Query(request)
                return try reply(TokensReply(tokens: try station.store.tokens().map(info)))
            },
            .station(.post, "tokens", .administrator) { request, context in
                let wanted = try await context.body(CreateTokenRequest.self, of: request)
                if let expiry = wanted.expiresAt, expiry <= station.now() {
                    throw Failure.badRequest("The token would have expired already.")
                }
                let made = try await station.store.createToken(
                    name: wanted.name, role: wanted.role,
                    tenant: wanted.role == .msp ? nil : wanted.tenant ?? .standard, expires: wanted.expiresAt,
                    actor: try context.actor(), origin: context.origin)
                return try reply(CreateTokenReply(token: info(made.token), secret: made.secret), .created)
            },
            .station(.delete, "tokens/:name", .administrator) { _, context in
                let name = try context.text("name")
                guard let token = try station.store.tokens().first(where: { $0.name == name }) else {
                    throw Failure(.notFound, "There is no token “\(name)”.")
                }
                try await station.store.revokeToken(
                    name: name, actor: try context.actor(), origin: context.origin)
                var revoked = info(token)
                revoked.revokedAt = station.now()
                return try reply(revoked)
            },
        ]
    }

    private func info(_ token: TokenRow) -> TokenInfo {
        TokenInfo(
            name: token.name, role: token.role, tenant: token.tenant, createdAt: token.createdAt,
            expiresAt: token.expiresAt, revokedAt: token.revokedAt)
    }
}
