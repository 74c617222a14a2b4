import Crypto
public import DepotModel

/// The identity, actor, origin and time of a requested change.
public struct ChangeRequest: Hashable, Sendable {
    /// The identity of the operation, a version 7 UUID from the time of the request. A repetition has no further
    /// effect.
    public var operation: UniqueID
    /// The actor that the ledger records.
    public var actor: Actor
    /// The origin that the ledger records.
    public var origin: Origin
    /// The time of the request.
    public var at: Timestamp

    /// Creates a request.
    public init(operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp) {
        self.operation = operation
        self.actor = actor
        self.origin = origin
        self.at = at
    }
}

extension TenantStore {
    /// Returns the same tenant for a dry run, in which every write is executed and answered but rolled back.
    ///
    /// Others never see its effects, and the ids that it assigned are assigned again.
    public func dryRun(_ on: Bool = true) -> TenantStore { TenantStore(store: store, id: id, isDryRun: on) }

    /// Runs `body` in one transaction of the writer: everything that it writes is committed, or nothing is.
    ///
    /// Returns once the commit is durable. A `Refusal` or `DepotError` that `body` throws rolls the transaction back.
    /// `body` runs on the writer, so it must only read and write through the ``Inventory`` and must not block.
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

/// One tenant's inventory inside an open transaction of the writer, valid only inside the closure that receives it.
///
/// A `step` is nil for the request's main write, whose event has the request's operation; every further write of the
/// same request has a constant name of its own. A repetition of the same operation and step returns the first result.
public struct Inventory {
    let writer: TenantWriter
    /// The request for the change.
    public let request: ChangeRequest
    /// The tenant in the state of the transaction, for lookups through an index. All other writers wait in the
    /// meantime.
    public let tenantStore: TenantStore

    /// Returns the identity of one write of the request: the request's own operation, or a version 8 UUID (RFC 9562
    /// §5.8) from the SHA-256 of the operation and the step's name.
    func operation(_ step: String?) -> UniqueID {
        guard let step else { return request.operation }
        return request.operation.step(step)
    }

    // MARK: Assets

    /// Returns the assets with this serial number, compared without case, oldest first. Deleted assets are excluded.
    public func assets(serial: String) throws -> [AssetDetails] {
        try connection.rows(AssetRows.bySerial, [tenant, .text(foldedKey(serial))], AssetRows.details)
    }

    /// Creates an asset.
    public func create(_ draft: AssetDraft, step: String? = nil) throws -> Applied {
        var request = request
        request.operation = operation(step)
        return try writer.create(draft, request)
    }

    /// Decides a transition by `TransitionRules` on the current state of the asset, and writes the asset and its event.
    ///
    /// - Parameters:
    ///   - effectiveAt: The time of the actual event, if it was reported later.
    ///   - version: The version on which the caller decided, or nil to accept any.
    /// - Throws: The refusal.
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
    /// Returns the identity of a named step of this operation, a version 8 UUID (RFC 9562 §5.8) from the SHA-256 of
    /// both.
    public func step(_ name: String) -> UniqueID {
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
