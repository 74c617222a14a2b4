public import DepotModel

/// The state of the conversation at one lane. The engine keeps the newest one whose scan was journalled.
public struct LaneState: Hashable, Sendable {
    /// A change that a scan at this lane caused.
    struct Change: Hashable, Sendable {
        var event: EventNumber
        var kind: LedgerEvent.Kind
        var at: Timestamp
        /// The event that this one undid, or nil if it is no undo or did an undone change again.
        var undoes: EventNumber?
        /// A Boolean value that is true if no session began since.
        var isRecent: Bool
    }

    /// A question that the next scan can answer.
    public struct Question: Hashable, Sendable {
        /// The change that is asked about.
        public internal(set) var kind: LaneQuestion.Kind
        /// The asset.
        public internal(set) var asset: AssetID
        /// The asset's tag.
        public internal(set) var tag: String
        /// The ``Moment/uptime`` until which the answer counts.
        public internal(set) var until: Duration
    }

    /// The mode, which determines the meaning of a scan.
    public internal(set) var mode: LaneMode
    /// The mode to which the lane returns from any other one.
    public internal(set) var homeMode: LaneMode
    /// The ``Moment/uptime`` at which the lane returns to its home mode and a session without a holder ends, or nil if
    /// neither is to come.
    public internal(set) var idleDeadline: Duration?
    /// The session, or nil if there is none.
    public internal(set) var session: LaneSession?
    /// The ``Moment/uptime`` at which the holder is forgotten; set whenever there is a holder.
    public internal(set) var holderDeadline: Duration?
    /// The question that the next scan can answer, or nil if there is none.
    public internal(set) var question: Question?
    /// The operator behind the counter, if one signed on.
    public internal(set) var `operator`: Person?
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
    /// The changes that are not undone and the undoing ones, newest last, at most ``appliedLimit``.
    var changes: [Change]

    /// The number of events that a lane can undo.
    public static let appliedLimit = 50

    /// Creates the state of a lane without scans, in its home mode.
    public init(mode: LaneMode) {
        self.mode = mode
        homeMode = mode
        lastCode = []
        changes = []
    }

    /// The holder to whom the next asset goes.
    public var holder: HolderDescription? { session?.holder }

    /// The events that this lane's scans caused and did not undo, newest last.
    public var applied: [EventNumber] { changes.filter { $0.undoes == nil }.map(\.event) }

    /// The ``Moment/uptime`` at which ``LaneWorkflow/expire(_:uptime:)`` next returns another state, or nil if it does not.
    public var nextDeadline: Duration? { [holderDeadline, idleDeadline, question?.until].compactMap { $0 }.min() }

    mutating func begin(_ session: LaneSession) {
        self.session = session
        holderDeadline = nil
        question = nil
        for index in changes.indices { changes[index].isRecent = false }
    }

    mutating func endSession() {
        session = nil
        holderDeadline = nil
        question = nil
    }

    mutating func clearConversation() {
        endSession()
        location = nil
        walk = nil
    }

    /// Sets the time at which the lane goes home, if it is away or has a session that no holder's time-out ends.
    mutating func setIdleDeadline(_ deadline: Duration?) {
        let isOpen = mode != homeMode || session.map { $0.holder == nil } ?? false
        idleDeadline = isOpen ? deadline : nil
    }

    mutating func forgetCode() {
        lastCode = []
        lastCut = nil
        lastCodeAt = nil
    }
}
