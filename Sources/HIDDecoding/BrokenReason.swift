/// The reasons of ``Decoded/broken(bytes:reason:)``.
public enum BrokenReason {
    /// The scanner was pulled out while it sent.
    public static let unplugged = "unplugged in the middle of a code"
    /// The daemon was stopped during the code.
    public static let stopped = "the station stopped in the middle of a code"
    static let shortReport = "a report was too short"
    static let lostReports = "reports were lost"
    static let altCode = "an ALT code without a character"
    static let unknownKey = "a key without a character in this layout"
    /// A scanner that ends its codes with a key went silent in the middle of a code.
    public static let noTerminator = "the terminator did not come"
    static let noRest = "the rest of the code did not come"
    static let symbology = "a symbology identifier that does not begin with ]"
    static let attached = "it may have begun before the scanner was read"
    static let unseenPause = "a pause that nobody saw"
    static let overflow = "a report was longer than the endpoint declares"
    static let stall = "the endpoint stalled"
    static let busError = "a bus error"

    static func of(_ interruption: Interruption) -> String {
        switch interruption {
        case .lostReports: lostReports
        case .overflow: overflow
        case .stall: stall
        case .busError: busError
        }
    }
}
