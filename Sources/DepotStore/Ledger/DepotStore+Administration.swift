public import DepotModel

extension TenantWriter {
    /// Appends an event that concerns no asset, for a request.
    func administration(
        _ message: String, kind: LedgerEvent.Kind = .administration, facts: [String: String],
        changes: [FieldChange] = [], _ request: ChangeRequest
    ) throws -> LedgerEvent {
        try writer.append(
            LedgerEvent.Draft(
                operation: request.operation, tenant: tenant, at: request.at, kind: kind, changes: changes,
                actor: request.actor, origin: request.origin, message: message, facts: facts))
    }
}

extension DepotStore {
    /// Appends an event that concerns no asset, for a change of a scanner or an administrative action.
    ///
    /// - Parameter tenant: The tenant in whose ledger the event belongs.
    public func record(
        _ kind: LedgerEvent.Kind, message: String, facts: [String: String], actor: Actor, origin: Origin, at: Timestamp,
        tenant: TenantID = .standard
    ) async throws(CommitFailure) -> LedgerEvent {
        try await commits.submit(turn: kind == .administration ? .usual : .lane) { writer in
            try TenantWriter(writer: writer, tenant: tenant).administration(
                message, kind: kind, facts: facts,
                ChangeRequest(
                    operation: writer.newOperation(), actor: actor, origin: origin,
                    at: at))
        }
    }
}

extension UniqueID {
    /// Returns a new version 4 UUID.
    static func random() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        return .version4(random: (random.next(), random.next()))
    }
}

/// Returns the stored form of a dialect's attributes of a row, a JSON object of strings, or null if there are none.
///
/// Refuses more than 100 attributes, and texts that cannot be stored.
func encodeAttributes(_ attributes: [String: String]) throws -> SQLValue {
    guard attributes.count <= TextLimit.attributes else {
        throw Refusal(
            .invalidField, "A row has at most \(TextLimit.attributes) attributes.", facts: ["field": "attributes"])
    }
    for (key, value) in attributes {
        try refuseUnstorable(key, field: "attributes", limit: TextLimit.line)
        try refuseUnstorable(value, field: key, limit: TextLimit.text)
    }
    return encodeCustom(attributes)
}

/// Returns the attributes that differ, in the order of their keys.
func attributeChanges(_ before: [String: String], _ after: [String: String]) -> [FieldChange] {
    changes(Set(before.keys).union(after.keys).sorted().map { ($0, before[$0], after[$0]) })
}

extension TextLimit {
    /// The maximum number of attributes of a row.
    static let attributes = 100
}
