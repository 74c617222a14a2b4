public import DepotModel
import Glibc

/// A finished backup.
public struct BackupReport: Hashable, Sendable {
    /// The path of the file.
    public var path: String
    /// The size of the file in bytes.
    public var bytes: Int64
    /// The number of the newest event in the backup.
    public var events: EventNumber

    /// Creates a report.
    public init(path: String, bytes: Int64, events: EventNumber) {
        self.path = path
        self.bytes = bytes
        self.events = events
    }
}

extension DepotStore {
    /// Writes a copy of the database in its state at one moment, while the station continues, and returns once it is
    /// durable.
    ///
    /// The file is created with mode 0600, and none is left behind after a failure.
    ///
    /// - Throws: `DepotError.Code.conflict` if the file exists, or one that SQLite would take for a part of it.
    public func backup(to path: String) async throws(DepotError) -> BackupReport {
        let result = await onBackgroundThread { [settings, readStop] () throws(DepotError) -> BackupReport in
            try Self.refuseTaken(path, database: settings.path)
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw errno == EEXIST
                    ? DepotError(.conflict, "\(path) already exists.", hint: "A backup never overwrites a file.")
                    : DepotError(
                        .badRequest, "\(path) cannot be created: \(errnoText()).", hint: "Choose another folder.")
            }
            defer { Glibc.close(descriptor) }
            do throws(DepotError) {
                let events = try Self.copy(settings, to: path, readStop)
                try Self.sync(descriptor, path)
                var status = stat()
                fstat(descriptor, &status)
                return BackupReport(path: path, bytes: Int64(status.st_size), events: events)
            } catch {
                // None of these files existed before.
                for suffix in [""] + Self.companions { unlink(path + suffix) }
                throw error
            }
        }
        return try result.get()
    }

    /// The suffixes of SQLite's files beside a database (sqlite.org/tempfiles.html).
    private static let companions = ["-journal", "-wal", "-shm"]

    /// Refuses a path with a file that SQLite would remove or overwrite, and the names that SQLite uses beside the
    /// station's database.
    private static func refuseTaken(_ path: String, database: String) throws(DepotError) {
        let (target, own) = (split(path), split(database))
        if target.name.hasPrefix(own.name), isSameFolder(target.folder, own.folder) {
            throw DepotError(
                .badRequest, "\(path) has a name that belongs to the station's database.",
                hint: "Choose another name, or better another disk.")
        }
        for suffix in [""] + companions {
            var status = stat()
            guard lstat(path + suffix, &status) != 0 else {
                throw DepotError(
                    .conflict, "\(path + suffix) already exists.", hint: "A backup never overwrites or removes a file.")
            }
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private static func isSameFolder(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(left, &first) == 0, stat(right, &second) == 0 else { return left == right }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Copies the database with `VACUUM INTO` (sqlite.org/lang_vacuum.html): one read transaction, regardless of
    /// commits in the meantime.
    private static func copy(_ settings: Settings, to path: String, _ stop: ReadStop) throws(DepotError) -> EventNumber
    {
        do throws(SQLFailure) {
            let source = try SQLConnection(
                readingFrom: settings.path, cacheKibibytes: 2048, busyMilliseconds: settings.busyMilliseconds,
                stop: stop)
            try source.run(text: "VACUUM INTO ?", [.text(path)])
            let copy = try SQLConnection(
                readingFrom: path, cacheKibibytes: 512, busyMilliseconds: settings.busyMilliseconds,
                stop: stop)
            let newest = try copy.first(text: "SELECT number FROM event ORDER BY number DESC LIMIT 1") { $0.int(0) }
            return EventNumber(rawValue: newest ?? 0)
        } catch {
            throw error.error
        }
    }

    private static func sync(_ descriptor: Int32, _ path: String) throws(DepotError) {
        let directory = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if directory >= 0 { Glibc.close(directory) } }
        guard fsync(descriptor) == 0, directory >= 0, fsync(directory) == 0 else {
            throw DepotError(.storeUnavailable, "The backup cannot be written: \(errnoText()).")
        }
    }
}
