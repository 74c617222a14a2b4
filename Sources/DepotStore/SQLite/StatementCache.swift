import GRDBSQLite

/// The prepared statements of texts that depend on what is asked, the least recently used first to go.
///
/// Bounded by number and by memory: the statement of a long query takes megabytes, and whoever asks many different ones
/// would otherwise fill the memory of every connection. Not thread-safe, as its connection.
struct StatementCache {
    /// How many are kept.
    static let limit = 128
    /// How many bytes all of them take at most.
    static let memoryLimit = 1 << 20
    /// One that takes more than this is not kept at all.
    static let largest = 64 << 10

    private struct Kept {
        var statement: OpaquePointer
        var bytes: Int
        var usedAt: UInt64
    }

    private var kept: [String: Kept] = [:]
    private var clock: UInt64 = 0
    /// How many bytes they take, as SQLite says.
    private(set) var memory = 0
    var count: Int { kept.count }

    /// Takes the statement of the text out, if it is kept: nobody drops it while it runs.
    mutating func take(_ text: String) -> OpaquePointer? {
        guard let found = kept.removeValue(forKey: text) else { return nil }
        memory -= found.bytes
        return found.statement
    }

    /// Keeps a statement that was run, or finalizes it. Measured after the run: SQLite allocates some of it only then.
    mutating func keep(_ text: String, _ statement: OpaquePointer) {
        let bytes = Int(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_MEMUSED, 0)) + text.utf8.count
        guard bytes <= Self.largest, kept[text] == nil else {
            sqlite3_finalize(statement)
            return
        }
        while !kept.isEmpty, kept.count >= Self.limit || memory + bytes > Self.memoryLimit { dropOldest() }
        clock += 1
        kept[text] = Kept(statement: statement, bytes: bytes, usedAt: clock)
        memory += bytes
    }

    /// Gives up all of them.
    mutating func finalize() {
        for kept in kept.values { sqlite3_finalize(kept.statement) }
        kept = [:]
        memory = 0
    }

    private mutating func dropOldest() {
        guard let oldest = kept.min(by: { $0.value.usedAt < $1.value.usedAt }) else { return }
        sqlite3_finalize(oldest.value.statement)
        memory -= oldest.value.bytes
        kept[oldest.key] = nil
    }
}
