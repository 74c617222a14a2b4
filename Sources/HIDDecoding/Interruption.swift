/// An incident that may have cost bytes between two reports.
public enum Interruption: String, Hashable, Sendable {
    /// The buffer was full and reports were dropped.
    case lostReports
    /// The device sent more than its endpoint declares, and the report is lost.
    case overflow
    /// The endpoint halted (USB 2.0 §8.4.5).
    case stall
    /// A transfer failed for another reason.
    case busError

    /// A Boolean value that is true if bytes are certainly missing, and false if only a code in progress is affected.
    var isCertain: Bool { self == .lostReports || self == .overflow }
}
