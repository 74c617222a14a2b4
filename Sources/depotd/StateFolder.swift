import DepotModel
import Foundation
import Glibc
import Logging
import Synchronization

/// The folder of the database, which one daemon has at a time.
///
/// `depotd.lock` in it is locked (flock(2)) until the process ends, however it ends. Its first line is the number of the
/// process; a second one says that a database was made here and which file it was, so that the next start takes neither its
/// loss for a first start nor another file for it. Somebody who removes the file removes neither: the folder is locked as
/// well, and what it said is written again (``look(isOverwritten:_:)``).
final class StateFolder: Sendable {
    private struct Note {
        var lock: Int32
        var made: String?
        /// The number of the file that was the database when it was last opened; 0 where somebody wrote it over since.
        var file: String?
        /// What the file says after the line of the process.
        var line: String?
    }

    /// The database's file.
    let database: String
    private let path: String
    private let folder: Int32
    private let note: Mutex<Note>
    private var lockPath: String { path + "/depotd.lock" }

    /// Makes the folder where there is none, and takes it.
    ///
    /// - Throws: ``DepotError/Code/conflict`` where another daemon has it.
    init(_ path: String) throws(DepotError) {
        self.path = path
        database = path + "/depot.sqlite"
        try Self.make(path)
        folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.error("The folder \(path) cannot be opened") }
        let file = path + "/depotd.lock"
        let lock = Self.open(file)
        guard lock >= 0 else { throw Self.error("\(file) cannot be opened") }
        let number = Self.take(lock)
        let lines = Self.read(lock).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        // The folder as well: somebody may remove the file. Not every file system locks folders.
        guard number != EWOULDBLOCK, Self.take(folder) != EWOULDBLOCK else {
            let process = lines.first.map { " (process \($0))" } ?? ""
            throw DepotError(
                .conflict, "Another depotd\(process) has the folder \(path).",
                hint: "stop it, or give this one a folder of its own with --state-dir")
        }
        guard number == 0 else { throw Self.error("\(file) cannot be locked", number) }
        let parts = lines.count > 1 ? lines[1].components(separatedBy: ", file ") : []
        note = Mutex(Note(lock: lock, made: parts.first, file: parts.count > 1 ? parts[1] : nil))
        // A full disk does not keep the station from starting; then a second daemon says less.
        _ = Self.write(Self.process, lock)
    }

    /// Refuses to go on where a database was made in this folder before and there is none now.
    ///
    /// - Parameter startsNew: then a new one is wanted.
    func expectDatabase(startsNew: Bool) throws(DepotError) {
        guard let made = note.withLock({ $0.made }) else { return }
        var file = stat()
        let isGone = stat(database, &file) == 0 ? file.st_size == 0 : errno == ENOENT
        guard isGone else { return try refuseForeignLog(file) }
        guard startsNew else {
            throw DepotError(
                .storeUnusable,
                "\(database) is \(file.st_nlink > 0 ? "empty" : "gone"), and there was a database here (\(made)).",
                hint: "put the file or the newest backup back; depotd --new starts with an empty one")
        }
        note.withLock { $0.made = nil }
    }

    /// Refuses a database that was put in another's place with that one's write-ahead log beside it: SQLite would write the
    /// log into it (sqlite.org/howtocorrupt.html §1.4).
    private func refuseForeignLog(_ found: stat) throws(DepotError) {
        guard let file = note.withLock({ $0.file }), file != String(found.st_ino) else { return }
        var log = stat()
        guard stat(database + "-wal", &log) == 0, log.st_size > 0 else { return }
        throw DepotError(
            .storeUnusable,
            "\(database) is another file than the station used last, and beside it lies what that one had not taken in yet.",
            hint: "if it is the database to use, remove \(database)-wal and -shm; else put the former one back")
    }

    /// Notes, durably, that the folder has a database, and which file it is.
    func noteDatabase() throws(DepotError) {
        var status = stat()
        try noteDatabase(stat(database, &status) == 0 ? String(status.st_ino) : "")
    }

    private func noteDatabase(_ file: String) throws(DepotError) {
        let isWritten = note.withLock { note in
            guard note.made == nil || file != note.file || note.line == nil else { return true }
            let made = note.made ?? "database made \(Date.now.formatted(.iso8601.year().month().day()))"
            (note.made, note.file) = (made, file)
            let line = "\(made), file \(file)".padding(toLength: 60, withPad: " ", startingAt: 0) + "\n"
            note.line = line
            return Self.write(Self.process + line, note.lock) && fsync(note.lock) == 0 && fsync(folder) == 0
        }
        guard isWritten else { throw Self.error("\(lockPath) cannot be written") }
    }

    /// Writes `depotd.lock` again where somebody removed, replaced or wrote it over, and notes whether the database is still
    /// the one that the log beside it is of. Meant to be called once a second.
    ///
    /// - Returns: why that cannot be written.
    func look(isOverwritten: Bool, _ logger: Logger) -> DepotError? {
        do throws(DepotError) {
            if note.withLock({ !isAsNoted($0) }) {
                try writeAgain()
                logger.error(
                    "somebody changed the daemon’s lock file, which says that there is a database; it is written again",
                    metadata: ["file": "\(lockPath)"])
            }
            if isOverwritten { try noteDatabase("0") } else if note.withLock({ $0.file == "0" }) { try noteDatabase() }
        } catch {
            return error
        }
        return nil
    }

    private func isAsNoted(_ note: Note) -> Bool {
        guard let line = note.line else { return true }
        var (own, found) = (stat(), stat())
        guard fstat(note.lock, &own) == 0, lstat(lockPath, &found) == 0 else { return errno != ENOENT }
        return own.st_dev == found.st_dev && own.st_ino == found.st_ino && Self.read(note.lock) == Self.process + line
    }

    private func writeAgain() throws(DepotError) {
        let isWritten = note.withLock { note in
            var lock = Self.open(lockPath)
            guard lock >= 0 else { return false }
            // a file that is locked is the same one; whether or not it can be, the folder is
            if Self.take(lock) != EWOULDBLOCK { swap(&note.lock, &lock) }
            close(lock)
            return ftruncate(note.lock, 0) == 0 && Self.write(Self.process + (note.line ?? ""), note.lock)
                && fsync(note.lock) == 0 && fsync(folder) == 0
        }
        guard isWritten else {
            throw DepotError(
                .lockLost,
                "\(lockPath) was removed or replaced, and cannot be written again: \(String(cString: strerror(errno))).",
                hint: "make room for it: without it a lost database counts as a first start")
        }
    }

    /// The line of this process: of one length whatever the number, so that it never touches what stands behind it.
    private static var process: String { String(getpid()).padding(toLength: 10, withPad: " ", startingAt: 0) + "\n" }

    /// Locks a file or folder; the error's number, or 0.
    private static func take(_ file: Int32) -> Int32 { flock(file, LOCK_EX | LOCK_NB) == 0 ? 0 : errno }

    private static func make(_ path: String) throws(DepotError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DepotError(
                .configuration, "The folder \(path) cannot be made: \(error.localizedDescription)",
                hint: "--state-dir keeps everything in a folder of yours")
        }
    }

    private static func read(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func write(_ text: String, _ file: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return pwrite(file, bytes, bytes.count, 0) == bytes.count
    }

    private static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }

    private static func error(_ what: String, _ number: Int32 = errno) -> DepotError {
        DepotError(.storeUnavailable, "\(what): \(String(cString: strerror(number))).")
    }
}
