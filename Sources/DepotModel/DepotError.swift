/// An error that crosses to a person or a wire: a code for programs, a sentence for a person, a hint what to do.
///
/// Refusals by the rules are ``Refusal`` values; this is for everything else that can go wrong.
public struct DepotError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// A stable, dotted, lower-case name. Open: unknown codes from a newer peer are kept as they are.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// The request is not well-formed: broken JSON, a wrong type, an unknown field, a value out of range.
        public static let badRequest = Code(rawValue: "bad_request")
        /// No credentials, or wrong ones.
        public static let unauthenticated = Code(rawValue: "unauthenticated")
        /// Known, but not allowed.
        public static let forbidden = Code(rawValue: "forbidden")
        /// No such thing.
        public static let notFound = Code(rawValue: "not_found")
        /// The route exists, the method does not.
        public static let methodNotAllowed = Code(rawValue: "method_not_allowed")
        /// The body is larger than the limit.
        public static let tooLarge = Code(rawValue: "too_large")
        /// The rules refuse: the refusal's own code, sentence and facts are in the reply.
        public static let refused = Code(rawValue: "refused")
        /// The code fits several things, and nothing is guessed.
        public static let ambiguous = Code(rawValue: "ambiguous")
        /// A unique value is taken: an asset tag, a badge, a location code, a token name.
        public static let conflict = Code(rawValue: "conflict")
        /// The database cannot be written or read now; nothing was changed.
        public static let storeUnavailable = Code(rawValue: "store_unavailable")
        /// The database is damaged, or of a newer version than this program.
        public static let storeUnusable = Code(rawValue: "store_unusable")
        /// The disk takes long to write.
        public static let storeSlow = Code(rawValue: "store_slow")
        /// The disk with the database is nearly full.
        public static let diskLow = Code(rawValue: "disk_low")
        /// Log lines are lost.
        public static let logFailing = Code(rawValue: "log_failing")
        /// The file that says that there is a database is gone.
        public static let lockLost = Code(rawValue: "lock_lost")
        /// The clock is before what the ledger has seen.
        public static let clockWrong = Code(rawValue: "clock_wrong")
        /// The configuration is not usable.
        public static let configuration = Code(rawValue: "configuration")
        /// The daemon cannot be reached.
        public static let unreachable = Code(rawValue: "unreachable")
        /// A reply that this program does not understand.
        public static let protocolMismatch = Code(rawValue: "protocol_mismatch")
        /// The daemon is stopping or has too much to do; try again.
        public static let busy = Code(rawValue: "busy")
        /// What is asked takes more time than one question may; ask for less.
        public static let tooExpensive = Code(rawValue: "too_expensive")
        /// More requests than the token may make in a minute; try again later.
        public static let rateLimited = Code(rawValue: "rate_limited")
        /// A fault of ours.
        public static let `internal` = Code(rawValue: "internal")

        /// Every code this version uses.
        public static let all: [Code] = [
            badRequest, unauthenticated, forbidden, notFound, methodNotAllowed, tooLarge, refused, ambiguous, conflict,
            storeUnavailable, storeUnusable, storeSlow, diskLow, logFailing, lockLost, clockWrong, configuration,
            unreachable,
            protocolMismatch, busy, tooExpensive, rateLimited, `internal`,
        ]
    }

    /// What kind of error.
    public var code: Code
    /// One sentence for a person.
    public var message: String
    /// What to do about it, where that is known.
    public var hint: String?

    /// The error.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// `code: message (hint)`.
    public var description: String { "\(code): \(message)" + (hint.map { " (\($0))" } ?? "") }
}
