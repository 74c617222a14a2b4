public import DepotModel

/// The result of a transition.
public struct Applied: Hashable, Sendable {
    /// The event in the ledger.
    public var event: LedgerEvent
    /// The asset in its current state, or nil after a purge.
    public var asset: AssetDetails?
    /// A Boolean value that is true if the operation was applied before: `event` is that one's, and nothing changed
    /// now.
    public var wasRepeat: Bool

    /// Creates a result.
    public init(event: LedgerEvent, asset: AssetDetails?, wasRepeat: Bool) {
        self.event = event
        self.asset = asset
        self.wasRepeat = wasRepeat
    }
}

extension TenantStore {
    /// Decides a transition by `TransitionRules` on the asset's state in the writer's transaction, and commits the
    /// asset and its event together.
    ///
    /// A repetition of the same operation returns the first event with ``Applied/wasRepeat`` and changes nothing.
    public func apply(_ transition: Transition, to asset: AssetID) async throws(CommitFailure) -> Applied {
        try await write { writer in try writer.apply(transition, to: asset) }
    }
}

extension TenantWriter {
    /// A transition that the rules and the tables permit, not yet written.
    struct Change {
        var before: AssetDetails
        var applied: AppliedTransition
    }

    /// Decides and writes a transition; a repetition of the same operation returns the first event.
    func apply(_ transition: Transition, to asset: AssetID) throws -> Applied {
        if let earlier = try earlierEvent(of: transition.operation) {
            guard earlier.asset?.id == asset else { throw operationTaken(transition.operation) }
            return Applied(event: earlier, asset: try details(asset), wasRepeat: true)
        }
        let change = try decide(transition, asset)
        return try write(change, transition, message: change.applied.message)
    }

    /// Returns the asset in the state of the open transaction, or nil.
    func details(_ asset: AssetID?) throws(SQLFailure) -> AssetDetails? {
        guard let asset else { return nil }
        return try connection.first(AssetRows.byID, [.row(tenant), .row(asset)], AssetRows.details)
    }

    /// Decides a transition and throws the refusal. It writes nothing, so a refused scan can still be journalled in the
    /// same savepoint.
    func decide(_ transition: Transition, _ id: AssetID) throws -> Change {
        guard let before = try details(id) else {
            throw Refusal(.unknownAsset, "There is no asset \(id).", facts: ["asset_id": id.description])
        }
        var transition = transition
        if case .edit(let fields) = transition.kind { transition.kind = .edit(normalized(fields)) }
        let facts = try facts(transition.kind, before)
        let applied = try TransitionRules.apply(transition, to: before.asset, facts: facts)
        try refuseInconsistent(applied, before.asset)
        return Change(before: before, applied: applied)
    }

    /// Writes the asset and appends its event. If `indexed` is false, the caller updates the search index.
    func write(
        _ change: Change, _ transition: Transition, message: String, facts: [String: String] = [:],
        indexed: Bool = true
    ) throws -> Applied {
        let applied = change.applied
        let event = try append(applied, transition, message: message, facts: facts)
        if applied.kind == .purged {
            try purge(applied.asset.id, by: event.number)
            return Applied(event: event, asset: nil, wasRepeat: false)
        }
        try update(applied, from: change.before.asset)
        if indexed { try AssetSearch.follow(applied.changes, of: applied.asset.id, connection) }
        return Applied(event: event, asset: try after(change), wasRepeat: false)
    }

    /// Appends the event of an applied transition.
    func append(
        _ applied: AppliedTransition, _ transition: Transition, message: String, facts: [String: String] = [:]
    ) throws(SQLFailure) -> LedgerEvent {
        try writer.append(
            LedgerEvent.Draft(
                operation: transition.operation,
                tenant: tenant, at: transition.at, kind: applied.kind, asset: AssetReference(applied.asset),
                from: applied.from, to: applied.to, changes: applied.changes, actor: transition.actor,
                origin: transition.origin, note: transition.note, undoes: applied.undoes, message: message,
                facts: facts.merging(applied.facts) { $1 }))
    }

    /// Deletes the asset's row. Its events and scans stay in the ledger, because each event's hash covers the previous
    /// one; they are marked and no longer part of any asset's history. The `purged` event stays readable.
    private func purge(_ asset: AssetID, by event: EventNumber) throws {
        var numbers: [Int64] = []
        for subject in [EventSubject.asset(asset), .scans(of: asset)] {
            numbers += try connection.rows(Self.eventsOfAsset, [subject.value, .row(event)]) { $0.int(0) }
        }
        let list = SQLValue.utf8(LedgerJSON.encode(numbers))
        try EventSubjects.remove(list, connection)
        try connection.run(Self.markPurged, [.row(event), list])
        try AssetSearch.remove(asset, connection)
        try connection.run(Self.deleteAsset, [.row(tenant), .row(asset)])
    }

    /// Sets only the columns that change, because SQLite writes every index of a column that is named.
    private func update(_ applied: AppliedTransition, from before: Asset) throws {
        var columns: [String] = []
        var values: [SQLValue] = []
        var hasCustom = false
        for change in applied.changes {
            guard let field = AssetField(rawValue: change.field) else {
                hasCustom = true
                continue
            }
            var (old, new): ([SQLValue], [SQLValue]) = ([], [])
            AssetColumns.append(field, of: before, to: &old)
            AssetColumns.append(field, of: applied.asset, to: &new)
            for (column, (old, new)) in zip(AssetColumns.names(field), zip(old, new)) where old != new {
                columns.append(column)
                values.append(new)
            }
        }
        if hasCustom {
            columns.append("custom")
            values.append(encodeCustom(applied.asset.custom))
        }
        columns += ["updated_at", "version"]
        values += [.time(applied.asset.updatedAt), .int(applied.asset.version)]
        try connection.run(
            text: "UPDATE asset SET \(columns.joined(separator: " = ?, ")) = ? WHERE tenant_id = ? AND id = ?",
            values + [.row(tenant), .row(applied.asset.id)])
    }

    /// Returns the asset after the change, read again only if a name behind an id may have changed.
    private func after(_ change: Change) throws -> AssetDetails? {
        let asset = change.applied.asset
        let before = change.before.asset
        guard asset.location == before.location, asset.defaultLocation == before.defaultLocation,
            asset.model == before.model, asset.supplier == before.supplier, asset.company == before.company
        else { return try details(asset.id) }
        var details = change.before
        details.asset = asset
        if asset.holder != before.holder {
            guard asset.holder == nil else { return try self.details(asset.id) }
            details.holder = nil
            details.assignee = nil
            details.holderLocationUUID = nil
        }
        return details
    }

    private func normalized(_ fields: [String: String?]) -> [String: String?] {
        var result = fields
        for field in [AssetField.serial, .name, .orderNumber, .notes, .blocked] {
            if let value = fields[field.rawValue] { result.updateValue(nonEmpty(value), forKey: field.rawValue) }
        }
        if let tag = fields[AssetField.tag.rawValue], let tag { result[AssetField.tag.rawValue] = trimmed(tag) }
        return result
    }

    private static let deleteAsset = Query("DELETE FROM asset WHERE tenant_id = ? AND id = ?")
    private static let markPurged = Query(
        "UPDATE event SET purged_by = ? WHERE number IN (SELECT value FROM json_each(?))")
    private static let eventsOfAsset = Query(
        "SELECT number FROM (\(EventSubjects.numbers(of: .asset))) WHERE number < ?2")
}

/// The columns that store each field.
enum AssetColumns {
    /// Returns the columns of a field.
    static func names(_ field: AssetField) -> [String] {
        switch field {
        case .tag: ["tag", "tag_key"]
        case .serial: ["serial", "serial_key"]
        case .name: ["name", "name_order"]
        case .holder: ["holder_person_id", "holder_location_id", "holder_asset_id"]
        default: [field.rawValue]
        }
    }

    /// Appends the values of a field's columns, in the order of ``names(_:)``.
    static func append(_ field: AssetField, of asset: Asset, to values: inout [SQLValue]) {
        switch field {
        case .tag:
            values.append(.text(asset.tag))
            values.append(.text(foldedKey(asset.tag)))
        case .serial:
            values.append(.text(asset.serial))
            values.append(.text(asset.serial.map(foldedKey)))
        case .holder:
            var (person, location, holder): (SQLValue, SQLValue, SQLValue) = (.null, .null, .null)
            switch asset.holder {
            case .person(let id): person = .row(id)
            case .location(let id): location = .row(id)
            case .asset(let id): holder = .row(id)
            case .other, nil: break
            }
            values.append(person)
            values.append(location)
            values.append(holder)
        case .name:
            values.append(.text(asset.name))
            values.append(.text(asset.name.map(folded)))
        case .model: values.append(.row(asset.model))
        case .status: values.append(.row(asset.status.id))
        case .location: values.append(.row(asset.location))
        case .defaultLocation: values.append(.row(asset.defaultLocation))
        case .purchaseDate: values.append(.date(asset.purchaseDate))
        case .purchaseCost: values.append(.int(asset.purchaseCost?.tenThousandths))
        case .orderNumber: values.append(.text(asset.orderNumber))
        case .supplier: values.append(.row(asset.supplier))
        case .company: values.append(.row(asset.company))
        case .warrantyMonths: values.append(.int(asset.warrantyMonths.map { Int64($0) }))
        case .warrantyExpiry: values.append(.date(asset.warrantyExpiry))
        case .endOfLife: values.append(.date(asset.endOfLife))
        case .lastCheckout: values.append(.time(asset.lastCheckout))
        case .expectedCheckin: values.append(.date(asset.expectedCheckin))
        case .lastCheckin: values.append(.time(asset.lastCheckin))
        case .lastAudit: values.append(.time(asset.lastAudit))
        case .nextAudit: values.append(.date(asset.nextAudit))
        case .checkoutCount: values.append(.int(Int64(asset.checkoutCount)))
        case .checkinCount: values.append(.int(Int64(asset.checkinCount)))
        case .requestable: values.append(.int(asset.isRequestable ? 1 : 0))
        case .byod: values.append(.int(asset.isBYOD ? 1 : 0))
        case .notes: values.append(.text(asset.notes))
        case .blocked: values.append(.text(asset.blocked))
        case .deletedAt: values.append(.time(asset.deletedAt))
        }
    }

    /// Takes the ``values(_:)``.
    static let insert = Query.insert("asset", columns)

    /// Returns the values of a new asset except for its id, which the table assigns.
    static func values(_ asset: Asset) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(48)
        values.append(.row(asset.tenant))
        values.append(.id(asset.uuid))
        values.append(encodeCustom(asset.custom))
        values.append(.time(asset.createdAt))
        values.append(.time(asset.updatedAt))
        values.append(.int(asset.version))
        for field in AssetField.allCases { append(field, of: asset, to: &values) }
        return values
    }

    private static let columns =
        ["tenant_id", "uuid", "custom", "created_at", "updated_at", "version"] + AssetField.allCases.flatMap(names)
}
