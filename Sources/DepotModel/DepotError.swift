/// An error that reaches a person or a client: a code for programs, a sentence for people and a hint.
///
/// Refusals by the rules are ``Refusal`` values; this type covers everything else that can go wrong.
public struct DepotError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// A stable, dotted, lower-case name. An unknown code of a newer peer is kept unchanged.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// The request is not well-formed: broken JSON, a wrong type, an unknown field, a value out of range.
        public static let badRequest = Code(rawValue: "bad_request")
        /// No credentials, or wrong ones.
        public static let unauthenticated = Code(rawValue: "unauthenticated")
        /// The caller is authenticated but not allowed to do this.
        public static let forbidden = Code(rawValue: "forbidden")
        /// The requested resource does not exist.
        public static let notFound = Code(rawValue: "not_found")
        /// The route exists, but not with this method.
        public static let methodNotAllowed = Code(rawValue: "method_not_allowed")
        /// The body is larger than the limit.
        public static let tooLarge = Code(rawValue: "too_large")
        /// The rules refuse the request; the refusal's own code, sentence and facts are in the reply.
        public static let refused = Code(rawValue: "refused")
        /// The code matches several assets, people or locations, and none is chosen.
        public static let ambiguous = Code(rawValue: "ambiguous")
        /// A unique value is taken: an asset tag, a badge, a location code, a token name.
        public static let conflict = Code(rawValue: "conflict")
        /// The database cannot be written or read now; nothing was changed.
        public static let storeUnavailable = Code(rawValue: "store_unavailable")
        /// The database is damaged or belongs to a newer version of this program.
        public static let storeUnusable = Code(rawValue: "store_unusable")
        /// Writes to the disk take long.
        public static let storeSlow = Code(rawValue: "store_slow")
        /// The disk with the database is nearly full.
        public static let diskLow = Code(rawValue: "disk_low")
        /// Log lines are lost.
        public static let logFailing = Code(rawValue: "log_failing")
        /// The file that records that there is a database is missing.
        public static let lockLost = Code(rawValue: "lock_lost")
        /// The clock is behind the newest event of the ledger.
        public static let clockWrong = Code(rawValue: "clock_wrong")
        /// The configuration is not usable.
        public static let configuration = Code(rawValue: "configuration")
        /// The daemon cannot be reached.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The reply is one that this program does not understand.
        public static let protocolMismatch = Code(rawValue: "protocol_mismatch")
        /// The daemon is stopping or overloaded; try again.
        public static let busy = Code(rawValue: "busy")
        /// The request takes more time than one request may; ask for less.
        public static let tooExpensive = Code(rawValue: "too_expensive")
        /// The token's limit of requests per minute is exceeded; try again later.
        public static let rateLimited = Code(rawValue: "rate_limited")
        /// A bug in this program.
        public static let `internal` = Code(rawValue: "internal")

        /// Every code this version uses.
        public static let all: [Code] = [
            badRequest, unauthenticated, forbidden, notFound, methodNotAllowed, tooLarge, refused, ambiguous, conflict,
            storeUnavailable, storeUnusable, storeSlow, diskLow, logFailing, lockLost, clockWrong, configuration,
            unreachable,
            protocolMismatch, busy, tooExpensive, rateLimited, `internal`,
        ]
    }

    /// The code of the error.
    public var code: Code
    /// One sentence for a person.
    public var message: String
    /// A remedy, or nil if none is known.
    public var hint: String?

    /// Creates an error.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// `code: message (hint)`.
    public var description: String { "\(code): \(message)" + (hint.map { " (\($0))" } ?? "") }
}
