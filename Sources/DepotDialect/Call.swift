public import DepotModel
public import DepotStore
public import HTTPTypes
import Synchronization
public import TextFormats

/// What is known of a call before its body is read.
public struct CallHead: Sendable {
    public var method: HTTPRequest.Method
    /// As it was sent, escapes and all, without the query.
    public var path: String
    public var query: QueryItems
    public var headers: HTTPFields
    /// Also in the log, in the answer's header and in the ledger.
    public var requestID: String
    /// `http://host:port` under which the caller reaches the station, without a slash at the end.
    public var base: String

    /// The head.
    public init(
        method: HTTPRequest.Method, path: String, query: QueryItems = QueryItems(), headers: HTTPFields = [:],
        requestID: String = "", base: String = "http://localhost"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.requestID = requestID
        self.base = base
    }
}

/// One authenticated call of a dialect's route, for one tenant.
public struct Call: Sendable {
    /// Which tenants a call reaches.
    public enum Scope: Hashable, Sendable {
        case tenant(TenantID)
        /// All of them: an MSP token on the root domain.
        case everything
    }

    public var head: CallHead
    /// The parts of the path that the route names, decoded; the rest of a `**` route under `**`, slashes included.
    public var parameters: [String: String]
    public var body: CallBody
    /// Nil only where the route lets anyone in and nobody said who he is.
    public var caller: Caller?
    public var scope: Scope
    /// The identity of this call's change: the same for a retry with the same `Idempotency-Key`.
    public var operation: UniqueID
    public var origin: Origin
    public var at: Timestamp
    /// Decide and answer, but change nothing.
    public var isDryRun: Bool
    /// The version in `If-Match`; nil where there is none.
    public var expectedVersion: Int64?
    /// The largest body that is read at once, in bytes.
    public var maximumBody: Int
    public var depot: DepotStore

    /// The call.
    public init(
        head: CallHead, parameters: [String: String] = [:], body: CallBody = .empty, caller: Caller?, scope: Scope,
        operation: UniqueID, origin: Origin, at: Timestamp, isDryRun: Bool = false, expectedVersion: Int64? = nil,
        maximumBody: Int = 1 << 20, depot: DepotStore
    ) {
        self.head = head
        self.parameters = parameters
        self.body = body
        self.caller = caller
        self.scope = scope
        self.operation = operation
        self.origin = origin
        self.at = at
        self.isDryRun = isDryRun
        self.expectedVersion = expectedVersion
        self.maximumBody = maximumBody
        self.depot = depot
    }

    /// Who stands behind the change in the ledger.
    public var actor: Actor { caller?.actor ?? Actor(kind: .station, name: "anyone") }

    /// The tenant's part of the store. Throws ``RequestError/scopeMissing`` where the call is for every tenant.
    public var store: TenantStore {
        get throws {
            guard case .tenant(let tenant) = scope else { throw RequestError.scopeMissing }
            return depot.tenant(tenant).dryRun(isDryRun)
        }
    }

    /// Every tenant's part of the store that the call reaches.
    public func stores() throws -> [TenantStore] {
        switch scope {
        case .tenant(let tenant): [depot.tenant(tenant).dryRun(isDryRun)]
        case .everything: try depot.tenants().map { depot.tenant($0.id).dryRun(isDryRun) }
        }
    }

    /// The identity, actor, origin and time of this call's change.
    public var change: ChangeRequest {
        ChangeRequest(operation: operation, actor: actor, origin: origin, at: at)
    }

    /// Changes the tenant's inventory in one transaction; returns after it is durable.
    public func change<Value: Sendable>(
        _ body: @escaping @Sendable (Inventory) throws -> Value
    ) async throws -> Value {
        let thrown = Mutex<RequestError?>(nil)
        do {
            return try await store.change(change) { inventory in
                do { return try body(inventory) } catch let error as RequestError {
                    // the store knows no requests: the error takes the change back, and is told by who asked for it
                    thrown.withLock { $0 = error }
                    throw DepotError(.badRequest, error.message)
                }
            }
        } catch {
            throw thrown.withLock { $0 } ?? error
        }
    }

    /// A part of the path, decoded.
    public func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// A part of the path as a row's number; nil for what can be none.
    public func id<ID: RowID>(_ name: String = "id", as _: ID.Type = ID.self) -> ID? {
        Int64(parameter(name)).flatMap { $0 > 0 ? ID(rawValue: $0) : nil }
    }

    /// The whole body, at most ``maximumBody`` bytes.
    public func bytes() async throws -> [UInt8] { try await body.collect(maximumBody) }

    /// The body as JSON; nil for an empty one.
    public func json() async throws -> JSONValue? {
        let bytes = try await bytes()
        return bytes.isEmpty ? nil : try JSONValue(parsing: bytes)
    }

    /// The body as a JSON object; an empty body is an empty object. Throws ``RequestError/invalid(_:)`` for another value.
    public func object() async throws -> JSONObject {
        switch try await json() {
        case nil: return JSONObject()
        case .object(let object): return object
        default: throw RequestError.invalid("body", "The body must be a JSON object.")
        }
    }

    /// Query and body as one: what the body says wins. The body may be JSON or form-encoded, on every method.
    ///
    /// Names that end in `[]` gather in an array under the name without it.
    public func input() async throws -> JSONObject {
        var input = JSONObject()
        input.merge(head.query)
        let type = head.headers[.contentType]?.lowercased() ?? ""
        let bytes = try await bytes()
        if type.hasPrefix("application/x-www-form-urlencoded") {
            input.merge(try QueryItems(parsing: String(decoding: bytes, as: UTF8.self)))
        } else if !bytes.isEmpty {
            guard case .object(let object) = try JSONValue(parsing: bytes) else {
                throw RequestError.invalid("body", "The body must be a JSON object.")
            }
            input.override(with: object)
        }
        return input
    }
}

/// A call's body.
public struct CallBody: Sendable {
    /// Reads it whole. Throws ``RequestError/tooLarge(_:)`` beyond that many bytes.
    public var collect: @Sendable (Int) async throws -> [UInt8]
    /// Reads it as it comes; the next part comes when the closure has returned.
    public var forEachChunk: @Sendable (_ chunk: ([UInt8]) async throws -> Void) async throws -> Void

    /// A body.
    public init(
        collect: @escaping @Sendable (Int) async throws -> [UInt8],
        forEachChunk: @escaping @Sendable (_ chunk: ([UInt8]) async throws -> Void) async throws -> Void
    ) {
        self.collect = collect
        self.forEachChunk = forEachChunk
    }

    /// A body that is there already.
    public init(_ bytes: [UInt8]) {
        self.init(
            collect: { limit in
                guard bytes.count <= limit else { throw RequestError.tooLarge(limit) }
                return bytes
            },
            forEachChunk: { chunk in
                for start in stride(from: 0, to: bytes.count, by: 65_536) {
                    try await chunk(Array(bytes[start..<min(start + 65_536, bytes.count)]))
                }
            })
    }

    /// No body.
    public static let empty = CallBody([])
}
