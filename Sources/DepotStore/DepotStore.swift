public import DepotModel
import GRDB
import Synchronization

/// The station's database: assets, people, locations, the ledger of events and the scan journal, in one SQLite file.
///
/// Reads are synchronous and run on the caller's thread over a few read-only connections. Writes queue at one writer,
/// which commits all waiting ones together (`GroupCommit`); each returns once its commit is durable on disk
/// (`synchronous = FULL`). A tenant's data is reachable only through ``tenant(_:)``.
public final class DepotStore: Sendable {
    /// The location of the database, and the station whose events it numbers.
    public struct Settings: Sendable {
        /// The path of the database file in an existing folder; a new file is created with mode 0600.
        public var path: String
        /// The station's name, which every event carries.
        public var station: String
        /// The time for which a write waits for another program that holds the database, in milliseconds.
        package var busyMilliseconds: Int32 = 5000
        /// Called before each step of the upgrade of an older database; each takes up to a minute for a million assets.
        public var onUpgrade: @Sendable (SchemaUpgrade) -> Void = { _ in }
        /// The number of read-only connections for short reads.
        package var readers = 3

        /// Creates settings.
        public init(path: String, station: String) {
            self.path = path
            self.station = station
        }
    }

    let settings: Settings
    let now: @Sendable () -> Timestamp
    let readers: ReaderPool
    let readStop = ReadStop()
    let commits: GroupCommit
    let opened: (synchronous: Int, journalMode: String)
    let figuresMemo = Mutex(FiguresMemo())
    let directoryMemo = Mutex<TenantDirectory?>(nil)
    let totals = AssetTotals()
    /// The times of tokens' uses that are written or being written, by id, and the newest write.
    let tokenUses = Mutex<(written: [Int64: Timestamp], newest: Task<Void, Never>?)>(([:], nil))
    let searchMemo = SearchMemo()
    let tokensMemo = Mutex<(administration: Int64, known: [[UInt8]: TokenRow])>((-1, [:]))
    let fieldsetsMemo = Mutex<(administration: Int64, known: [TenantID: Bool])>((-1, [:]))
    /// The number of written batches at the last call of ``checkWriting()``.
    let checked = Mutex(0)
    /// The most recent check of files that another program overwrote.
    let inquiry = Mutex<Task<Void, Never>?>(nil)
    private let last: LastEvent

    /// Opens the database, creates or migrates it if necessary, and is then ready to commit.
    ///
    /// - Parameters:
    ///   - now: The wall clock, for changes without a time from the caller.
    ///   - onCommit: The function that receives a commit's events in the order of their numbers. It is called on the
    ///     writer once the commit is durable and before any caller is answered, and must not block.
    /// - Throws: `DepotError.Code.storeUnusable` if the file is not a depot database, is damaged or has a newer schema;
    ///   `DepotError.Code.storeUnavailable` if it cannot be opened or written now.
    public init(
        _ settings: Settings, now: @escaping @Sendable () -> Timestamp,
        onCommit: @escaping @Sendable ([StoredEvent]) -> Void
    ) throws(DepotError) {
        self.settings = settings
        self.now = now
        let opened = try Opening.open(settings, now: now())
        self.opened = (opened.synchronous, opened.journalMode)
        let last = LastEvent()
        self.last = last
        do {
            readers = try ReaderPool(
                path: settings.path, count: settings.readers, busyMilliseconds: settings.busyMilliseconds,
                stop: readStop)
            let (writer, end) = try opened.queue.writeWithoutTransaction { database in
                guard let handle = database.sqliteConnection else { throw SQLFailure.closed }
                let writer = try LedgerWriter(SQLConnection(borrowing: handle), station: settings.station, now: now)
                return (writer, try writer.end())
            }
            commits = GroupCommit(opened.queue, writer, DatabaseFiles(path: settings.path), ledgerEnd: end) { events in
                last.take(events)
                onCommit(events)
            }
        } catch {
            throw SQLFailure(error).error
        }
        let newest = try readers.read { (connection) throws(SQLFailure) in
            try connection.first(Self.newestNumber) { $0.int(0) }
        }
        last.number.store(newest ?? 0, ordering: .releasing)
    }

    /// Returns the part of the store that belongs to one tenant.
    public func tenant(_ id: TenantID = .standard) -> TenantStore { TenantStore(store: self, id: id) }

    /// The number of the newest committed event; 0 for an empty ledger.
    public var lastEvent: EventNumber { EventNumber(rawValue: last.number.load(ordering: .acquiring)) }

    /// The number of the newest administration event since the start; 0 if there is none.
    var lastAdministration: Int64 { last.administration.load(ordering: .acquiring) }

    /// Ends all reads except those of the lanes; later reads fail. For a stop that waits for nobody.
    public func stopReading() { readStop.set() }

    /// Commits the waiting writes, then closes; later writes fail with `DepotError.Code.busy`. May be called twice.
    public func close() async {
        // The readers close first, because the last connection to close copies the write-ahead log into the database.
        readers.close()
        await commits.close()
    }

    /// Runs SQL on the writer's connection between two commits, and returns the first column of the first row.
    package func onWriter(_ sql: String) async throws(DepotError) -> String? {
        let result = await commits.between { connection in
            Result { () throws(SQLFailure) in try connection.first(text: sql) { $0.optionalText(0) } }
        }
        do throws(SQLFailure) { return try result?.get() ?? nil } catch { throw error.error }
    }

    private static let newestNumber = Query("SELECT number FROM event ORDER BY number DESC LIMIT 1")
}

/// The number of the newest committed event, which the writer sets and anybody may read.
private final class LastEvent: Sendable {
    let number = Atomic<Int64>(0)
    let administration = Atomic<Int64>(0)

    func take(_ events: [StoredEvent]) {
        if let newest = events.last { number.store(newest.number.rawValue, ordering: .releasing) }
        if let newest = events.last(where: { $0.kind == .administration }) {
            administration.store(newest.number.rawValue, ordering: .releasing)
        }
    }
}

/// The part of the store that belongs to one tenant. Reads run on the caller's thread; writes return after the durable
/// commit.
///
/// Ids, tags and operations of other tenants do not exist for it.
public struct TenantStore: Sendable {
    let store: DepotStore
    /// The tenant.
    public let id: TenantID
    var isDryRun = false
    /// The open transaction of the writer if reads are to run inside it, or nil.
    var transaction: Transaction?

    /// The writer's connection for the duration of one job.
    // @unchecked: it is passed only to code that runs on the writer's queue.
    struct Transaction: @unchecked Sendable {
        let connection: SQLConnection
    }

    func read<Value>(_ body: (SQLConnection) throws(SQLFailure) -> Value) throws(DepotError) -> Value {
        guard let transaction else { return try store.readers.read(body) }
        do throws(SQLFailure) { return try body(transaction.connection) } catch { throw error.error }
    }

    /// Runs a job for the same tenant on the writer, and returns after the durable commit.
    func write<Value: Sendable>(
        turn: CommitTurn = .usual, profile: TransactionProfile = .interactive,
        _ body: @escaping @Sendable (TenantWriter) throws -> Value
    ) async throws(CommitFailure) -> Value {
        try await store.commits.submit(isDryRun: isDryRun, turn: turn, profile: profile) { [id] writer in
            try body(TenantWriter(writer: writer, tenant: id))
        }
    }
}

/// One tenant inside the writer's open transaction.
struct TenantWriter {
    let writer: LedgerWriter
    let tenant: TenantID
    var connection: SQLConnection { writer.connection }

    /// Returns the event that this operation already left, or nil. Refuses an operation that another tenant used.
    func earlierEvent(of operation: UniqueID) throws -> LedgerEvent? {
        guard let event = try writer.event(of: operation) else { return nil }
        guard event.tenant == tenant else { throw operationTaken(operation) }
        return event
    }
}

/// Returns the error for an operation whose identity was used for something else.
func operationTaken(_ operation: UniqueID) -> DepotError {
    DepotError(
        .conflict, "Operation \(operation) was already used for something else.",
        hint: "Use a new identity for each operation.")
}
