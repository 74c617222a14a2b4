/// The result of one scan in a walk.
public enum AuditVerdict: OpenWord {
    /// The asset was expected.
    case found
    /// The asset belongs elsewhere.
    case misplaced
    /// The asset is checked out to somebody, retired, or otherwise not expected.
    case unexpected
    /// No asset has the code.
    case unknown
    /// The asset or code was counted before in this walk.
    case repeated
    /// The asset was expected and not seen until the walk was closed.
    case missing
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [AuditVerdict] = [.found, .misplaced, .unexpected, .unknown, .repeated, .missing]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .found: "found"
        case .misplaced: "misplaced"
        case .unexpected: "unexpected"
        case .unknown: "unknown"
        case .repeated: "repeated"
        case .missing: "missing"
        case .other(let word): word
        }
    }
}

/// The facts on which the verdict about a scan depends. The store looks them up in the transaction that commits it.
public struct AuditFacts: Hashable, Sendable {
    /// The scope of the walk.
    public var scope: AuditScope
    /// The asset, or nil if no asset has the code.
    public var asset: Asset?
    /// A Boolean value that is true if the asset was expected at the start of the walk.
    public var isExpected: Bool
    /// A Boolean value that is true if the asset's recorded place is in the walk's location or below it.
    public var isInPlace: Bool
    /// A Boolean value that is true if the asset or code was counted before.
    public var isCounted: Bool

    /// Creates facts.
    public init(
        scope: AuditScope, asset: Asset?, isExpected: Bool = false, isInPlace: Bool = false, isCounted: Bool = false
    ) {
        self.scope = scope
        self.asset = asset
        self.isExpected = isExpected
        self.isInPlace = isInPlace
        self.isCounted = isCounted
    }

    /// The verdict about the scan.
    ///
    /// What was expected at the start is found, whatever became of it since. Of the rest, an asset that came to the
    /// location after the start is unexpected and not misplaced, as it belongs there.
    public var verdict: AuditVerdict {
        if isCounted { return .repeated }
        guard let asset else { return .unknown }
        if isExpected { return .found }
        switch asset.lifecycle {
        case .deployed, .retired, .deleted: return .unexpected
        case .available, .maintenance, .other: break
        }
        guard case .location = scope else { return .unexpected }
        return isInPlace ? .unexpected : .misplaced
    }
}
