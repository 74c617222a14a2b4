public import DepotModel

/// The body of every answer that is not 2xx: `{"error":{…}}`.
public struct ErrorReply: Error, Hashable, Sendable, Codable {
    /// What went wrong.
    public var error: Body

    /// The reply.
    public init(error: Body) { self.error = error }

    /// The reply to an error, with what else is known.
    public init(
        _ error: DepotError, refusal: Refusal? = nil, candidates: [Match]? = nil, request: String? = nil
    ) {
        self.error = Body(
            code: error.code, message: error.message, hint: error.hint, refusal: refusal, candidates: candidates,
            request: request)
    }

    /// The reply to a commit that did not happen.
    public init(_ failure: CommitFailure, request: String? = nil) {
        let refusal: Refusal? = if case .refused(let refusal) = failure { refusal } else { nil }
        self.init(failure.error, refusal: refusal, request: request)
    }

    /// What went wrong, for programs and for people.
    public struct Body: Hashable, Sendable, Codable {
        public var code: DepotError.Code
        /// One sentence for a person.
        public var message: String
        public var hint: String?
        /// Why the rules refuse; with `DepotError.Code.refused` only.
        public var refusal: Refusal?
        /// What an ambiguous selector may mean; with `DepotError.Code.ambiguous` only.
        public var candidates: [Match]?
        /// The request's id, as in the daemon's log.
        public var request: String?

        /// The body.
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

    /// The error alone.
    public var depotError: DepotError { DepotError(error.code, error.message, hint: error.hint) }

    /// The HTTP status it travels under.
    public var status: Int {
        error.refusal?.code.httpStatus ?? error.code.httpStatus
    }
}
