/// The facts that the rules need besides the asset. The store looks them up in the transaction that commits the
/// transition.
public struct TransitionFacts: Sendable {
    /// The current state of the holder that a checkout or transfer names, or to whom an undo would return the asset; nil
    /// if no such holder exists.
    public var target: HolderDescription?
    /// A Boolean value that is true if the target is held by the asset itself, directly or through others.
    public var targetIsHeldByAsset: Bool
    /// The current holder.
    public var currentHolder: HolderDescription?
    /// The time of the newest event that moved the asset.
    public var heldSince: Timestamp?
    /// The locations that the transition names and that exist.
    public var locations: Set<LocationID>
    /// The status labels of the tenant.
    public var labels: [StatusLabelID: StatusLabel]
    /// The number of days between audits, or nil without an interval.
    public var auditInterval: Int?
    /// The event that an undo names.
    public var undone: LedgerEvent?
    /// The newest event of the asset.
    public var newestEvent: EventNumber?
    /// The number of events that a purge removes.
    public var eventCount: Int

    /// Creates facts; those left out are unknown or absent.
    public init(
        target: HolderDescription? = nil, targetIsHeldByAsset: Bool = false, currentHolder: HolderDescription? = nil,
        heldSince: Timestamp? = nil, locations: Set<LocationID> = [], labels: [StatusLabelID: StatusLabel] = [:],
        auditInterval: Int? = nil, undone: LedgerEvent? = nil, newestEvent: EventNumber? = nil, eventCount: Int = 0
    ) {
        self.target = target
        self.targetIsHeldByAsset = targetIsHeldByAsset
        self.currentHolder = currentHolder
        self.heldSince = heldSince
        self.locations = locations
        self.labels = labels
        self.auditInterval = auditInterval
        self.undone = undone
        self.newestEvent = newestEvent
        self.eventCount = eventCount
    }
}
