public import DepotModel

/// The exit status of `depotctl`.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    /// The rules refuse the change, a unique value is taken, or `verify` found a problem.
    case refused = 1
    case notFound = 3
    case ambiguous = 4
    case notAllowed = 5
    case unreachable = 6
    case storeUnavailable = 7
    case badInput = 8
    /// The command line is wrong (`EX_USAGE` of sysexits.h, used by the argument parser).
    case usage = 64
    /// There is a fault in the program (`EX_SOFTWARE`).
    case fault = 70

    /// The exit status for each error code.
    public static let table: [DepotError.Code: ExitStatus] = [
        .badRequest: .badInput, .unauthenticated: .notAllowed, .forbidden: .notAllowed, .notFound: .notFound,
        .methodNotAllowed: .fault, .tooLarge: .badInput, .refused: .refused, .ambiguous: .ambiguous,
        .conflict: .refused, .storeUnavailable: .storeUnavailable, .storeUnusable: .storeUnavailable,
        .configuration: .badInput, .unreachable: .unreachable, .protocolMismatch: .fault, .busy: .unreachable,
        .tooExpensive: .badInput, .rateLimited: .unreachable, .internal: .fault, .storeSlow: .storeUnavailable,
        .diskLow: .storeUnavailable, .logFailing: .fault, .lockLost: .fault, .clockWrong: .fault,
    ]

    /// Creates the exit status for an error; a code of a newer daemon is a ``fault``.
    public init(_ code: DepotError.Code) { self = ExitStatus.table[code] ?? .fault }

    /// Creates the exit status for an error reply; a refusal because an entity does not exist is ``notFound``.
    public init(_ reply: ErrorReply) {
        switch reply.error.refusal?.code {
        case .unknownAsset?, .unknownHolder?, .unknownLocation?: self = .notFound
        case .invalidField?: self = .badInput
        default: self.init(reply.error.code)
        }
    }

    /// Creates the exit status for the outcome of a typed scan; an outcome of a newer daemon is a ``fault``.
    public init(_ outcome: ScanOutcome) {
        self =
            switch outcome {
            case .applied, .shown, .alreadySo, .duplicate: .done
            case .refused: .refused
            case .ambiguous: .ambiguous
            case .unknown, .unknownBadge: .notFound
            case .empty, .tooLong, .controlCharacters, .invalidText, .broken: .badInput
            case .other: .fault
            }
    }

    /// One line for `--help`.
    public var explanation: String {
        switch self {
        case .done: "done"
        case .refused: "refused by the rules, a unique value is taken, or verify found a problem"
        case .notFound: "no such thing"
        case .ambiguous: "matches several things"
        case .notAllowed: "not allowed"
        case .unreachable: "the daemon cannot be reached, is stopping or has too much to do"
        case .storeUnavailable: "the store cannot be read or written"
        case .badInput: "bad input: a value, a file or a configuration"
        case .usage: "wrong command line"
        case .fault: "a fault in the program, or incompatible versions"
        }
    }
}
