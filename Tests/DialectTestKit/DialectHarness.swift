public import DepotDialect
public import DepotModel
public import DepotStore
import Foundation
public import HTTPTypes
import TextFormats

/// 2026-11-21T12:00:00Z, a Saturday: the time of every call that has no other.
public let noon = Timestamp(milliseconds: 1_795_262_400_000)

/// Returns an identity that nothing has yet.
public func newOperation() -> UniqueID {
    .version7(at: noon, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
}

/// A store in a folder of its own, which is removed with it, and a dialect over it.
public final class DialectHarness: Sendable {
    /// The store.
    public let depot: DepotStore
    /// The dialect.
    public let dialect: any Dialect
    private let folder: String

    /// Creates a store with nothing in it.
    public init(_ dialect: any Dialect) throws {
        self.dialect = dialect
        folder = NSTemporaryDirectory() + "depot-dialect-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        depot = try DepotStore(
            DepotStore.Settings(path: folder + "/depot.sqlite", station: "depot-1"), now: { noon }, onCommit: { _ in })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The store's part of the tenant that is always there.
    public var tenant: TenantStore { depot.tenant() }

    /// A call as it comes after authentication.
    public struct Request: Sendable {
        /// The method, and the path with its query.
        public var method: HTTPRequest.Method
        public var target: String
        /// The body and the header fields.
        public var body = CallBody.empty
        public var headers: HTTPFields = [:]
        /// Who calls, or nil for anyone; one whose access is too low is turned away.
        public var caller: Caller?
        /// The tenants that the call covers.
        public var scope = Call.Scope.tenant(.standard)
        public var operation = newOperation()
        public var origin: Origin
        public var at = noon
        public var isDryRun = false
        public var expectedVersion: Int64?

        /// Creates a call.
        public init(_ method: HTTPRequest.Method, _ target: String, origin: Origin) {
            self.method = method
            self.target = target
            self.origin = origin
        }
    }

    /// Calls the route for the method and path as the router does, a fixed path before one with names.
    ///
    /// - Parameter other: the dialect with other settings, or nil for the harness's own.
    public func send(_ request: Request, to other: (any Dialect)? = nil) async -> DialectReply {
        let dialect = other ?? dialect
        let halves = request.target.split(separator: "?", maxSplits: 1)
        let path = String(halves[0])
        var head = CallHead(
            method: request.method, path: path, headers: request.headers, requestID: request.origin.request ?? "")
        do {
            let fitting = dialect.routes.filter { $0.method == request.method }
                .compactMap { route in PathPattern(route.path).parameters(of: path).map { (route, $0) } }
            guard let (route, raw) = fitting.min(by: { $0.1.count < $1.1.count }) else { throw RequestError.noRoute }
            if let caller = request.caller, route.access > caller.access {
                throw RequestError.forbidden("It needs the role \(route.access.role).")
            }
            if halves.count > 1 { head.query = try QueryItems(parsing: String(halves[1])) }
            let call = Call(
                head: head, parameters: raw.mapValues { PercentEncoding.decode($0) ?? "" }, body: request.body,
                caller: request.caller, scope: request.scope, operation: request.operation, origin: request.origin,
                at: request.at, isDryRun: request.isDryRun, expectedVersion: request.expectedVersion, depot: depot)
            return try await DialectReply(reading: route.handler(call))
        } catch {
            return DialectReply(dialect.answer(RequestError(catching: error), to: head))
        }
    }

    // MARK: Stock

    /// Changes the inventory as somebody at the station.
    public func change<Value: Sendable>(
        _ body: @escaping @Sendable (Inventory) throws -> Value
    ) async throws -> Value {
        try await tenant.change(
            ChangeRequest(
                operation: newOperation(), actor: Actor(kind: .user, name: "tester"), origin: Origin(face: .socket),
                at: noon), body)
    }

    /// Creates a row of the catalogue.
    public func entry(
        _ table: Catalogue, _ name: String, _ change: @escaping @Sendable (inout CatalogueDraft) -> Void = { _ in }
    ) async throws -> CatalogueEntry {
        try await self.change { inventory in
            var draft = CatalogueDraft(name: name)
            change(&draft)
            return try inventory.create(table, draft)
        }
    }

    /// Creates a person.
    public func person(
        _ name: String, email: String? = nil, badge: String? = nil,
        _ change: @escaping @Sendable (inout PersonDraft) -> Void = { _ in }
    ) async throws -> Person {
        try await self.change { inventory in
            var draft = PersonDraft(name: name, email: email, badge: badge)
            change(&draft)
            return try inventory.createPerson(draft)
        }
    }

    /// Creates a location.
    public func location(_ name: String, parent: LocationID? = nil) async throws -> Location {
        try await change { try $0.createLocation(LocationDraft(name: name, parent: parent)) }
    }

    /// Creates an asset.
    public func create(
        _ tag: String, _ change: @escaping @Sendable (inout AssetDraft) -> Void = { _ in }
    ) async throws -> AssetDetails {
        let applied = try await self.change { inventory in
            var draft = AssetDraft(tag: tag)
            change(&draft)
            return try inventory.create(draft)
        }
        guard let asset = applied.asset else { throw DepotError(.internal, "no asset") }
        return asset
    }

    /// Returns the first status label of a type.
    public func label(of type: StatusType) throws -> StatusLabelID {
        guard let label = try tenant.statusLabels().first(where: { $0.type == type }) else {
            throw DepotError(.internal, "no label \(type)")
        }
        return label.id
    }
}
