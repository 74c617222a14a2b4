/// An applied transition: the changed asset and the content of its event, which the store numbers.
public struct AppliedTransition: Hashable, Sendable {
    /// The changed asset, with a version one higher than before.
    public var asset: Asset
    /// The kind of the event.
    public var kind: LedgerEvent.Kind
    /// The previous holder.
    public var from: HolderDescription?
    /// The new holder.
    public var to: HolderDescription?
    /// The changed fields.
    public var changes: [FieldChange]
    /// The event that is undone.
    public var undoes: EventNumber?
    /// One sentence for a person.
    public var message: String
    /// Further facts by name.
    public var facts: [String: String]
}
