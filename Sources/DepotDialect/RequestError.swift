public import DepotModel
public import HTTPTypes
import TextFormats

/// An error that ends a request. The station API and every dialect report it in their own shape.
public struct RequestError: Error, Sendable {
    /// The reason for which a request fails.
    public enum Reason: Sendable {
        /// There is no token, or it is not valid; with a sentence.
        case unauthenticated(String)
        /// The caller's role does not permit the request; with a sentence.
        case forbidden(String)
        /// The token belongs to a tenant other than the one that the call names.
        case otherTenant
        /// The call must name a tenant.
        case scopeMissing
        /// There is no such path.
        case noRoute
        /// The path has only these other methods, in sorted order.
        case methodNotAllowed([String])
        /// The body is larger than this number of bytes.
        case tooLarge(Int)
        /// The body is not JSON; with a sentence that includes the position of the error.
        case brokenJSON(String)
        /// There were too many requests; with the number of seconds to wait.
        case rateLimited(retryAfter: Int)
        /// Fields are not valid.
        case invalid([FieldError])
        /// No such entity exists; with its kind (`asset`, `person`, …) and the value that was looked up.
        case notFound(String, String)
        /// A selector matches several entities; with a sentence and the candidates.
        case ambiguous(String, [Match])
        /// The transition rules refuse the change.
        case refused(Refusal)
        /// Any other error with a code of the station API.
        case failed(DepotError)
        /// A dialect's own answer to its clients.
        case answered(Answer)
    }

    /// A field that is not valid.
    public struct FieldError: Hashable, Sendable {
        /// The name of the field.
        public var field: String
        /// The problem as one sentence.
        public var message: String

        /// Creates an error for a field.
        public init(_ field: String, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    /// The reason.
    public var reason: Reason
    /// Advice on a remedy, or nil if none is known.
    public var hint: String?
    /// A Boolean value that is true if the connection closes after the answer, because the end of the request is
    /// unknown.
    public var endsConnection = false
    /// The dialect that reports the error, or nil if the path decides.
    public var dialect: (any Dialect)?
    /// The underlying error, for the log only.
    public var cause: (any Error)?

    /// Creates an error with a reason.
    public init(_ reason: Reason, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }

    /// Creates an error from one of the station API.
    public init(_ error: DepotError) {
        switch error.code {
        case .unauthenticated: self.init(.unauthenticated(error.message), hint: error.hint)
        case .forbidden: self.init(.forbidden(error.message), hint: error.hint)
        default: self.init(.failed(error), hint: error.hint)
        }
    }

    /// Creates an error with a code of the station API.
    public init(_ code: DepotError.Code, _ message: String, hint: String? = nil) {
        self.init(DepotError(code, message, hint: hint))
    }

    /// Creates an error for any error that a handler throws. An unexpected one becomes `internal` without its text, and
    /// the ``cause``.
    public init(catching error: any Error) {
        switch error {
        case let error as RequestError: self = error
        case let refusal as Refusal: self.init(.refused(refusal))
        case let error as DepotError: self.init(.failed(error), hint: error.hint)
        case CommitFailure.refused(let refusal): self.init(.refused(refusal))
        case CommitFailure.failed(let error): self.init(.failed(error), hint: error.hint)
        case let error as JSONError: self.init(.brokenJSON("The body is not valid JSON: \(error)."))
        case let error as QueryError: self = .invalid("query", "\(error)")
        case let error as MultipartError: self = .invalid("body", "\(error)")
        case is CancellationError: self.init(.busy, "The station is stopping.")
        default:
            self.init(.internal, "Something went wrong here.", hint: "the log has more under this request's id")
            cause = error
        }
    }

    /// The sentence for a person.
    public var message: String {
        switch reason {
        case .unauthenticated(let message), .forbidden(let message), .brokenJSON(let message),
            .ambiguous(let message, _):
            message
        case .otherTenant: "The token belongs to another tenant."
        case .scopeMissing: "Say which tenant: use the tenant's own host name, or ?tenant=."
        case .noRoute: "There is no such path."
        case .methodNotAllowed(let allowed): "The path accepts \(allowed.joined(separator: ", "))."
        case .tooLarge(let limit): "The body is larger than \(limit) bytes."
        case .rateLimited(let seconds): "Too many requests. Try again in \(seconds) seconds."
        case .invalid(let fields): fields.map(\.message).joined(separator: " ")
        case .notFound(let kind, let which): "There is no \(kind) \(which)."
        case .refused(let refusal): refusal.message
        case .failed(let error): error.message
        case .answered: "The request was refused."
        }
    }

    /// The error's code in the station API.
    public var code: DepotError.Code {
        switch reason {
        case .unauthenticated: .unauthenticated
        case .forbidden, .otherTenant: .forbidden
        case .scopeMissing, .brokenJSON, .invalid, .answered: .badRequest
        case .noRoute, .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .tooLarge: .tooLarge
        case .rateLimited: .rateLimited
        case .ambiguous: .ambiguous
        case .refused: .refused
        case .failed(let error): error.code
        }
    }

    /// The refusal of the transition rules, or nil if the reason is another one.
    public var refusal: Refusal? { if case .refused(let refusal) = reason { refusal } else { nil } }

    /// The HTTP status, unless a dialect uses another. Refusals have their own values, the ones that the existing APIs
    /// use.
    public var status: Int {
        switch reason {
        case .refused(let refusal):
            switch refusal.code {
            case .unknownAsset, .unknownHolder, .unknownLocation: 404
            case .invalidField: 400
            case .assetLimit: 402
            default: refusal.code.httpStatus
            }
        case .answered(let answer): answer.status.code
        default: code.httpStatus
        }
    }

    /// The header fields that belong to the answer in every shape.
    public var headers: HTTPFields {
        switch reason {
        case .methodNotAllowed(let allowed): [.allow: allowed.joined(separator: ", ")]
        case .rateLimited(let seconds): [.retryAfter: String(seconds)]
        default: [:]
        }
    }
}

// MARK: Shorthands

extension RequestError {
    /// The error for a call that must name a tenant.
    public static let scopeMissing = RequestError(.scopeMissing)
    /// The error for a path that does not exist.
    public static let noRoute = RequestError(.noRoute)
    /// The error for a token of a tenant other than the one that the call names.
    public static let otherTenant = RequestError(.otherTenant)

    /// Returns the error for a caller without a valid token.
    public static func unauthenticated(_ message: String) -> RequestError { RequestError(.unauthenticated(message)) }

    /// Returns the error for a path that has only these other methods, in sorted order.
    public static func methodNotAllowed(_ allowed: [String]) -> RequestError {
        RequestError(.methodNotAllowed(allowed))
    }

    /// Returns the error for a caller whose role does not permit the request.
    public static func forbidden(_ message: String) -> RequestError { RequestError(.forbidden(message)) }

    /// Returns the error for a body that exceeds the limit in bytes.
    public static func tooLarge(_ limit: Int) -> RequestError { RequestError(.tooLarge(limit)) }

    /// Returns the error for too many requests, with the number of seconds to wait.
    public static func rateLimited(retryAfter seconds: Int) -> RequestError {
        RequestError(.rateLimited(retryAfter: seconds))
    }

    /// Returns the error for fields that are not valid.
    public static func invalid(_ fields: [FieldError]) -> RequestError { RequestError(.invalid(fields)) }

    /// Returns the error for one field that is not valid.
    public static func invalid(_ field: String, _ message: String) -> RequestError {
        .invalid([FieldError(field, message)])
    }

    /// Returns the error for a malformed request.
    public static func badRequest(_ message: String, hint: String? = nil) -> RequestError {
        RequestError(.badRequest, message, hint: hint)
    }

    /// Returns the error for an entity that does not exist, with its kind and the value that was looked up.
    public static func notFound(_ kind: String, _ which: some CustomStringConvertible) -> RequestError {
        RequestError(.notFound(kind, which.description))
    }

    /// Returns the error for a refusal of the transition rules.
    public static func refused(_ refusal: Refusal) -> RequestError { RequestError(.refused(refusal)) }

    /// Returns the error for any other error with a code of the station API.
    public static func failed(_ error: DepotError) -> RequestError { RequestError(.failed(error), hint: error.hint) }
}
