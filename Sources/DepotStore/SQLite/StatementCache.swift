import GRDBSQLite

/// The prepared statements of texts that depend on the request; the least recently used are dropped first.
///
/// Its number and memory are bounded: the statement of a long query takes megabytes, and many different queries would
/// otherwise fill the memory of every connection. Not thread-safe, like its connection.
struct StatementCache {
    /// The maximum number of statements.
    static let limit = 128
    /// The maximum memory of all statements in bytes.
    static let memoryLimit = 1 << 20
    /// The maximum memory of one statement in bytes; larger ones are not kept.
    static let largest = 64 << 10

    private struct Kept {
        var statement: OpaquePointer
        var bytes: Int
        var usedAt: UInt64
    }

    private var kept: [String: Kept] = [:]
    private var clock: UInt64 = 0
    /// The memory of the statements in bytes, as reported by SQLite.
    private(set) var memory = 0
    var count: Int { kept.count }

    /// Removes and returns the statement of a text, or nil if there is none, so that it is not dropped while it runs.
    mutating func take(_ text: String) -> OpaquePointer? {
        guard let found = kept.removeValue(forKey: text) else { return nil }
        memory -= found.bytes
        return found.statement
    }

    /// Keeps a statement after its run, or finalizes it. SQLite allocates some of the memory only during the run, so it
    /// is measured afterwards.
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

    /// Finalizes all statements.
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
