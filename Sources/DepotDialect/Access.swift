public import DepotModel

/// The extent of a caller's permissions; each level includes the ones before it.
public enum Access: Int, Comparable, Sendable {
    /// Public routes, without credentials.
    case anyone
    /// The view of a paired counter screen: the lanes, scanners, status and events that it shows, read-only.
    case screen
    /// Read access to everything.
    case viewer
    /// Transitions, scans, and changes of assets, people and locations.
    case `operator`
    /// Full access to a tenant.
    case administrator

    /// Returns true if the right level includes the left one and more.
    public static func < (left: Access, right: Access) -> Bool { left.rawValue < right.rawValue }

    /// Creates the level that a token's role grants.
    public init(_ role: TokenRole) {
        self =
            switch role {
            case .screen: .screen
            case .viewer: .viewer
            case .operator: .operator
            case .admin, .msp: .administrator
            case .other: .anyone
            }
    }

    /// The role that a caller needs for this level, as spelled on the wire.
    public var role: String {
        switch self {
        case .anyone, .screen, .viewer: "viewer"
        case .operator: "operator"
        case .administrator: "admin"
        }
    }
}

/// The source of a request, as identified by the kernel or by a token.
public struct Caller: Hashable, Sendable {
    /// The name under which the ledger records the caller.
    public var actor: Actor
    /// The level of access.
    public var access: Access
    /// The only tenant that the caller may use, or nil if every tenant is allowed.
    public var tenant: TenantID?
    /// The time at which the token was created; time 0 for callers without a token.
    public var since: Timestamp
    /// The limit in requests per minute: nil for the configured one, 0 for none.
    public var limit: Int?
    /// The time at which the token expires, or nil if it never does.
    public var until: Timestamp?

    /// Creates a caller.
    public init(
        actor: Actor, access: Access, tenant: TenantID?, since: Timestamp = Timestamp(milliseconds: 0),
        limit: Int? = nil, until: Timestamp? = nil
    ) {
        self.actor = actor
        self.access = access
        self.tenant = tenant
        self.since = since
        self.limit = limit
        self.until = until
    }
}
