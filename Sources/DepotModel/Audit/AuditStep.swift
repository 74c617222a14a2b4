/// The request of a scan to a walk, which the store answers with an ``AuditReceipt`` in the scan's transaction.
public enum AuditStep: Hashable, Sendable {
    /// Starts the walk of a location or continues the one that is open. If the current walk covers the location, it goes
    /// on there.
    case enter(LocationID, current: AuditWalkID?)
    /// Counts an asset.
    case countAsset(AssetID, in: AuditWalkID, place: LocationID?)
    /// Notes a code that no asset has.
    case noteCode(String, in: AuditWalkID, place: LocationID?)
    /// Removes the newest line of the lane, so that its asset can be scanned again.
    case takeBack(AuditWalkID)
    /// Reads the numbers.
    case read(AuditWalkID)
}

/// The answer to an ``AuditStep``.
public struct AuditReceipt: Hashable, Sendable {
    /// The effect of the step.
    public enum Effect: Hashable, Sendable {
        /// A new walk has started.
        case started
        /// The open walk goes on.
        case continued
        /// The walk of a location above goes on at the place.
        case moved
        /// The asset or code was counted or, if the verdict is ``AuditVerdict/repeated``, was counted before.
        case counted(AuditVerdict)
        /// A line was removed.
        case takenBack
        /// The numbers were read.
        case read
    }

    /// The walk after the step.
    public var walk: AuditWalk
    /// The effect.
    public var effect: Effect
    /// The place of the count, or nil if none is known.
    public var place: Location?
    /// The asset in its current state, or nil.
    public var asset: AssetDetails?
    /// The line of the scan, of the scan before it that counted the same, or that was removed.
    public var line: AuditLine?

    /// Creates a receipt.
    public init(
        walk: AuditWalk, effect: Effect, place: Location? = nil, asset: AssetDetails? = nil, line: AuditLine? = nil
    ) {
        self.walk = walk
        self.effect = effect
        self.place = place
        self.asset = asset
        self.line = line
    }
}
