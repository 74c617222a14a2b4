import Crypto
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
    private var appended: [LedgerEvent] = []
    private let pending = PendingEvents()
    private let events: BulkRows
    /// New assets that are not inserted yet.
    private let assets: BulkRows
    private var nextAsset: Int64 = 0
    /// Why what was left could not be written: what else it belongs to must not be committed either.
    private var lost: SQLFailure?
    /// What the last batch of an import learnt.
    var importNames: ImportNames?
    /// The most events that are left at a time, as each takes memory.
    private static let pendingLimit = 1000
    private var isImporting = false
    private var isPrepared = false

    /// The end of the ledger.
    struct Head {
        var number: Int64
        var sequence: Int64
        var hash: [UInt8]
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
        events = try BulkRows(Self.bulk, connection)
        assets = try BulkRows(AssetColumns.bulk, connection)
        // what takes a statement back that fails half-way is megabytes in an import, and no file's business
        try connection.execute("PRAGMA temp_store = MEMORY")
    }

    // MARK: Transaction

    func begin() throws(SQLFailure) {
        // left over only if an earlier rollback failed
        if connection.isInTransaction { try connection.run(Self.rollbackQuery) }
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
        try connection.execute("PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 10000")
        isPrepared = true
    }

    /// Gives up what only an import needs, after a commit without one.
    private func endImport() {
        importNames = nil
        isPrepared = false
        events.release()
        assets.release()
        // a cache that stays wide is no failure of what was committed
        try? connection.execute("PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 1000")
    }

    /// Commits; the batch's events in number order.
    func commit() throws(SQLFailure) -> [LedgerEvent] {
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
        forget()
        lost = nil
        if connection.isInTransaction { _ = try? connection.run(Self.rollbackQuery) }
    }

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
        forget()
        appended.removeLast(appended.count - mark.count)
    }

    private static let beginQuery = Query("BEGIN IMMEDIATE")
    private static let commitQuery = Query("COMMIT")
    private static let rollbackQuery = Query("ROLLBACK")
    private static let savepointQuery = Query("SAVEPOINT job")
    private static let releaseQuery = Query("RELEASE job")
    private static let rollbackToQuery = Query("ROLLBACK TO job")

    // MARK: Ledger

    /// Appends one event; `draft`'s number, station and sequence are set here.
    func append(_ draft: LedgerEvent) throws -> LedgerEvent {
        try settle()
        let head = try currentHead()
        let event = Self.numbered(draft, after: head, by: 1, of: station)
        try insert(event, LedgerJSON.encode(event))
        return event
    }

    /// As ``append(_:)``, for who needs no more of the event: it is made and encoded beside what the writer does next,
    /// and stands in the ledger before the next event, savepoint or commit.
    func leave(_ draft: @escaping @Sendable () -> LedgerEvent) throws(SQLFailure) {
        if pending.count >= Self.pendingLimit { try settle() }
        let head: Head
        do throws(SQLFailure) { head = try currentHead() } catch {
            lost = error
            throw error
        }
        let place = pending.count + 1
        pending.append { [station] in Self.numbered(draft(), after: head, by: place, of: station) }
    }

    /// Gives a new asset its id; it is inserted with others, before the next event, savepoint or commit.
    ///
    /// Until then no look-up finds it: whoever needs that calls ``settle()`` first.
    func leave(_ asset: Asset) throws -> AssetID {
        if assets.count == 0 { nextAsset = try connection.first(Self.newestAsset) { $0.int(0) + 1 } ?? 1 }
        let id = AssetID(rawValue: nextAsset)
        assets.append(try AssetColumns.values(asset) + [.row(id)])
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

    /// Forgets what was left.
    private func forget() {
        pending.clear()
        assets.clear()
    }

    /// Writes what was left.
    func settle() throws(SQLFailure) {
        guard pending.count > 0 || assets.count > 0 else { return }
        do throws(SQLFailure) {
            try assets.insert()
            var head = try currentHead()
            let first = appended.count
            pending.take { encoded in
                events.append(values(encoded.event, encoded.body, after: &head))
                appended.append(encoded.event)
            }
            do throws(SQLFailure) { try events.insert() } catch {
                appended.removeLast(appended.count - first)
                throw error
            }
            self.head = head
        } catch {
            lost = error
            throw error
        }
    }

    /// Inserts the next event of the ledger.
    private func insert(_ event: LedgerEvent, _ body: [UInt8]) throws(SQLFailure) {
        var head = try currentHead()
        try connection.run(Self.insertEvent, values(event, body, after: &head))
        self.head = head
        appended.append(event)
    }

    /// What is stored of the event that follows `head`, which is its own then.
    private func values(_ event: LedgerEvent, _ body: [UInt8], after head: inout Head) -> [SQLValue] {
        head.number = event.number.rawValue
        head.sequence = event.sequence
        head.hash = chainedHash(previous: head.hash, body: body)
        return [
            .int(head.number), .text(station), .int(head.sequence), .id(event.operation), .row(event.tenant),
            .row(event.asset?.id), .text(event.kind.rawValue), .time(event.at), .utf8(body), .blob(head.hash),
        ]
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

    private func currentHead() throws(SQLFailure) -> Head {
        if let head { return head }
        let read = try readHead()
        head = read
        return read
    }

    private func readHead() throws(SQLFailure) -> Head {
        let newest = try connection.first(Self.newestEvent) { ($0.int(0), $0.bytes(1)) }
        let sequence = try connection.first(Self.newestSequence, [.text(station)]) { $0.int(0) }
        return Head(number: newest?.0 ?? 0, sequence: sequence ?? 0, hash: newest?.1 ?? firstHash)
    }

    private static let newestEvent = Query("SELECT number, hash FROM event ORDER BY number DESC LIMIT 1")
    private static let newestSequence = Query(
        "SELECT sequence FROM event WHERE station = ? ORDER BY sequence DESC LIMIT 1")
    private static let eventOfOperation = Query("SELECT body FROM event WHERE operation = ?")
    private static let columns = [
        "number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash",
    ]
    // what AUTOINCREMENT goes by (sqlite.org/autoinc.html)
    private static let newestAsset = Query("SELECT seq FROM sqlite_sequence WHERE name = 'asset'")
    private static let insertEvent = Query.insert("event", columns)
    private static let bulk = BulkRows.Target("event", columns)
}

/// What stands before the first event in the chain: 32 zero bytes.
let firstHash = [UInt8](repeating: 0, count: 32)

/// SHA-256 of the previous event's hash followed by this event's JSON.
func chainedHash(previous: [UInt8], body: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    hash.update(data: body)
    return Array(hash.finalize())
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
