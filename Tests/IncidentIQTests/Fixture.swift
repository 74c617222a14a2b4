import DepotDialect
import DepotModel
import DepotStore
import Foundation
import HTTPTypes
import IncidentIQ
import TextFormats

/// A site in a folder of its own, which is removed with it.
final class Site: Sendable {
    private let folder: String
    let depot: DepotStore
    var store: TenantStore { depot.tenant() }

    init() throws {
        folder = NSTemporaryDirectory() + "depot-iiq-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        depot = try DepotStore(
            DepotStore.Settings(path: folder + "/depot.sqlite", station: "depot-1"), now: { noon }, onCommit: { _ in })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Calls the route that a router would: the fixed path before the one with names.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, access: Access = .operator,
        version: Int64? = nil, operation: UniqueID? = nil, dryRun: Bool = false, lenient: Bool = false,
        tenant: TenantID = .standard
    ) async -> Reply {
        let dialect = IncidentIQ(lenient: lenient)
        let halves = path.split(separator: "?", maxSplits: 1)
        let fitting = dialect.routes.filter { $0.method == method }
            .compactMap { route in
                PathPattern(route.path).parameters(of: "/api/v1.0/" + halves[0]).map { raw in
                    (route, raw.compactMapValues { PercentEncoding.decode($0) })
                }
            }
            .min { $0.1.count < $1.1.count }
        var head = CallHead(method: method, path: "/api/v1.0/" + halves[0], requestID: "request-1")
        do {
            guard let (route, named) = fitting else { throw RequestError.noRoute }
            if route.access > access { throw RequestError.forbidden("It needs the role \(route.access.role).") }
            if halves.count > 1 { head.query = try QueryItems(parsing: String(halves[1])) }
            let id = operation ?? newOperation()
            return try await Reply(
                route.handler(
                    Call(
                        head: head, parameters: named, body: body.map { CallBody(Array($0.utf8)) } ?? .empty,
                        caller: Caller(actor: Actor(kind: .token, name: "sync"), access: access, tenant: nil),
                        scope: .tenant(tenant), operation: id,
                        origin: Origin(face: .incidentIQ, request: "request-1", address: "192.0.2.1"), at: noon,
                        isDryRun: dryRun, expectedVersion: version, depot: depot)))
        } catch {
            return Reply(dialect.answer(RequestError(catching: error), to: head))
        }
    }

    // MARK: What is there

    @discardableResult
    func asset(_ tag: String, _ change: (inout AssetDraft) -> Void = { _ in }) async throws -> AssetDetails {
        var draft = AssetDraft(tag: tag)
        change(&draft)
        let applied = try await store.createAsset(
            draft, operation: newOperation(), actor: .test, origin: .test, at: noon)
        guard let asset = applied.asset else { throw DepotError(.internal, "no asset") }
        return asset
    }

    func change<Value: Sendable>(_ body: @escaping @Sendable (Inventory) throws -> Value) async throws -> Value {
        try await store.change(
            ChangeRequest(operation: newOperation(), actor: .test, origin: .test, at: noon), body)
    }

    func person(_ name: String, email: String? = nil, badge: String? = nil) async throws -> Person {
        try await change { try $0.createPerson(PersonDraft(name: name, email: email, badge: badge)) }
    }

    func location(_ name: String, parent: LocationID? = nil) async throws -> Location {
        try await change { try $0.createLocation(LocationDraft(name: name, parent: parent)) }
    }

    /// The tags of the assets that a query finds, in its order.
    func tags(_ body: String, _ query: String = "", lenient: Bool = false) async -> [String] {
        let reply = await send(.post, "assets" + query, body, access: .viewer, lenient: lenient)
        return reply["Items"]?.array?.compactMap { $0.object?["AssetTag"]?.text } ?? ["status \(reply.status)"]
    }

    /// The tags that one filter finds, sorted.
    func filtered(_ filter: String) async -> [String] { await tags(#"{"Filters":[\#(filter)]}"#).sorted() }
}

/// An answer, read.
struct Reply: Sendable {
    var status: Int
    var headers: HTTPFields
    var json: JSONValue

    /// A step into a value.
    enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case member(String)
        case index(Int)
        init(stringLiteral value: String) { self = .member(value) }
        init(integerLiteral value: Int) { self = .index(value) }
    }

    init(_ answer: Answer) {
        status = answer.status.code
        headers = answer.headers
        json = .null
        if case .bytes(let bytes) = answer.body, let value = try? JSONValue(parsing: bytes) { json = value }
    }

    subscript(steps: Step...) -> JSONValue? {
        var value: JSONValue? = json
        for step in steps {
            switch step {
            case .member(let name): value = value?.object?[name]
            case .index(let index): value = value?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
        return value
    }

    func text(_ steps: Step...) -> String? {
        var value: JSONValue? = json
        for step in steps {
            switch step {
            case .member(let name): value = value?.object?[name]
            case .index(let index): value = value?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
        if case .bool(let flag) = value { return String(flag) }
        return value?.text
    }

    var items: Int? { self["Items"]?.array?.count }
    var total: Int? { self["Paging", "TotalRows"]?.integer.map { Int($0) } }
}

extension Actor {
    static let test = Actor(kind: .user, name: "tester")
}

extension Origin {
    static let test = Origin(face: .socket)
}

/// 2026-11-21T12:00:00Z, a Saturday.
let noon = Timestamp(milliseconds: 1_795_262_400_000)

func newOperation() -> UniqueID {
    .version7(at: noon, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
}
