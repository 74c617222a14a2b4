import ATech
import DepotDialect
import DepotModel
import DepotStore
import Foundation
import HTTPTypes
import Synchronization
import TextFormats

/// A store in a folder of its own, and ATech over it.
final class Fixture: Sendable {
    let folder: String
    let depot: DepotStore

    init() throws {
        folder = NSTemporaryDirectory() + "depot-atech-" + UUID().uuidString
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
        var detail: String? { self["detail"]?.text }
        /// The members of each object in a list.
        func column(_ key: String) -> [String?] { json.array?.map { $0.object?[key]?.text } ?? [] }
    }

    /// Calls the route for the method and path, as the HTTP face does, without what it does before.
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", type: String? = "application/json",
        scope: Call.Scope = .tenant(.standard), access: Access = .administrator, isDryRun: Bool = false,
        version: Int64? = nil, chunk: Int = 65_536, dialect: ATech = ATech()
    ) async -> Reply {
        await send(
            method, target, bytes: Array(body.utf8), type: type, scope: scope, access: access, isDryRun: isDryRun,
            version: version, chunk: chunk, dialect: dialect)
    }

    func send(
        _ method: HTTPRequest.Method, _ target: String, bytes: [UInt8], type: String?,
        scope: Call.Scope = .tenant(.standard), access: Access = .administrator, isDryRun: Bool = false,
        version: Int64? = nil, chunk: Int = 65_536, dialect: ATech = ATech()
    ) async -> Reply {
        let halves = target.split(separator: "?", maxSplits: 1)
        var headers: HTTPFields = [:]
        if let type { headers[.contentType] = type }
        let query = halves.count > 1 ? (try? QueryItems(parsing: String(halves[1]))) ?? QueryItems() : QueryItems()
        let head = CallHead(method: method, path: String(halves[0]), query: query, headers: headers)
        var tenant: TenantID?
        if case .tenant(let id) = scope { tenant = id }
        let body = CallBody(
            collect: { limit in
                guard bytes.count <= limit else { throw RequestError.tooLarge(limit) }
                return bytes
            },
            forEachChunk: { take in
                for start in stride(from: 0, to: bytes.count, by: chunk) {
                    try await take(Array(bytes[start..<min(start + chunk, bytes.count)]))
                }
            })
        do {
            guard let (route, parameters) = find(method, String(halves[0]), of: dialect) else {
                throw RequestError.noRoute
            }
            guard access >= route.access else { throw RequestError.forbidden("no") }
            let answer = try await route.handler(
                Call(
                    head: head, parameters: parameters, body: body,
                    caller: Caller(actor: Actor(kind: .token, name: "MSP Admin"), access: access, tenant: tenant),
                    scope: scope, operation: operation(), origin: Origin(face: .atech), at: noon, isDryRun: isDryRun,
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

    private func find(_ method: HTTPRequest.Method, _ path: String, of dialect: ATech) -> (
        DialectRoute, [String: String]
    )? {
        for route in dialect.routes where route.method == method {
            if let raw = PathPattern(route.path).parameters(of: path) {
                return (route, raw.mapValues { PercentEncoding.decode($0) ?? "" })
            }
        }
        return nil
    }

    // MARK: Things

    func category(_ name: String) async -> Int64 {
        await send(.post, "/api/categories", #"{"name": "\#(name)"}"#)["id"]?.integer ?? 0
    }

    func location(_ name: String) async -> Int64 {
        await send(.post, "/api/locations", #"{"name": "\#(name)"}"#)["id"]?.integer ?? 0
    }

    func employee(_ name: String, email: String = "") async -> Int64 {
        await send(.post, "/api/employees", #"{"name": "\#(name)", "email": "\#(email)"}"#)["id"]?.integer ?? 0
    }

    /// An asset by its tag.
    @discardableResult
    func asset(_ tag: String, _ members: String = "", status: String = "available") async -> Int64 {
        let more = members.isEmpty ? "" : ", " + members
        let reply = await send(
            .post, "/api/assets", #"{"asset_tag": "\#(tag)", "name": "\#(tag)", "status": "\#(status)"\#(more)}"#)
        return reply["id"]?.integer ?? 0
    }

    /// Sends a file as the form's field `file`.
    func importFile(
        _ csv: String, target: String = "/api/assets/import/csv", fields: String = "", isDryRun: Bool = false,
        chunk: Int = 65_536
    ) async -> Reply {
        await importFile(bytes: Array(csv.utf8), target: target, fields: fields, isDryRun: isDryRun, chunk: chunk)
    }

    func importFile(
        bytes: [UInt8], target: String = "/api/assets/import/csv", fields: String = "", isDryRun: Bool = false,
        chunk: Int = 65_536
    ) async -> Reply {
        let head = """
            --XX\r\nContent-Disposition: form-data; name="file"; filename="assets.csv"\r\n\
            Content-Type: text/csv\r\n\r\n
            """
        return await send(
            .post, target, bytes: Array(head.utf8) + bytes + Array("\r\n\(fields)--XX--\r\n".utf8),
            type: "multipart/form-data; boundary=XX", isDryRun: isDryRun, chunk: chunk)
    }
}

/// 2026-11-21T12:00:00Z.
let noon = Timestamp(milliseconds: 1_795_262_400_000)

func operation() -> UniqueID {
    .version7(at: noon, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
}
