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
    /// The mode to which the lane returns from one that was set by a barcode or at the screen.
    public var homeMode: LaneMode
    /// The time at which the lane returns to ``homeMode`` unless something is scanned, or nil if it does not.
    public var modeUntil: Timestamp?
    /// The holder to whom the next asset goes.
    public var holder: HolderDescription?
    /// The time at which the holder is forgotten unless something is scanned.
    public var deadline: Timestamp?
    /// The whole time without scans after which a holder is forgotten, in seconds.
    public var timeout: Int
    /// The session, or nil if there is none.
    public var session: LaneSession?
    /// The question that the next scan can answer, or nil if there is none.
    public var question: LaneQuestion?
    /// The event that UNDO would take back, or nil if there is none.
    public var undo: EventNumber?
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
        homeMode: LaneMode? = nil, modeUntil: Timestamp? = nil, holder: HolderDescription? = nil,
        deadline: Timestamp? = nil, timeout: Int = 0, session: LaneSession? = nil, question: LaneQuestion? = nil,
        undo: EventNumber? = nil, operatorName: String? = nil, location: Reference? = nil, walk: AuditWalkStatus? = nil,
        last: ScanResult? = nil
    ) {
        self.id = id
        self.name = name
        self.tenant = tenant
        self.scanner = scanner
        self.isConnected = isConnected
        self.mode = mode
        self.homeMode = homeMode ?? mode
        self.modeUntil = modeUntil
        self.holder = holder
        self.deadline = deadline
        self.timeout = timeout
        self.session = session
        self.question = question
        self.undo = undo
        self.operatorName = operatorName
        self.location = location
        self.walk = walk
        self.last = last
    }

    enum CodingKeys: String, CodingKey {
        case id, name, tenant, scanner, mode, holder, deadline, timeout, session, question, undo, location, walk, last
        case isConnected = "connected"
        case homeMode = "home_mode"
        case modeUntil = "mode_until"
        case operatorName = "operator"
    }

    /// Decodes a status. One of a version without home modes and sessions has its mode as the home mode and no session.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(LaneID.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        tenant = try container.decodeIfPresent(String.self, forKey: .tenant)
        scanner = try container.decodeIfPresent(String.self, forKey: .scanner)
        isConnected = try container.decode(Bool.self, forKey: .isConnected)
        mode = try container.decode(LaneMode.self, forKey: .mode)
        homeMode = try container.decodeIfPresent(LaneMode.self, forKey: .homeMode) ?? mode
        modeUntil = try container.decodeIfPresent(Timestamp.self, forKey: .modeUntil)
        holder = try container.decodeIfPresent(HolderDescription.self, forKey: .holder)
        deadline = try container.decodeIfPresent(Timestamp.self, forKey: .deadline)
        timeout = try container.decodeIfPresent(Int.self, forKey: .timeout) ?? 0
        session = try container.decodeIfPresent(LaneSession.self, forKey: .session)
        question = try container.decodeIfPresent(LaneQuestion.self, forKey: .question)
        undo = try container.decodeIfPresent(EventNumber.self, forKey: .undo)
        operatorName = try container.decodeIfPresent(String.self, forKey: .operatorName)
        location = try container.decodeIfPresent(Reference.self, forKey: .location)
        walk = try container.decodeIfPresent(AuditWalkStatus.self, forKey: .walk)
        last = try container.decodeIfPresent(ScanResult.self, forKey: .last)
    }

    /// Encodes the status. The end of the mode, the session, the question and the event to undo are null if there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(tenant, forKey: .tenant)
        try container.encodeIfPresent(scanner, forKey: .scanner)
        try container.encode(isConnected, forKey: .isConnected)
        try container.encode(mode, forKey: .mode)
        try container.encode(homeMode, forKey: .homeMode)
        try container.encode(modeUntil, forKey: .modeUntil)
        try container.encodeIfPresent(holder, forKey: .holder)
        try container.encodeIfPresent(deadline, forKey: .deadline)
        try container.encode(timeout, forKey: .timeout)
        try container.encode(session, forKey: .session)
        try container.encode(question, forKey: .question)
        try container.encode(undo, forKey: .undo)
        try container.encodeIfPresent(operatorName, forKey: .operatorName)
        try container.encodeIfPresent(location, forKey: .location)
        try container.encodeIfPresent(walk, forKey: .walk)
        try container.encodeIfPresent(last, forKey: .last)
    }
}
