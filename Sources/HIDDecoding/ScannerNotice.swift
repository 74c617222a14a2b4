/// A message about a scanner, in order with its reports.
public enum ScannerNotice: Sendable {
    /// The scanner is read. Sent before its first report, after each replug and after each recovery.
    case connected(ScannerConnection)
    /// Bytes may be missing here; `at` is in microseconds, on the clock of the reports.
    case interrupted(Interruption, at: UInt64)
    /// The scanner has a fault, from which it may recover by itself.
    case problem(ScannerProblem)
    /// The scanner has another identity from here on; ``ScannerSinks/rename(_:to:)`` was called before.
    case identified(ScannerDescription)
    /// The scanner is gone; nothing follows until it connects again.
    case disconnected
}
