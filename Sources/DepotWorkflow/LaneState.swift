public import DepotModel

/// What an administrator may set about the conversation at a lane.
public struct WorkflowSettings: Hashable, Sendable {
    /// Milliseconds without a scan that does something, after which a lane forgets its holder.
    public var holderTimeout: Int64
    /// Milliseconds within which the same code on the same lane counts as the same scan.
    public var duplicateWindow: Int64
    /// Whether a location label becomes the holder in counter mode.
    public var locationHolder: Bool
    /// Where things go that are checked in here; nil: where each belongs.
    public var stationLocation: LocationID?
    /// The station's name.
    public var station: String

    /// The settings; what is left out is the default.
    public init(
        holderTimeout: Int64 = 60_000, duplicateWindow: Int64 = 1_500, locationHolder: Bool = true,
        stationLocation: LocationID? = nil, station: String
    ) {
        self.holderTimeout = holderTimeout
        self.duplicateWindow = duplicateWindow
        self.locationHolder = locationHolder
        self.stationLocation = stationLocation
        self.station = station
    }
}

/// When a scan was read, on both clocks: the wall's for the ledger, the monotonic one for deadlines and windows.
public struct Moment: Hashable, Sendable {
    public var wall: Timestamp
    /// Milliseconds of a clock that never jumps.
    public var uptime: Int64

    /// The moment.
    public init(wall: Timestamp, uptime: Int64) {
        self.wall = wall
        self.uptime = uptime
    }
}

/// The conversation going on at one lane. A value: the engine keeps the newest one whose scan was journalled.
public struct LaneState: Hashable, Sendable {
    /// How the lane reads what is scanned.
    public internal(set) var mode: LaneMode
    /// To whom the next asset goes.
    public internal(set) var holder: HolderDescription?
    /// When the holder is forgotten, in milliseconds of ``Moment/uptime``; set whenever there is a holder.
    public internal(set) var holderDeadline: Int64?
    /// Who stands behind the counter, if somebody signed on. The engine may set who was signed on before a restart.
    public var `operator`: Person?
    /// The location whose label was scanned: in checkin mode where things go, in audit mode where they are counted.
    public internal(set) var location: Location?
    /// The last code that was not empty, for duplicates.
    public internal(set) var lastCode: [UInt8]
    /// What tells it from other long codes, where only its beginning is kept.
    var lastCut: KeptCode.Cut?
    /// When it was last scanned, in milliseconds of ``Moment/uptime``; nil: no scan is its duplicate.
    public internal(set) var lastCodeAt: Int64?
    /// The events that this lane's scans applied and did not undo, newest last, at most ``appliedLimit``.
    public internal(set) var applied: [EventNumber]
    /// How many things were done since the mode, the holder or the location was set.
    public internal(set) var count: Int

    /// How far back a lane can undo.
    public static let appliedLimit = 20

    /// A lane on which nothing happened yet.
    public init(mode: LaneMode) {
        self.mode = mode
        lastCode = []
        applied = []
        count = 0
    }

    mutating func setHolder(_ holder: HolderDescription, deadline: Int64) {
        if self.holder?.holder != holder.holder { count = 0 }
        self.holder = holder
        holderDeadline = deadline
    }

    mutating func clearHolder() {
        holder = nil
        holderDeadline = nil
        count = 0
    }

    mutating func setLocation(_ location: Location) {
        if self.location?.id != location.id { count = 0 }
        self.location = location
    }

    mutating func clearConversation() {
        clearHolder()
        location = nil
    }
}
