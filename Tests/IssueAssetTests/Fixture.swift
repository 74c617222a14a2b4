import DepotDialect
import DepotModel
import DepotStore
import Foundation
import HTTPTypes
import IssueAsset
import Synchronization
import TextFormats

/// A store in a folder of its own, and IssueAsset over it.
final class Fixture: Sendable {
    let folder: String
    let depot: DepotStore
    private let dialect = IssueAsset()

    init() throws {
        folder = NSTemporaryDirectory() + "depot-issue-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        depot = try DepotStore(
            DepotStore.Settings(path: folder + "/depot.sqlite", station: "depot-1"), now: { noon }, onCommit: { _ in })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var tenant: TenantStore { depot.tenant() }

    /// What came back.
    struct Reply {
        var status: Int
        var headers: HTTPFields
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: body)) ?? .string("no JSON: " + text) }
        subscript(key: String) -> JSONValue? { json.object?[key] }
    }

    /// Calls the route for the method and path, as the HTTP face does, without what it does before.
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", version: Int64? = nil,
        operation id: UniqueID = operation(), at: Timestamp = noon
    ) async -> Reply {
        let halves = target.split(separator: "?", maxSplits: 1)
        let query = halves.count > 1 ? (try? QueryItems(parsing: String(halves[1]))) ?? QueryItems() : QueryItems()
        let head = CallHead(method: method, path: String(halves[0]), query: query)
        do {
            guard let (route, parameters) = find(method, String(halves[0])) else { throw RequestError.noRoute }
            let answer = try await route.handler(
                Call(
                    head: head, parameters: parameters, body: CallBody(Array(body.utf8)), caller: nil,
                    scope: .tenant(.standard), operation: id, origin: Origin(face: .issueAsset), at: at,
                    expectedVersion: version, depot: depot))
            return try await reply(answer)
        } catch {
            let answer = dialect.answer(RequestError(catching: error), to: head)
            return (try? await reply(answer)) ?? Reply(status: 0, headers: [:], body: [])
        }
    }

    private func reply(_ answer: Answer) async throws -> Reply {
        let written = Mutex<[UInt8]>([])
        switch answer.body {
        case .bytes(let bytes): written.withLock { $0 = bytes }
        case .stream(let write): try await write(AnswerStream { bytes in written.withLock { $0 += bytes } })
        }
        return Reply(status: answer.status.code, headers: answer.headers, body: written.withLock { $0 })
    }

    private func find(_ method: HTTPRequest.Method, _ path: String) -> (DialectRoute, [String: String])? {
        for route in dialect.routes where route.method == method {
            if let raw = PathPattern(route.path).parameters(of: path) {
                return (route, raw.mapValues { PercentEncoding.decode($0) ?? "" })
            }
        }
        return nil
    }

    // MARK: Things

    var routes: [DialectRoute] { dialect.routes }

    /// An asset that nobody has.
    func asset(_ tag: String, serial: String? = nil) async throws -> AssetID {
        var draft = AssetDraft(tag: tag)
        draft.serial = serial
        let applied = try await tenant.createAsset(
            draft, operation: operation(), actor: .me, origin: Origin(face: .socket), at: noon)
        guard let details = applied.asset else { throw DepotError(.internal, "no asset") }
        return details.asset.id
    }

    /// The id of the first label of a type, as text.
    func label(_ type: StatusType) throws -> String? {
        try tenant.statusLabels().first { $0.type == type }?.id.description
    }
}

extension Actor {
    static let me = Actor(kind: .user, name: "me")
}

/// 2026-11-21T12:00:00Z.
let noon = Timestamp(milliseconds: 1_795_262_400_000)

func operation() -> UniqueID {
    .version7(at: noon, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
}
