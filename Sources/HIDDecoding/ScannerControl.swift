/// The commands to scanners while they are read. No call blocks.
public protocol ScannerControl: Sendable {
    /// Identifies every unit with the serial (`usb:VVVV:SERIAL`) by its port or by its serial.
    func identify(_ serial: String, by key: ScannerKey)
    /// Replaces the USB ids (`VVVV:PPPP` or `VVVV:*`) that are adopted as keyboard wedges and those that are ignored.
    func adopt(wedges: [String], ignoring: [String])
    /// The outcomes of signals to scanners since the start.
    var signalCounts: SignalCounts { get }
}

/// The outcomes of signals to scanners.
public struct SignalCounts: Hashable, Sendable {
    /// The signals that a scanner accepted.
    public var sent: Int
    /// The signals that a scanner did not accept.
    public var failed: Int
    /// The signals that came too fast.
    public var dropped: Int
    /// The signals for a scanner that is gone or cannot give them.
    public var unsupported: Int

    /// Creates the counts.
    public init(sent: Int = 0, failed: Int = 0, dropped: Int = 0, unsupported: Int = 0) {
        self.sent = sent
        self.failed = failed
        self.dropped = dropped
        self.unsupported = unsupported
    }

    /// The counts by name.
    public var byOutcome: [(outcome: String, count: Int)] {
        [("sent", sent), ("failed", failed), ("dropped", dropped), ("unsupported", unsupported)]
    }
}
