/// The change that a line of a closed walk makes to its asset.
public enum AuditAction: OpenWord {
    /// No change.
    case leave
    /// The asset is marked as audited.
    case audit
    /// The asset is marked as audited and moved to the place where it was seen.
    case move
    /// The asset gets the status label for missing assets.
    case missing
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [AuditAction] = [.leave, .audit, .move, .missing]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .leave: "leave"
        case .audit: "audit"
        case .move: "move"
        case .missing: "missing"
        case .other(let word): word
        }
    }

    /// Returns whether the action fits a line with the verdict.
    public func fits(_ verdict: AuditVerdict) -> Bool {
        switch self {
        case .leave: true
        case .audit, .move: [.found, .misplaced, .unexpected].contains(verdict)
        case .missing: verdict == .missing
        case .other: false
        }
    }
}

/// The actions for the lines of a walk: one for each verdict, and others for single assets.
public struct AuditChoices: Hashable, Sendable {
    /// The action for each verdict; ``AuditAction/leave`` for one that is not named.
    public var byVerdict: [AuditVerdict: AuditAction]
    /// The actions for single assets, which take precedence.
    public var byAsset: [AssetID: AuditAction]
    /// The status label for missing assets, or nil if none of them gets one.
    public var missingLabel: StatusLabelID?
    /// A note for the ledger, or nil.
    public var note: String?

    /// Creates choices. By default what was found is marked as audited, and the rest is left.
    public init(
        byVerdict: [AuditVerdict: AuditAction] = [.found: .audit], byAsset: [AssetID: AuditAction] = [:],
        missingLabel: StatusLabelID? = nil, note: String? = nil
    ) {
        self.byVerdict = byVerdict
        self.byAsset = byAsset
        self.missingLabel = missingLabel
        self.note = note
    }

    /// Returns the action for an asset with the verdict.
    public func action(_ verdict: AuditVerdict, _ asset: AssetID) -> AuditAction {
        byAsset[asset] ?? byVerdict[verdict] ?? .leave
    }
}
