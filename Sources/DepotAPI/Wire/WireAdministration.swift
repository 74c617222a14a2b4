public import DepotModel

/// An API token, without its secret.
public struct TokenInfo: Hashable, Sendable, Codable {
    /// Unique among all tokens that are not revoked.
    public var name: String
    public var role: TokenRole
    /// The tenant it is bound to; nil: all of them.
    public var tenantID: TenantID?
    /// That tenant's slug.
    public var tenant: String?
    /// Requests a minute; nil: what the configuration says; 0: any number.
    public var rate: Int?
    public var createdAt: Timestamp
    public var expiresAt: Timestamp?
    public var revokedAt: Timestamp?
    public var lastUsedAt: Timestamp?

    /// The token.
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

/// `GET tokens`.
public struct TokensReply: Hashable, Sendable, Codable {
    public var tokens: [TokenInfo]

    /// The reply.
    public init(tokens: [TokenInfo]) { self.tokens = tokens }
}

/// `POST tokens`, answered 201 with a ``CreateTokenReply``. `DELETE tokens/{name}` answers the ``TokenInfo``.
public struct CreateTokenRequest: Hashable, Sendable, Codable, StrictRequest {
    public var name: String
    /// Not `TokenRole.screen`.
    public var role: TokenRole
    /// The tenant's slug; nil: the caller's tenant. None for `TokenRole.msp`, which has every tenant.
    public var tenant: String?
    /// The tenant by its id, in place of its slug.
    public var tenantID: TenantID?
    /// On the wire a time, or a day, which is meant to its end (UTC).
    public var expiresAt: Timestamp?
    /// Requests a minute, at most 1,000,000; nil: what the configuration says; 0: any number.
    public var rate: Int?

    /// The request.
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

    /// A time, or the end of a day (UTC); nil for anything else.
    public static func expiry(_ text: String) -> Timestamp? {
        Timestamp(text) ?? CalendarDate(text).map { $0.advanced(byDays: 1).startOfDay }
    }
}

/// A new token with its secret, which is shown this once.
public struct CreateTokenReply: Hashable, Sendable, Codable {
    public var token: TokenInfo
    public var secret: String

    /// The reply.
    public init(token: TokenInfo, secret: String) {
        self.token = token
        self.secret = secret
    }
}

/// `POST screens/pair`.
public struct PairScreenRequest: Hashable, Sendable, Codable, StrictRequest {
    /// What the screen is called in the list of tokens; nil: the daemon finds a name.
    public var name: String?

    /// The request.
    public init(name: String? = nil) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable { case name }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// A link that pairs one browser, once.
public struct PairScreenReply: Hashable, Sendable, Codable {
    public var url: String
    public var expiresAt: Timestamp

    /// The reply.
    public init(url: String, expiresAt: Timestamp) {
        self.url = url
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case url
        case expiresAt = "expires_at"
    }
}

/// `POST backup`, on the socket only.
public struct BackupRequest: Hashable, Sendable, Codable, StrictRequest {
    /// Absolute; must not exist yet.
    public var path: String

    /// The request.
    public init(path: String) { self.path = path }

    enum CodingKeys: String, CodingKey, CaseIterable { case path }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// A finished backup.
public struct BackupReply: Hashable, Sendable, Codable {
    public var path: String
    public var bytes: Int64
    /// Events in it.
    public var events: Int64

    /// The reply.
    public init(path: String, bytes: Int64, events: Int64) {
        self.path = path
        self.bytes = bytes
        self.events = events
    }
}

/// `POST verify`: what the ledger and the database look like.
public struct VerifyReply: Hashable, Sendable, Codable {
    /// Events that were walked.
    public var events: Int64
    /// 0 for an empty ledger.
    public var lastNumber: EventNumber
    /// The hash of the last event, in hexadecimal: keep it to prove later that nothing before it changed.
    public var lastHash: String
    /// One sentence each; empty when all is well.
    public var problems: [String]
    /// `ok`, or what SQLite's own check says.
    public var integrity: String

    /// The reply.
    public init(
        events: Int64, lastNumber: EventNumber, lastHash: String, problems: [String], integrity: String
    ) {
        self.events = events
        self.lastNumber = lastNumber
        self.lastHash = lastHash
        self.problems = problems
        self.integrity = integrity
    }

    /// Whether nothing is wrong.
    public var isSound: Bool { problems.isEmpty && integrity == "ok" }

    enum CodingKeys: String, CodingKey {
        case events, problems, integrity
        case lastNumber = "last_number"
        case lastHash = "last_hash"
    }
}
