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
    private let pending = PendingAssets()
    private let assets: BulkInsert
    private let events: BulkInsert
    /// The id of the next asset that is left, while any is.
    private var nextAsset: Int64 = 0
    /// Why what was left could not be written: what else it belongs to must not be committed either.
    private var lost: SQLFailure?
    /// What the last batch of an import learnt.
    var importNames: ImportNames?
    private var isImporting = false
    private var isPrepared = false
    /// The newest event that ``EventSubjects`` has.
    private var indexed: Int64
    /// Whether statement journals stay in memory (sqlite.org/tempfiles.html §2.3).
    private var keepsJournals = false

    /// The end of the ledger.
    struct Head {
        var number: Int64
        var sequence: Int64
        var hash: [UInt8]

        /// Goes on to the event that follows, whose JSON is `body`.
        mutating func follow(_ body: UnsafeRawBufferPointer) {
            number += 1
            sequence += 1
            hash = chainedHash(previous: hash, body: body)
        }
    }

    /// A point inside a transaction to come back to.
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
        assets = try BulkInsert(AssetColumns.bulk, connection)
        events = try BulkInsert(EventColumns.bulk, connection)
        indexed = try EventSubjects.end(connection)
        try keepSequence()
    }

    /// Where the newest event is another station's, as before this one was renamed: remembers where that left off.
    private func keepSequence() throws(SQLFailure) {
        let newest = try connection.first(Self.newestEvent) { (station: $0.text(2), sequence: $0.int(3)) }
        guard let newest, newest.station != station else { return }
        try connection.run(Self.setSequence, [.text(newest.station), .int(newest.sequence)])
    }

    // MARK: Transaction

    /// - Parameter isLong: whether it is for a long job, and for nothing else.
    func begin(isLong: Bool) throws(SQLFailure) {
        // left over only if an earlier rollback failed
        if connection.isInTransaction { try connection.run(Self.rollbackQuery) }
        if isLong != keepsJournals {
            // what takes a statement back that fails half-way: megabytes for a thousand rows, and no file's business
            try connection.execute("PRAGMA temp_store = \(isLong ? "MEMORY" : "DEFAULT")")
            keepsJournals = isLong
        }
        if isImporting {
            // what others delete is written over
            try connection.execute("PRAGMA secure_delete = ON")
            isImporting = false
        }
        try connection.run(Self.beginQuery)
        if head == nil { head = try readHead() }
    }

    /// An import touches every index all over: until somebody else writes, the cache holds them. It deletes next to
    /// nothing, so in its own transactions what is deleted is not written over.
    func prepareForImport() throws(SQLFailure) {
        isImporting = true
        try connection.execute("PRAGMA secure_delete = OFF")
        guard !isPrepared else { return }
        try connection.execute(
            "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 10000; PRAGMA journal_size_limit = 67108864")
        isPrepared = true
    }

    /// How much the writer keeps in memory and in its log.
    static let usual =
        "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 16777216"

    /// Gives up what only an import needs, after a commit without one.
    private func endImport() {
        importNames = nil
        isPrepared = false
        // a cache that stays wide is no failure of what was committed
        try? connection.execute(Self.usual)
    }

    /// Commits; the batch's events in number order.
    func commit() throws(SQLFailure) -> [StoredEvent] {
        guard connection.isInTransaction else {
            // a lone job that threw took its transaction back already
            return []
        }
        try settle()
        if let lost { throw lost }
        try connection.run(Self.commitQuery)
        if isPrepared, !isImporting { endImport() }
        defer { appended = [] }
        return appended
    }

    /// Takes everything back after a failure; the end of the ledger is read again by the next batch.
    func abandon() {
        head = nil
        appended = []
        pending.clear()
        lost = nil
        if connection.isInTransaction { _ = try? connection.run(Self.rollbackQuery) }
    }

    /// Has the end of the ledger read again before the next event.
    func forgetHead() { head = nil }

    func mark(savepoint: Bool) throws(SQLFailure) -> Mark {
        try settle()
        if savepoint { try connection.run(Self.savepointQuery) }
        return Mark(head: try currentHead(), count: appended.count, hasSavepoint: savepoint)
    }

    func release(_ mark: Mark) throws(SQLFailure) {
        if mark.hasSavepoint { try connection.run(Self.releaseQuery) }
    }

    /// Takes one job back. Throws where SQLite has taken back more than that.
    func rollBack(to mark: Mark) throws(SQLFailure) {
        guard connection.isInTransaction else {
            throw SQLFailure(code: 4, message: "the transaction was rolled back")
        }
        if mark.hasSavepoint {
            try connection.run(Self.rollbackToQuery)
            try connection.run(Self.releaseQuery)
        } else {
            try connection.run(Self.rollbackQuery)
            lost = nil
        }
        head = mark.head
        pending.clear()
        appended.removeLast(appended.count - mark.count)
    }

    private static let beginQuery = Query("BEGIN IMMEDIATE")
    private static let commitQuery = Query("COMMIT")
    private static let rollbackQuery = Query("ROLLBACK")
    private static let savepointQuery = Query("SAVEPOINT job")
    private static let releaseQuery = Query("RELEASE job")
    private static let rollbackToQuery = Query("ROLLBACK TO job")

    /// Adds to ``EventSubjects`` what was committed, in a transaction of its own, where that is many events by now.
    ///
    /// Nothing depends on it: where it fails, it is tried again after the next commit.
    func indexEvents() {
        guard let head, head.number - indexed >= EventSubjects.backlogLimit, !connection.isInTransaction else { return }
        do throws(SQLFailure) {
            try connection.run(Self.beginQuery)
            let end = try EventSubjects.addBacklog(to: head.number, connection)
            try connection.run(Self.commitQuery)
            indexed = end
        } catch {
            if connection.isInTransaction { _ = try? connection.run(Self.rollbackQuery) }
        }
    }

    // MARK: Ledger

    /// Appends one event; `draft`'s number, station and sequence are set here.
    func append(_ draft: LedgerEvent) throws -> LedgerEvent {
        try settle()
        let head = try currentHead()
        let event = Self.numbered(draft, after: head, by: 1, of: station)
        try insert(event, LedgerJSON.encode(event))
        return event
    }

    /// Gives a new asset its id; it and its events are made and encoded beside what the writer does next, and written
    /// before the next event, savepoint or commit.
    ///
    /// Until then no look-up finds it: whoever needs that calls ``settle()`` first. Throws before anything is left.
    ///
    /// - Parameters:
    ///   - count: how many events `make` makes.
    ///   - make: the asset as it is stored, and its events; pure, as it runs elsewhere.
    func leave(
        events count: Int, _ make: @escaping @Sendable (AssetID) -> (asset: Asset, events: [LedgerEvent])
    ) throws(SQLFailure) -> AssetID {
        if pending.isFull { try writeSome() }
        let head = try currentHead()
        if pending.isEmpty { nextAsset = try connection.first(Self.newestAsset) { $0.int(0) + 1 } ?? 1 }
        let id = AssetID(rawValue: nextAsset)
        let before = pending.events
        pending.append(events: count) { [station] rows in
            let made = make(id)
            rows.assets.append(AssetColumns.values(made.asset) + [.row(id)])
            for (place, draft) in made.events.enumerated() {
                let event = Self.numbered(draft, after: head, by: before + Int64(place) + 1, of: station)
                let body = LedgerJSON.encode(event)
                // hashed when the one before it is
                rows.events.append(EventColumns.values(event, body, firstHash))
                rows.ledger.append(StoredEvent(event, body))
            }
        }
        nextAsset += 1
        return id
    }

    /// The event with its place in the ledger.
    private static func numbered(
        _ draft: LedgerEvent, after head: Head, by place: Int64, of station: String
    ) -> LedgerEvent {
        var event = draft
        event.number = EventNumber(rawValue: head.number + place)
        event.sequence = head.sequence + place
        event.station = station
        return event
    }

    /// Writes what was left.
    func settle() throws(SQLFailure) {
        if let lost { throw lost }
        while !pending.isEmpty { try writeSome() }
    }

    /// Writes the oldest of it.
    private func writeSome() throws(SQLFailure) {
        do throws(SQLFailure) {
            var head = try currentHead()
            var parts = pending.take()
            for part in parts.indices { Self.chain(&parts[part], &head) }
            try assets.insert(parts.map(\.assets))
            try events.insert(parts.map(\.events))
            self.head = head
            for part in parts { appended += part.ledger }
        } catch {
            lost = error
            throw error
        }
    }

    /// Sets the hashes of a part's events, where they lie; `head` is its last event then.
    private static func chain(_ part: inout PendingAssets.Rows, _ head: inout Head) {
        for row in part.ledger.indices {
            part.ledger[row].json.withUnsafeBytes { head.follow($0) }
            part.events.overwrite(row: row, column: EventColumns.hash, head.hash)
        }
    }

    /// Inserts the next event of the ledger.
    private func insert(_ event: LedgerEvent, _ body: [UInt8]) throws(SQLFailure) {
        var head = try currentHead()
        body.withUnsafeBytes { head.follow($0) }
        try connection.run(EventColumns.insert, EventColumns.values(event, body, head.hash))
        self.head = head
        appended.append(StoredEvent(event, body))
    }

    /// The event that an operation has left already; nil for a new operation.
    func event(of operation: UniqueID) throws -> LedgerEvent? {
        try settle()
        guard let body = try connection.first(Self.eventOfOperation, [.id(operation)], { $0.bytes(0) }) else {
            return nil
        }
        return try decodeEvent(body)
    }

    /// A fresh version 7 identity, for what has no operation of its caller.
    func newOperation() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        return .version7(at: now(), random: (random.next(), random.next()))
    }

    /// The hash at the end of the ledger.
    func lastHash() throws(SQLFailure) -> [UInt8] {
        try settle()
        return try currentHead().hash
    }

    /// The newest event of the ledger, and its hash.
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
    // what AUTOINCREMENT goes by (sqlite.org/autoinc.html)
    private static let newestAsset = Query("SELECT seq FROM sqlite_sequence WHERE name = 'asset'")
}

/// Reads a stored event. Throws ``DepotError/Code/storeUnusable`` where it is damaged.
func decodeEvent(_ body: [UInt8]) throws(DepotError) -> LedgerEvent {
    do {
        return try JSONDecoder().decode(LedgerEvent.self, from: Data(body))
    } catch {
        throw DepotError(
            .storeUnusable, "An event in the ledger cannot be read.", hint: "Run the station's database check.")
    }
}
