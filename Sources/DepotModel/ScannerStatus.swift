/// The status of a scanner for `depotctl scanners` and the screen.
public struct ScannerStatus: Hashable, Sendable, Codable {
    /// The state of a scanner.
    public enum State: OpenWord {
        /// The scanner is read.
        case ready
        /// The scanner is read, but its next bytes may be the rest of a code: a code must end or silence must come first.
        case settling
        /// The scanner cannot be read, for instance because another process has it; the daemon keeps trying.
        case failing
        /// The scanner is not plugged in.
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

    /// The identity, which survives a replug: `usb:VVVV:SERIAL` or `port:BUS-PORT.PORT`, with `#N` for a second interface.
    public var identity: String
    /// The lane.
    public var lane: LaneID
    /// The product string, or the USB ids if the device has none.
    public var name: String
    /// The manufacturer's name, or nil if the device has none.
    public var manufacturer: String?
    /// The vendor and product ids in four hexadecimal digits each, such as `0c2e:0db3`.
    public var usbID: String
    /// The serial number, or nil if the device has none.
    public var serial: String?
    /// The key that tells the scanner from others, `serial` or `port`, or nil if it has no serial number of its own.
    public var knownBy: String?
    /// The port, such as `1-4.2`.
    public var port: String
    /// The protocol, `keyboard_wedge` or `hid_pos`.
    public var kind: String
    /// The keyboard layout in which the scanner types, or nil for HID POS.
    public var layout: String?
    /// The state.
    public var state: State
    /// The current problem, or nil.
    public var problem: DepotError?
    /// The time of the last change of the state.
    public var since: Timestamp
    /// The time of the last scan.
    public var lastScan: Timestamp?
    /// The number of scans since the daemon started.
    public var scans: Int
    /// The number of problems since the daemon started.
    public var problems: Int

    /// Creates a status.
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
