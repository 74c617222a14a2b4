import DepotDialect
import DepotModel
import DepotStore

/// One asset in the open transaction of a call, and what is done with it.
struct AssetChange {
    let inventory: Inventory
    /// As it is by now.
    private(set) var details: AssetDetails
    /// What was done, in order.
    private(set) var events: [LedgerEvent] = []
    private let version: Int64?

    /// The asset with this GUID, which no other call may have changed since `version`. Refuses an unknown one.
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

    /// Applies a transition. `step` nil: the call's main one.
    mutating func apply(
        _ kind: Transition.Kind, note: String? = nil, effectiveAt: Timestamp? = nil, step: String? = nil
    ) throws {
        let applied = try inventory.apply(
            kind, to: details.asset.id, note: note, effectiveAt: effectiveAt, version: events.isEmpty ? version : nil,
            step: step)
        events.append(applied.event)
        details = try inventory.asset(details.asset.id) ?? details
    }

    /// Hands it over; false, and nothing done, where the holder has it already.
    mutating func give(
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

    /// Takes it back; false, and nothing done, where nobody has it.
    mutating func takeBack(note: String? = nil, step: String? = nil) throws -> Bool {
        do {
            try apply(.checkin(), note: note, step: step)
            return true
        } catch let refusal as Refusal where refusal.code == .notDeployed {
            return false
        }
    }

    /// Sets what of the input differs, and gives it to the owner that the input names.
    mutating func update(_ input: AssetInput) throws {
        let edits = try input.edits(of: details, inventory)
        if !edits.isEmpty { try apply(.edit(edits)) }
        try move(input, step: edits.isEmpty ? nil : "owner")
    }

    /// Gives it to the owner that the input names, or takes it back where that is nobody.
    mutating func move(_ input: AssetInput, step: String?) throws {
        if let holder = try input.holder(inventory) {
            _ = try give(to: holder, due: input.due, step: step)
        } else if input.owner != nil, details.asset.holder != nil {
            _ = try takeBack(step: step)
        }
        if input.isInUse, details.asset.holder == nil {
            throw Refusal(
                .invalidField, "An asset is In Use while somebody has it; give it an OwnerId.",
                facts: ["field": "StatusTypeId"])
        }
    }

    /// What was done, with the asset as it is now. Refuses a stale version also where nothing was to do.
    func finish() throws -> Done {
        if events.isEmpty, let version, version != details.asset.version {
            throw Refusal(
                .versionConflict, "\(details.asset.tag) has changed in the meantime.",
                facts: ["asset_tag": details.asset.tag, "version": String(details.asset.version)])
        }
        return Done(details: details, events: events)
    }

    /// The outcome of a change.
    struct Done: Sendable {
        var details: AssetDetails
        var events: [LedgerEvent]
    }
}

extension SiteCall {
    /// Changes one asset in one transaction.
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
