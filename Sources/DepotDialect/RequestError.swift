public import DepotModel
public import HTTPTypes
import TextFormats

/// An error that ends a request. The station answers with it as its API has errors, and each dialect in its own shape.
public struct RequestError: Error, Sendable {
    /// Why a request does not get what it asked for.
    public enum Reason: Sendable {
        /// No token, or one that opens nothing.
        case unauthenticated(String)
        /// The caller's role does not reach.
        case forbidden(String)
        /// The token belongs to another tenant than the one the call is for.
        case otherTenant
        /// The call must say which tenant it is for.
        case scopeMissing
        /// No such path.
        case noRoute
        /// The path has other methods, sorted.
        case methodNotAllowed([String])
        /// The body is larger than that many bytes.
        case tooLarge(Int)
        /// The body is not JSON, with the place where it stops being it.
        case brokenJSON(String)
        /// Too many requests; seconds to wait.
        case rateLimited(retryAfter: Int)
        /// Fields that do not fit.
        case invalid([FieldError])
        /// No such thing: its kind (`asset`, `person`, …) and what was asked for.
        case notFound(String, String)
        /// A selector that fits several things.
        case ambiguous(String, [Match])
        /// The rules refuse.
        case refused(Refusal)
        /// Everything else.
        case failed(DepotError)
        /// A dialect's own answer to its own clients.
        case answered(Answer)
    }

    /// A field that does not fit.
    public struct FieldError: Hashable, Sendable {
        public var field: String
        /// One sentence.
        public var message: String

        /// Creates the error.
        public init(_ field: String, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    public var reason: Reason
    /// What to do about it, where that is known.
    public var hint: String?
    /// Whether the connection ends with the answer: the rest of the request cannot be told from the next one.
    public var endsConnection = false
    /// The dialect that explains the error, where the path alone does not tell.
    public var dialect: (any Dialect)?
    /// The error behind one of ours, for the log.
    public var cause: (any Error)?

    /// Creates an error.
    public init(_ reason: Reason, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }

    /// Creates the error with a code of the station API.
    public init(_ error: DepotError) {
        switch error.code {
        case .unauthenticated: self.init(.unauthenticated(error.message), hint: error.hint)
        case .forbidden: self.init(.forbidden(error.message), hint: error.hint)
        default: self.init(.failed(error), hint: error.hint)
        }
    }

    /// Creates the error with a code of the station API.
    public init(_ code: DepotError.Code, _ message: String, hint: String? = nil) {
        self.init(DepotError(code, message, hint: hint))
    }

    /// Creates the error for whatever a handler threw; what is not ours to explain is `internal`, without its text.
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

    /// One sentence for a person.
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

    /// The code of the station API.
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

    /// The refusal of the rules; nil where it is something else.
    public var refusal: Refusal? { if case .refused(let refusal) = reason { refusal } else { nil } }

    /// Whether it is about a stale `If-Match`.
    public var isStale: Bool { refusal?.code == .versionConflict }

    /// The HTTP status where a dialect has no other custom. Refusals have their own, which the existing APIs give.
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

    /// The headers that belong to the answer, whatever its shape.
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
    /// The call must say which tenant it is for.
    public static let scopeMissing = RequestError(.scopeMissing)
    /// No such path.
    public static let noRoute = RequestError(.noRoute)
    /// The token belongs to another tenant than the one the call is for.
    public static let otherTenant = RequestError(.otherTenant)

    /// Returns the error for a caller without a token, or with one that opens nothing.
    public static func unauthenticated(_ message: String) -> RequestError { RequestError(.unauthenticated(message)) }

    /// Returns the error for a path that has other methods, sorted.
    public static func methodNotAllowed(_ allowed: [String]) -> RequestError {
        RequestError(.methodNotAllowed(allowed))
    }

    /// Returns the error for a caller whose role does not reach.
    public static func forbidden(_ message: String) -> RequestError { RequestError(.forbidden(message)) }

    /// Returns the error for a body of more bytes than the limit.
    public static func tooLarge(_ limit: Int) -> RequestError { RequestError(.tooLarge(limit)) }

    /// Returns the error for too many requests, with the seconds to wait.
    public static func rateLimited(retryAfter seconds: Int) -> RequestError {
        RequestError(.rateLimited(retryAfter: seconds))
    }

    /// Returns the error for fields that do not fit.
    public static func invalid(_ fields: [FieldError]) -> RequestError { RequestError(.invalid(fields)) }

    /// Returns the error for one field that does not fit.
    public static func invalid(_ field: String, _ message: String) -> RequestError {
        .invalid([FieldError(field, message)])
    }

    /// Returns the error for a request that is not well-formed.
    public static func badRequest(_ message: String, hint: String? = nil) -> RequestError {
        RequestError(.badRequest, message, hint: hint)
    }

    /// Returns the error for a thing that does not exist, with its kind and what was asked for.
    public static func notFound(_ kind: String, _ which: some CustomStringConvertible) -> RequestError {
        RequestError(.notFound(kind, which.description))
    }

    /// Returns the error for what the rules refuse.
    public static func refused(_ refusal: Refusal) -> RequestError { RequestError(.refused(refusal)) }

    /// Returns the error for everything else.
    public static func failed(_ error: DepotError) -> RequestError { RequestError(.failed(error), hint: error.hint) }
}
