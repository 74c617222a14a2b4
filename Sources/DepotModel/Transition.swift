/// What is asked of one asset, by whom, from where and when. A value; ``TransitionRules`` decides it.
public struct Transition: Hashable, Sendable {
    /// What may be asked.
    public enum Kind: Hashable, Sendable {
        /// Hand an available asset to a holder.
        case checkout(to: Holder, expectedCheckin: CalendarDate? = nil)
        /// Take a deployed asset back, to the given location or else its default one.
        case checkin(location: LocationID? = nil)
        /// Hand an available or deployed asset to another holder, as one event that names both.
        case transfer(to: Holder, expectedCheckin: CalendarDate? = nil)
        /// Record that it was seen; `moves` sets its location too. `next` nil: today plus the tenant's interval.
        case audit(location: LocationID? = nil, next: CalendarDate? = nil, moves: Bool = false)
        /// Set editable fields, by ``AssetField`` name or `custom.NAME`; nil clears one.
        case edit([String: String?])
        /// Delete it, restorably.
        case delete
        /// Bring a deleted asset back.
        case restore
        /// Remove it with its history; one event with the tag and the count stays.
        case purge
        /// Take back an event, if it is the asset's newest.
        case undo(EventNumber)
    }

    /// Made when it was asked for (a version 7 identity); the same operation is applied once, however often it comes.
    public var operation: UniqueID
    /// What is asked.
    public var kind: Kind
    /// Who asks.
    public var actor: Actor
    /// Where it was asked.
    public var origin: Origin
    /// When it was asked.
    public var at: Timestamp
    /// The caller's remark.
    public var note: String?
    /// The version the caller decided on; nil: whatever it is now.
    public var expectedVersion: Int64?
    /// When it really happened, if before it was told: what the asset's last checkout, checkin or audit then says.
    public var effectiveAt: Timestamp?
    /// ``effectiveAt``, but never after ``at``.
    var happenedAt: Timestamp { min(effectiveAt ?? at, at) }

    /// The transition.
    public init(
        operation: UniqueID, kind: Kind, actor: Actor, origin: Origin, at: Timestamp, note: String? = nil,
        expectedVersion: Int64? = nil, effectiveAt: Timestamp? = nil
    ) {
        self.operation = operation
        self.kind = kind
        self.actor = actor
        self.origin = origin
        self.at = at
        self.note = note
        self.expectedVersion = expectedVersion
        self.effectiveAt = effectiveAt
    }
}

/// Who did something: the operator behind the counter, a token, a local user.
public struct Actor: Hashable, Sendable, Codable {
    /// Where the name comes from.
    public enum Kind: OpenWord {
        /// Somebody at a scanner; the operator's name if one signed on with a badge.
        case counter
        /// A user of this machine, over the control socket.
        case user
        /// An API token, by its name.
        case token
        /// The daemon itself.
        case station
        /// A word of a newer version.
        case other(String)

        /// Every word of this version.
        public static let allCases: [Kind] = [.counter, .user, .token, .station]

        /// The word on the wire.
        public var rawValue: String {
            switch self {
            case .counter: "counter"
            case .user: "user"
            case .token: "token"
            case .station: "station"
            case .other(let word): word
            }
        }
    }

    public var kind: Kind
    /// The person's, user's or token's name; for an anonymous counter the station's name.
    public var name: String
    /// The person, where one is known.
    public var person: PersonID?

    /// The actor.
    public init(kind: Kind, name: String, person: PersonID? = nil) {
        self.kind = kind
        self.name = name
        self.person = person
    }

    enum CodingKeys: String, CodingKey {
        case kind, name
        case person = "person_id"
    }
}

/// Where something was asked: the face of the daemon, and what is known about the way in.
public struct Origin: Hashable, Sendable, Codable {
    /// A face of the daemon.
    public enum Face: OpenWord {
        case scanner, socket, station, screen
        case snipeIT
        case atech
        case incidentIQ
        case issueAsset
        case daemon
        /// A word of a newer version.
        case other(String)

        /// Every word of this version.
        public static let allCases: [Face] = [
            .scanner, .socket, .station, .screen, .snipeIT, .atech, .incidentIQ, .issueAsset, .daemon,
        ]

        /// The word on the wire.
        public var rawValue: String {
            switch self {
            case .scanner: "scanner"
            case .socket: "socket"
            case .station: "station"
            case .screen: "screen"
            case .snipeIT: "snipe_it"
            case .atech: "atech"
            case .incidentIQ: "incident_iq"
            case .issueAsset: "issue_asset"
            case .daemon: "daemon"
            case .other(let word): word
            }
        }
    }

    public var face: Face
    public var lane: LaneID?
    /// The scanner's identity.
    public var scanner: String?
    /// The scan's identity in the journal.
    public var scan: UniqueID?
    /// The HTTP request's id.
    public var request: String?
    /// The peer's address, without port.
    public var address: String?

    /// The origin.
    public init(
        face: Face, lane: LaneID? = nil, scanner: String? = nil, scan: UniqueID? = nil, request: String? = nil,
        address: String? = nil
    ) {
        self.face = face
        self.lane = lane
        self.scanner = scanner
        self.scan = scan
        self.request = request
        self.address = address
    }

    enum CodingKeys: String, CodingKey {
        case face, scanner, scan, request, address
        case lane = "lane_id"
    }
}
