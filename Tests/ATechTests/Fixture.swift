import ATech
import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import TextFormats

extension DialectReply {
    subscript(key: String) -> JSONValue? { json.object?[key] }
    var detail: String? { self["detail"]?.text }
    /// The members of each object in a list.
    func column(_ key: String) -> [String?] { json.array?.map { $0.object?[key]?.text } ?? [] }
}

/// A store in a folder of its own, and ATech over it.
typealias Fixture = DialectHarness

extension DialectHarness {
    convenience init() throws { try self.init(ATech()) }

    /// Calls the route for the method and path, as the HTTP face does, without what it does before.
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", type: String? = "application/json",
        scope: Call.Scope = .tenant(.standard), access: Access = .administrator, isDryRun: Bool = false,
        version: Int64? = nil, chunk: Int = 65_536, dialect: ATech? = nil
    ) async -> DialectReply {
        await send(
            method, target, bytes: Array(body.utf8), type: type, scope: scope, access: access, isDryRun: isDryRun,
            version: version, chunk: chunk, dialect: dialect)
    }

    func send(
        _ method: HTTPRequest.Method, _ target: String, bytes: [UInt8], type: String?,
        scope: Call.Scope = .tenant(.standard), access: Access = .administrator, isDryRun: Bool = false,
        version: Int64? = nil, chunk: Int = 65_536, dialect: ATech? = nil
    ) async -> DialectReply {
        var request = Request(method, target, origin: Origin(face: .atech))
        if let type { request.headers[.contentType] = type }
        var tenant: TenantID?
        if case .tenant(let id) = scope { tenant = id }
        request.caller = Caller(actor: Actor(kind: .token, name: "MSP Admin"), access: access, tenant: tenant)
        request.body = CallBody(
            collect: { limit in
                guard bytes.count <= limit else { throw RequestError.tooLarge(limit) }
                return bytes
            },
            forEachChunk: { take in
                for start in stride(from: 0, to: bytes.count, by: chunk) {
                    try await take(Array(bytes[start..<min(start + chunk, bytes.count)]))
                }
            })
        (request.scope, request.isDryRun, request.expectedVersion) = (scope, isDryRun, version)
        return await send(request, to: dialect)
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
    ) async -> DialectReply {
        await importFile(bytes: Array(csv.utf8), target: target, fields: fields, isDryRun: isDryRun, chunk: chunk)
    }

    func importFile(
        bytes: [UInt8], target: String = "/api/assets/import/csv", fields: String = "", isDryRun: Bool = false,
        chunk: Int = 65_536
    ) async -> DialectReply {
        let head = """
            --XX\r\nContent-Disposition: form-data; name="file"; filename="assets.csv"\r\n\
            Content-Type: text/csv\r\n\r\n
            """
        return await send(
            .post, target, bytes: Array(head.utf8) + bytes + Array("\r\n\(fields)--XX--\r\n".utf8),
            type: "multipart/form-data; boundary=XX", isDryRun: isDryRun, chunk: chunk)
    }
}
