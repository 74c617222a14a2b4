import DepotModel
import Glibc
import Synchronization

/// The database's files as they were opened. SQLite goes on with a file that was deleted or replaced, and what it writes
/// there is lost (sqlite.org/howtocorrupt.html §4.2).
final class DatabaseFiles: Sendable {
    private struct Identity {
        var device: UInt
        var inode: UInt
        var size: Int

        /// Whether it may be the file that this one was before. The database never becomes smaller, and what lies beside it
        /// is cut shorter by SQLite, but never to nothing.
        func continues(_ former: Identity, isDatabase: Bool) -> Bool {
            device == former.device && inode == former.inode
                && (isDatabase ? size >= former.size : size > 0 || former.size == 0)
        }
    }

    private let paths: [String]
    private let opened: Mutex<[Identity?]>

    /// The files of the database at `path`, which is open.
    init(path: String) {
        paths = [path, path + "-wal", path + "-shm"]
        opened = Mutex(paths.map { Self.identity($0).flatMap(\.self) })
    }

    /// Throws `store_unavailable` where one of the files is gone or another one. Three system calls of a microsecond each.
    func check() throws(DepotError) {
        let lost: (path: String, isGone: Bool)? = opened.withLock { opened in
            for (index, path) in paths.enumerated() {
                // what cannot be looked at is left to the writing
                guard let found = Self.identity(path) else { continue }
                // the log is made with the first transaction
                guard let known = opened[index] else {
                    opened[index] = found
                    continue
                }
                guard let found, found.continues(known, isDatabase: index == 0) else { return (path, found == nil) }
                opened[index] = found
            }
            return nil
        }
        guard let lost else { return }
        let name = lost.path.split(separator: "/").last.map(String.init) ?? lost.path
        throw DepotError(
            .storeUnavailable,
            lost.isGone
                ? "The database file \(name) was removed while the station was running; nothing more is written."
                : "The database file \(name) was replaced while the station was running; nothing more is written.",
            hint:
                "stop the station, put the right database back without another one's -wal and -shm files, and start it"
        )
    }

    /// The file under a path: nil inside where there is none, nil where nobody knows.
    private static func identity(_ path: String) -> Identity?? {
        var status = stat()
        if stat(path, &status) == 0 {
            return Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size))
        }
        return errno == ENOENT || errno == ENOTDIR ? .some(nil) : .none
    }
}
