import Crypto
public import DepotModel

/// Who asks for a change, from where and when, under which identity.
public struct ChangeRequest: Hashable, Sendable {
    /// Made when it was asked for (a version 7 identity); asked again, it has the effect of once.
    public var operation: UniqueID
    public var actor: Actor
    public var origin: Origin
    /// When it was asked.
    public var at: Timestamp

    /// The request.
    public init(operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp) {
        self.operation = operation
        self.actor = actor
        self.origin = origin
        self.at = at
    }
}

extension TenantStore {
    /// The same tenant, but every write of it does everything, answers, and takes it all back.
    ///
    /// Nothing of it is ever seen by anybody else, and the ids it gave are given out again.
    public func dryRun(_ on: Bool = true) -> TenantStore { TenantStore(store: store, id: id, isDryRun: on) }

    /// Runs `body` in one transaction of the writer: all it writes is committed, or nothing is.
    ///
    /// Returns after the commit is durable. A `Refusal` or `DepotError` that `body` throws takes everything back. It is
    /// run on the writer, so it only reads and writes through the ``Inventory`` and waits for nobody.
    public func change<Value: Sendable>(
        _ request: ChangeRequest, _ body: @escaping @Sendable (Inventory) throws -> Value
    ) async throws(CommitFailure) -> Value {
        try await write { writer in
            var tenant = self
            tenant.transaction = Transaction(connection: writer.connection)
            return try body(Inventory(writer: writer, request: request, tenantStore: tenant))
        }
    }
}

/// One tenant's inventory inside an open transaction of the writer; valid only inside the closure that receives it.
///
/// `step` is nil for the request's main write, whose event carries the request's operation; every further write of the
/// same request has a constant name of its own. The same operation and step again return what they made the first time.
public struct Inventory {
    let writer: TenantWriter
    /// Who asks, from where and when.
    public let request: ChangeRequest
    /// The tenant as it is in the transaction, for what is found by an index: everybody else waits meanwhile.
    public let tenantStore: TenantStore

    /// The identity of one write of the request: its own operation, or a version 8 identity (RFC 9562 §5.8) from the
    /// SHA-256 of the operation and the step's name.
    func operation(_ step: String?) -> UniqueID {
        guard let step else { return request.operation }
        return request.operation.step(step)
    }

    // MARK: Assets

    /// The asset as it is in the transaction, deleted or not; nil where the tenant has none with that id.
    public func asset(_ id: AssetID) throws -> AssetDetails? { try writer.details(id) }

    /// The asset with this tag, compared without case; deleted ones are not found.
    public func asset(tag: String) throws -> AssetDetails? {
        try connection.first(AssetRows.byTag, [tenant, .text(foldedKey(tag))], AssetRows.details)
    }

    /// The asset with this identity, deleted or not.
    public func asset(uuid: UniqueID) throws -> AssetDetails? {
        try connection.first(AssetRows.byUUID, [tenant, .id(uuid)], AssetRows.details)
    }

    /// Every asset with this serial number, compared without case, oldest first; deleted ones are not found.
    public func assets(serial: String) throws -> [AssetDetails] {
        try connection.rows(AssetRows.bySerial, [tenant, .text(foldedKey(serial))], AssetRows.details)
    }

    /// Makes an asset.
    public func create(_ draft: AssetDraft, step: String? = nil) throws -> Applied {
        var request = request
        request.operation = operation(step)
        return try writer.create(draft, request)
    }

    /// Decides a transition by `TransitionRules` on the asset as it is now, and writes the asset and its event.
    ///
    /// `effectiveAt`: when it really happened, if before it was told. `version`: the one the caller decided on; nil:
    /// whatever it is now. Throws the refusal.
    public func apply(
        _ kind: Transition.Kind, to asset: AssetID, note: String? = nil, effectiveAt: Timestamp? = nil,
        version: Int64? = nil, step: String? = nil
    ) throws -> Applied {
        try writer.apply(
            Transition(
                operation: operation(step), kind: kind, actor: request.actor, origin: request.origin, at: request.at,
                note: note, expectedVersion: version, effectiveAt: effectiveAt),
            to: asset)
    }

    private var connection: SQLConnection { writer.connection }
    private var tenant: SQLValue { .row(writer.tenant) }
}

extension UniqueID {
    /// The identity of a named step of this operation: version 8 (RFC 9562 §5.8), from SHA-256 of both.
    func step(_ name: String) -> UniqueID {
        var hash = SHA256()
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { hash.update(bufferPointer: $0) }
        var name = name
        name.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize().withUnsafeBytes { bytes in
            let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
            let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            return UniqueID(
                high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
                low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
        }
    }
}
