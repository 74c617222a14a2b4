import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// The routes `GET|POST tokens` and `DELETE tokens/{name}`. Callers with one tenant see, create and revoke only its
/// tokens.
struct TokenRoutes: RouteGroup {
    let station: Station
    let answers: OpenAnswers

    var routes: [RouteTable.Route] {
        [
            .station(.get, "tokens", .administrator) { request, context in
                _ = try Query(request)
                let tenant = try context.visibleTenant(request)
                let tokens = try station.store.tokens().filter { tenant == nil || $0.tenant == tenant }
                return try reply(TokensReply(tokens: try tokens.map(info)))
            },
            .station(.post, "tokens", .administrator, createToken),
            .station(.delete, "tokens/:name", .administrator) { request, context in
                let name = try context.text("name")
                let tenant = try context.visibleTenant(request)
                let found = try station.store.tokens().first { $0.name == name }
                // The token of another tenant is treated as one that does not exist.
                guard let token = found, tenant == nil || token.tenant == tenant else {
                    throw RequestError(.notFound, "There is no token “\(name)”.")
                }
                try await station.store.revokeToken(
                    name: name, actor: try context.actor(), origin: context.origin)
                answers.revoke(token.identity)
                var revoked = try info(token)
                revoked.revokedAt = station.now()
                return try reply(revoked)
            },
        ]
    }

    private func createToken(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(CreateTokenRequest.self, of: request)
        if let expiry = wanted.expiresAt, expiry <= station.now() {
            throw RequestError.badRequest("The token would already have expired.")
        }
        let made = try await station.store.createToken(
            name: wanted.name, role: wanted.role, tenant: try tenant(for: wanted, context), expires: wanted.expiresAt,
            actor: try context.actor(), origin: context.origin, rate: wanted.rate, operation: context.operation)
        return try reply(CreateTokenReply(token: try info(made.token), secret: made.secret), .created)
    }

    /// Returns the tenant of the new token, or nil for one that covers every tenant.
    private func tenant(for wanted: CreateTokenRequest, _ context: StationContext) throws -> TenantID? {
        let own = try context.caller.get().tenant
        guard wanted.role != .msp else {
            guard own == nil else {
                throw RequestError(
                    .forbidden, "Only callers with access to every tenant may create a token for every tenant.")
            }
            return nil
        }
        let directory = try station.store.directory()
        let named: TenantRow?
        if let slug = wanted.tenant {
            named = directory.bySlug(slug)
        } else if let id = wanted.tenantID {
            named = directory.byID(id)
        } else {
            return try context.tenant()
        }
        guard own == nil || named?.id == own else {
            throw RequestError(.forbidden, "You may create tokens for your own tenant only.")
        }
        guard let named else {
            throw RequestError.notFound("tenant", wanted.tenant ?? wanted.tenantID?.description ?? "")
        }
        return named.id
    }

    private func info(_ token: TokenRow) throws -> TokenInfo {
        TokenInfo(
            name: token.name, role: token.role, tenantID: token.tenant,
            tenant: try token.tenant.flatMap { try station.store.directory().byID($0)?.slug }, rate: token.rate,
            createdAt: token.createdAt, expiresAt: token.expiresAt, revokedAt: token.revokedAt,
            lastUsedAt: token.lastUsedAt)
    }
}
