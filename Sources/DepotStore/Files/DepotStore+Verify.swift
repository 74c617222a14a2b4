public import DepotModel
import Dispatch
import TextFormats

/// The result of a check of the whole database.
public struct VerifyReport: Hashable, Sendable {
    /// The number of events that were checked.
    public var events: Int
    /// The number of the last event; 0 for an empty ledger.
    public var lastNumber: EventNumber
    /// The hash of the last event in hexadecimal: comparison with a recorded one reveals a rewritten ledger.
    public var lastHash: String
    /// The problems, one sentence each, at most 100.
    public var problems: [String]
    /// `ok`, or the first line of SQLite's own report.
    public var integrity: String

    /// Creates a report.
    public init(events: Int, lastNumber: EventNumber, lastHash: String, problems: [String], integrity: String) {
        self.events = events
        self.lastNumber = lastNumber
        self.lastHash = lastHash
        self.problems = problems
        self.integrity = integrity
    }
}

extension DepotStore {
    /// Checks SQLite's structure and foreign keys, the ledger's numbers, hashes and columns from the first event on,
    /// each asset's version against its newest event, and the journal against the ledger.
    ///
    /// Reads in pieces while the station continues, on a thread with low priority, in memory that does not grow with
    /// the database. It ends early with `DepotError.Code.busy` if the task is cancelled or ``stopReading()`` is called.
    /// The result is stored (``lastVerification()``).
    ///
    /// - Parameter pauses: A Boolean value that is true if the check pauses between the pieces, for when nobody waits
    ///   for it.
    public func verify(pauses: Bool = false) async throws(DepotError) -> VerifyReport {
        let stop = ReadStop(within: readStop)
        let result = await withTaskCancellationHandler {
            await onBackgroundThread { [settings] () throws(DepotError) -> VerifyReport in
                do throws(SQLFailure) {
                    let connection = try SQLConnection(
                        readingFrom: settings.path, cacheKibibytes: 2048, busyMilliseconds: settings.busyMilliseconds,
                        stop: stop)
                    var verification = Verification(stop, pauses: pauses)
                    return try verification.run(connection)
                } catch {
                    throw error.error
                }
            }
        } onCancel: {
            stop.set()
        }
        switch result {
        case .success(let report):
            await remember(problems: report.problems.count)
            return report
        case .failure(let error):
            if error.code == .storeUnusable { await remember(problems: 1) }
            throw error
        }
    }

    /// Returns the result of the newest check of the database, or nil if there was none.
    public func lastVerification() throws(DepotError) -> LastVerification? {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.first(Verifications.last) {
                LastVerification(at: $0.time(0), problems: Int($0.int(1)))
            }
        }
    }

    /// Checks the database with pauses if the last check is more than a day ago; otherwise returns nil.
    public func verifyIfDue() async throws(DepotError) -> VerifyReport? {
        let now = now()
        // A time in the future is from before the clock was set back.
        if let last = try lastVerification(), last.at <= now, now < last.at.advanced(byMilliseconds: 24 * 3_600_000) {
            return nil
        }
        return try await verify(pauses: true)
    }

    /// Stores the result. A failure to do so is not a failure of the check.
    private func remember(problems: Int) async {
        do throws(CommitFailure) {
            try await commits.submit { writer in
                try writer.connection.run(Verifications.set, [.time(writer.now()), .int(Int64(problems))])
            }
        } catch {
            return
        }
    }
}

/// The result of a check of the database.
public struct LastVerification: Hashable, Sendable {
    /// The time at which the check ended.
    public var at: Timestamp
    /// The number of problems that the check found.
    public var problems: Int
}

/// The statements on the table of the newest check.
private enum Verifications {
    static let last = Query("SELECT at, problems FROM verification WHERE id = 1")
    static let set = Query(
        """
        INSERT INTO verification (id, at, problems) VALUES (1, ?, ?)
            ON CONFLICT (id) DO UPDATE SET at = excluded.at, problems = excluded.problems
        """)
}

/// A check in progress.
private struct Verification {
    private var problems: [String] = []
    private var expected: Int64 = 1
    private var hash = firstHash
    private var sequences: [String: Int64] = [:]
    private let stop: ReadStop
    /// The pause between two pieces, in milliseconds.
    private let pause: Int

    init(_ stop: ReadStop, pauses: Bool) {
        self.stop = stop
        pause = pauses ? 5 : 0
    }

    mutating func run(_ connection: SQLConnection) throws(SQLFailure) -> VerifyReport {
        let integrity = try connection.first(Self.quickCheck) { $0.text(0) } ?? "nothing"
        if integrity != "ok" { problems.append("SQLite: \(integrity)") }
        try report(Self.foreignKeys, connection) {
            "A row of \($0.text(0)) refers to a row of \($0.text(2)) that does not exist."
        }
        try checkEvents(connection)
        try report(Self.versions, connection) {
            "Asset \($0.int(0)) has version \($0.int(1)); its newest event says \($0.optionalInt(2).map(String.init) ?? "nothing")."
        }
        try report(Self.subjects, connection) { "Event \($0.int(0)) is missing in the index of its asset." }
        try report(Self.holders, connection) {
            "Asset \($0.int(0)) is held by asset \($0.int(1)), which does not exist."
        }
        try report(Self.journal, connection) { "Scan \($0.int(0)) refers to event \($0.int(1)), which does not exist." }
        try report(Self.purges, connection) { "Event \($0.int(0)) is marked as purged by event \($0.int(1))." }
        return VerifyReport(
            events: Int(expected - 1), lastNumber: EventNumber(rawValue: expected - 1),
            lastHash: Hexadecimal.text(hash),
            problems: Array(problems.prefix(100)), integrity: integrity)
    }

    /// Pauses between two pieces, and throws if the check is to end.
    private func rest() throws(SQLFailure) {
        if pause > 0 { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(pause)) }
        if stop.isSet { throw .interrupted }
    }

    /// Checks the events in pieces, so that no snapshot is held for long: events in the ledger do not change any more.
    private mutating func checkEvents(_ connection: SQLConnection) throws(SQLFailure) {
        var last: Int64 = .min
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = true
            try connection.scan(Self.events, [.int(last)]) { row in
                check(row)
                last = row.int(0)
                isAtEnd = problems.count >= 100
                return !isAtEnd
            }
            try rest()
        }
    }

    private mutating func check(_ row: Row) {
        let number = row.int(0)
        if number != expected { problems.append("Event \(expected) is missing; \(number) follows.") }
        expected = number + 1
        hash = chainedHash(previous: hash, body: row.bytes(7))
        if hash != row.bytes(8) {
            problems.append("Event \(number) is not what was written: its hash differs.")
            // The check continues from the stored hash, so that one changed row is one problem.
            hash = row.bytes(8)
        }
        let station = row.text(1)
        let sequence = row.int(2)
        if sequence != sequences[station, default: 0] + 1 {
            problems.append("Event \(number) has sequence \(sequence) of \(station).")
        }
        sequences[station] = sequence
        guard !row.isNull(9) else {
            problems.append("Event \(number) cannot be read.")
            return
        }
        let columns: [(String, Bool)] = [
            ("number", row.int(9) == number), ("station", row.text(10) == station),
            ("sequence", row.int(11) == sequence),
            ("operation", UniqueID(row.text(12)) == row.uniqueID(3)), ("tenant_id", row.int(13) == row.int(4)),
            ("asset_id", row.optionalInt(14) == row.optionalInt(5)), ("kind", row.text(15) == row.text(6)),
            ("at", Timestamp(row.text(16))?.milliseconds == row.int(17)), ("person_id", row.int(18) != 0),
        ]
        for (column, agrees) in columns where !agrees {
            problems.append("Event \(number): the column \(column) differs from the event.")
        }
    }

    private mutating func report(
        _ query: Query, _ connection: SQLConnection, _ sentence: (Row) -> String
    ) throws(SQLFailure) {
        guard problems.count < 100 else { return }
        try rest()
        try connection.scan(query) { row in
            problems.append(sentence(row))
            return problems.count < 100
        }
    }

    private static let movesHolder = "kind IN ('checkout', 'checkin', 'transfer', 'undo')"

    /// Returns the SQL for the person who is the holder with a name in an event's JSON; null for another holder.
    private static func person(_ name: String) -> String {
        "nullif(CAST(replace(json_extract(json, '$.\(name).holder'), 'person:', '') AS INTEGER), 0)"
    }

    private static let quickCheck = Query("PRAGMA quick_check(1)")
    private static let foreignKeys = Query("PRAGMA foreign_key_check")
    private static let events = Query(
        """
        WITH page AS MATERIALIZED (
            SELECT *, unpacked(body) AS text FROM event WHERE number > ? ORDER BY number LIMIT 500
        ), read AS MATERIALIZED (
            SELECT *, CASE WHEN json_valid(text) THEN text END AS json FROM page
        )
        SELECT number, station, sequence, operation, tenant_id, asset_id, kind, CAST(text AS BLOB), hash,
            json_extract(json, '$.number'), json_extract(json, '$.station'), json_extract(json, '$.sequence'),
            json_extract(json, '$.operation'), json_extract(json, '$.tenant_id'), json_extract(json, '$.asset.id'),
            json_extract(json, '$.kind'), json_extract(json, '$.at'), at,
            typeof(body) = 'text' OR NOT \(movesHolder)
                OR person_id IS \(person("to")) AND former_person_id IS \(person("from"))
        FROM read ORDER BY number
        """)
    private static let versions = Query(
        """
        WITH backlog AS MATERIALIZED (
            SELECT asset_id, max(number) AS number FROM event
            WHERE \(EventSubjects.isBacklog) AND asset_id IS NOT NULL AND kind <> 'scan' GROUP BY asset_id
        )
        SELECT id, version, newest FROM (
            SELECT a.id, a.version, (
                SELECT \(EventSubjects.json("asset.version")) FROM event WHERE number = coalesce(
                    backlog.number, (SELECT max(number) FROM event_subject WHERE subject = a.id << 2))
            ) AS newest
            FROM asset a LEFT JOIN backlog ON backlog.asset_id = a.id
        ) WHERE newest IS NOT version
        """)
    private static let subjects = Query(
        """
        SELECT number FROM event
        WHERE NOT \(EventSubjects.isBacklog) AND asset_id IS NOT NULL AND purged_by IS NULL AND NOT EXISTS (
            SELECT 1 FROM event_subject
            WHERE subject = event.asset_id << 2 | (event.kind = 'scan') AND event_subject.number = event.number)
        """)
    private static let holders = Query(
        """
        SELECT a.id, a.holder_asset_id FROM asset a LEFT JOIN asset holder ON holder.id = a.holder_asset_id
        WHERE a.holder_asset_id IS NOT NULL AND holder.tenant_id IS NOT a.tenant_id
        """)
    private static let journal = Query(
        """
        SELECT number, event_number FROM scan
        WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.number = scan.event_number)
        """)
    private static let purges = Query(
        """
        SELECT number, purged_by FROM event e WHERE purged_by IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM event WHERE number = e.purged_by AND kind = 'purged' AND asset_id = e.asset_id)
        """)
}
