/// The way by which something was requested: the interface of the daemon and the known facts about the caller.
public struct Origin: Hashable, Sendable, Codable {
    /// An interface of the daemon.
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

    /// The interface of the daemon.
    public var face: Face
    /// The lane.
    public var lane: LaneID?
    /// The scanner's identity.
    public var scanner: String?
    /// The scan's identity in the journal.
    public var scan: UniqueID?
    /// The HTTP request's id.
    public var request: String?
    /// The peer's address, without port.
    public var address: String?

    /// Creates an origin.
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
