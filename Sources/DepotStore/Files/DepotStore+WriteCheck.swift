public import DepotModel
import GRDBSQLite
import Glibc
import Synchronization

extension DepotStore {
    /// The time after which a change that waits for the disk is reported, in milliseconds.
    private static let slow: Int64 = 900
    /// The time for which the check itself waits for the writer, in milliseconds.
    private static let longestWait = 300

    /// Checks that changes can be written now. It is meant for one caller, about once a second, and takes less than
    /// that.
    ///
    /// While changes are being written, their result counts. Otherwise the write lock is tried, which does not touch
    /// the disk; after a failed change, a page is written and flushed, so that the state is known before the next
    /// change.
    ///
    /// - Throws: `store_unavailable` or `store_unusable`; `store_slow` if a change waits for the disk for about a
    ///   second.
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
        // A recent write shows that writing is possible, but not what other programs did to the files since.
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
            // The writer is busy with a change by now, or stops; the next call tells more.
            if let failure = state.failure { throw failure }
            return
        }
        try result.get()
        if state.failure != nil { commits.clearFailure(after: state.failed) }
    }

    /// Checks overwritten files in the background, once for each state: if another program only touched them, nothing
    /// changed and the station continues.
    private func inquire() {
        guard let inquiry = commits.files.beginInquiry() else { return }
        let task = Task.detached { [self] in
            let isSame = await isStillOurs()
            commits.files.end(inquiry, isWhole: isSame)
        }
        self.inquiry.withLock { $0 = task }
    }

    /// Returns true if the files are whole and contain the ledger up to its newest event.
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

    /// A Boolean value that is true if most of the newest changes took long to reach the disk.
    public var isWritingSlowly: Bool { commits.state.isSlow() }

    /// A Boolean value that is true if a file of the database was overwritten and is not known to have the same
    /// content.
    public var isOverwritten: Bool { commits.files.isOverwritten }

    /// The number of changes of the database since the start by another program that follows SQLite's rules. They are
    /// kept, but are in no event.
    public var foreignChanges: Int { commits.files.foreignChanges }

    private static let slowError = DepotError(
        .storeSlow, "A change has been waiting for the disk with the database for about a second or longer.",
        hint: "keep scanning: nothing is lost, and changes are written in order; is another program using the database?"
    )

    /// The space in bytes that the station may still use on the database's disk, or nil if it is not known.
    public var freeBytes: Int64? {
        Self.fileSystem(of: settings.path).map { system in
            let (bytes, isMore) = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
            return isMore ? .max : Int64(clamping: bytes)
        }
    }

    /// Returns the latest time among the newest hundred events, or nil if there are none.
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
    /// Takes and releases the write lock; with the schema's version, also writes that version again.
    fileprivate func tryWriting(_ version: Int?, busyMilliseconds: Int32) throws(SQLFailure) {
        // Changes wait for other programs; the check must not.
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
