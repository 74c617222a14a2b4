public import DepotModel

/// An applied transition.
public struct Applied: Hashable, Sendable {
    /// What the ledger says.
    public var event: LedgerEvent
    /// The asset as it is now; nil after a purge.
    public var asset: AssetDetails?
    /// The operation was applied earlier: `event` is that one's, and nothing changed now.
    public var wasRepeat: Bool

    /// The answer.
    public init(event: LedgerEvent, asset: AssetDetails?, wasRepeat: Bool) {
        self.event = event
        self.asset = asset
        self.wasRepeat = wasRepeat
    }
}

extension TenantStore {
    /// Decides a transition by ``TransitionRules`` on the asset as it is in the writer's transaction, and commits the
    /// asset and its event together.
    ///
    /// The same operation again returns the first event with ``Applied/wasRepeat``, and changes nothing.
    public func apply(_ transition: Transition, to asset: AssetID) async throws(CommitFailure) -> Applied {
        try await write { writer in
            if let earlier = try writer.earlierEvent(of: transition.operation) {
                guard earlier.asset?.id == asset else { throw operationTaken(transition.operation) }
                return Applied(event: earlier, asset: try writer.details(asset), wasRepeat: true)
            }
            let change = try writer.decide(transition, asset)
            return try writer.write(change, transition, message: change.applied.message)
        }
    }
}

extension TenantWriter {
    /// A transition that the rules and the tables allow, not yet written.
    struct Change {
        var before: AssetDetails
        var applied: AppliedTransition
        var target: HolderDescription?
    }

    /// The asset as it is in the open transaction.
    func details(_ asset: AssetID?) throws(SQLFailure) -> AssetDetails? {
        guard let asset else { return nil }
        return try connection.first(AssetRows.byID, [.row(tenant), .row(asset)], AssetRows.details)
    }

    /// Decides; throws the refusal. Writes nothing, so a refused scan can still be journalled in the same savepoint.
    func decide(_ transition: Transition, _ id: AssetID) throws -> Change {
        guard let before = try details(id) else {
            throw Refusal(.unknownAsset, "There is no asset \(id).", facts: ["asset_id": id.description])
        }
        var transition = transition
        if case .edit(let fields) = transition.kind { transition.kind = .edit(normalized(fields)) }
        let facts = try facts(transition.kind, before)
        let applied = try TransitionRules.apply(transition, to: before.asset, facts: facts)
        try refuseInconsistent(applied, before.asset)
        return Change(before: before, applied: applied, target: facts.target)
    }

    /// Writes the asset and appends its event.
    func write(
        _ change: Change, _ transition: Transition, message: String, facts: [String: String] = [:]
    ) throws -> Applied {
        let applied = change.applied
        let event = try writer.append(
            LedgerEvent(
                number: EventNumber(rawValue: 0), station: "", sequence: 0, operation: transition.operation,
                tenant: tenant, at: transition.at, kind: applied.kind, asset: AssetReference(applied.asset),
                from: applied.from, to: applied.to, changes: applied.changes, actor: transition.actor,
                origin: transition.origin, note: transition.note, undoes: applied.undoes, message: message,
                facts: facts.merging(applied.facts) { $1 }))
        if applied.kind == .purged {
            try purge(applied.asset.id, by: event.number)
            return Applied(event: event, asset: nil, wasRepeat: false)
        }
        try update(applied)
        return Applied(event: event, asset: try after(change), wasRepeat: false)
    }

    /// Removes the asset. Its events and scans stay in the ledger, because each event's hash covers the one before it;
    /// they are marked and no longer part of any asset's history. What stays readable is the `purged` event.
    private func purge(_ asset: AssetID, by event: EventNumber) throws {
        try connection.run(Self.markPurged, [.row(event), .row(asset), .row(event)])
        try AssetSearch.remove(asset, connection)
        try connection.run(Self.deleteAsset, [.row(tenant), .row(asset)])
    }

    private func update(_ applied: AppliedTransition) throws {
        var columns: [String] = []
        var values: [SQLValue] = []
        var hasCustom = false
        for change in applied.changes {
            guard let field = AssetField(rawValue: change.field) else {
                hasCustom = true
                continue
            }
            AssetColumns.append(field, of: applied.asset, to: &columns, &values)
        }
        if hasCustom {
            columns.append("custom")
            values.append(try encodeCustom(applied.asset.custom))
        }
        columns += ["updated_at", "version"]
        values += [.time(applied.asset.updatedAt), .int(applied.asset.version)]
        try connection.run(
            text: "UPDATE asset SET \(columns.joined(separator: " = ?, ")) = ? WHERE tenant_id = ? AND id = ?",
            values + [.row(tenant), .row(applied.asset.id)])
        try AssetSearch.follow(applied.changes, of: applied.asset.id, connection)
    }

    /// The asset as it is after the change, read again only where a name behind an id may differ.
    private func after(_ change: Change) throws -> AssetDetails? {
        let asset = change.applied.asset
        let before = change.before.asset
        guard asset.location == before.location, asset.defaultLocation == before.defaultLocation,
            asset.model == before.model, asset.supplier == before.supplier, asset.company == before.company
        else { return try details(asset.id) }
        var details = change.before
        details.asset = asset
        if asset.holder != before.holder {
            guard asset.holder == nil || asset.holder == change.target?.holder else {
                return try self.details(asset.id)
            }
            details.holder = asset.holder == nil ? nil : change.target
        }
        return details
    }

    private func normalized(_ fields: [String: String?]) -> [String: String?] {
        var result = fields
        for field in [AssetField.serial, .name, .orderNumber, .notes] {
            if let value = fields[field.rawValue] { result.updateValue(nonEmpty(value), forKey: field.rawValue) }
        }
        if let tag = fields[AssetField.tag.rawValue], let tag { result[AssetField.tag.rawValue] = trimmed(tag) }
        return result
    }

    private static let deleteAsset = Query("DELETE FROM asset WHERE tenant_id = ? AND id = ?")
    private static let markPurged = Query("UPDATE event SET purged_by = ? WHERE asset_id = ? AND number < ?")
}

/// Which columns hold a field.
enum AssetColumns {
    static func append(_ field: AssetField, of asset: Asset, to columns: inout [String], _ values: inout [SQLValue]) {
        func add(_ column: String, _ value: SQLValue) {
            columns.append(column)
            values.append(value)
        }
        switch field {
        case .tag:
            add("tag", .text(asset.tag))
            add("tag_key", .text(foldedKey(asset.tag)))
        case .serial:
            add("serial", .text(asset.serial))
            add("serial_key", .text(asset.serial.map(foldedKey)))
        case .holder:
            var (person, location, holder): (SQLValue, SQLValue, SQLValue) = (.null, .null, .null)
            switch asset.holder {
            case .person(let id): person = .row(id)
            case .location(let id): location = .row(id)
            case .asset(let id): holder = .row(id)
            case nil: break
            }
            add("holder_person_id", person)
            add("holder_location_id", location)
            add("holder_asset_id", holder)
        case .purchaseCost: add("purchase_cost", .int(asset.purchaseCost?.tenThousandths))
        case .name: add("name", .text(asset.name))
        case .model: add("model_id", .row(asset.model))
        case .status: add("status_id", .row(asset.status.id))
        case .location: add("location_id", .row(asset.location))
        case .defaultLocation: add("default_location_id", .row(asset.defaultLocation))
        case .purchaseDate: add("purchase_date", .date(asset.purchaseDate))
        case .orderNumber: add("order_number", .text(asset.orderNumber))
        case .supplier: add("supplier_id", .row(asset.supplier))
        case .company: add("company_id", .row(asset.company))
        case .warrantyMonths: add("warranty_months", .int(asset.warrantyMonths.map { Int64($0) }))
        case .warrantyExpiry: add("warranty_expiry", .date(asset.warrantyExpiry))
        case .lastCheckout: add("last_checkout", .time(asset.lastCheckout))
        case .expectedCheckin: add("expected_checkin", .date(asset.expectedCheckin))
        case .lastCheckin: add("last_checkin", .time(asset.lastCheckin))
        case .lastAudit: add("last_audit", .time(asset.lastAudit))
        case .nextAudit: add("next_audit", .date(asset.nextAudit))
        case .checkoutCount: add("checkout_count", .int(Int64(asset.checkoutCount)))
        case .checkinCount: add("checkin_count", .int(Int64(asset.checkinCount)))
        case .notes: add("notes", .text(asset.notes))
        case .deletedAt: add("deleted_at", .time(asset.deletedAt))
        }
    }
}
