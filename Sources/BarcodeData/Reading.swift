/// The meaning that a scanned code may have.
public enum Reading: Hashable, Sendable {
    /// The identifiers in order of trust, exact readings first: 1 to ``BarcodeReader/maximumIdentifiers`` of them,
    /// distinct in kind and value.
    case identifiers([Identifier])
    /// A command to the lane.
    case command(Command)
    /// A code that may not be looked up.
    case rejected(Rejection)
}
