/// A walk through the assets of a scope, in which each one that is seen is counted once.
public struct AuditWalk: Hashable, Sendable, Codable {
    /// The state of a walk.
    public enum State: OpenWord {
        /// Scans are counted.
        case open
        /// No scans are counted until the walk is resumed.
        case paused
        /// The walk has ended, and what is missing is recorded.
        case closed
        /// The result was applied to assets, and can be undone.
        case applied
        /// A word of a newer version.
        case other(String)

        /// Every word of this version.
        public static let allCases: [State] = [.open, .paused, .closed, .applied]

        /// The word on the wire.
        public var rawValue: String {
            switch self {
            case .open: "open"
            case .paused: "paused"
            case .closed: "closed"
            case .applied: "applied"
            case .other(let word): word
            }
        }
    }

    /// The row id.
    public var id: AuditWalkID
    /// The name, by default that of the scope.
    public var name: String
    /// The assets that are expected.
    public var scope: AuditScope
    /// A Boolean value that is true if lanes and the screen do not show what is expected.
    public var isBlind: Bool
    /// The state.
    public var state: State
    /// The numbers of distinct assets and codes.
    public var counts: AuditCounts
    /// The time of the start, at which the expected assets were determined.
    public var startedAt: Timestamp
    /// The person or program that started the walk.
    public var startedBy: Actor
    /// The time at which the walk was closed, or nil.
    public var closedAt: Timestamp?
    /// The person or program that closed the walk, or nil.
    public var closedBy: Actor?
    /// The time at which the result was last applied, or nil.
    public var appliedAt: Timestamp?
    /// The person or program that applied the result, or nil.
    public var appliedBy: Actor?

    /// Creates a walk.
    public init(
        id: AuditWalkID, name: String, scope: AuditScope, isBlind: Bool, state: State, counts: AuditCounts,
        startedAt: Timestamp, startedBy: Actor, closedAt: Timestamp? = nil, closedBy: Actor? = nil,
        appliedAt: Timestamp? = nil, appliedBy: Actor? = nil
    ) {
        self.id = id
        self.name = name
        self.scope = scope
        self.isBlind = isBlind
        self.state = state
        self.counts = counts
        self.startedAt = startedAt
        self.startedBy = startedBy
        self.closedAt = closedAt
        self.closedBy = closedBy
        self.appliedAt = appliedAt
        self.appliedBy = appliedBy
    }

    /// The numbers in one sentence without what a blind walk conceals, such as `Room 101: 46 of 50 found, 4 missing.`.
    public var summary: String { AuditWalkStatus(self).summary }

    enum CodingKeys: String, CodingKey {
        case id, name, scope, state, counts
        case isBlind = "blind"
        case startedAt = "started_at"
        case startedBy = "started_by"
        case closedAt = "closed_at"
        case closedBy = "closed_by"
        case appliedAt = "applied_at"
        case appliedBy = "applied_by"
    }
}
