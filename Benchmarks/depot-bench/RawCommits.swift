import Foundation
import GRDBSQLite

/// The limit of all durable operations: SQLite's C interface with one connection and one transaction at a time.
///
/// Each transaction is one UPDATE by key and one INSERT, with the journal mode and the flushes that the station uses
/// (WAL, `synchronous = FULL`), on the same file system. One thread at a time.
final class RawCommits {
    private let handle: OpaquePointer
    private let begin: OpaquePointer
    private let update: OpaquePointer
    private let insert: OpaquePointer
    private let commit: OpaquePointer
    private var number: Int64 = 0
    private static let assets: Int64 = 10_000
    private static let body = String(repeating: "x", count: 256)

    /// Creates a new database in the folder.
    init(folder: String) throws(BenchError) {
        var opened: OpaquePointer?
        let path = folder + "/raw-\(UInt32.random(in: .min ... .max)).sqlite"
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK, let opened
        else {
            sqlite3_close_v2(opened)
            throw BenchError("\(path) cannot be made")
        }
        handle = opened
        do throws(BenchError) {
            try Self.execute(
                opened,
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                CREATE TABLE asset (id INTEGER PRIMARY KEY, holder INTEGER, version INTEGER NOT NULL) STRICT;
                CREATE TABLE event (number INTEGER PRIMARY KEY, asset INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
                WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < \(Self.assets))
                INSERT INTO asset SELECT id, NULL, 1 FROM ids;
                """)
            begin = try Self.prepare(opened, "BEGIN IMMEDIATE")
            update = try Self.prepare(opened, "UPDATE asset SET holder = ?1, version = version + 1 WHERE id = ?2")
            insert = try Self.prepare(
                opened, "INSERT INTO event (number, asset, body) VALUES (?1, ?2, '\(Self.body)')")
            commit = try Self.prepare(opened, "COMMIT")
        } catch {
            // deinit does not run after a failed initialization, so the connection is closed here with its statements.
            sqlite3_close_v2(opened)
            throw error
        }
    }

    deinit {
        for statement in [begin, update, insert, commit] { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Commits once and returns the nanoseconds from before BEGIN until the commit is durable.
    func once() throws(BenchError) -> UInt64 {
        let start = monotonic()
        number += 1
        let asset = number % Self.assets + 1
        sqlite3_bind_int64(update, 1, number)
        sqlite3_bind_int64(update, 2, asset)
        sqlite3_bind_int64(insert, 1, number)
        sqlite3_bind_int64(insert, 2, asset)
        for statement in [begin, update, insert, commit] {
            let code = sqlite3_step(statement)
            sqlite3_reset(statement)
            guard code == SQLITE_DONE else {
                throw BenchError("raw commit: \(String(cString: sqlite3_errmsg(handle)))")
            }
        }
        return monotonic() - start
    }

    /// Commits repeatedly for a time.
    func run(seconds: Double) throws(BenchError) -> Rate {
        let start = monotonic()
        let end = start + UInt64(seconds * 1e9)
        var count = 0
        while monotonic() < end {
            _ = try once()
            count += 1
        }
        return Rate(count: count, seconds: Double(monotonic() - start) / 1e9)
    }

    private static func execute(_ handle: OpaquePointer, _ sql: String) throws(BenchError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw BenchError("raw database: \(String(cString: sqlite3_errmsg(handle)))")
        }
    }

    private static func prepare(_ handle: OpaquePointer, _ sql: String) throws(BenchError) -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw BenchError("raw database: \(String(cString: sqlite3_errmsg(handle)))")
        }
        return statement
    }
}
