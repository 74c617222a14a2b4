public import DepotModel
import TextFormats

extension DepotStore {
    /// Returns the events of all tenants with numbers above `since`, in ascending order: at most `limit` (1 to 10,000),
    /// and fewer if they are large. Purged events are included.
    public func events(since: EventNumber, limit: Int) throws(DepotError) -> [LedgerEvent] {
        var events: [LedgerEvent] = []
        for event in try eventBodies(since: since, limit: limit) { events.append(try event.decoded()) }
        return events
    }

    /// Returns the events that ``events(since:limit:)`` returns, each as the stored and hashed JSON, which is also the
    /// wire format.
    public func eventBodies(since: EventNumber, limit: Int) throws(DepotError) -> [StoredEvent] {
        try eventPage(since: since, limit: limit).rows
    }

    /// Returns the page that ``eventBodies(since:limit:)`` returns, and whether it ended early.
    public func eventPage(since: EventNumber, limit: Int) throws(DepotError) -> RowPage<StoredEvent> {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.page(
                Self.eventsQuery, [.row(since), .int(Int64(min(max(limit, 1), 10_000)))], StoredEvent.row)
        }
    }

    /// Returns the event with this number, or nil if there is none.
    public func event(_ number: EventNumber) throws(DepotError) -> LedgerEvent? {
        let body = try readers.read { (connection) throws(SQLFailure) in
            try connection.first(Self.eventQuery, [.row(number)]) { $0.bytes(0) }
        }
        guard let body else { return nil }
        return try decodeEvent(body)
    }

    /// Returns the scans of one tenant, or of all if it is nil, with numbers above `since`, in ascending order: at most
    /// `limit` (1 to 10,000), and fewer if they are large.
    public func scans(
        since: ScanNumber, limit: Int, tenant: TenantID? = nil
    ) throws(DepotError) -> [JournalledScan] {
        try scanPage(since: since, limit: limit, tenant: tenant).rows
    }

    /// Returns the page that ``scans(since:limit:tenant:)`` returns, and whether it ended early.
    public func scanPage(
        since: ScanNumber, limit: Int, tenant: TenantID? = nil
    ) throws(DepotError) -> RowPage<JournalledScan> {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.page(
                Self.scansQuery, [.row(since), .int(Int64(min(max(limit, 1), 10_000))), .row(tenant)], Self.scan)
        }
    }

    /// Returns the number of the newest scan; 0 if there is none.
    public func lastScan() throws(DepotError) -> ScanNumber {
        let number = try readers.read { (connection) throws(SQLFailure) in
            try connection.first(Self.lastScanQuery) { $0.int(0) }
        }
        return ScanNumber(rawValue: number ?? 0)
    }

    private static let eventsQuery = Query(
        "SELECT \(StoredEvent.columns) FROM event WHERE number > ? ORDER BY number LIMIT ?")
    private static let eventQuery = Query("SELECT unpacked(body) FROM event WHERE number = ?")
    private static let scansQuery = Query(
        """
        SELECT number, id, at, lane_id, scanner, raw, text, symbology, interpretation, outcome, reason, message,
            event_number, ended_by, length, repeats
        FROM scan WHERE number > ?1 AND (?3 IS NULL OR tenant_id = ?3) ORDER BY number LIMIT ?2
        """)
    private static let lastScanQuery = Query("SELECT number FROM scan ORDER BY number DESC LIMIT 1")

    private static func scan(_ row: Row) -> JournalledScan {
        JournalledScan(
            number: ScanNumber(rawValue: row.int(0)), id: row.uniqueID(1), at: row.time(2),
            lane: row.optionalInt(3).map { LaneID(rawValue: $0) }, scanner: row.optionalText(4),
            raw: Hexadecimal.text(row.bytes(5)), text: row.optionalText(6), symbology: row.optionalText(7),
            interpretation: row.optionalText(8), outcome: ScanOutcome(rawValue: row.text(9)) ?? .broken,
            reason: row.optionalText(10), message: row.text(11),
            event: row.optionalInt(12).map { EventNumber(rawValue: $0) }, endedBy: row.optionalText(13),
            length: row.optionalInt(14).map { Int($0) }, repeats: row.optionalInt(15).map { Int($0) })
    }
}

extension StoredEvent {
    /// The columns that ``row(_:)`` reads.
    static let columns = "number, tenant_id, kind, unpacked(body)"

    static func row(_ row: Row) -> StoredEvent {
        StoredEvent(
            number: EventNumber(rawValue: row.int(0)), tenant: TenantID(rawValue: row.int(1)),
            kind: LedgerEvent.Kind(rawValue: row.text(2)), json: row.bytes(3))
    }
}
