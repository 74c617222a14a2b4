import Crypto
public import DepotModel
import Synchronization

/// A stored token; it has the hash of the secret, never the secret.
public struct TokenRow: Hashable, Sendable {
    /// The row id.
    public var id: Int64
    /// The name, unique among tokens that are not revoked.
    public var name: String
    /// The role.
    public var role: TokenRole
    /// The tenant to which the token is bound, or nil if it covers every tenant.
    public var tenant: TenantID?
    /// The time at which the token was created.
    public var createdAt: Timestamp
    /// The time at which the token expires, or nil if it never does.
    public var expiresAt: Timestamp?
    /// The time at which the token was revoked, or nil if it was not.
    public var revokedAt: Timestamp?
    /// The time of the last use, exact to a minute, or nil if there was none.
    public var lastUsedAt: Timestamp?
    /// The limit in requests per minute: nil for the configured one, 0 for none.
    public var rate: Int?

    /// Creates a row.
    public init(
        id: Int64, name: String, role: TokenRole, tenant: TenantID?, createdAt: Timestamp, expiresAt: Timestamp?,
        revokedAt: Timestamp? = nil, lastUsedAt: Timestamp? = nil, rate: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.tenant = tenant
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
        self.rate = rate
    }
}

extension DepotStore {
    /// Returns the token with this secret, or nil if there is none that is neither revoked nor expired at `at`.
    public func authenticate(token secret: String, at: Timestamp) throws(DepotError) -> TokenRow? {
        // Secrets of another length were never issued, so none is hashed.
        guard secret.utf8.count == Tokens.secretLength else { return nil }
        let hash = Tokens.hash(secret)
        // The counter is read before the database: tokens that change in between are looked up again.
        let now = lastAdministration
        var token = tokensMemo.withLock { $0.administration == now ? $0.known[hash] : nil }
        if token == nil {
            token = try readers.read { (connection) throws(SQLFailure) in
                try connection.first(Tokens.bySecret, [.blob(hash)], Tokens.token)
            }
            if let token {
                tokensMemo.withLock { memo in
                    if memo.administration != now || memo.known.count >= 1000 { memo = (now, [:]) }
                    memo.known[hash] = token
                }
            }
        }
        guard let token, token.revokedAt == nil, token.expiresAt.map({ at < $0 }) ?? true else { return nil }
        noteUse(of: token, at: at)
        return token
    }

    /// Writes the time of a token's use, at most once a minute. Nobody waits for it, and if it cannot be written, the next
    /// use is.
    private func noteUse(of token: TokenRow, at: Timestamp) {
        tokenUses.withLock { uses in
            let known = uses.written[token.id] ?? token.lastUsedAt
            if let known, at.milliseconds - known.milliseconds < Self.tokenUseInterval { return }
            uses.written[token.id] = at
            uses.newest = Task.detached { [commits] in
                _ = try? await commits.submit { writer in
                    try writer.connection.run(Tokens.use, [.time(at), .int(token.id)])
                }
            }
        }
    }

    /// The time in milliseconds within which later uses of a token are not written.
    private static let tokenUseInterval: Int64 = 60_000

    /// Creates a token and returns it with its secret, which is not stored.
    ///
    /// - Parameters:
    ///   - tenant: The tenant, or nil for `TokenRole.msp` only, which covers every tenant.
    ///   - rate: The limit in requests per minute, 0 to 1,000,000, as in ``TokenRow/rate``.
    ///   - operation: The identity of the request, so that the refusal of a repetition can say that it is one.
    public func createToken(
        name: String, role: TokenRole, tenant: TenantID?, expires: Timestamp?, actor: Actor, origin: Origin,
        rate: Int? = nil, operation: UniqueID? = nil
    ) async throws(CommitFailure) -> (token: TokenRow, secret: String) {
        let secret = Tokens.newSecret()
        let token: TokenRow = try await commits.submit { writer in
            guard let name = nonEmpty(name) else { throw DepotError(.badRequest, "A token needs a name.") }
            try refuseUnstorable(name, field: "name", limit: TextLimit.line)
            guard (tenant == nil) == (role == .msp) else {
                throw DepotError(.badRequest, "A token belongs to one tenant, unless its role is msp.")
            }
            if let rate, !(0...1_000_000).contains(rate) {
                throw DepotError(.badRequest, "A token's rate must be 0 to 1000000 requests per minute.")
            }
            if try writer.connection.first(Tokens.byName, [.text(name)], { _ in true }) == true {
                if let operation, let event = try writer.event(of: operation), event.facts["token"] == name {
                    throw DepotError(
                        .conflict,
                        "The token “\(name)” was already created by this very request; its secret is not kept.",
                        hint: "If the first response is lost, revoke the token and create another.")
                }
                throw DepotError(
                    .conflict, "There is already a token “\(name)”.", hint: "Revoke it, or use another name.")
            }
            if let tenant, try writer.connection.first(Tokens.tenant, [.row(tenant)], { _ in true }) != true {
                throw DepotError(.notFound, "There is no tenant \(tenant).")
            }
            let at = writer.now()
            try writer.connection.run(
                Tokens.insert,
                [
                    .row(tenant), .text(name), .blob(Tokens.hash(secret)), .text(role.rawValue), .time(at),
                    .time(expires), .int(rate.map { Int64($0) }),
                ])
            let id = writer.connection.lastInsertedRow
            // An identity that was used before for a token revoked since then already has its event.
            let isUsed = try operation.map { try writer.event(of: $0) != nil } ?? true
            let free = isUsed ? writer.newOperation() : operation ?? writer.newOperation()
            _ = try TenantWriter(writer: writer, tenant: tenant ?? .standard).administration(
                "The token \(name) was created.", facts: ["token": name, "role": role.rawValue, "action": "created"],
                ChangeRequest(operation: free, actor: actor, origin: origin, at: at))
            return TokenRow(
                id: id, name: name, role: role, tenant: tenant, createdAt: at, expiresAt: expires, rate: rate)
        }
        return (token, secret)
    }

    /// Returns every token that is not revoked, oldest first, including expired ones.
    public func tokens() throws(DepotError) -> [TokenRow] {
        try readers.read { (connection) throws(SQLFailure) in try connection.rows(Tokens.all, [], Tokens.token) }
    }

    /// Revokes a token, which is not accepted from then on.
    public func revokeToken(name: String, actor: Actor, origin: Origin) async throws(CommitFailure) {
        try await commits.submit { writer in
            guard let token = try writer.connection.first(Tokens.byName, [.text(name)], Tokens.token) else {
                throw DepotError(.notFound, "There is no token “\(name)”.")
            }
            let at = writer.now()
            try writer.connection.run(Tokens.revoke, [.time(at), .int(token.id)])
            _ = try TenantWriter(writer: writer, tenant: token.tenant ?? .standard).administration(
                "The token \(name) was revoked.", facts: ["token": name, "action": "revoked"],
                ChangeRequest(operation: writer.newOperation(), actor: actor, origin: origin, at: at))
        }
    }
}

/// The statements on the table of tokens.
private enum Tokens {
    private static let columns =
        "SELECT id, name, role, tenant_id, created_at, expires_at, revoked_at, last_used_at, rate FROM token WHERE "
    static let bySecret = Query(columns + "sha256 = ?")
    static let byName = Query(columns + "name = ? AND revoked_at IS NULL")
    static let all = Query(columns + "revoked_at IS NULL ORDER BY id")
    static let tenant = Query("SELECT 1 FROM tenant WHERE id = ?")
    static let insert = Query(
        "INSERT INTO token (tenant_id, name, sha256, role, created_at, expires_at, rate) VALUES (?, ?, ?, ?, ?, ?, ?)")
    static let use = Query("UPDATE token SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?")
    static let revoke = Query("UPDATE token SET revoked_at = ? WHERE id = ?")
    private static let prefix = "depot_"
    static let secretLength = prefix.utf8.count + 43

    static func token(_ row: Row) -> TokenRow {
        TokenRow(
            id: row.int(0), name: row.text(1), role: TokenRole(rawValue: row.text(2)) ?? .viewer,
            tenant: row.optionalInt(3).map { TenantID(rawValue: $0) }, createdAt: row.time(4),
            expiresAt: row.optionalTime(5), revokedAt: row.optionalTime(6), lastUsedAt: row.optionalTime(7),
            rate: row.optionalInt(8).map { Int($0) })
    }

    static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }

    /// Returns `depot_` and 32 random bytes in base64url (RFC 4648 §5) without padding.
    static func newSecret() -> String {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text = Array(prefix.utf8)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for _ in 0..<32 {
            bits = bits << 8 | UInt32(UInt8.random(in: .min ... .max, using: &random))
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> count & 63)])
            }
            bits &= (1 << count) - 1
        }
        text.append(alphabet[Int(bits << (6 - count) & 63)])
        return String(decoding: text, as: UTF8.self)
    }
}
