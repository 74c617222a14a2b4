public import DepotModel

/// An API token, without its secret.
public struct TokenInfo: Hashable, Sendable, Codable {
    /// The name, unique among tokens that are not revoked.
    public var name: String
    /// The role.
    public var role: TokenRole
    /// The tenant to which the token is bound, or nil if it covers every tenant.
    public var tenantID: TenantID?
    /// The slug of that tenant.
    public var tenant: String?
    /// The limit in requests per minute: nil for the configured one, 0 for none.
    public var rate: Int?
    /// The time at which the token was created.
    public var createdAt: Timestamp
    /// The time at which the token expires, or nil if it never does.
    public var expiresAt: Timestamp?
    /// The time at which the token was revoked, or nil if it was not.
    public var revokedAt: Timestamp?
    /// The time of the last use, or nil if there was none.
    public var lastUsedAt: Timestamp?

    /// Creates a token.
    public init(
        name: String, role: TokenRole, tenantID: TenantID?, tenant: String? = nil, rate: Int? = nil,
        createdAt: Timestamp, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil, lastUsedAt: Timestamp? = nil
    ) {
        self.name = name
        self.role = role
        self.tenantID = tenantID
        self.tenant = tenant
        self.rate = rate
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
    }

    enum CodingKeys: String, CodingKey {
        case name, role, tenant, rate
        case tenantID = "tenant_id"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case lastUsedAt = "last_used_at"
    }
}

/// The reply of `GET tokens`.
public struct TokensReply: Hashable, Sendable, Codable {
    /// The tokens.
    public var tokens: [TokenInfo]

    /// Creates a reply.
    public init(tokens: [TokenInfo]) { self.tokens = tokens }
}

/// The body of `POST tokens`, answered 201 with a ``CreateTokenReply``. `DELETE tokens/{name}` returns the
/// ``TokenInfo``.
public struct CreateTokenRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The name, unique among tokens that are not revoked.
    public var name: String
    /// The role, other than `TokenRole.screen`.
    public var role: TokenRole
    /// The tenant's slug, or nil for the caller's tenant. `TokenRole.msp` covers every tenant and excludes it.
    public var tenant: String?
    /// The tenant's id, in place of its slug.
    public var tenantID: TenantID?
    /// The time at which the token expires, or nil if it never does. On the wire a time, or a day, which is included
    /// (UTC).
    public var expiresAt: Timestamp?
    /// The limit in requests per minute, at most 1,000,000: nil for the configured one, 0 for none.
    public var rate: Int?

    /// Creates a request.
    public init(
        name: String, role: TokenRole, tenant: String? = nil, tenantID: TenantID? = nil, expiresAt: Timestamp? = nil,
        rate: Int? = nil
    ) {
        self.name = name
        self.role = role
        self.tenant = tenant
        self.tenantID = tenantID
        self.expiresAt = expiresAt
        self.rate = rate
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, role, tenant, rate
        case tenantID = "tenant_id"
        case expiresAt = "expires_at"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        role = try container.known(forKey: .role)
        guard role != .screen else {
            throw DecodingError.dataCorruptedError(
                forKey: .role, in: container, debugDescription: "a screen is paired, with POST screens/pair")
        }
        tenant = try container.decodeIfPresent(String.self, forKey: .tenant)
        tenantID = try container.id(forKey: .tenantID)
        guard tenant == nil || tenantID == nil else {
            throw DecodingError.dataCorruptedError(
                forKey: .tenant, in: container, debugDescription: "“tenant_id” already says so")
        }
        guard role != .msp || (tenant == nil && tenantID == nil) else {
            throw DecodingError.dataCorruptedError(
                forKey: .tenant, in: container, debugDescription: "a token with the role msp has every tenant")
        }
        rate = try container.whole(forKey: .rate)
        if let rate, !(0...1_000_000).contains(rate) {
            throw DecodingError.dataCorruptedError(
                forKey: .rate, in: container, debugDescription: "not 0 to 1000000 requests a minute")
        }
        let text = try container.decodeIfPresent(String.self, forKey: .expiresAt)
        expiresAt = text.flatMap(CreateTokenRequest.expiry)
        if text != nil, expiresAt == nil {
            throw DecodingError.dataCorruptedError(
                forKey: .expiresAt, in: container, debugDescription: "not a day (YYYY-MM-DD) or an ISO 8601 time")
        }
    }

    /// Returns the time of the text, the end of the day in UTC if it is a day, or nil if it is neither.
    public static func expiry(_ text: String) -> Timestamp? {
        Timestamp(text) ?? CalendarDate(text).map { $0.advanced(byDays: 1).startOfDay }
    }
}

/// A new token with its secret, which is shown only this once.
public struct CreateTokenReply: Hashable, Sendable, Codable {
    /// The token.
    public var token: TokenInfo
    /// The secret.
    public var secret: String

    /// Creates a reply.
    public init(token: TokenInfo, secret: String) {
        self.token = token
        self.secret = secret
    }
}

/// The body of `POST screens/pair`, answered with a ``PairScreenReply``.
public struct PairScreenRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The name of the screen in the list of tokens, or nil if the daemon is to choose one.
    public var name: String?

    /// Creates a request.
    public init(name: String? = nil) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable { case name }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// A link that pairs one browser, once.
public struct PairScreenReply: Hashable, Sendable, Codable {
    /// The link.
    public var url: String
    /// The time at which the link expires.
    public var expiresAt: Timestamp

    /// Creates a reply.
    public init(url: String, expiresAt: Timestamp) {
        self.url = url
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case url
        case expiresAt = "expires_at"
    }
}

/// The body of `POST backup`, which is accepted on the socket only; answered with a ``BackupReply``.
public struct BackupRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The absolute path of the new file, which must not exist yet.
    public var path: String

    /// Creates a request.
    public init(path: String) { self.path = path }

    enum CodingKeys: String, CodingKey, CaseIterable { case path }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// A finished backup.
public struct BackupReply: Hashable, Sendable, Codable {
    /// The path of the file.
    public var path: String
    /// The size of the file in bytes.
    public var bytes: Int64
    /// The number of events in the backup.
    public var events: Int64

    /// Creates a reply.
    public init(path: String, bytes: Int64, events: Int64) {
        self.path = path
        self.bytes = bytes
        self.events = events
    }
}

/// The reply of `POST verify`: the state of the ledger and the database.
public struct VerifyReply: Hashable, Sendable, Codable {
    /// The number of events that were checked.
    public var events: Int64
    /// The number of the last event; 0 for an empty ledger.
    public var lastNumber: EventNumber
    /// The hash of the last event in hexadecimal, which can later prove that nothing before it changed.
    public var lastHash: String
    /// The problems, one sentence each.
    public var problems: [String]
    /// `ok`, or the report of SQLite's own check.
    public var integrity: String

    /// Creates a reply.
    public init(
        events: Int64, lastNumber: EventNumber, lastHash: String, problems: [String], integrity: String
    ) {
        self.events = events
        self.lastNumber = lastNumber
        self.lastHash = lastHash
        self.problems = problems
        self.integrity = integrity
    }

    /// A Boolean value that is true if there are no problems.
    public var isSound: Bool { problems.isEmpty && integrity == "ok" }

    enum CodingKeys: String, CodingKey {
        case events, problems, integrity
        case lastNumber = "last_number"
        case lastHash = "last_hash"
    }
}
