public import DepotModel

/// The state of the conversation at one lane. The engine keeps the newest one whose scan was journalled.
public struct LaneState: Hashable, Sendable {
    /// The mode, which determines the meaning of a scan.
    public internal(set) var mode: LaneMode
    /// The holder to whom the next asset goes.
    public internal(set) var holder: HolderDescription?
    /// The ``Moment/uptime`` at which the holder is forgotten; set whenever there is a holder.
    public internal(set) var holderDeadline: Duration?
    /// The operator behind the counter, if one signed on. The engine may restore the operator of before a restart.
    public var `operator`: Person?
    /// The location whose label was scanned: the new location of assets in checkin mode, the place of the count in audit
    /// mode.
    public internal(set) var location: Location?
    /// The audit walk in which the lane counts, as of the newest scan or message about it.
    public internal(set) var walk: AuditWalkStatus?
    /// The last code that was not empty, by which duplicates are recognised.
    public internal(set) var lastCode: [UInt8]
    /// The mark that tells ``lastCode`` from other long codes, if only its beginning is stored.
    var lastCut: KeptCode.Cut?
    /// The ``Moment/uptime`` of the last scan of ``lastCode``, or nil if no scan can be its duplicate.
    public internal(set) var lastCodeAt: Duration?
    /// The events that this lane's scans caused and did not undo, newest last, at most ``appliedLimit``.
    public internal(set) var applied: [EventNumber]
    /// The number of changes since the mode, the holder or the location was set.
    public internal(set) var count: Int

    /// The number of events that a lane can undo.
    public static let appliedLimit = 20

    /// Creates the state of a lane without scans.
    public init(mode: LaneMode) {
        self.mode = mode
        lastCode = []
        applied = []
        count = 0
    }

    mutating func setHolder(_ holder: HolderDescription, deadline: Duration) {
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
        walk = nil
    }
}
