public import DepotModel

extension TenantStore {
    /// Returns the assets with this serial number, compared without case, oldest first, as many as fit on a page.
    /// Deleted assets are excluded.
    public func assets(serial: String) throws(DepotError) -> [AssetDetails] { try assetPage(serial: serial).rows }

    /// Returns the page that ``assets(serial:)`` returns, and whether it ended early.
    public func assetPage(serial: String) throws(DepotError) -> RowPage<AssetDetails> {
        try read { (connection) throws(SQLFailure) in
            try connection.page(AssetRows.bySerial, [.row(id), .text(foldedKey(serial))], AssetRows.details)
        }
    }

    /// Returns the id of the asset with this tag, compared without case, or nil. Deleted assets are excluded.
    public func assetID(tag: String) throws(DepotError) -> AssetID? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(TenantWriter.assetWithTag, [.row(id), .text(foldedKey(tag))]) {
                AssetID(rawValue: $0.int(0))
            }
        }
    }

    /// Returns the description of a holder, deleted or not, or nil if the tenant has no such holder.
    public func holder(_ holder: Holder) throws(DepotError) -> HolderDescription? {
        try read { (connection) throws(SQLFailure) in try HolderRows.describe(holder, id, connection) }
    }

    /// Returns the asset's events before `before` (nil for the newest), oldest first: at most `limit` (1 to 1,000), and
    /// fewer if they are large.
    ///
    /// Scans that changed nothing and events that a purge removed are excluded.
    public func history(
        _ asset: AssetID, limit: Int = 100, before: EventNumber? = nil
    ) throws(DepotError) -> [LedgerEvent] {
        var events: [LedgerEvent] = []
        for event in try historyBodies(asset, limit: limit, before: before) { events.append(try event.decoded()) }
        return events
    }

    /// Returns the events that ``history(_:limit:before:)`` returns, each as the stored and hashed JSON, which is also
    /// the wire format.
    public func historyBodies(
        _ asset: AssetID, limit: Int = 100, before: EventNumber? = nil
    ) throws(DepotError) -> [StoredEvent] {
        try historyPage(asset, limit: limit, before: before).rows
    }

    /// Returns the page that ``historyBodies(_:limit:before:)`` returns, and whether older events did not fit on it.
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

    /// Returns the asset's events after `after`, oldest first: at most 1,000, as many as fit on a page, and none at the
    /// end. It reads forward what ``historyPage(_:limit:before:)`` reads backward.
    public func history(_ asset: AssetID, after: EventNumber) throws(DepotError) -> [LedgerEvent] {
        let page = try read { (connection) throws(SQLFailure) in
            try connection.page(Self.historyFromStart, [.row(asset), .row(after), .row(id)], StoredEvent.row)
        }
        var events: [LedgerEvent] = []
        for event in page.rows { events.append(try event.decoded()) }
        return events
    }

    /// Returns the status labels in the order of creation.
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
