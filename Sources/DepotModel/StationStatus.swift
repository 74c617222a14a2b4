/// A scanner as `depotctl scanners` and the screen show it.
public struct ScannerStatus: Hashable, Sendable, Codable {
    /// How it is doing.
    public enum State: OpenWord {
        /// Open, claimed, reading.
        case ready
        /// Read, but what it sends may be the rest of a code: first a code must end, or it must be quiet.
        case settling
        /// Another process has it, or it has to be opened again; the daemon keeps trying.
        case failing
        /// Not plugged in now.
        case unplugged
        /// A word of a newer version.
        case other(String)

        /// Every word of this version.
        public static let allCases: [State] = [.ready, .settling, .failing, .unplugged]

        /// The word on the wire.
        public var rawValue: String {
            switch self {
            case .ready: "ready"
            case .settling: "settling"
            case .failing: "failing"
            case .unplugged: "unplugged"
            case .other(let word): word
            }
        }
    }

    /// Survives a replug: `usb:VVVV:SERIAL` or `port:BUS-PORT.PORT`, with `#N` for a second interface.
    public var identity: String
    public var lane: LaneID
    /// Product string, or the ids where it has none.
    public var name: String
    public var manufacturer: String?
    /// Four hexadecimal digits each: `0c2e:0db3`.
    public var usbID: String
    public var serial: String?
    /// What it is told from others by, `serial` or `port`; nil where it has no serial number of its own.
    public var knownBy: String?
    /// Where it is plugged in: `1-4.2`.
    public var port: String
    /// `keyboard_wedge` or `hid_pos`.
    public var kind: String
    /// The keyboard layout it types in; nil for HID POS.
    public var layout: String?
    public var state: State
    /// What is wrong, while something is.
    public var problem: DepotError?
    public var since: Timestamp
    public var lastScan: Timestamp?
    /// Scans since the daemon started.
    public var scans: Int
    /// Problems since the daemon started.
    public var problems: Int

    /// The status.
    public init(
        identity: String, lane: LaneID, name: String, manufacturer: String?, usbID: String, serial: String?,
        knownBy: String? = nil, port: String, kind: String, layout: String?, state: State,
        problem: DepotError? = nil, since: Timestamp,
        lastScan: Timestamp? = nil, scans: Int = 0, problems: Int = 0
    ) {
        self.identity = identity
        self.lane = lane
        self.name = name
        self.manufacturer = manufacturer
        self.usbID = usbID
        self.serial = serial
        self.knownBy = knownBy
        self.port = port
        self.kind = kind
        self.layout = layout
        self.state = state
        self.problem = problem
        self.since = since
        self.lastScan = lastScan
        self.scans = scans
        self.problems = problems
    }

    enum CodingKeys: String, CodingKey {
        case identity, name, manufacturer, serial, port, kind, layout, state, problem, since, scans, problems
        case lane = "lane_id"
        case usbID = "usb_id"
        case knownBy = "known_by"
        case lastScan = "last_scan"
    }
}

/// A lane as `depotctl lanes` and the screen show it.
public struct LaneStatus: Hashable, Sendable, Codable {
    public var id: LaneID
    /// `Lane 1` unless configured.
    public var name: String
    /// The slug of the tenant whose ledger its scans go to; nil where the station does not say.
    public var tenant: String?
    /// The scanner's identity; nil for the lane of typed scans.
    public var scanner: String?
    /// Whether the scanner is there and read.
    public var isConnected: Bool
    public var mode: LaneMode
    /// Whom the next asset goes to.
    public var holder: HolderDescription?
    /// When the holder is forgotten if nothing is scanned.
    public var deadline: Timestamp?
    /// Who stands behind the counter, if somebody signed on.
    public var operatorName: String?
    /// Where checkins go in checkin mode, if a location label was scanned.
    public var location: Reference?
    /// What became of the last scan.
    public var last: ScanResult?

    /// The status.
    public init(
        id: LaneID, name: String, tenant: String? = nil, scanner: String?, isConnected: Bool, mode: LaneMode,
        holder: HolderDescription? = nil, deadline: Timestamp? = nil, operatorName: String? = nil,
        location: Reference? = nil, last: ScanResult? = nil
    ) {
        self.id = id
        self.name = name
        self.tenant = tenant
        self.scanner = scanner
        self.isConnected = isConnected
        self.mode = mode
        self.holder = holder
        self.deadline = deadline
        self.operatorName = operatorName
        self.location = location
        self.last = last
    }

    enum CodingKeys: String, CodingKey {
        case id, name, tenant, scanner, mode, holder, deadline, location, last
        case isConnected = "connected"
        case operatorName = "operator"
    }
}

/// What became of one scan: the answer at the lane, and the reply to a typed one.
public struct ScanResult: Hashable, Sendable, Codable {
    /// The scan's identity.
    public var scan: UniqueID
    /// Its row in the journal; nil only when it could not be recorded, which means that it must be scanned again.
    public var number: ScanNumber?
    public var lane: LaneID
    public var at: Timestamp
    public var outcome: ScanOutcome
    /// One sentence for a person.
    public var message: String
    /// The refusal's code, or why it is broken; `not_recorded` when the database could not be written.
    public var reason: String?
    /// The code as text, control characters escaped.
    public var code: String
    /// The asset it was about, as it is after the scan.
    public var asset: AssetDetails?
    /// The holder it was about.
    public var holder: HolderDescription?
    /// What an ambiguous code may mean.
    public var candidates: [Match]
    /// The event that tells of it.
    public var event: EventNumber?

    /// The result.
    public init(
        scan: UniqueID, number: ScanNumber?, lane: LaneID, at: Timestamp, outcome: ScanOutcome, message: String,
        reason: String? = nil, code: String, asset: AssetDetails? = nil, holder: HolderDescription? = nil,
        candidates: [Match] = [], event: EventNumber? = nil
    ) {
        self.scan = scan
        self.number = number
        self.lane = lane
        self.at = at
        self.outcome = outcome
        self.message = message
        self.reason = reason
        self.code = code
        self.asset = asset
        self.holder = holder
        self.candidates = candidates
        self.event = event
    }

    /// Not kept: the database could not be written. The one result without a journal row.
    public static let notRecorded = "not_recorded"

    enum CodingKeys: String, CodingKey {
        case scan, number, at, outcome, message, reason, code, asset, holder, candidates, event
        case lane = "lane_id"
    }
}
