import DepotDialect
import DepotModel
import DepotStore

/// An asset in the open transaction of a call, with the changes to it.
struct AssetChange {
    let inventory: Inventory
    /// The current state of the asset.
    private(set) var details: AssetDetails
    /// The events so far, in order.
    private(set) var events: [LedgerEvent] = []
    private let version: Int64?

    /// Finds the asset with the GUID, which must not have changed since `version`. Throws for an unknown asset.
    init(_ guid: UniqueID, _ inventory: Inventory, version: Int64?) throws {
        guard let details = try inventory.asset(uuid: guid) else {
            throw Refusal(.unknownAsset, "There is no asset \(guid).", facts: ["asset": guid.description])
        }
        self.init(details, inventory, version: version)
    }

    init(_ details: AssetDetails, _ inventory: Inventory, version: Int64?) {
        self.inventory = inventory
        self.details = details
        self.version = version
    }

    /// Applies a transition. `step` names it within the call; nil is the main one.
    mutating func apply(
        _ kind: Transition.Kind, note: String? = nil, effectiveAt: Timestamp? = nil, step: String? = nil
    ) throws {
        let applied = try inventory.apply(
            kind, to: details.asset.id, note: note, effectiveAt: effectiveAt, version: events.isEmpty ? version : nil,
            step: step)
        events.append(applied.event)
        details = try inventory.asset(details.asset.id) ?? details
    }

    /// Hands the asset to a holder, or returns false if the holder has it already.
    mutating func handOver(
        to holder: Holder, due: CalendarDate? = nil, note: String? = nil, step: String? = nil
    ) throws -> Bool {
        do {
            let isHeld = details.asset.holder != nil
            try apply(
                isHeld ? .transfer(to: holder, expectedCheckin: due) : .checkout(to: holder, expectedCheckin: due),
                note: note, step: step)
            return true
        } catch let refusal as Refusal where refusal.code == .sameHolder {
            return false
        }
    }

    /// Checks the asset in, or returns false if it has no holder.
    mutating func checkIn(note: String? = nil, step: String? = nil) throws -> Bool {
        do {
            try apply(.checkin(), note: note, step: step)
            return true
        } catch let refusal as Refusal where refusal.code == .notDeployed {
            return false
        }
    }

    /// Applies the differences in the input, and hands the asset to the owner that the input names.
    mutating func update(_ input: AssetInput) throws {
        let edits = try input.edits(of: details, inventory)
        if !edits.isEmpty { try apply(.edit(edits)) }
        try move(input, step: edits.isEmpty ? nil : "owner")
    }

    /// Hands the asset to the owner that the input names, or checks it in if that is nobody.
    mutating func move(_ input: AssetInput, step: String?) throws {
        if let holder = try input.holder(inventory) {
            _ = try handOver(to: holder, due: input.due, step: step)
        } else if input.owner != nil, details.asset.holder != nil {
            _ = try checkIn(step: step)
        }
        if input.isInUse, details.asset.holder == nil {
            throw Refusal(
                .invalidField, "An asset is In Use while somebody has it; give it an OwnerId.",
                facts: ["field": "StatusTypeId"])
        }
    }

    /// Returns the events with the current asset. Throws for a stale version even if nothing was changed.
    func finish() throws -> Done {
        if events.isEmpty, let version, version != details.asset.version {
            throw Refusal(
                .versionConflict, "\(details.asset.tag) has changed in the meantime.",
                facts: ["asset_tag": details.asset.tag, "version": String(details.asset.version)])
        }
        return Done(details: details, events: events)
    }

    /// The result of a change.
    struct Done: Sendable {
        var details: AssetDetails
        var events: [LedgerEvent]
    }
}

extension SiteCall {
    /// Changes an asset in one transaction.
    func change(
        _ guid: UniqueID, _ work: @escaping @Sendable (inout AssetChange) throws -> Void
    ) async throws -> AssetChange.Done {
        let version = call.expectedVersion
        return try await call.change { inventory in
            var change = try AssetChange(guid, inventory, version: version)
            try work(&change)
            return try change.finish()
        }
    }
}
