/// A receiver of one scanner's reports and of the notices about it, in order. No call blocks.
public protocol ScannerSink: AnyObject, Sendable {
    /// Receives the next report.
    func report(_ report: HIDReport)
    /// Receives the information that every report that arrived until the time in microseconds has been delivered.
    func quiet(until moment: UInt64)
    /// Receives a notice, which must never be dropped.
    func notice(_ notice: ScannerNotice)
}

/// A provider of sinks, which makes USB, the virtual bench and a replay one path. No call blocks.
public protocol ScannerSinks: Sendable {
    /// Returns the sink of the scanner with the identity, always the same one.
    func sink(for identity: String) -> any ScannerSink
    /// Gives the scanner with the identity a new description; its lane and its sink go with it.
    func rename(_ identity: String, to description: ScannerDescription)
    /// Reports that two units share the serial (`usb:VVVV:SERIAL`); from here on each is identified by its port.
    func serialIsShared(_ serial: String, by ports: [String])
}
