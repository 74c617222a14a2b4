/// A scanner that was opened and is being read.
public struct ScannerConnection: Sendable {
    /// The description of the scanner.
    public var description: ScannerDescription
    /// The time of the connection in microseconds, on the clock of the reports.
    public var at: UInt64
    /// Makes the scanner give a signal if it can; returns at once.
    public var signal: @Sendable (ScannerSignal) -> Void

    /// Creates a connection at the time `at` in microseconds.
    public init(
        _ description: ScannerDescription, at: UInt64, signal: @escaping @Sendable (ScannerSignal) -> Void = { _ in }
    ) {
        self.description = description
        self.at = at
        self.signal = signal
    }
}
