public import DepotModel
import TextFormats

/// Why a call gets no answer of its own; each dialect renders it in its own shape.
public enum Problem: Error, Sendable {
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
    /// The body is no JSON, with the place where it stops being it.
    case brokenJSON(String)
    /// Too many requests; seconds to wait.
    case rateLimited(retryAfter: Int)
    /// What was sent does not fit, by field.
    case invalid([FieldProblem])
    /// No such thing: its kind (`asset`, `person`, …) and what was asked for.
    case notFound(String, String)
    /// The rules refuse.
    case refused(Refusal)
    /// Everything else.
    case failed(DepotError)

    /// What does not fit in one field.
    public struct FieldProblem: Hashable, Sendable {
        public var field: String
        /// One sentence.
        public var message: String

        /// The problem.
        public init(_ field: String, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    /// One field that does not fit.
    public static func invalid(_ field: String, _ message: String) -> Problem { .invalid([.init(field, message)]) }

    /// Whatever a handler threw; what is not ours to explain is `internal`, without its text.
    public init(catching error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let refusal as Refusal: self = .refused(refusal)
        case let error as DepotError: self = .failed(error)
        case CommitFailure.refused(let refusal): self = .refused(refusal)
        case CommitFailure.failed(let error): self = .failed(error)
        case let error as JSONError: self = .brokenJSON("The body is not valid JSON: \(error).")
        case let error as QueryError: self = .invalid("query", "\(error)")
        case let error as MultipartError: self = .invalid("body", "\(error)")
        default:
            self = .failed(
                DepotError(
                    .internal, "Something went wrong here.", hint: "the log has more under this request's id"))
        }
    }

    /// One sentence for a person.
    public var message: String {
        switch self {
        case .unauthenticated(let message), .forbidden(let message), .brokenJSON(let message): message
        case .otherTenant: "The token belongs to another tenant."
        case .scopeMissing: "Say which tenant: use the tenant's own host name, or ?tenant=."
        case .noRoute: "There is no such path."
        case .methodNotAllowed(let allowed): "The path takes \(allowed.joined(separator: ", "))."
        case .tooLarge(let limit): "The body is larger than \(limit) bytes."
        case .rateLimited(let seconds): "Too many requests. Try again in \(seconds) seconds."
        case .invalid(let fields): fields.map(\.message).joined(separator: " ")
        case .notFound(let kind, let which): "There is no \(kind) \(which)."
        case .refused(let refusal): refusal.message
        case .failed(let error): error.message
        }
    }

    /// The HTTP status where a dialect has no other custom.
    public var status: Int {
        switch self {
        case .unauthenticated: 401
        case .forbidden, .otherTenant: 403
        case .scopeMissing, .brokenJSON, .invalid: 400
        case .noRoute, .notFound: 404
        case .methodNotAllowed: 405
        case .tooLarge: 413
        case .rateLimited: 429
        case .refused(let refusal):
            switch refusal.code {
            case .versionConflict: 412
            case .unknownAsset, .unknownHolder, .unknownLocation: 404
            case .invalidField: 400
            case .assetLimit: 402
            default: 409
            }
        case .failed(let error):
            switch error.code {
            case .badRequest: 400
            case .unauthenticated: 401
            case .forbidden: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .tooLarge: 413
            case .refused, .ambiguous, .conflict: 409
            case .storeUnavailable, .storeUnusable, .busy, .tooExpensive: 503
            default: 500
            }
        }
    }

    /// Whether it is about a stale `If-Match`.
    public var isStale: Bool {
        if case .refused(let refusal) = self { refusal.code == .versionConflict } else { false }
    }
}
