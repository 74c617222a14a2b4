import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import NIOCore

/// What ends a request without what it asked for: an error for the wire, with what belongs to it.
struct Failure: Error, Sendable {
    var error: DepotError
    var refusal: Refusal?
    var candidates: [Match]?
    var headers: HTTPFields = [:]

    init(_ error: DepotError, refusal: Refusal? = nil, candidates: [Match]? = nil) {
        self.error = error
        self.refusal = refusal
        self.candidates = candidates
    }

    init(_ code: DepotError.Code, _ message: String, hint: String? = nil) {
        self.init(DepotError(code, message, hint: hint))
    }

    init(_ refusal: Refusal) {
        self.init(DepotError(.refused, refusal.message), refusal: refusal)
    }

    /// Whatever a handler threw; what is not ours to explain is `internal`, without its text.
    init(catching error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let problem as Problem: self.init(problem)
        case let error as DepotError: self.init(error)
        case let refusal as Refusal: self.init(refusal)
        case CommitFailure.refused(let refusal): self.init(refusal)
        case CommitFailure.failed(let error): self.init(error)
        case is NIOTooManyBytesError: self.init(.tooLarge, "The body is too large.")
        case is CancellationError: self.init(.busy, "The station is stopping.")
        case let error as HTTPError where error.status == .notFound: self.init(.notFound, "There is no such path.")
        default:
            self.init(
                .internal, "Something went wrong on the station.", hint: "the log has details under this request's id")
        }
    }

    /// What a dialect would have said, in the station's words.
    init(_ problem: Problem) {
        switch problem {
        case .refused(let refusal): self.init(refusal)
        case .failed(let error): self.init(error)
        case .rateLimited(let seconds):
            self.init(.rateLimited, problem.message)
            headers[.retryAfter] = String(seconds)
        case .unauthenticated: self.init(.unauthenticated, problem.message)
        case .forbidden, .otherTenant: self.init(.forbidden, problem.message)
        case .noRoute, .notFound: self.init(.notFound, problem.message)
        case .methodNotAllowed: self.init(.methodNotAllowed, problem.message)
        case .tooLarge: self.init(.tooLarge, problem.message)
        case .scopeMissing, .brokenJSON, .invalid: self.init(.badRequest, problem.message)
        }
    }

    static func notFound(_ what: String, _ which: some CustomStringConvertible) -> Failure {
        Failure(.notFound, "There is no \(what) \(which).")
    }

    static func badRequest(_ message: String, hint: String? = nil) -> Failure {
        Failure(.badRequest, message, hint: hint)
    }

    /// The status it travels under.
    var status: HTTPResponse.Status {
        HTTPResponse.Status(code: refusal.map { httpStatus(for: $0.code) } ?? httpStatus(for: error.code))
    }

    /// The reply's JSON.
    func body(request: String) -> ByteBuffer {
        let reply = ErrorReply(
            error, refusal: refusal, candidates: candidates, request: request.isEmpty ? nil : request)
        guard let data = try? WireJSON.encode(reply) else { return ByteBuffer() }
        return ByteBuffer(bytes: data)
    }

    /// The whole reply.
    func response(request: String) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"depot\"" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body(request: request)))
    }
}
