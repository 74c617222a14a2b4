public import DepotModel
public import HTTPTypes
public import TextFormats

/// One of the existing asset APIs: a translation between its words and the inventory's, and nothing else.
///
/// A dialect has no rule of its own, keeps no state and knows no other dialect. Authentication, tenants, limits,
/// retries and dry runs are done for it before a route is called.
public protocol Dialect: Sendable {
    /// As the ledger names it.
    var face: Origin.Face { get }
    /// The paths it answers for, unknown ones below them too. The longest prefix of a request's path decides.
    var prefixes: [String] { get }
    var routes: [DialectRoute] { get }
    /// The error in the shape that its clients expect. Never fails, and never says more than the error does.
    func answer(_ error: RequestError, to call: CallHead) -> Answer
    /// What belongs on every answer to an authenticated call, such as `X-RateLimit-Limit`.
    func headers(limit: RateLimitState?) -> HTTPFields
    /// A Boolean value that is true if every route answers without a token.
    var allowsAnonymous: Bool { get }
    /// The header field that names the tenant, by identity or slug; nil: none.
    var tenantHeader: HTTPField.Name? { get }
    /// A Boolean value that is true if a caller of every tenant who names none gets all of them, and not the default tenant.
    var spansTenants: Bool { get }
}

extension Dialect {
    public func headers(limit: RateLimitState?) -> HTTPFields { [:] }
    public var allowsAnonymous: Bool { false }
    public var tenantHeader: HTTPField.Name? { nil }
    public var spansTenants: Bool { false }
}

/// What is left of a caller's requests in this minute.
public struct RateLimitState: Hashable, Sendable {
    /// Requests per minute.
    public var limit: Int
    public var remaining: Int

    /// The state.
    public init(limit: Int, remaining: Int) {
        self.limit = limit
        self.remaining = remaining
    }
}

/// One route of a dialect.
public struct DialectRoute: Sendable {
    /// Answers a call; what it throws becomes a ``RequestError``.
    public typealias Handler = @Sendable (Call) async throws -> Answer

    public var method: HTTPRequest.Method
    /// From the root, such as `/api/v1/hardware/:id/checkout`. A last part `**` takes the rest of the path.
    public var path: String
    public var access: Access
    /// For a path that another dialect has too: whether this body is meant for this route. The first route that fits
    /// answers. Nil: always.
    public var fits: (@Sendable (JSONValue?) -> Bool)?
    /// The largest body in bytes that the handler reads as it comes; nil: the body is read at once, under the limit for
    /// all bodies.
    public var maximumStream: Int?
    public var handler: Handler

    /// The route.
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
