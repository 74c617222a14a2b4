import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

extension DialectReply {
    /// A member of the answer, by its way: `reply["payload", "id"]`, `reply["rows", "0", "name"]`.
    subscript(path: String...) -> JSONValue { path.reduce(json) { $0[$1] } }
    var isSuccess: Bool { status == 200 && self["status"].text == "success" }
    var messages: String? { self["messages"].text }
    var total: Int64? { self["total"].integer }
    /// The names of the rows, in order.
    var names: [String] { (self["rows"].array ?? []).map { $0["name"].text ?? "" } }
    var tags: [String] { (self["rows"].array ?? []).map { $0["asset_tag"].text ?? "" } }
}

extension JSONValue {
    /// A member of an object, or an element of an array by its index; null where there is none.
    subscript(key: String) -> JSONValue {
        if let object { return object[key] ?? .null }
        if let array, let index = Int(key), array.indices.contains(index) { return array[index] }
        return .null
    }

    /// The names of an object's members in their order.
    var keys: [String] { object?.members.map(\.key) ?? [] }
}

/// A depot with a file of its own, and the dialect in front of it.
typealias Depot = DialectHarness

extension DialectHarness {
    convenience init() throws { try self.init(SnipeIT()) }

    /// Makes a call as an administrator. `path` is below `/api/v1` and may have a query.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, form: Bool = false, at: Timestamp = noon,
        operation: UniqueID? = nil, version: Int64? = nil, dryRun: Bool = false, tenant: TenantID = .standard
    ) async throws -> DialectReply {
        var request = Request(method, "/api/v1" + path, origin: Origin(face: .snipeIT))
        request.headers[.contentType] = form ? "application/x-www-form-urlencoded" : "application/json"
        request.body = CallBody(Array((body ?? "").utf8))
        request.caller = Caller(
            actor: Actor(kind: .token, name: "client"), access: .administrator, tenant: tenant)
        request.scope = .tenant(tenant)
        if let operation { request.operation = operation }
        (request.at, request.isDryRun, request.expectedVersion) = (at, dryRun, version)
        return await send(request)
    }

    /// What the dialect says of a problem.
    func reply(to problem: RequestError) -> DialectReply {
        DialectReply(dialect.answer(problem, to: CallHead(method: .get, path: "/api/v1/hardware")))
    }

    func request() -> ChangeRequest {
        ChangeRequest(
            operation: newOperation(), actor: Actor(kind: .user, name: "tester"), origin: Origin(face: .socket),
            at: noon)
    }

    /// A new asset; a model “Laptop” and the first deployable label unless told otherwise.
    func asset(_ tag: String, _ change: @escaping @Sendable (inout AssetDraft) -> Void = { _ in }) async throws -> Asset
    {
        try await create(tag) { draft in
            draft.modelName = "Laptop"
            change(&draft)
        }.asset
    }

    /// The id of the first status label of a type.
    func label(_ type: StatusType) throws -> Int64 { try label(of: type).rawValue }

    func asset(_ id: AssetID) throws -> Asset {
        try #require(try tenant.asset(id)).asset
    }
}
