public import DepotModel
import GRDBSQLite
import Glibc
import Synchronization

extension DepotStore {
    /// How long a batch may be at the disk before that is worth saying.
    private static let slow: Int64 = 1000

    /// Whether changes can be written now: throws why not. Meant to be asked once a second, by one caller.
    ///
    /// While changes are committed they tell. Else the write lock is tried, which touches no disk; and where the last
    /// change failed, a page is written and flushed, so that the answer is right again before somebody's change is.
    ///
    /// - Throws: `store_unavailable`, `store_unusable`; `store_slow` while the disk takes more than a second.
    public func checkWriting() async throws(DepotError) {
        let state = commits.state
        guard state.milliseconds < Self.slow else {
            throw DepotError(
                .storeSlow, "The disk with the database has been writing for \(state.milliseconds / 1000) s.",
                hint: "scan on: nothing is lost, and what waits is written in order")
        }
        try commits.files.check()
        try Self.checkFileSystem(of: settings.path)
        let isBusy = checked.withLock { known in
            defer { known = state.committed }
            return known != state.committed
        }
        guard !isBusy || state.failure != nil else { return }
        let (version, wait) = (Schema.version, settings.busyMilliseconds)
        let result = await commits.between { connection in
            Result { () throws(SQLFailure) in
                try connection.tryWriting(state.failure == nil ? nil : version, busyMilliseconds: wait)
            }
        }
        do throws(SQLFailure) { try result.get() } catch { throw error.error }
        if state.failure != nil { commits.forgive() }
    }

    /// Bytes that the station may still write to the disk with the database; nil where nobody knows.
    public var freeBytes: Int64? {
        Self.fileSystem(of: settings.path).map { Int64(clamping: UInt64($0.f_bavail) * UInt64($0.f_frsize)) }
    }

    /// The time of the newest event; nil while there is none.
    public func newestEventTime() throws(DepotError) -> Timestamp? {
        try readers.read { (connection) throws(SQLFailure) in try connection.first(Self.newestTime) { $0.time(0) } }
    }

    private static let newestTime = Query("SELECT at FROM event ORDER BY number DESC LIMIT 1")

    private static func checkFileSystem(of path: String) throws(DepotError) {
        guard let system = fileSystem(of: path) else { return }
        guard system.f_flag & UInt(ST_RDONLY) == 0 else {
            throw SQLFailure(code: SQLITE_READONLY, message: "its file system is mounted read-only").error
        }
        guard system.f_bavail > 0 || system.f_blocks == 0 else {
            throw SQLFailure(code: SQLITE_FULL, message: "no space left").error
        }
    }

    private static func fileSystem(of path: String) -> statvfs? {
        var system = statvfs()
        return statvfs(path, &system) == 0 ? system : nil
    }
}

extension SQLConnection {
    /// Takes the write lock and gives it back; with the schema's version, writes that again.
    fileprivate func tryWriting(_ version: Int?, busyMilliseconds: Int32) throws(SQLFailure) {
        // a change waits for another program; this only asks
        sqlite3_busy_timeout(handle, 0)
        defer {
            if isInTransaction { _ = try? execute("ROLLBACK") }
            sqlite3_busy_timeout(handle, busyMilliseconds)
        }
        if isInTransaction { try execute("ROLLBACK") }
        try execute("BEGIN IMMEDIATE")
        guard let version else { return }
        try execute("PRAGMA user_version = \(version)")
        try execute("COMMIT")
    }
}
