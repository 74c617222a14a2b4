public import DepotModel

extension TenantWriter {
    /// Appends an event that is about no asset.
    func administration(
        _ message: String, kind: LedgerEvent.Kind = .administration, facts: [String: String],
        changes: [FieldChange] = [], operation: UniqueID, actor: Actor, origin: Origin, at: Timestamp
    ) throws -> LedgerEvent {
        try writer.append(
            LedgerEvent(
                number: EventNumber(rawValue: 0), station: "", sequence: 0, operation: operation, tenant: tenant,
                at: at, kind: kind, changes: changes, actor: actor, origin: origin, message: message, facts: facts))
    }
}

extension DepotStore {
    /// Appends an event that is about no asset: what became of a scanner, or what somebody administered.
    public func record(
        _ kind: LedgerEvent.Kind, message: String, facts: [String: String], actor: Actor, origin: Origin, at: Timestamp
    ) async throws(CommitFailure) -> LedgerEvent {
        try await commits.submit { writer in
            try TenantWriter(writer: writer, tenant: .standard).administration(
                message, kind: kind, facts: facts, operation: writer.newOperation(), actor: actor, origin: origin,
                at: at)
        }
    }
}
