/// The tone of an answer at a lane: its colour on the screen and its sound.
public enum ScanTone: OpenWord {
    /// Something was done.
    case done
    /// A person must read the answer, since something is asked or is not as expected.
    case warning
    /// The requested state was already reached.
    case alreadySo
    /// The scan repeats the one before.
    case duplicate
    /// Nothing was done, and the answer names the next step.
    case refused
    /// The code is not known.
    case unknown
    /// The scan was not read or not recorded and must be repeated.
    case again
    /// Something is shown.
    case info
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [ScanTone] = [
        .done, .warning, .alreadySo, .duplicate, .refused, .unknown, .again, .info,
    ]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .done: "done"
        case .warning: "warning"
        case .alreadySo: "already_so"
        case .duplicate: "duplicate"
        case .refused: "refused"
        case .unknown: "unknown"
        case .again: "again"
        case .info: "info"
        case .other(let word): word
        }
    }

    /// Creates the usual tone of an outcome.
    public init(_ outcome: ScanOutcome, reason: String? = nil) {
        self =
            switch outcome {
            case _ where reason == ScanResult.notRecorded: .again
            case .applied: .done
            case .shown: .info
            case .alreadySo: .alreadySo
            case .duplicate: .duplicate
            case .refused, .tooLong, .controlCharacters, .invalidText: .refused
            case .ambiguous: .warning
            case .unknown, .unknownBadge: .unknown
            case .empty, .broken: .again
            case .other(let word): .other(word)
            }
    }
}
