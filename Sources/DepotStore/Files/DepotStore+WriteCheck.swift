public import DepotModel
import GRDBSQLite
import Glibc
import Synchronization

extension DepotStore {
    /// How long a change may wait for the disk before that is worth saying, in milliseconds.
    private static let slow: Int64 = 900
    /// How long the check itself waits for the writer, in milliseconds.
    private static let longestWait = 300

    /// Whether changes can be written now: throws why not. Meant to be asked once a second, by one caller; takes less.
    ///
    /// While changes are written they tell. Else the write lock is tried, which touches no disk; and where the last change
    /// failed, a page is written and flushed, so that the answer is right again before somebody's change is.
    ///
    /// - Throws: `store_unavailable`, `store_unusable`; `store_slow` while a change waits for the disk for about a second.
    public func checkWriting() async throws(DepotError) {
        let state = commits.state
        do throws(DepotError) { try commits.files.checkPlaces() } catch {
            inquire()
            throw error
        }
        if let waiting = state.milliseconds {
            if let failure = state.failure { throw failure }
            guard waiting < Self.slow else { throw Self.slowError }
            return
        }
        let isBusy = checked.withLock { known in
            defer { known = state.written }
            return known != state.written
        }
        // what was written a moment ago says that it can be, and nothing of what others did to the files since
        let tries = !isBusy || state.failure != nil
        if tries { try Self.checkFileSystem(of: settings.path) }
        let (version, wait, files) = (Schema.version, settings.busyMilliseconds, commits.files)
        let result = await commits.between(within: Self.longestWait) { connection in
            Result { () throws(DepotError) in
                try files.check(isOwn: false)
                guard tries else { return }
                do throws(SQLFailure) {
                    try connection.tryWriting(state.failure == nil ? nil : version, busyMilliseconds: wait)
                } catch {
                    throw error.error
                }
            }
        }
        guard let result else {
            // the writer has a change in hand by now, or stops; the next look tells
            if let failure = state.failure { throw failure }
            return
        }
        try result.get()
        if state.failure != nil { commits.clearFailure(after: state.failed) }
    }

    /// Checks files that somebody wrote over, beside everything else, once each time: whoever only touched them has changed
    /// nothing, and the station goes on.
    private func inquire() {
        guard let inquiry = commits.files.beginInquiry() else { return }
        let task = Task.detached { [self] in
            let isSame = await isStillOurs()
            commits.files.end(inquiry, isWhole: isSame)
        }
        self.inquiry.withLock { $0 = task }
    }

    /// Whether the files, as they are, are whole and have the ledger up to its newest event.
    private func isStillOurs() async -> Bool {
        let end = commits.ledgerEnd.withLock { $0 }
        guard let report = try? await verify(), report.problems.isEmpty, report.lastNumber >= end.number else {
            return false
        }
        let hash = await onBackgroundThread { [settings, readStop] () throws(DepotError) -> [UInt8]? in
            do throws(SQLFailure) {
                let connection = try SQLConnection(
                    readingFrom: settings.path, cacheKibibytes: 512, busyMilliseconds: settings.busyMilliseconds,
                    stop: readStop)
                return try connection.first(text: "SELECT hash FROM event WHERE number = ?", [.row(end.number)]) {
                    $0.bytes(0)
                }
            } catch {
                throw error.error
            }
        }
        return end.number.rawValue == 0 || (try? hash.get()) == end.hash
    }

    /// Whether the database or what belongs to it was written over, and is not known to be as it was.
    public var isOverwritten: Bool { commits.files.isOverwritten }

    /// How often another program has changed the database by SQLite's rules since the start. What it wrote stays and is in
    /// no event.
    public var foreignChanges: Int { commits.files.foreignChanges }

    private static let slowError = DepotError(
        .storeSlow, "A change has been waiting for the disk with the database for about a second or longer.",
        hint: "keep scanning: nothing is lost, and changes are written in order; is another program using the database?"
    )

    /// Bytes that the station may still write to the disk with the database; nil where nobody knows.
    public var freeBytes: Int64? {
        Self.fileSystem(of: settings.path).map { system in
            let (bytes, isMore) = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
            return isMore ? .max : Int64(clamping: bytes)
        }
    }

    /// The highest time among the newest hundred events; nil while there is none.
    public func newestEventTime() throws(DepotError) -> Timestamp? {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.first(Self.newestTime) { $0.optionalTime(0) } ?? nil
        }
    }

    private static let newestTime = Query(
        "SELECT max(at) FROM (SELECT at FROM event ORDER BY number DESC LIMIT 100)")

    private static func checkFileSystem(of path: String) throws(DepotError) {
        guard let system = fileSystem(of: path) else { return }
        guard system.f_flag & UInt(ST_RDONLY) == 0, !MountTable.isReadOnly(fileSystemOf: path) else {
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
