public import DepotModel

extension TenantStore {
    /// The asset, deleted or not; nil where the tenant has none with that id.
    public func asset(_ asset: AssetID) throws(DepotError) -> AssetDetails? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(AssetRows.byID, [.row(id), .row(asset)], AssetRows.details)
        }
    }

    /// The asset with this tag, compared without case; deleted ones are not found.
    public func asset(tag: String) throws(DepotError) -> AssetDetails? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(AssetRows.byTag, [.row(id), .text(foldedKey(tag))], AssetRows.details)
        }
    }

    /// The asset with this identity, deleted or not.
    public func asset(uuid: UniqueID) throws(DepotError) -> AssetDetails? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(AssetRows.byUUID, [.row(id), .id(uuid)], AssetRows.details)
        }
    }

    /// Every asset with this serial number, compared without case, oldest first; deleted ones are not found. Fewer where
    /// they are more than a page may have.
    public func assets(serial: String) throws(DepotError) -> [AssetDetails] { try assetPage(serial: serial).rows }

    /// As ``assets(serial:)``, and whether there are more than a page may have.
    public func assetPage(serial: String) throws(DepotError) -> RowPage<AssetDetails> {
        try read { (connection) throws(SQLFailure) in
            try connection.page(AssetRows.bySerial, [.row(id), .text(foldedKey(serial))], AssetRows.details)
        }
    }

    /// The id of the asset with this tag, compared without case; deleted ones are not found.
    public func assetID(tag: String) throws(DepotError) -> AssetID? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(TenantWriter.assetWithTag, [.row(id), .text(foldedKey(tag))]) {
                AssetID(rawValue: $0.int(0))
            }
        }
    }

    /// Who or what the holder is, deleted or not; nil where the tenant has none such.
    public func holder(_ holder: Holder) throws(DepotError) -> HolderDescription? {
        try read { (connection) throws(SQLFailure) in try HolderRows.describe(holder, id, connection) }
    }

    /// The asset's events before `before` (nil: the newest), at most `limit` (1 to 1,000), fewer where they are large,
    /// oldest first.
    ///
    /// Scans that moved nothing are left out, and so is what a purge removed.
    public func history(
        _ asset: AssetID, limit: Int = 100, before: EventNumber? = nil
    ) throws(DepotError) -> [LedgerEvent] {
        var events: [LedgerEvent] = []
        for event in try historyBodies(asset, limit: limit, before: before) { events.append(try event.decoded()) }
        return events
    }

    /// As ``history(_:limit:before:)``, each as the JSON that is stored and hashed: the wire form, without decoding it.
    public func historyBodies(
        _ asset: AssetID, limit: Int = 100, before: EventNumber? = nil
    ) throws(DepotError) -> [StoredEvent] {
        try historyPage(asset, limit: limit, before: before).rows
    }

    /// As ``historyBodies(_:limit:before:)``, and whether older ones were left out that a page may not have.
    public func historyPage(
        _ asset: AssetID, limit: Int, before: EventNumber?
    ) throws(DepotError) -> RowPage<StoredEvent> {
        var page = try read { (connection) throws(SQLFailure) in
            try connection.page(
                Self.historyQuery,
                [
                    EventSubject.asset(asset).value, .row(before ?? EventNumber(rawValue: .max)), .row(id),
                    .int(Int64(min(max(limit, 1), 1000))),
                ], StoredEvent.row)
        }
        page.rows.reverse()
        return page
    }

    /// The asset's history from its beginning on, as ``historyPage(_:limit:before:)`` has it from its end: the events after
    /// that one, at most 1,000 and no more than a page may have; none at the end.
    public func history(_ asset: AssetID, after: EventNumber) throws(DepotError) -> [LedgerEvent] {
        let page = try read { (connection) throws(SQLFailure) in
            try connection.page(Self.historyFromStart, [.row(asset), .row(after), .row(id)], StoredEvent.row)
        }
        var events: [LedgerEvent] = []
        for event in page.rows { events.append(try event.decoded()) }
        return events
    }

    /// The status labels, in the order in which they were made.
    public func statusLabels() throws(DepotError) -> [StatusLabel] {
        try read { (connection) throws(SQLFailure) in
            try connection.rows(Self.labelsQuery, [.row(id)], Self.label)
        }
    }

    static let labelsQuery = Query("SELECT id, name, type FROM status_label WHERE tenant_id = ? ORDER BY id")
    private static let historyFromStart = Query(
        """
        SELECT \(StoredEvent.columns) FROM event
        WHERE asset_id = ? AND number > ? AND tenant_id = ? AND kind <> 'scan' AND purged_by IS NULL
        ORDER BY number LIMIT 1000
        """)
    private static let historyQuery = Query(
        """
        SELECT \(StoredEvent.columns) FROM event
        WHERE number IN (
            SELECT number FROM (\(EventSubjects.numbers(of: .asset))) WHERE number < ?2 ORDER BY number DESC LIMIT ?4
        ) AND tenant_id = ?3 ORDER BY number DESC
        """)

    static func label(_ row: Row) -> StatusLabel {
        StatusLabel(
            id: StatusLabelID(rawValue: row.int(0)), name: row.text(1),
            type: StatusType(rawValue: row.text(2)) ?? .undeployable)
    }
}
