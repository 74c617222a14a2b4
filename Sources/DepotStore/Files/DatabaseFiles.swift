import DepotModel
import Glibc
import Synchronization

/// The database's files as they were opened. SQLite goes on with a file that was deleted, replaced or written over, and
/// what it writes there is lost (sqlite.org/howtocorrupt.html §1 and §4.2).
///
/// In WAL mode the database is written only where the log is copied into it, which the log's index says (``LogIndex``). What
/// was written otherwise is somebody else's, and nothing more is written until ``Inquiry`` shows that it is the same.
final class DatabaseFiles: Sendable {
    fileprivate struct Identity: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        /// When it was written, in nanoseconds.
        var modified: Int

        /// Whether it may be the file that this one was before. The database never becomes smaller, and what lies beside it
        /// is cut shorter by SQLite, but never to nothing.
        func continues(_ former: Identity, isDatabase: Bool) -> Bool {
            device == former.device && inode == former.inode
                && (isDatabase ? size >= former.size : size > 0 || former.size == 0)
        }
    }

    private struct State {
        var opened: [Identity?]
        var index: LogIndex?
        var foreignChanges = 0
        /// What was written over.
        var overwritten: String?
        var inquiry: Inquiry?
        /// The log and its index; never closed while the database is open, as that would give up SQLite's locks on it.
        var log: Int32 = -1
        var shared: Int32 = -1
    }

    /// A check of files that somebody wrote over, as they were when it began.
    struct Inquiry {
        fileprivate let files: [Identity?]
        fileprivate let index: LogIndex?
        fileprivate var isOver = false

        fileprivate init(_ files: [Identity?], _ index: LogIndex?) { (self.files, self.index) = (files, index) }
        /// The index’s own time says nothing: it is written through memory, by readers too.
        fileprivate func isOf(_ other: Inquiry) -> Bool {
            files.prefix(2) == other.files.prefix(2) && index == other.index
        }
    }

    private let paths: [String]
    private let state: Mutex<State>

    /// The files of the database at `path`, which is open.
    init(path: String) {
        paths = [path, path + "-wal", path + "-shm"]
        state = Mutex(State(opened: paths.map { Self.identity($0).flatMap(\.self) }))
    }

    deinit {
        state.withLock { state in
            for file in [state.log, state.shared] where file >= 0 { close(file) }
        }
    }

    /// Whether one of the files was written over, and is not known to be the same.
    var isOverwritten: Bool { state.withLock { $0.overwritten != nil } }

    /// How often the files were found changed by another program that goes by SQLite's rules.
    var foreignChanges: Int { state.withLock { $0.foreignChanges } }

    /// Throws `store_unavailable` where one of the files is gone or another one, or was found written over. Three system
    /// calls of a microsecond each.
    func checkPlaces() throws(DepotError) {
        try report(state.withLock { state in places(&state).lost })
    }

    /// As ``checkPlaces()``, and looks whether somebody else wrote into them; on the writer's queue, between two
    /// transactions. At most four system calls more.
    ///
    /// - Parameter isOwn: whether the last to write was this connection.
    func check(isOwn: Bool) throws(DepotError) {
        try report(state.withLock { state in lost(&state, isOwn: isOwn) })
    }

    private enum Loss {
        case gone(String), replaced(String), overwritten(String)
    }

    private func report(_ loss: Loss?) throws(DepotError) {
        let hint =
            "stop the station, put the right database back without another one's -wal and -shm files, and start it"
        func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        let what: String
        switch loss {
        case nil: return
        case .gone(let path)?:
            what = "\(name(path)) was removed while the station was running; nothing more is written."
        case .replaced(let path)?:
            what = "\(name(path)) was replaced while the station was running; nothing more is written."
        case .overwritten(let path)?:
            what =
                "\(name(path)) was overwritten while the station was running; nothing more is written until a check shows that it is unchanged."
        }
        throw DepotError(.storeUnavailable, "The database file \(what)", hint: hint)
    }

    /// Looks at the places; what is found there, where nothing is lost.
    private func places(_ state: inout State) -> (lost: Loss?, found: [Identity?]) {
        var found = state.opened
        for (index, path) in paths.enumerated() {
            // what cannot be looked at is left to the writing
            guard let file = Self.identity(path) else { continue }
            // the log is made with the first transaction
            if let known = state.opened[index] {
                guard let file else { return (.gone(path), found) }
                let isCut = index == 1 && file.size == 0 && isLogEmpty(state)
                guard isCut || file.continues(known, isDatabase: index == 0) else { return (.replaced(path), found) }
            } else {
                state.opened[index] = file
            }
            found[index] = file
        }
        return (state.overwritten.map { .overwritten($0) }, found)
    }

    /// Whether the index counts nothing of the log, which another program may then have cut to nothing.
    private func isLogEmpty(_ state: State) -> Bool {
        state.shared >= 0 && LogIndex(state.shared).map { $0.frames == 0 } ?? false
    }

    private func lost(_ state: inout State, isOwn: Bool) -> Loss? {
        // another program may be in the middle of it
        for _ in 0..<3 {
            let (lost, found) = places(&state)
            if let lost { return lost }
            guard let index = index(&state) else { continue }
            defer { if state.overwritten == nil { (state.opened, state.index) = (found, index) } }
            guard let former = state.index else { return nil }
            if !isOwn, index.hasTransactions(since: former) { state.foreignChanges += 1 }
            let isLogSame = found[1] == state.opened[1] && index == former
            let path: String
            if !index.follows(former) {
                path = paths[2]
            } else if !isLogSame, index.fits(log: state.log) == false {
                path = paths[1]
            } else if found[0] != state.opened[0], !index.explainsCopying(since: former) {
                path = paths[0]
            } else {
                return nil
            }
            guard self.index(&state) == index else { continue }
            state.overwritten = path
            return .overwritten(path)
        }
        return nil
    }

    private func index(_ state: inout State) -> LogIndex? {
        if state.log < 0 { state.log = open(paths[1], O_RDONLY | O_CLOEXEC) }
        if state.shared < 0 { state.shared = open(paths[2], O_RDONLY | O_CLOEXEC) }
        return LogIndex(state.shared)
    }

    /// The files as they are now, to be checked; nil unless they were written over, while they are being checked, and where
    /// they were.
    func beginInquiry() -> Inquiry? {
        state.withLock { state in
            guard state.overwritten != nil else { return nil }
            let inquiry = current(state)
            if let known = state.inquiry, !known.isOver || known.isOf(inquiry) { return nil }
            state.inquiry = inquiry
            return inquiry
        }
    }

    /// Says what came of a check: files that are still those, and whole, are taken as they are.
    func end(_ inquiry: Inquiry, isWhole: Bool) {
        state.withLock { state in
            state.inquiry?.isOver = true
            guard isWhole, current(state).isOf(inquiry) else {
                if isWhole { state.inquiry = nil }
                return
            }
            (state.opened, state.index) = (inquiry.files, inquiry.index)
            state.overwritten = nil
        }
    }

    private func current(_ state: State) -> Inquiry {
        Inquiry(paths.map { Self.identity($0).flatMap(\.self) }, LogIndex(state.shared))
    }

    /// The file under a path: nil inside where there is none, nil where nobody knows.
    private static func identity(_ path: String) -> Identity?? {
        var status = stat()
        if stat(path, &status) == 0 {
            return Identity(
                device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
                modified: status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec)
        }
        return errno == ENOENT || errno == ENOTDIR ? .some(nil) : .none
    }
}
