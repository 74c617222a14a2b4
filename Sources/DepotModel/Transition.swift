/// A request to change one asset. ``TransitionRules`` decides it.
public struct Transition: Hashable, Sendable {
    /// The kinds of transitions.
    public enum Kind: Hashable, Sendable {
        /// Hands an available asset to a holder.
        case checkout(to: Holder, expectedCheckin: CalendarDate? = nil)
        /// Returns a deployed asset, to the location or else to its default one.
        case checkin(location: LocationID? = nil)
        /// Hands an available or deployed asset to another holder, as one event that names both.
        case transfer(to: Holder, expectedCheckin: CalendarDate? = nil)
        /// Records that the asset was seen. `moves` sets its location too; the next audit is due on `next`, or after the
        /// tenant's interval if that is nil.
        case audit(location: LocationID? = nil, next: CalendarDate? = nil, moves: Bool = false)
        /// Sets editable fields by ``AssetField`` name or `custom.NAME`; nil clears a field.
        case edit([String: String?])
        /// Deletes the asset so that it can be restored.
        case delete
        /// Restores a deleted asset.
        case restore
        /// Removes the asset with its history; one event with the tag and the count of removed events stays.
        case purge
        /// Undoes an event if it is the asset's newest.
        case undo(EventNumber)
    }

    /// The identity (version 7), created with the request. An operation is applied once, however often it is requested.
    public var operation: UniqueID
    /// The kind of the transition.
    public var kind: Kind
    /// The person or program that requests it.
    public var actor: Actor
    /// The way by which it was requested.
    public var origin: Origin
    /// The time of the request.
    public var at: Timestamp
    /// The caller's remark.
    public var note: String?
    /// The version of the asset that the caller expects, or nil for any.
    public var expectedVersion: Int64?
    /// The time at which it really happened, if that was before the request. The asset's last checkout, checkin or
    /// audit gets this time.
    public var effectiveAt: Timestamp?
    /// The time of the change: ``effectiveAt``, but never after ``at``.
    var happenedAt: Timestamp { min(effectiveAt ?? at, at) }

    /// Creates a transition.
    public init(
        operation: UniqueID, kind: Kind, actor: Actor, origin: Origin, at: Timestamp, note: String? = nil,
        expectedVersion: Int64? = nil, effectiveAt: Timestamp? = nil
    ) {
        self.operation = operation
        self.kind = kind
        self.actor = actor
        self.origin = origin
        self.at = at
        self.note = note
        self.expectedVersion = expectedVersion
        self.effectiveAt = effectiveAt
    }
}
