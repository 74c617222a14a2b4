import DepotModel
import Foundation
import Glibc

/// The folder of the database, which one daemon has at a time.
///
/// `depotd.lock` in it is locked (flock(2)) until the process ends, however it ends. Its first line is the number of the
/// process; a second one says that a database was made here and which file it was, so that the next start takes neither its
/// loss for a first start nor another file for it.
struct StateFolder {
    /// The database's file.
    let database: String
    private let path: String
    private let folder: Int32
    private let lock: Int32
    private var made: String?
    /// The number of the file that was the database when it was last opened.
    private var file: String?

    /// Makes the folder where there is none, and takes it.
    ///
    /// - Throws: ``DepotError/Code/conflict`` where another daemon has it.
    init(_ path: String) throws(DepotError) {
        self.path = path
        database = path + "/depot.sqlite"
        try Self.make(path)
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.error("The folder \(path) cannot be opened") }
        let file = path + "/depotd.lock"
        lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw Self.error("\(file) cannot be opened") }
        let number = Self.take(lock)
        let lines = Self.read(lock).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        // The folder as well: somebody may remove the file. Not every file system locks folders.
        guard number != EWOULDBLOCK, Self.take(folder) != EWOULDBLOCK else {
            let process = lines.first.map { " (process \($0))" } ?? ""
            throw DepotError(
                .conflict, "Another depotd\(process) is using the folder \(path).",
                hint: "stop it, or give this one a folder of its own with --state-dir")
        }
        guard number == 0 else { throw Self.error("\(file) cannot be locked", number) }
        let parts = lines.count > 1 ? lines[1].components(separatedBy: ", file ") : []
        (made, self.file) = (parts.first, parts.count > 1 ? parts[1] : nil)
        // A full disk does not keep the station from starting; then a second daemon says less.
        _ = write(Self.process)
    }

    /// Refuses to go on where a database was made in this folder before and there is none now.
    ///
    /// - Parameter startsNew: then a new one is wanted.
    mutating func expectDatabase(startsNew: Bool) throws(DepotError) {
        guard let made else { return }
        var file = stat()
        let isGone = stat(database, &file) == 0 ? file.st_size == 0 : errno == ENOENT
        guard isGone else { return try refuseForeignLog(file) }
        guard startsNew else {
            throw DepotError(
                .storeUnusable,
                "\(database) is \(file.st_nlink > 0 ? "empty" : "gone"), but there was a database here (\(made)).",
                hint: "put the file or the newest backup back; depotd --new starts with an empty one")
        }
        self.made = nil
    }

    /// Refuses a database that was put in another's place with that one's write-ahead log beside it: SQLite would write the
    /// log into it (sqlite.org/howtocorrupt.html §1.4).
    private func refuseForeignLog(_ found: stat) throws(DepotError) {
        guard let file, file != String(found.st_ino) else { return }
        var log = stat()
        guard stat(database + "-wal", &log) == 0, log.st_size > 0 else { return }
        throw DepotError(
            .storeUnusable,
            "\(database) is not the file that the station used last, but the write-ahead log beside it belongs to that one.",
            hint: "if it is the database to use, remove \(database)-wal and -shm; otherwise put the former one back")
    }

    /// Notes, durably, that the folder has a database, and which file it is.
    func noteDatabase() throws(DepotError) {
        var status = stat()
        let file = stat(database, &status) == 0 ? String(status.st_ino) : ""
        guard made == nil || file != self.file else { return }
        let day = made ?? "database made \(Date.now.formatted(.iso8601.year().month().day()))"
        let line = "\(day), file \(file)".padding(toLength: 60, withPad: " ", startingAt: 0)
        guard write(Self.process + line + "\n"), fsync(lock) == 0, fsync(folder) == 0 else {
            throw Self.error("\(path)/depotd.lock cannot be written")
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
                .configuration, "The folder \(path) cannot be created: \(error.localizedDescription)",
                hint: "--state-dir DIR keeps everything in a folder of your own")
        }
    }

    private static func read(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return pwrite(lock, bytes, bytes.count, 0) == bytes.count
    }

    private static func error(_ what: String, _ number: Int32 = errno) -> DepotError {
        DepotError(.storeUnavailable, "\(what): \(String(cString: strerror(number))).")
    }
}
