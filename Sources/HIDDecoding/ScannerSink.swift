/// The input reports of one transfer as the device sent them, report ids included where the device uses them.
public struct HIDReport: Hashable, Sendable {
    /// Usually one report; a fast device may put several into one transfer.
    public var bytes: [UInt8]
    /// The latest moment before which it had not arrived, in microseconds of the clock of ``at``.
    ///
    /// The kernel does not say when a transfer completed, only that it has. A process that was stopped or had no
    /// processor therefore knows no more than this interval.
    public var since: UInt64
    /// Microseconds of a monotonic clock when it was taken from the kernel: it arrived between ``since`` and then.
    public var at: UInt64

    /// A report that arrived between the two moments; without `since`, at the moment `at`.
    public init(_ bytes: [UInt8], since: UInt64? = nil, at: UInt64) {
        self.bytes = bytes
        self.since = min(since ?? at, at)
        self.at = at
    }
}

/// What may have cost bytes between two reports.
public enum Interruption: String, Hashable, Sendable {
    /// The buffer was full and reports were dropped.
    case lostReports
    /// The device sent more than its endpoint declares; that report is lost.
    case overflow
    /// The endpoint halted (USB 2.0 §8.4.5).
    case stall
    /// A transfer failed otherwise.
    case busError

    /// Whether bytes are missing for certain; otherwise only where the scanner was typing.
    var isCertain: Bool { self == .lostReports || self == .overflow }
}

/// What an operator should hear from the scanner itself.
public enum ScannerSignal: String, Sendable, CaseIterable {
    /// What was asked is done.
    case done
    /// It was done already.
    case repeated
    /// It was refused, or could not be read.
    case refused
    /// Nobody knows the code.
    case unknown
}

/// A scanner that is open and read from here on.
public struct ScannerConnection: Sendable {
    /// The scanner.
    public var description: ScannerDescription
    /// Microseconds, on the clock of its reports.
    public var at: UInt64
    /// Lets the scanner sound where it can; returns at once.
    public var signal: @Sendable (ScannerSignal) -> Void

    /// The connection.
    public init(
        _ description: ScannerDescription, at: UInt64, signal: @escaping @Sendable (ScannerSignal) -> Void = { _ in }
    ) {
        self.description = description
        self.at = at
        self.signal = signal
    }
}

/// What is said about a scanner, in its place among the reports.
public enum ScannerNotice: Sendable {
    /// It is read; comes before its first report, after each replug, and after each trouble that is over.
    case connected(ScannerConnection)
    /// Bytes may be missing here; microseconds, on the clock of the reports.
    case interrupted(Interruption, at: UInt64)
    /// Something is wrong with it; it may come back by itself.
    case problem(ScannerProblem)
    /// It is known by another identity from here on; ``ScannerSinks/rename(_:to:)`` has been told already.
    case identified(ScannerDescription)
    /// It is gone; nothing more comes from it until it connects again.
    case disconnected
}

/// Takes what one scanner sends and what is said of it, in order. No call waits.
public protocol ScannerSink: AnyObject, Sendable {
    /// Takes the next report.
    func report(_ report: HIDReport)
    /// Takes note that whatever had arrived up to that moment (microseconds) has been taken: a silence that was seen.
    func quiet(until moment: UInt64)
    /// Takes what is said; never dropped.
    func notice(_ notice: ScannerNotice)
}

/// Gives every scanner its sink: USB, the bench and a replay are one path. No call waits.
public protocol ScannerSinks: Sendable {
    /// Returns the sink of the scanner with that identity, always the same one.
    func sink(for identity: String) -> any ScannerSink
    /// The scanner with that identity is another one's from here on, and so are its lane and its sink.
    func rename(_ identity: String, to description: ScannerDescription)
    /// Two units were seen that share the serial (`usb:VVVV:SERIAL`); from here on each is known by its port.
    func serialIsShared(_ serial: String, by ports: [String])
}

/// What scanners are told while they are read. No call waits.
public protocol ScannerControl: Sendable {
    /// Makes every unit with the serial (`usb:VVVV:SERIAL`) known by its port or by its serial.
    func know(_ serial: String, by key: ScannerKey)
    /// Adopts the USB ids (`VVVV:PPPP` or `VVVV:*`) as keyboard wedges, and leaves the others alone, in place of those
    /// named before.
    func adopt(wedges: [String], ignoring: [String])
    /// What became of the signals to scanners since the start.
    var signalCounts: SignalCounts { get }
}

/// What became of the signals to scanners.
public struct SignalCounts: Hashable, Sendable {
    /// Those that a scanner accepted.
    public var sent: Int
    /// Those that a scanner did not accept.
    public var failed: Int
    /// Those that came too fast.
    public var dropped: Int
    /// Those for a scanner that is gone or cannot make that sound.
    public var unsupported: Int

    /// The counts.
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

/// What one unit is told from another by.
public enum ScannerKey: String, Hashable, Sendable, Codable, CaseIterable {
    /// Its serial number, wherever it is plugged in.
    case serial
    /// The port that it is plugged into.
    case port
}
