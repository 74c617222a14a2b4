public import DepotModel
public import HTTPTypes
public import TextFormats

/// An existing asset API, as a translation between its terms and the inventory's and nothing else.
///
/// A dialect has no rules of its own, keeps no state and knows no other dialect. Authentication, tenants, limits,
/// retries and dry runs are handled before one of its routes is called.
public protocol Dialect: Sendable {
    /// The name under which the ledger records the dialect's changes.
    var face: Origin.Face { get }
    /// The path prefixes that the dialect serves, including unknown paths below them. The longest prefix that matches a
    /// request's path decides.
    var prefixes: [String] { get }
    /// The routes. Of those with the same method and path, the first one that matches the body answers.
    var routes: [DialectRoute] { get }
    /// Returns the answer that reports an error in the shape that the dialect's clients expect. It never fails and
    /// discloses no more than the error does.
    func answer(_ error: RequestError, to call: CallHead) -> Answer
    /// Returns the header fields for every answer to an authenticated call, such as `X-RateLimit-Limit`.
    func headers(limit: RateLimitState?) -> HTTPFields
    /// A Boolean value that is true if every route answers without a token.
    var allowsAnonymous: Bool { get }
    /// The header field that names the tenant, by identity or slug, or nil if there is none.
    var tenantHeader: HTTPField.Name? { get }
    /// A Boolean value that is true if a caller of every tenant who names none gets all of them instead of the default
    /// tenant.
    var spansTenants: Bool { get }
}

extension Dialect {
    /// Returns no header fields.
    public func headers(limit: RateLimitState?) -> HTTPFields { [:] }
    /// Returns false.
    public var allowsAnonymous: Bool { false }
    /// Returns nil.
    public var tenantHeader: HTTPField.Name? { nil }
    /// Returns false.
    public var spansTenants: Bool { false }
}

/// A caller's rate limit and the rest of it in the current minute.
public struct RateLimitState: Hashable, Sendable {
    /// The limit in requests per minute.
    public var limit: Int
    /// The number of requests left in this minute.
    public var remaining: Int

    /// Creates a state.
    public init(limit: Int, remaining: Int) {
        self.limit = limit
        self.remaining = remaining
    }
}

/// One route of a dialect.
public struct DialectRoute: Sendable {
    /// Answers a call. An error that it throws becomes a ``RequestError``.
    public typealias Handler = @Sendable (Call) async throws -> Answer

    /// The HTTP method.
    public var method: HTTPRequest.Method
    /// The path from the root, such as `/api/v1/hardware/:id/checkout`. A last segment `**` matches the rest of the
    /// path.
    public var path: String
    /// The access that the caller needs.
    public var access: Access
    /// The test of the body for a path that several dialects share: it returns true if the body is meant for this
    /// route. The first matching route answers; nil matches every body.
    public var fits: (@Sendable (JSONValue?) -> Bool)?
    /// The largest body, in bytes, that the handler reads as it comes; nil if the body is read at once, under the limit
    /// for all others.
    public var maximumStream: Int?
    /// The function that answers a call.
    public var handler: Handler

    /// Creates a route.
    public init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, fits: (@Sendable (JSONValue?) -> Bool)? = nil,
        maximumStream: Int? = nil, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.fits = fits
        self.maximumStream = maximumStream
        self.handler = handler
    }
}
