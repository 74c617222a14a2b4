public import DepotModel
public import DepotStore
public import HTTPTypes
import Synchronization
public import TextFormats

/// The part of a call that is known before its body is read.
public struct CallHead: Sendable {
    /// The HTTP method.
    public var method: HTTPRequest.Method
    /// The path as it was sent, still percent-encoded and without the query.
    public var path: String
    /// The decoded query.
    public var query: QueryItems
    /// The header fields.
    public var headers: HTTPFields
    /// The request's id, which also appears in the log, the answer's header and the ledger.
    public var requestID: String
    /// The base URL under which the caller reaches the station, `http://host:port` without a trailing slash.
    public var base: String

    /// Creates a head.
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
    /// The tenants that a call covers.
    public enum Scope: Hashable, Sendable {
        case tenant(TenantID)
        /// Every tenant, for an MSP token on the root domain.
        case everything
    }

    /// The part that is known before the body is read.
    public var head: CallHead
    /// The decoded segments of the path by the names in the route; the rest of a `**` route is under `**`, slashes
    /// included.
    public var parameters: [String: String]
    /// The body.
    public var body: CallBody
    /// The caller, or nil if the route is public and the call had no credentials.
    public var caller: Caller?
    /// The tenants that the call covers.
    public var scope: Scope
    /// The identity of the call's change, equal for retries with the same `Idempotency-Key`.
    public var operation: UniqueID
    /// The origin for the ledger.
    public var origin: Origin
    /// The time of the call.
    public var at: Timestamp
    /// A Boolean value that is true if the change is decided and answered but not committed.
    public var isDryRun: Bool
    /// The version in `If-Match`, or nil if there is none.
    public var expectedVersion: Int64?
    /// The settings of the dialects.
    /// The largest body that is read at once, in bytes.
    public var maximumBody: Int
    /// The store with every tenant.
    public var depot: DepotStore

    /// Creates a call.
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

    /// The actor that the ledger records for the change.
    public var actor: Actor { caller?.actor ?? Actor(kind: .station, name: "anyone") }

    /// The tenant's part of the store.
    ///
    /// - Throws: ``RequestError/scopeMissing`` if the call covers every tenant.
    public var store: TenantStore {
        get throws {
            guard case .tenant(let tenant) = scope else { throw RequestError.scopeMissing }
            return depot.tenant(tenant).dryRun(isDryRun)
        }
    }

    /// Returns the store's part of every tenant that the call covers, in the order of the tenant list.
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

    /// Changes the tenant's inventory in one transaction and returns once it is durable.
    ///
    /// - Throws: ``RequestError/scopeMissing`` if the call covers every tenant, a ``RequestError`` that `body` throws,
    ///   or the failure of the commit. The transaction is then rolled back.
    public func change<Value: Sendable>(
        _ body: @escaping @Sendable (Inventory) throws -> Value
    ) async throws -> Value {
        let thrown = Mutex<RequestError?>(nil)
        do {
            return try await store.change(change) { inventory in
                do { return try body(inventory) } catch let error as RequestError {
                    // The store does not know ``RequestError``: another error rolls the change back, and the original
                    // is thrown to the caller.
                    thrown.withLock { $0 = error }
                    throw DepotError(.badRequest, error.message)
                }
            }
        } catch {
            throw thrown.withLock { $0 } ?? error
        }
    }

    /// Returns a decoded segment of the path, or an empty string if the route has no such name.
    public func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// Returns a segment of the path as a row id, or nil if it is not a positive integer.
    public func id<ID: RowID>(_ name: String = "id", as _: ID.Type = ID.self) -> ID? {
        Int64(parameter(name)).flatMap { $0 > 0 ? ID(rawValue: $0) : nil }
    }

    /// Returns the whole body, at most ``maximumBody`` bytes.
    ///
    /// - Throws: ``RequestError/tooLarge(_:)`` if it is larger.
    public func bytes() async throws -> [UInt8] { try await body.collect(maximumBody) }

    /// Returns the body as JSON, or nil if it is empty.
    ///
    /// - Throws: The errors of ``bytes()``, or the error of the JSON reader.
    public func json() async throws -> JSONValue? {
        let bytes = try await bytes()
        return bytes.isEmpty ? nil : try JSONValue(parsing: bytes)
    }

    /// Returns the body as a JSON object; an empty body is an empty object.
    ///
    /// - Throws: ``RequestError/invalid(_:)`` if the body is another JSON value, or the errors of ``json()``.
    public func object() async throws -> JSONObject {
        switch try await json() {
        case nil: return JSONObject()
        case .object(let object): return object
        default: throw RequestError.invalid("body", "The body must be a JSON object.")
        }
    }

    /// Returns the query merged with the body, whose values take precedence. The body may be JSON or form-encoded, with
    /// every method.
    ///
    /// The values of names that end in `[]` are collected in an array under the name without it.
    ///
    /// - Throws: ``RequestError/invalid(_:)`` if the body is JSON but no object, or the error of the form or JSON
    ///   reader.
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

/// The body of a call.
public struct CallBody: Sendable {
    /// Reads the whole body.
    ///
    /// - Throws: ``RequestError/tooLarge(_:)`` if it exceeds the given number of bytes.
    public var collect: @Sendable (Int) async throws -> [UInt8]
    /// Reads the body as it arrives; the next chunk is read after the closure returns.
    public var forEachChunk: @Sendable (_ chunk: ([UInt8]) async throws -> Void) async throws -> Void

    /// Creates a body from its two ways of reading.
    public init(
        collect: @escaping @Sendable (Int) async throws -> [UInt8],
        forEachChunk: @escaping @Sendable (_ chunk: ([UInt8]) async throws -> Void) async throws -> Void
    ) {
        self.collect = collect
        self.forEachChunk = forEachChunk
    }

    /// Creates a body from bytes in memory.
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

    /// The empty body.
    public static let empty = CallBody([])
}
