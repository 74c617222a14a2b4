public import DepotModel

/// The change that a scan requests from the store.
public enum Intent: Hashable, Sendable {
    /// No change; the scan is only journalled.
    case none
    /// A transition of one asset, which `TransitionRules` decides again in the transaction.
    case transition(AssetID, Transition.Kind)
    /// The undo of an event of this lane.
    case undo(EventNumber)
    /// A step of an audit walk, on which the store decides in the transaction.
    case audit(AuditStep)
}

/// The meaning of a scan at its lane: the answer, provided that its intent commits.
///
/// A refused intent is passed to ``LaneWorkflow/refused(_:_:)``, a committed one to
/// ``LaneWorkflow/committed(_:_:)``. A decision without an intent takes effect when the scan is journalled.
public struct Decision: Hashable, Sendable {
    /// The state of the lane after the scan. If there is an intent, its result is not yet applied.
    public var lane: LaneState
    /// The requested change.
    public var intent: Intent
    /// The outcome, `ScanOutcome.applied` if there is an intent; of a step of a walk, what the store answers counts.
    public var outcome: ScanOutcome
    /// The tone of the answer, provided that its intent commits.
    public var tone: ScanTone
    /// One sentence for a person. For an undo, ``LaneWorkflow/undone(_:)`` returns one with the asset's name.
    public var message: String
    /// The refusal's code or the reason for which a code is rejected, or nil.
    public var reason: String?
    /// The asset before the change.
    public var asset: AssetDetails?
    /// The holder: the new one, the one who returned the asset, or the one who has it.
    public var holder: HolderDescription?
    /// Further facts for the event, such as the consent of an operator.
    public var facts: [String: String] = [:]
    /// The candidates of an ambiguous code.
    public var candidates: [Match]
    /// The reading that was used, such as `tag IT-0042`, `badge 7` or `command undo`.
    public var interpretation: String?
    /// The holder's new deadline, which applies once the change is made or turns out to be made already.
    var refreshedDeadline: Duration?
    /// The new time at which the lane goes home, which applies to a session that begins with the change.
    var idleDeadline: Duration?
    /// The session that begins with the change, in a mode without holders.
    var session: LaneSession?
    /// A further sentence about the code, which applies also if the rules refuse the change.
    var remark: String?
    /// The time of the scan.
    var at: Timestamp?

    /// Creates a decision. Without a tone it has the usual one of its outcome.
    public init(
        lane: LaneState, intent: Intent = .none, outcome: ScanOutcome, tone: ScanTone? = nil, message: String,
        reason: String? = nil, asset: AssetDetails? = nil, holder: HolderDescription? = nil, candidates: [Match] = [],
        interpretation: String? = nil
    ) {
        self.lane = lane
        self.intent = intent
        self.outcome = outcome
        self.tone = tone ?? ScanTone(outcome, reason: reason)
        self.message = message
        self.reason = reason
        self.asset = asset
        self.holder = holder
        self.candidates = candidates
        self.interpretation = interpretation
    }

    init(
        _ lane: LaneState, _ outcome: ScanOutcome, _ message: String, tone: ScanTone? = nil, reason: String? = nil,
        intent: Intent = .none, asset: AssetDetails? = nil, holder: HolderDescription? = nil, candidates: [Match] = []
    ) {
        self.init(
            lane: lane, intent: intent, outcome: outcome, tone: tone, message: message, reason: reason, asset: asset,
            holder: holder, candidates: candidates)
    }
}
