/// A fault of a scanner.
public struct ScannerProblem: Hashable, Sendable {
    /// The code: `stall`, `bus_error`, `overflow`, `busy`, `access`, `denied`, `no_device`, `descriptor`, `flood`, `other`.
    public var code: String
    /// One sentence for a person.
    public var message: String
    /// A remedy, such as the udev rule that is missing.
    public var hint: String?
    /// A Boolean value that is true if the daemon keeps trying by itself.
    public var isRecovering: Bool
    /// The device, if it was never announced by ``ScannerNotice/connected(_:)``.
    public var device: ScannerDescription?

    /// Creates a problem.
    public init(
        code: String, message: String, hint: String? = nil, isRecovering: Bool, device: ScannerDescription? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.isRecovering = isRecovering
        self.device = device
    }
}
