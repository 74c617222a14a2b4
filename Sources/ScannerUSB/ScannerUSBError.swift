/// The reason for which no USB scanner can be read. A failure of one scanner is a `ScannerNotice.problem` instead.
public struct ScannerUSBError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable, lower-case name: `usb_unavailable`, `hotplug_unavailable`.
    public var code: String
    /// One sentence for a person.
    public var message: String
    /// A remedy, or nil if none is known.
    public var hint: String?

    /// Creates an error.
    public init(code: String, message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// `code: message (hint)`.
    public var description: String { "\(code): \(message)" + (hint.map { " (\($0))" } ?? "") }
}
