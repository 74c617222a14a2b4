public import DepotModel
import Synchronization

/// The store's counts and settings.
public struct StoreFigures: Hashable, Sendable {
    /// The number of scans since the given time.
    public var scans: Int
    /// The number of events since the given time that changed an asset.
    public var transitions: Int
    /// The number of scans since the given time that the rules refused.
    public var refusals: Int
    /// The number of assets that are not deleted.
    public var assets: Int
    /// The number of assets with a holder that are not deleted.
    public var deployed: Int
    /// The number of people that are not deleted.
    public var people: Int
    /// The newest event; 0 for an empty ledger.
    public var lastEvent: EventNumber
    /// The size of the database file in bytes, without its write-ahead log.
    public var databaseBytes: Int64
    /// The bytes written to disk since the start, without checkpoints, which write them once more.
    public var writtenBytes: Int64
    /// The number of transitions committed since the start.
    public var writtenTransitions: Int
    /// The value of `PRAGMA synchronous` on the writing connection, read back after opening; 2 is FULL.
    public var synchronous: Int
    /// The value of `PRAGMA journal_mode` on the writing connection, read back after opening: `wal`.
    public var journalMode: String
    /// The version of the schema.
    public var schemaVersion: Int
}

/// The counts up to known rows, so that a request every second does not count the whole day again.
struct FiguresMemo {
    var since = Timestamp(milliseconds: .max)
    var scan: Int64 = 0
    var event: Int64 = 0
    var scans = 0
    var refusals = 0
    var transitions = 0
}

extension DepotStore {
    /// The path of the database file.
    public var path: String { settings.path }

    /// Returns the counts since a time. Rows before `since` are told apart by their times, or by their order if the
    /// clock stood still or was set back.
    public func figures(since: Timestamp) throws(DepotError) -> StoreFigures {
        let memo = figuresMemo.withLock { $0.since == since ? $0 : nil }
        let (counted, figures) = try readers.read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let counted = try Self.count(since, from: memo, connection)
                func number(_ query: Query) throws(SQLFailure) -> Int64 {
                    try connection.first(query) { $0.int(0) } ?? 0
                }
                let pageSize = try number(Self.pageSize)
                let written = commits.state
                let figures = StoreFigures(
                    scans: counted.scans, transitions: counted.transitions, refusals: counted.refusals,
                    assets: Int(try number(Self.assets)), deployed: Int(try number(Self.deployed)),
                    people: Int(try number(Self.people)), lastEvent: EventNumber(rawValue: counted.event),
                    databaseBytes: try number(Self.pageCount) * pageSize, writtenBytes: Int64(written.pages) * pageSize,
                    writtenTransitions: written.transitions, synchronous: opened.synchronous,
                    journalMode: opened.journalMode,
                    schemaVersion: Schema.version)
                return (counted, figures)
            }
        }
        figuresMemo.withLock { if $0.since != since || $0.event < counted.event { $0 = counted } }
        return figures
    }

    /// Returns the counts as ``figures(since:)`` does, but scans, transitions, refusals, assets and people of one
    /// tenant only.
    public func figures(since: Timestamp, of tenant: TenantID) throws(DepotError) -> StoreFigures {
        var figures = try figures(since: since)
        try readers.read { (connection) throws(SQLFailure) in
            func number(_ query: Query, _ values: [SQLValue] = []) throws(SQLFailure) -> Int {
                try connection.first(query, [.row(tenant)] + values) { Int($0.int(0)) } ?? 0
            }
            let scan = try Self.lastBefore(since, Self.scanAt, Self.newestScan, connection)
            let event = try Self.lastBefore(since, Self.eventAt, Self.newestEvent, connection)
            figures.scans = try number(Self.tenantScans, [.int(scan)])
            figures.refusals = try number(Self.tenantRefusals, [.int(scan)])
            figures.transitions = try number(Self.tenantTransitions, [.int(event)])
            figures.assets = try number(TenantWriter.countAssets)
            figures.deployed = try number(Self.tenantDeployed)
            figures.people = try number(Self.tenantPeople)
        }
        return figures
    }

    private static func count(
        _ since: Timestamp, from memo: FiguresMemo?, _ connection: SQLConnection
    ) throws(SQLFailure) -> FiguresMemo {
        var counted: FiguresMemo
        if let memo {
            counted = memo
        } else {
            counted = FiguresMemo(since: since)
            counted.scan = try lastBefore(since, scanAt, newestScan, connection)
            counted.event = try lastBefore(since, eventAt, newestEvent, connection)
        }
        try connection.scan(newScans, [.int(counted.scan)]) { row in
            counted.scan = row.int(0)
            counted.scans += 1
            if row.text(1) == ScanOutcome.refused.rawValue { counted.refusals += 1 }
            return true
        }
        try connection.scan(newEvents, [.int(counted.event)]) { row in
            counted.event = row.int(0)
            if row.int(1) != 0 { counted.transitions += 1 }
            return true
        }
        return counted
    }

    /// Returns the number of the last row before `time` by bisection, since rows are numbered in the order of their
    /// times.
    private static func lastBefore(
        _ time: Timestamp, _ at: Query, _ newest: Query, _ connection: SQLConnection
    ) throws(SQLFailure) -> Int64 {
        var low: Int64 = 0
        var high = try connection.first(newest) { $0.int(0) } ?? 0
        while low < high {
            let middle = low + (high - low + 1) / 2
            guard let value = try connection.first(at, [.int(middle)], { $0.time(0) }), value < time else {
                high = middle - 1
                continue
            }
            low = middle
        }
        return low
    }

    private static let scanAt = Query("SELECT at FROM scan WHERE number >= ? ORDER BY number LIMIT 1")
    private static let eventAt = Query("SELECT at FROM event WHERE number >= ? ORDER BY number LIMIT 1")
    private static let newestScan = Query("SELECT number FROM scan ORDER BY number DESC LIMIT 1")
    private static let newestEvent = Query("SELECT number FROM event ORDER BY number DESC LIMIT 1")
    private static let newScans = Query("SELECT number, outcome FROM scan WHERE number > ? ORDER BY number")
    private static let newEvents = Query(
        """
        SELECT number, asset_id IS NOT NULL AND kind <> 'scan' FROM event WHERE number > ? ORDER BY number
        """)
    private static let pageCount = Query("PRAGMA page_count")
    private static let pageSize = Query("PRAGMA page_size")
    // Covering indexes suffice: neither count reads rows of `asset`.
    private static let assets = Query(
        """
        SELECT (SELECT count(*) FROM asset) - (SELECT count(*) FROM asset WHERE deleted_at IS NOT NULL)
        """)
    private static let deployed = Query(
        """
        SELECT (SELECT count(*) FROM asset WHERE deleted_at IS NULL AND holder_person_id IS NOT NULL)
            + (SELECT count(*) FROM asset WHERE deleted_at IS NULL AND holder_location_id IS NOT NULL)
            + (SELECT count(*) FROM asset WHERE deleted_at IS NULL AND holder_asset_id IS NOT NULL)
        """)
    private static let people = Query("SELECT count(*) FROM person WHERE deleted_at IS NULL")

    private static let tenantScans = Query("SELECT count(*) FROM scan WHERE tenant_id = ? AND number > ?")
    private static let tenantRefusals = Query(
        "SELECT count(*) FROM scan WHERE tenant_id = ? AND number > ? AND outcome = 'refused'")
    private static let tenantTransitions = Query(
        "SELECT count(*) FROM event WHERE tenant_id = ? AND number > ? AND asset_id IS NOT NULL AND kind <> 'scan'")
    private static let tenantDeployed = Query(
        """
        SELECT count(*) FROM asset WHERE tenant_id = ? AND deleted_at IS NULL
            AND coalesce(holder_person_id, holder_location_id, holder_asset_id) IS NOT NULL
        """)
    private static let tenantPeople = Query("SELECT count(*) FROM person WHERE tenant_id = ? AND deleted_at IS NULL")
}
