import CSQLiteShim
import DepotModel
import FoundationEssentials
import GRDB
import GRDBSQLite
import Glibc

/// Opens, checks and migrates the database file.
enum Opening {
    /// The writing connection with the values of its pragmas.
    struct Opened {
        var queue: DatabaseQueue
        var synchronous: Int
        var journalMode: String
    }

    /// Opens the file in an existing folder; a new file is created with mode 0600.
    ///
    /// The time does not depend on the size of the database: nothing is scanned.
    static func open(_ settings: DepotStore.Settings, now: Timestamp) throws(DepotError) -> Opened {
        _ = isConfigured
        try makeFile(settings.path)
        do {
            var configuration = Configuration()
            configuration.label = "depot.writer"
            configuration.busyMode = .timeout(Double(settings.busyMilliseconds) / 1000)
            // A failed rollback must not trap in GRDB; the next batch rolls back first.
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: settings.path, configuration: configuration)
            queue.writeWithoutTransaction { database in
                if let handle = database.sqliteConnection { SQLFunctions.register(handle) }
            }
            try queue.writeWithoutTransaction { try check($0, migrator(now: now)) }
            // GRDB sets synchronous = NORMAL when it activates WAL itself, so WAL is activated here and FULL is set
            // after it.
            let journalMode = try queue.writeWithoutTransaction { database in
                let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") ?? ""
                try database.execute(sql: "PRAGMA synchronous = FULL; \(TransactionProfile.interactive.pragmas)")
                return mode
            }
            guard journalMode == "wal" else {
                throw DepotError(
                    .storeUnavailable, "The file system with the database does not allow a write-ahead log.",
                    hint: "Put the database on a local disk.")
            }
            // Most of what a migration drops has been copied elsewhere, and overwriting it would take longer than
            // everything else.
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA secure_delete = OFF") }
            let progress = try progress(of: queue, settings.onUpgrade)
            try migrator(now: now, progress: progress).migrate(queue)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA secure_delete = ON") }
            // After a crash the index says that a checkpoint was under way, until one has ended: then nobody could tell
            // whether somebody else wrote into the database. One that cannot be made now is made later.
            try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
            let synchronous = try queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
            return Opened(queue: queue, synchronous: synchronous, journalMode: journalMode)
        } catch let error as DepotError {
            throw error
        } catch {
            let failure = SQLFailure(error)
            throw failure.primary == SQLITE_NOTADB
                ? DepotError(
                    .storeUnusable, "\(settings.path) is not a database, or it is damaged.",
                    hint: "Move the file away, and put back the newest backup.")
                : failure.error
        }
    }

    /// Set once, before SQLite is used.
    private static let isConfigured = sqlite_count_no_memory() == SQLITE_OK

    private static func makeFile(_ path: String) throws(DepotError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
        } else if errno != EEXIST {
            throw DepotError(
                .storeUnavailable, "The database \(path) cannot be made: \(errnoText()).",
                hint: "Its folder must exist, and the station's user must be allowed to write in it.")
        }
    }

    /// Refuses a file of another program, and one that a newer version of this program migrated.
    private static func check(_ database: Database, _ migrator: DatabaseMigrator) throws {
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard tables > 0 else { return }
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID else {
            throw DepotError(
                .storeUnusable, "The database belongs to another program.",
                hint: "Look at the path of the database in the configuration.")
        }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard try version <= Schema.version && !migrator.hasBeenSuperseded(database) else {
            throw DepotError(
                .storeUnusable,
                "The database has schema \(version); this program knows schemas up to \(Schema.version).",
                hint: "Install the version that wrote it, or a newer one.")
        }
    }

    /// Returns what is called before each migration, with its version.
    private static func progress(
        of queue: DatabaseQueue, _ report: @escaping @Sendable (SchemaUpgrade) -> Void
    ) throws -> @Sendable (Int) -> Void {
        let (applied, isNew) = try queue.read { database in
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            return (try migrator(now: Timestamp(milliseconds: 0)).appliedMigrations(database), tables == 0)
        }
        guard !isNew else { return { _ in } }
        let pending = migrator(now: Timestamp(milliseconds: 0)).migrations.filter { !applied.contains($0) }
        return { version in
            let step = pending.firstIndex(of: String(version)).map { $0 + 1 } ?? 1
            report(SchemaUpgrade(version: version, step: step, steps: max(step, pending.count)))
        }
    }

    /// The versions of the schema that are statements and nothing else.
    private static let laterVersions = [
        (3, Schema.version3), (4, Schema.version4), (5, Schema.version5), (6, Schema.version6), (7, Schema.version7),
        (8, Schema.version8), (9, Schema.version9),
    ]

    private static func migrator(
        now: Timestamp, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1", foreignKeyChecks: .immediate) { database in
            progress(1)
            try database.execute(sql: Schema.version1)
            try database.execute(sql: Schema.standardTenant, arguments: [now.milliseconds])
        }
        migrator.registerMigration("2", foreignKeyChecks: .immediate) { database in
            progress(2)
            try database.execute(sql: Schema.version2)
            try database.execute(sql: Schema.fillTimes(now.milliseconds))
            for tenant in try Int64.fetchAll(database, sql: "SELECT id FROM tenant") {
                let uuid = UniqueID.random()
                let bytes = withUnsafeBytes(of: (uuid.high.bigEndian, uuid.low.bigEndian)) { Data($0) }
                try database.execute(sql: "UPDATE tenant SET uuid = ? WHERE id = ?", arguments: [bytes, tenant])
            }
        }
        for (version, statements) in laterVersions {
            migrator.registerMigration(String(version), foreignKeyChecks: .immediate) { database in
                progress(version)
                try database.execute(sql: statements)
            }
        }
        return migrator
    }
}

/// Returns the message for the current `errno`.
func errnoText() -> String { String(cString: strerror(errno)) }
