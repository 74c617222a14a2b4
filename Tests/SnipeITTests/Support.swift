import DepotDialect
import DepotModel
import DepotStore
import Foundation
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

/// 2026-11-21T12:00:00Z.
let noon = Timestamp(milliseconds: 1_795_262_400_000)

/// What a call answered.
struct Reply {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
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
final class Depot: Sendable {
    let folder: String
    let store: DepotStore
    private let dialect = SnipeIT()

    init() throws {
        folder = NSTemporaryDirectory() + "depot-snipe-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let settings = DepotStore.Settings(path: folder + "/depot.sqlite", station: "depot-1")
        store = try DepotStore(settings, now: { noon }) { _ in }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var tenant: TenantStore { store.tenant() }

    /// Makes a call as an administrator. `path` is below `/api/v1` and may have a query.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, form: Bool = false, at: Timestamp = noon,
        operation: UniqueID? = nil, version: Int64? = nil, dryRun: Bool = false, tenant: TenantID = .standard
    ) async throws -> Reply {
        let halves = path.split(separator: "?", maxSplits: 1)
        let whole = "/api/v1" + halves[0]
        let query = try QueryItems(parsing: halves.count > 1 ? String(halves[1]) : "")
        let type = form ? "application/x-www-form-urlencoded" : "application/json"
        let head = CallHead(method: method, path: whole, query: query, headers: [.contentType: type])
        let actor = Actor(kind: .token, name: "client")
        let (route, parameters) = try #require(find(method, whole), "no route for \(method) \(whole)")
        let call = Call(
            head: head, parameters: parameters, body: CallBody(Array((body ?? "").utf8)),
            caller: Caller(actor: actor, access: .administrator, tenant: tenant), scope: .tenant(tenant),
            operation: operation ?? .version7(at: at, random: (.random(in: .min ... .max), .random(in: .min ... .max))),
            origin: Origin(face: .snipeIT), at: at, isDryRun: dryRun, expectedVersion: version, depot: store)
        return reply(await answer(route, call))
    }

    /// What the dialect says of a problem.
    func reply(to problem: RequestError) -> Reply {
        reply(dialect.answer(problem, to: CallHead(method: .get, path: "/api/v1/hardware")))
    }

    private func answer(_ route: DialectRoute, _ call: Call) async -> Answer {
        do {
            return try await route.handler(call)
        } catch {
            return dialect.answer(RequestError(catching: error), to: call.head)
        }
    }

    private func reply(_ answer: Answer) -> Reply {
        guard case .bytes(let bytes) = answer.body else {
            return Reply(status: answer.status.code, headers: answer.headers, bytes: [])
        }
        return Reply(status: answer.status.code, headers: answer.headers, bytes: bytes)
    }

    /// The first route that fits, with what it names of the path.
    private func find(_ method: HTTPRequest.Method, _ path: String) -> (DialectRoute, [String: String])? {
        for route in dialect.routes where route.method == method {
            if let raw = PathPattern(route.path).parameters(of: path) {
                return (route, raw.mapValues { PercentEncoding.decode($0) ?? "" })
            }
        }
        return nil
    }

    // MARK: Stock

    func request() -> ChangeRequest {
        ChangeRequest(
            operation: .version7(at: noon, random: (.random(in: .min ... .max), .random(in: .min ... .max))),
            actor: Actor(kind: .user, name: "tester"), origin: Origin(face: .socket), at: noon)
    }

    /// A row of the catalogue.
    func entry(
        _ table: Catalogue, _ name: String, _ change: @escaping @Sendable (inout CatalogueDraft) -> Void = { _ in }
    ) async throws -> CatalogueEntry {
        try await tenant.change(request()) { inventory in
            var draft = CatalogueDraft(name: name)
            change(&draft)
            return try inventory.create(table, draft)
        }
    }

    func person(_ name: String, _ change: @escaping @Sendable (inout PersonDraft) -> Void = { _ in }) async throws
        -> Person
    {
        try await tenant.change(request()) { inventory in
            var draft = PersonDraft(name: name)
            change(&draft)
            return try inventory.createPerson(draft)
        }
    }

    func location(_ name: String) async throws -> Location {
        try await tenant.change(request()) { try $0.createLocation(LocationDraft(name: name)) }
    }

    /// A new asset; a model “Laptop” and the first deployable label unless told otherwise.
    func asset(_ tag: String, _ change: @escaping @Sendable (inout AssetDraft) -> Void = { _ in }) async throws -> Asset
    {
        try await tenant.change(request()) { inventory in
            var draft = AssetDraft(tag: tag)
            draft.modelName = "Laptop"
            change(&draft)
            let details = try inventory.create(draft).asset
            return try #require(details).asset
        }
    }

    /// The id of the first status label of a type.
    func label(_ type: StatusType) throws -> Int64 {
        try #require(try tenant.statusLabels().first { $0.type == type }).id.rawValue
    }

    func asset(_ id: AssetID) throws -> Asset {
        try #require(try tenant.asset(id)).asset
    }
}
