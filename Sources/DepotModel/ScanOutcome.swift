/// The outcome of a scan, as stored in the journal, shown on the screen and sent to clients.
public enum ScanOutcome: OpenWord {
    /// A transition was committed.
    case applied
    /// Something was shown or a lane changed (holder, mode, operator); no asset moved.
    case shown
    /// The requested state was already reached.
    case alreadySo
    /// The same code came again on the same lane within the duplicate window.
    case duplicate
    /// The rules refused it.
    case refused
    /// The code matches several assets, people or locations.
    case ambiguous
    /// The code matches nothing.
    case unknown
    /// The badge belongs to nobody.
    case unknownBadge
    /// There were no characters between two terminators.
    case empty
    /// The code is longer than 4,096 bytes.
    case tooLong
    /// The code holds control characters that no format allows.
    case controlCharacters
    /// The code is not valid UTF-8.
    case invalidText
    /// The code is incomplete: the scanner was unplugged, a timeout passed or bytes were lost.
    case broken
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [ScanOutcome] = [
        .applied, .shown, .alreadySo, .duplicate, .refused, .ambiguous, .unknown, .unknownBadge, .empty, .tooLong,
        .controlCharacters, .invalidText, .broken,
    ]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .applied: "applied"
        case .shown: "shown"
        case .alreadySo: "already_so"
        case .duplicate: "duplicate"
        case .refused: "refused"
        case .ambiguous: "ambiguous"
        case .unknown: "unknown"
        case .unknownBadge: "unknown_badge"
        case .empty: "empty"
        case .tooLong: "too_long"
        case .controlCharacters: "control_characters"
        case .invalidText: "invalid_text"
        case .broken: "broken"
        case .other(let word): word
        }
    }

    /// A Boolean value that is true if a person must look: the screen shows such an outcome in loud colours.
    public var isFault: Bool {
        switch self {
        case .applied, .shown, .alreadySo, .duplicate: false
        case .refused, .ambiguous, .unknown, .unknownBadge, .empty, .tooLong, .controlCharacters, .invalidText, .broken,
            .other:
            true
        }
    }
}
