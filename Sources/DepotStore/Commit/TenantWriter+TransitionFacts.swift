import DepotModel

extension TenantWriter {
    /// Returns the facts that the rules need besides the asset, in the state of the open transaction.
    func facts(_ kind: Transition.Kind, _ details: AssetDetails) throws -> TransitionFacts {
        let asset = details.asset
        // The newest event that moved a held asset also set its last checkout.
        var facts = TransitionFacts(
            currentHolder: details.holder, heldSince: asset.holder == nil ? nil : asset.lastCheckout)
        switch kind {
        case .checkout(let holder, _), .transfer(let holder, _):
            facts.target = try HolderRows.describe(holder, tenant, connection)
            facts.targetIsHeldByAsset = try HolderRows.isHeld(holder, by: asset.id, connection)
        case .checkin(let location):
            try add(location, to: &facts)
        case .audit(let location, _, _):
            try add(location, to: &facts)
            facts.auditInterval = try AuditPolicies.interval(details, at: nil, tenant, connection)
        case .edit(let fields):
            for field in [AssetField.location, .defaultLocation] {
                if let value = fields[field.rawValue], let number = value.flatMap({ Int64($0) }) {
                    try add(LocationID(rawValue: number), to: &facts)
                }
            }
            if fields[AssetField.status.rawValue] != nil { facts.labels = try labels() }
        case .undo(let number):
            facts.labels = try labels()
            facts.newestEvent = try connection.first(Self.newestEvent, [EventSubject.asset(asset.id).value]) {
                EventNumber(rawValue: $0.int(0))
            }
            facts.undone = try undone(number, asset)
        case .purge:
            for subject in [EventSubject.asset(asset.id), .scans(of: asset.id)] {
                facts.eventCount += try connection.first(Self.eventCount, [subject.value]) { Int($0.int(0)) } ?? 0
            }
        case .delete, .restore:
            break
        }
        return facts
    }

    /// Refuses a change that the rules permit but another row excludes: a tag that is taken, or a row that does not
    /// exist.
    func refuseInconsistent(_ applied: AppliedTransition, _ before: Asset) throws {
        let asset = applied.asset
        switch applied.kind {
        case .edit, .undo, .restored, .purged: break
        default: return
        }
        if applied.kind == .purged { return try refuseHeldAssets(asset) }
        try refuseUnstorable(asset, before: before)
        if asset.deletedAt == nil, before.deletedAt != nil { try refuseOverLimit() }
        if asset.deletedAt == nil, asset.tag != before.tag || before.deletedAt != nil {
            try refuseTakenTag(asset.tag, except: asset.id)
        }
        for (field, table, id, old) in [
            (AssetField.model, Catalogue.model, asset.model, before.model),
            (.supplier, .supplier, asset.supplier, before.supplier),
            (.company, .company, asset.company, before.company),
        ] where id != old {
            if let id, try !table.has(id, tenant, connection) {
                throw Refusal(
                    .invalidField, "There is no \(table.rawValue) \(id).",
                    facts: ["asset_tag": before.tag, "field": field.rawValue])
            }
        }
        if applied.kind == .undo, let holder = asset.holder, holder != before.holder {
            if try HolderRows.isHeld(holder, by: asset.id, connection) {
                throw Refusal(
                    .holderIsItself, "\(asset.tag) cannot hold itself.", facts: ["asset_tag": asset.tag])
            }
        }
    }

    /// Refuses a tag that another asset of the tenant has, unless that asset is deleted.
    func refuseTakenTag(_ tag: String, except: AssetID?) throws {
        let key = foldedKey(tag)
        guard !key.isEmpty else {
            throw Refusal(.invalidField, "An asset tag cannot be empty.", facts: ["field": AssetField.tag.rawValue])
        }
        let other = try connection.first(Self.assetWithTag, [.row(tenant), .text(key)]) { $0.int(0) }
        guard let other, other != except?.rawValue else { return }
        throw Refusal(
            .tagTaken, "Another asset already has the tag “\(tag)”.",
            facts: ["asset_tag": tag, "asset_id": String(other)])
    }

    private func refuseHeldAssets(_ asset: Asset) throws {
        let count = try connection.first(Self.heldAssets, [.row(tenant), .row(asset.id)]) { $0.int(0) } ?? 0
        guard count > 0 else { return }
        throw Refusal(
            .holdsAssets, "\(asset.tag) holds \(count) assets, which must be checked in first.",
            facts: ["asset_tag": asset.tag, "assets": String(count)])
    }

    /// Returns the event to undo, with the holder to whom the asset would return in that holder's current state.
    private func undone(_ number: EventNumber, _ asset: Asset) throws -> LedgerEvent? {
        guard let body = try connection.first(Self.eventOfAsset, [.row(number), .row(asset.id)], { $0.bytes(0) })
        else { return nil }
        var event = try decodeEvent(body)
        guard event.tenant == tenant else { return nil }
        if let from = event.from, event.changes.contains(where: { $0.field == AssetField.holder.rawValue }) {
            guard let now = try HolderRows.describe(from.holder, tenant, connection) else {
                throw Refusal(
                    .unknownHolder, "\(from.name) is gone.",
                    facts: ["holder": from.holder.description, "holder_name": from.name])
            }
            event.from = now
        }
        return event
    }

    private func add(_ location: LocationID?, to facts: inout TransitionFacts) throws {
        if let location, try hasLocation(location) { facts.locations.insert(location) }
    }

    private func labels() throws -> [StatusLabelID: StatusLabel] {
        let labels = try connection.rows(TenantStore.labelsQuery, [.row(tenant)], TenantStore.label)
        return Dictionary(labels.map { ($0.id, $0) }) { first, _ in first }
    }

    private static let newestEvent = Query(
        "SELECT number FROM (\(EventSubjects.numbers(of: .asset))) ORDER BY number DESC LIMIT 1")
    private static let eventOfAsset = Query(
        "SELECT unpacked(body) FROM event WHERE number = ? AND asset_id = ? AND kind <> 'scan'")
    private static let eventCount = Query("SELECT count(*) FROM (\(EventSubjects.numbers(of: .asset)))")
    static let assetWithTag = Query(
        "SELECT id FROM asset WHERE tenant_id = ? AND tag_key = ? AND deleted_at IS NULL")
    private static let heldAssets = Query("SELECT count(*) FROM asset WHERE tenant_id = ? AND holder_asset_id = ?")
}
