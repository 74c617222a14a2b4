public import DepotModel

/// What a caller may do; each step includes the ones before.
public enum Access: Int, Comparable, Sendable {
    /// Everybody, without credentials.
    case anyone
    /// A paired counter screen: of lanes, scanners, status and events what it shows, to look at.
    case screen
    /// Everything there is to read.
    case viewer
    /// Transitions, scans, and the assets, people and locations themselves.
    case `operator`
    /// Everything of a tenant.
    case administrator

    public static func < (left: Access, right: Access) -> Bool { left.rawValue < right.rawValue }

    /// What a token's role may do.
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

    /// The role that a caller needs, as it is called on the wire.
    public var role: String {
        switch self {
        case .anyone, .screen, .viewer: "viewer"
        case .operator: "operator"
        case .administrator: "admin"
        }
    }
}

/// Who asks, as the kernel or a token says.
public struct Caller: Hashable, Sendable {
    /// As the ledger names him.
    public var actor: Actor
    public var access: Access
    /// The one tenant; nil: every tenant.
    public var tenant: TenantID?
    /// When the token was made; the beginning of time for callers without one.
    public var since: Timestamp
    /// Requests per minute; nil: as configured; 0: any number.
    public var limit: Int?
    /// When the token expires; nil: never.
    public var until: Timestamp?

    /// The caller.
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
