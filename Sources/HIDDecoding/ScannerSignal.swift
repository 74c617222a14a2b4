/// A signal that a scanner gives to its operator.
public enum ScannerSignal: String, Sendable, CaseIterable {
    /// The request was carried out.
    case done
    /// The request had been carried out before.
    case repeated
    /// The request was refused or the code could not be read.
    case refused
    /// The code is unknown.
    case unknown
}
