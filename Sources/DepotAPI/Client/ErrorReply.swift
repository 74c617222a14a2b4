public import DepotModel

/// The body of every answer outside 2xx: `{"error":{…}}`.
public struct ErrorReply: Error, Hashable, Sendable, Codable {
    /// The error.
    public var error: Body

    /// Creates a reply.
    public init(error: Body) { self.error = error }

    /// Creates the reply for an error, with further details.
    public init(
        _ error: DepotError, refusal: Refusal? = nil, candidates: [Match]? = nil, request: String? = nil
    ) {
        self.error = Body(
            code: error.code, message: error.message, hint: error.hint, refusal: refusal, candidates: candidates,
            request: request)
    }

    /// Creates the reply for a commit that failed.
    public init(_ failure: CommitFailure, request: String? = nil) {
        let refusal: Refusal? = if case .refused(let refusal) = failure { refusal } else { nil }
        self.init(failure.error, refusal: refusal, request: request)
    }

    /// The error, for programs and for people.
    public struct Body: Hashable, Sendable, Codable {
        /// The code.
        public var code: DepotError.Code
        /// The sentence for a person.
        public var message: String
        /// Advice on a remedy, or nil if none is known.
        public var hint: String?
        /// The refusal of the transition rules; only with `DepotError.Code.refused`.
        public var refusal: Refusal?
        /// The candidates of an ambiguous selector; only with `DepotError.Code.ambiguous`.
        public var candidates: [Match]?
        /// The request's id, as in the daemon's log.
        public var request: String?

        /// Creates a body.
        public init(
            code: DepotError.Code, message: String, hint: String? = nil, refusal: Refusal? = nil,
            candidates: [Match]? = nil, request: String? = nil
        ) {
            self.code = code
            self.message = message
            self.hint = hint
            self.refusal = refusal
            self.candidates = candidates
            self.request = request
        }
    }

    /// The error without the further details.
    public var depotError: DepotError { DepotError(error.code, error.message, hint: error.hint) }

    /// The HTTP status of the answer.
    public var status: Int {
        error.refusal?.code.httpStatus ?? error.code.httpStatus
    }
}
