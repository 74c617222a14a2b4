/// The status of a lane for `depotctl lanes` and the screen.
public struct LaneStatus: Hashable, Sendable, Codable {
    /// The row id.
    public var id: LaneID
    /// The name: the configured one, or else `Lane 1` and so on.
    public var name: String
    /// The slug of the tenant whose ledger records the scans, or nil if the station does not report it.
    public var tenant: String?
    /// The scanner's identity, or nil for the lane of typed scans.
    public var scanner: String?
    /// A Boolean value that is true if the scanner is plugged in and read.
    public var isConnected: Bool
    /// The mode.
    public var mode: LaneMode
    /// The holder to whom the next asset goes.
    public var holder: HolderDescription?
    /// The time at which the holder is forgotten unless something is scanned.
    public var deadline: Timestamp?
    /// The name of the operator who signed on, or nil.
    public var operatorName: String?
    /// The location whose label was scanned, in checkin or audit mode.
    public var location: Reference?
    /// The audit walk in which the lane counts, or nil.
    public var walk: AuditWalkStatus?
    /// The result of the last scan.
    public var last: ScanResult?

    /// Creates a status.
    public init(
        id: LaneID, name: String, tenant: String? = nil, scanner: String?, isConnected: Bool, mode: LaneMode,
        holder: HolderDescription? = nil, deadline: Timestamp? = nil, operatorName: String? = nil,
        location: Reference? = nil, walk: AuditWalkStatus? = nil, last: ScanResult? = nil
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
        self.walk = walk
        self.last = last
    }

    enum CodingKeys: String, CodingKey {
        case id, name, tenant, scanner, mode, holder, deadline, location, walk, last
        case isConnected = "connected"
        case operatorName = "operator"
    }
}
