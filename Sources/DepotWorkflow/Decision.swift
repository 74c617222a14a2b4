public import BarcodeData
public import DepotModel

/// One scan as the workflow sees it: what was read, and what the store has for it.
public struct LaneScan: Hashable, Sendable {
    public var id: UniqueID
    /// As decoded; duplicates are told by them.
    public var bytes: [UInt8]
    public var reading: Reading
    /// What the identifiers, or the badge of an operator command, lead to; `Resolution.nothing` for anything else.
    public var resolution: Resolution
    public var at: Moment
    /// Whether the code has the form of a badge, which matters when it fits nothing.
    public var looksLikeBadge: Bool
    /// What tells it from other long codes, where ``bytes`` is only its beginning.
    public var cut: KeptCode.Cut?

    /// The scan.
    public init(
        id: UniqueID, bytes: [UInt8], reading: Reading, resolution: Resolution, at: Moment, looksLikeBadge: Bool,
        cut: KeptCode.Cut? = nil
    ) {
        self.cut = cut
        self.id = id
        self.bytes = bytes
        self.reading = reading
        self.resolution = resolution
        self.at = at
        self.looksLikeBadge = looksLikeBadge
    }
}

/// What a scan asks of the store.
public enum Intent: Hashable, Sendable {
    /// Nothing but to be journalled.
    case none
    /// A transition of one asset; `TransitionRules` decides it again in the transaction.
    case transition(AssetID, Transition.Kind)
    /// To take back an event of this lane.
    case undo(EventNumber)
}

/// What a scan means at its lane: the answer, if its intent commits or if it has none.
///
/// A refused intent goes through ``LaneWorkflow/refused(_:_:)``, a committed one through
/// ``LaneWorkflow/committed(_:event:)``; a decision without an intent holds once the scan is journalled.
public struct Decision: Hashable, Sendable {
    /// The lane after a scan without an intent; where there is one, it is still to be told how that went.
    public var lane: LaneState
    public var intent: Intent
    /// `ScanOutcome.applied` where there is an intent.
    public var outcome: ScanOutcome
    /// One sentence for a person. For an undo, ``LaneWorkflow/undone(_:)`` says it with the asset's name.
    public var message: String
    /// A refusal's code, or why the code is none; nil otherwise.
    public var reason: String?
    /// The asset it is about, as it was before.
    public var asset: AssetDetails?
    /// The holder it is about: the new one, or who gave back, or who has it.
    public var holder: HolderDescription?
    /// What an ambiguous code may mean.
    public var candidates: [Match]
    /// The reading that was used, such as `tag IT-0042`, `badge 7` or `command undo`.
    public var interpretation: String?
    /// The holder's deadline once this is done, or found to be done already.
    var refreshedDeadline: Int64?

    /// The decision.
    public init(
        lane: LaneState, intent: Intent = .none, outcome: ScanOutcome, message: String, reason: String? = nil,
        asset: AssetDetails? = nil, holder: HolderDescription? = nil, candidates: [Match] = [],
        interpretation: String? = nil
    ) {
        self.lane = lane
        self.intent = intent
        self.outcome = outcome
        self.message = message
        self.reason = reason
        self.asset = asset
        self.holder = holder
        self.candidates = candidates
        self.interpretation = interpretation
    }

    init(
        _ lane: LaneState, _ outcome: ScanOutcome, _ message: String, reason: String? = nil, intent: Intent = .none,
        asset: AssetDetails? = nil, holder: HolderDescription? = nil, candidates: [Match] = []
    ) {
        self.init(
            lane: lane, intent: intent, outcome: outcome, message: message, reason: reason, asset: asset,
            holder: holder, candidates: candidates)
    }
}
