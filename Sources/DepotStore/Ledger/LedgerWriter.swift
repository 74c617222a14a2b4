import DepotModel
import FoundationEssentials

/// The writer's side of the database: the open transaction, and the end of the ledger that it appends to.
///
/// The number, sequence and hash of the newest event are kept in memory, and read again after a batch that failed.
// @unchecked: used on the writer's queue only
final class LedgerWriter: @unchecked Sendable {
    let connection: SQLConnection
    let station: String
    let now: @Sendable () -> Timestamp
    private var head: Head?
    private var appended: [StoredEvent] = []
    /// The counts of audit walks in the state of the open transaction, as far as they are known.
    private var auditCounts: [AuditWalkID: AuditCounts] = [:]
    /// The newest event that ``EventSubjects`` has.
    private var indexed: Int64

    /// The end of the ledger.
    struct Head {
        var number: Int64
        var sequence: Int64
        var hash: [UInt8]
    }

    /// A point inside a transaction to which it can be rolled back.
    struct Mark {
        fileprivate var head: Head
        fileprivate var count: Int
        fileprivate var hasSavepoint: Bool
    }

    init(
        _ connection: SQLConnection, station: String, now: @escaping @Sendable () -> Timestamp
    ) throws(SQLFailure) {
        self.connection = connection
        self.station = station
        self.now = now
        indexed = try EventSubjects.end(connection)
        try keepSequence()
    }

    /// Stores the last sequence of another station if the newest event is its, as after the station was renamed.
    private func keepSequence() throws(SQLFailure) {
        let newest = try connection.first(Self.newestEvent) { (station: $0.text(2), sequence: $0.int(3)) }
        guard let newest, newest.station != station else { return }
        try connection.run(Self.setSequence, [.text(newest.station), .int(newest.sequence)])
    }

    // MARK: Transaction

    /// Begins the transaction of a batch.
    func begin() throws(SQLFailure) {
        // left over only if an earlier rollback failed
        if connection.isInTransaction { try connection.run(Self.rollbackQuery) }
        try connection.run(Self.beginQuery)
        if head == nil { head = try readHead() }
    }

    /// Commits the batch and returns its events in the order of their numbers.
    func commit() throws(SQLFailure) -> [StoredEvent] {
        guard connection.isInTransaction else {
            // a lone job that threw took its transaction back already
            return []
        }
        try connection.run(Self.commitQuery)
        defer { appended = [] }
        return appended
    }

    /// Rolls everything back after a failure. The next batch reads the end of the ledger again.
    func abandon() {
        head = nil
        appended = []
        auditCounts = [:]
        if connection.isInTransaction { _ = try? connection.run(Self.rollbackQuery) }
    }

    /// Forgets the end of the ledger, which is read again before the next event.
    func forgetHead() { head = nil }

    func mark(savepoint: Bool) throws(SQLFailure) -> Mark {
        if savepoint { try connection.run(Self.savepointQuery) }
        return Mark(head: try currentHead(), count: appended.count, hasSavepoint: savepoint)
    }

    func release(_ mark: Mark) throws(SQLFailure) {
        if mark.hasSavepoint { try connection.run(Self.releaseQuery) }
    }

    /// Rolls one job back.
    ///
    /// - Throws: ``SQLFailure`` if SQLite has rolled back more than that.
    func rollBack(to mark: Mark) throws(SQLFailure) {
        guard connection.isInTransaction else {
            throw SQLFailure(code: 4, message: "the transaction was rolled back")
        }
        if mark.hasSavepoint {
            try connection.run(Self.rollbackToQuery)
            try connection.run(Self.releaseQuery)
        } else {
            try connection.run(Self.rollbackQuery)
        }
        head = mark.head
        auditCounts = [:]
        appended.removeLast(appended.count - mark.count)
    }

    private static let beginQuery = Query("BEGIN IMMEDIATE")
    private static let commitQuery = Query("COMMIT")
    private static let rollbackQuery = Query("ROLLBACK")
    private static let savepointQuery = Query("SAVEPOINT job")
    private static let releaseQuery = Query("RELEASE job")
    private static let rollbackToQuery = Query("ROLLBACK TO job")

    /// A Boolean value that is true if ``indexEvents()`` has something to add.
    var hasBacklog: Bool { head.map { $0.number - indexed >= EventSubjects.backlogLimit } ?? false }

    /// Adds committed events to ``EventSubjects``, in a transaction of its own, if many are missing by now.
    ///
    /// Nothing depends on it; a failure is repeated after the next commit.
    func indexEvents() {
        guard let head, hasBacklog, !connection.isInTransaction else { return }
        do throws(SQLFailure) {
            try connection.run(Self.beginQuery)
            let end = try EventSubjects.addBacklog(to: head.number, connection)
            try connection.run(Self.commitQuery)
            indexed = end
        } catch {
            if connection.isInTransaction { _ = try? connection.run(Self.rollbackQuery) }
        }
    }

    // MARK: Audit walks

    /// Returns the counts of a walk. They are counted once and then kept, so that no scan has to count the lines.
    func auditCounts(of walk: AuditWalkID, expected: Int) throws(SQLFailure) -> AuditCounts {
        if let counts = auditCounts[walk] { return counts }
        let counts = try AuditRows.counts(walk, expected: expected, connection)
        setAuditCounts(counts, of: walk)
        return counts
    }

    /// Sets the counts of a walk whose lines have changed.
    func setAuditCounts(_ counts: AuditCounts, of walk: AuditWalkID) {
        if auditCounts.count > 1_000 { auditCounts = [:] }
        auditCounts[walk] = counts
    }

    // MARK: Ledger

    /// Appends one event and returns it with its number.
    func append(_ draft: LedgerEvent.Draft) throws(SQLFailure) -> LedgerEvent {
        var head = try currentHead()
        head.number += 1
        head.sequence += 1
        let event = draft.numbered(
            EventNumber(rawValue: head.number), station: station, sequence: head.sequence)
        let body = LedgerJSON.encode(event)
        head.hash = chainedHash(previous: head.hash, body: body)
        try connection.run(EventColumns.insert, EventColumns.values(event, body, head.hash))
        self.head = head
        appended.append(StoredEvent(event, body))
        return event
    }

    /// Returns the event of an operation, or nil if it is new.
    func event(of operation: UniqueID) throws -> LedgerEvent? {
        guard let body = try connection.first(Self.eventOfOperation, [.id(operation)], { $0.bytes(0) }) else {
            return nil
        }
        return try decodeEvent(body)
    }

    /// Returns a new version 7 identity, for a change without an operation of its caller.
    func newOperation() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        return .version7(at: now(), random: (random.next(), random.next()))
    }

    /// Returns the number of the newest event of the ledger and its hash.
    func end() throws(SQLFailure) -> (number: EventNumber, hash: [UInt8]) {
        let head = try currentHead()
        return (EventNumber(rawValue: head.number), head.hash)
    }

    private func currentHead() throws(SQLFailure) -> Head {
        if let head { return head }
        let read = try readHead()
        head = read
        return read
    }

    private func readHead() throws(SQLFailure) -> Head {
        let newest = try connection.first(Self.newestEvent) {
            (head: Head(number: $0.int(0), sequence: $0.int(3), hash: $0.bytes(1)), station: $0.text(2))
        }
        guard let newest else { return Head(number: 0, sequence: 0, hash: firstHash) }
        var head = newest.head
        if newest.station != station {
            head.sequence = try connection.first(Self.lastSequence, [.text(station)]) { $0.int(0) } ?? 0
        }
        return head
    }

    private static let newestEvent = Query(
        "SELECT number, hash, station, sequence FROM event ORDER BY number DESC LIMIT 1")
    private static let lastSequence = Query("SELECT sequence FROM station_sequence WHERE station = ?")
    private static let setSequence = Query(
        """
        INSERT INTO station_sequence (station, sequence) VALUES (?, ?)
            ON CONFLICT (station) DO UPDATE SET sequence = excluded.sequence
        """)
    private static let eventOfOperation = Query("SELECT unpacked(body) FROM event WHERE operation = ?")
}

/// Decodes a stored event.
///
/// - Throws: `DepotError.Code.storeUnusable` if it is damaged.
func decodeEvent(_ body: [UInt8]) throws(DepotError) -> LedgerEvent {
    do {
        return try JSONDecoder().decode(LedgerEvent.self, from: Data(body))
    } catch {
        throw DepotError(
            .storeUnusable, "An event in the ledger cannot be read.", hint: "Run the station's database check.")
    }
}
