import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import IncidentIQ
import TextFormats

/// A site in a folder of its own, which is removed with it.
typealias Site = DialectHarness

extension DialectHarness {
    convenience init() throws { try self.init(IncidentIQ()) }

    var store: TenantStore { tenant }

    /// Calls the route that a router would; `path` is below `/api/v1.0/`.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, access: Access = .operator,
        version: Int64? = nil, operation: UniqueID? = nil, dryRun: Bool = false, lenient: Bool = false,
        tenant: TenantID = .standard
    ) async -> DialectReply {
        var request = Request(
            method, "/api/v1.0/" + path,
            origin: Origin(face: .incidentIQ, request: "request-1", address: "192.0.2.1"))
        if let body { request.body = CallBody(Array(body.utf8)) }
        request.caller = Caller(actor: Actor(kind: .token, name: "sync"), access: access, tenant: nil)
        request.scope = .tenant(tenant)
        if let operation { request.operation = operation }
        (request.isDryRun, request.expectedVersion) = (dryRun, version)
        return await send(request, to: IncidentIQ(lenient: lenient))
    }

    // MARK: What is there

    @discardableResult
    func asset(
        _ tag: String, _ change: @escaping @Sendable (inout AssetDraft) -> Void = { _ in }
    ) async throws -> AssetDetails {
        try await create(tag, change)
    }

    /// The tags of the assets that a query finds, in its order.
    func tags(_ body: String, _ query: String = "", lenient: Bool = false) async -> [String] {
        let reply = await send(.post, "assets" + query, body, access: .viewer, lenient: lenient)
        return reply["Items"]?.array?.compactMap { $0.object?["AssetTag"]?.text } ?? ["status \(reply.status)"]
    }

    /// The tags that one filter finds, sorted.
    func filtered(_ filter: String) async -> [String] { await tags(#"{"Filters":[\#(filter)]}"#).sorted() }
}

extension DialectReply {
    var items: Int? { self["Items"]?.array?.count }
    var total: Int? { self["Paging", "TotalRows"]?.integer.map { Int($0) } }
}

extension Actor {
    static let test = Actor(kind: .user, name: "tester")
}

extension Origin {
    static let test = Origin(face: .socket)
}
