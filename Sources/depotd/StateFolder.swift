import DepotModel
import Foundation
import Glibc
import Logging
import Synchronization

/// The folder of the database, which only one daemon uses at a time.
///
/// `depotd.lock` in it is locked (flock(2)) until the process ends. Its first line is the process id. A second line records
/// that a database was created here and the inode of its file, so that the next start detects a missing or replaced file.
/// Removing the file changes neither: the folder is locked as well, and the record is written again
/// (``checkRecord(isOverwritten:_:)``).
final class StateFolder: Sendable {
    private struct Note {
        var lock: Int32
        /// The creation of the database as recorded, or nil if there was none.
        var creation: String?
        /// The inode of the database when it was last opened, or 0 if it was overwritten since.
        var file: String?
        /// The line after the process id.
        var line: String?
    }

    /// The path of the database.
    let database: String
    private let path: String
    private let folder: Int32
    private let note: Mutex<Note>
    private var lockPath: String { path + "/depotd.lock" }

    /// Creates the folder if it does not exist, and locks it.
    ///
    /// - Throws: ``DepotError/Code/conflict`` if another daemon uses it.
    init(_ path: String) throws(DepotError) {
        self.path = path
        database = path + "/depot.sqlite"
        try Self.createFolder(path)
        folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.error("The folder \(path) cannot be opened") }
        let file = path + "/depotd.lock"
        let lock = Self.open(file)
        guard lock >= 0 else { throw Self.error("\(file) cannot be opened") }
        let number = Self.lock(lock)
        let lines = Self.read(lock).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        // The folder is locked too, since the file may be removed. Not every file system can lock folders.
        guard number != EWOULDBLOCK, Self.lock(folder) != EWOULDBLOCK else {
            let process = lines.first.map { " (process \($0))" } ?? ""
            throw DepotError(
                .conflict, "Another depotd\(process) is using the folder \(path).",
                hint: "stop it, or give this one a folder of its own with --state-dir")
        }
        guard number == 0 else { throw Self.error("\(file) cannot be locked", number) }
        let parts = lines.count > 1 ? lines[1].components(separatedBy: ", file ") : []
        note = Mutex(Note(lock: lock, creation: parts.first, file: parts.count > 1 ? parts[1] : nil))
        // A full disk must not prevent the start; it only makes a second daemon's message less precise.
        _ = Self.write(Self.process, lock)
    }

    /// Throws if the folder had a database that is missing now.
    ///
    /// - Parameter startsNew: whether a new database is wanted in its place.
    func requireDatabase(startsNew: Bool) throws(DepotError) {
        guard let creation = note.withLock({ $0.creation }) else { return }
        var file = stat()
        let isGone = stat(database, &file) == 0 ? file.st_size == 0 : errno == ENOENT
        guard isGone else { return try refuseForeignLog(file) }
        guard startsNew else {
            throw DepotError(
                .storeUnusable,
                "\(database) is \(file.st_nlink > 0 ? "empty" : "gone"), but there was a database here (\(creation)).",
                hint: "put the file or the newest backup back; depotd --new starts with an empty one")
        }
        note.withLock { $0.creation = nil }
    }

    /// Throws if the database was replaced but the former one's write-ahead log is still there, since SQLite would apply it
    /// to the new file (sqlite.org/howtocorrupt.html §1.4).
    private func refuseForeignLog(_ found: stat) throws(DepotError) {
        guard let file = note.withLock({ $0.file }), file != String(found.st_ino) else { return }
        var log = stat()
        guard stat(database + "-wal", &log) == 0, log.st_size > 0 else { return }
        throw DepotError(
            .storeUnusable,
            "\(database) is not the file that the station used last, but the write-ahead log beside it belongs to that one.",
            hint: "if it is the database to use, remove \(database)-wal and -shm; otherwise put the former one back")
    }

    /// Records durably that the folder has a database, and the inode of its file.
    func recordDatabase() throws(DepotError) {
        var status = stat()
        try recordDatabase(stat(database, &status) == 0 ? String(status.st_ino) : "")
    }

    private func recordDatabase(_ file: String) throws(DepotError) {
        let isWritten = note.withLock { note in
            guard note.creation == nil || file != note.file || note.line == nil else { return true }
            let creation = note.creation ?? "database made \(Date.now.formatted(.iso8601.year().month().day()))"
            (note.creation, note.file) = (creation, file)
            let line = "\(creation), file \(file)".padding(toLength: 60, withPad: " ", startingAt: 0) + "\n"
            note.line = line
            return Self.write(Self.process + line, note.lock) && fsync(note.lock) == 0 && fsync(folder) == 0
        }
        guard isWritten else { throw Self.error("\(lockPath) cannot be written") }
    }

    /// Writes `depotd.lock` again if it was removed, replaced or overwritten, and records whether the database is still the
    /// one to which the log beside it belongs. Meant to be called once a second.
    ///
    /// - Returns: the problem if the record cannot be written, or nil.
    func checkRecord(isOverwritten: Bool, _ logger: Logger) -> DepotError? {
        do throws(DepotError) {
            if note.withLock({ !isUnchanged($0) }) {
                try writeAgain()
                logger.error(
                    "the daemon’s lock file, which records that there is a database, was changed; it is written again",
                    metadata: ["file": "\(lockPath)"])
            }
            if isOverwritten {
                try recordDatabase("0")
            } else if note.withLock({ $0.file == "0" }) {
                try recordDatabase()
            }
        } catch {
            return error
        }
        return nil
    }

    private func isUnchanged(_ note: Note) -> Bool {
        guard let line = note.line else { return true }
        var (own, found) = (stat(), stat())
        guard fstat(note.lock, &own) == 0, lstat(lockPath, &found) == 0 else { return errno != ENOENT }
        return own.st_dev == found.st_dev && own.st_ino == found.st_ino && Self.read(note.lock) == Self.process + line
    }

    private func writeAgain() throws(DepotError) {
        let number: Int32 = note.withLock { note in
            var lock = Self.open(lockPath)
            guard lock >= 0 else { return errno }
            // a file that is locked is the same one; whether or not it can be, the folder is
            if Self.lock(lock) != EWOULDBLOCK { swap(&note.lock, &lock) }
            close(lock)
            let isWritten =
                ftruncate(note.lock, 0) == 0 && Self.write(Self.process + (note.line ?? ""), note.lock)
                && fsync(note.lock) == 0 && fsync(folder) == 0
            return isWritten ? 0 : errno
        }
        guard number == 0 else {
            throw DepotError(
                .lockLost,
                "\(lockPath) was removed or replaced, and cannot be written again: \(String(cString: strerror(number))).",
                hint: "make room for it: without it a lost database counts as a first start")
        }
    }

    /// The line with the process id, padded to a fixed length so that it never overwrites the next line.
    private static var process: String { String(getpid()).padding(toLength: 10, withPad: " ", startingAt: 0) + "\n" }

    /// Locks a file or folder, and returns 0 or the error number.
    private static func lock(_ file: Int32) -> Int32 { flock(file, LOCK_EX | LOCK_NB) == 0 ? 0 : errno }

    private static func createFolder(_ path: String) throws(DepotError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DepotError(
                .configuration, "The folder \(path) cannot be created: \(error.localizedDescription)",
                hint: "--state-dir DIR keeps everything in a folder of your own")
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
