/// The treatment of an asset that is out to somebody else when a holder scans it in counter mode.
public enum TransferPolicy: String, Sendable, CaseIterable {
    /// It is refused.
    case refuse
    /// It is transferred if it is scanned again.
    case ask
    /// It is transferred.
    case allow
}
