import DepotModel
import Glibc
import Synchronization

/// The identity of the database's files when they were opened. SQLite continues with a file that was deleted, replaced
/// or overwritten, and what it writes there is lost (sqlite.org/howtocorrupt.html §1 and §4.2).
///
/// In WAL mode the database is written only when the log is copied into it, which the log's index records
/// (``LogIndex``). Any other change comes from another program, and nothing more is written until an ``Inquiry`` shows
/// that the content is the same.
final class DatabaseFiles: Sendable {
    fileprivate struct Identity: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        /// The time of the last modification, in nanoseconds.
        var modified: Int

        /// Returns true if this is the former file, whatever is in it now.
        func isSameFile(_ former: Identity) -> Bool { device == former.device && inode == former.inode }

        /// Returns true if this file may be the former one after later writes. The database never shrinks, and SQLite
        /// truncates the files beside it, but never to nothing.
        func continues(_ former: Identity, isDatabase: Bool) -> Bool {
            isSameFile(former)
                && (isDatabase ? size >= former.size : size > 0 || former.size == 0)
        }
    }

    private struct State {
        var opened: [Identity?]
        var index: LogIndex?
        var foreignChanges = 0
        /// The path of a file that was overwritten, or nil.
        var overwritten: String?
        var inquiry: Inquiry?
        /// The log and its index. They stay open as long as the database is open, since closing them would release
        /// SQLite's locks.
        var log: Int32 = -1
        var shared: Int32 = -1
    }

    /// A check of files that another program overwrote, in their state at its start.
    struct Inquiry {
        fileprivate let files: [Identity?]
        fileprivate let index: LogIndex?
        fileprivate var isOver = false

        fileprivate init(_ files: [Identity?], _ index: LogIndex?) { (self.files, self.index) = (files, index) }
        /// The index’s own modification time is meaningless, since it is written through memory, by readers too.
        fileprivate func isOf(_ other: Inquiry) -> Bool {
            files.prefix(2) == other.files.prefix(2) && index == other.index
        }
    }

    private let paths: [String]
    private let state: Mutex<State>

    /// Records the identity of the files of the open database at `path`.
    init(path: String) {
        paths = [path, path + "-wal", path + "-shm"]
        state = Mutex(State(opened: paths.map { Self.identity($0).flatMap(\.self) }))
    }

    deinit {
        state.withLock { state in
            for file in [state.log, state.shared] where file >= 0 { close(file) }
        }
    }

    /// A Boolean value that is true if one of the files was overwritten and is not known to have the same content.
    var isOverwritten: Bool { state.withLock { $0.overwritten != nil } }

    /// The number of times that the files were found changed by another program that follows SQLite's rules.
    var foreignChanges: Int { state.withLock { $0.foreignChanges } }

    /// Checks that the files are in their places, with three system calls of a microsecond each.
    ///
    /// - Throws: `store_unavailable` if a file is missing, is another one, or was found overwritten.
    func checkPlaces() throws(DepotError) {
        try report(state.withLock { state in places(&state).lost })
    }

    /// Checks the places as ``checkPlaces()`` does, and that no other program wrote to the files. It runs on the
    /// writer's queue between two transactions and takes at most four more system calls.
    ///
    /// - Parameter isOwn: A Boolean value that is true if this connection was the last to write.
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

    /// Checks the places, and returns the files found there if none is lost.
    private func places(_ state: inout State) -> (lost: Loss?, found: [Identity?]) {
        var found = state.opened
        for (index, path) in paths.enumerated() {
            // A file that cannot be examined is left to the write to report.
            guard let file = Self.identity(path) else { continue }
            // The log is created by the first transaction.
            if let known = state.opened[index] {
                guard let file else { return (.gone(path), found) }
                let isCut = index == 1 && file.size == 0 && isLogEmpty(state)
                guard isCut || file.continues(known, isDatabase: index == 0) else {
                    guard file.isSameFile(known) else { return (.replaced(path), found) }
                    state.overwritten = path
                    return (.overwritten(path), found)
                }
            } else {
                state.opened[index] = file
            }
            found[index] = file
        }
        return (state.overwritten.map { .overwritten($0) }, found)
    }

    /// Returns true if the index counts no frames of the log, so that another program may have truncated it to nothing.
    private func isLogEmpty(_ state: State) -> Bool {
        state.shared >= 0 && LogIndex(state.shared).map { $0.frames == 0 } ?? false
    }

    private func lost(_ state: inout State, isOwn: Bool) -> Loss? {
        // Another program may be in the middle of a write.
        for _ in 0..<10 {
            // What the index says before and after is what the files were like in between: a checkpoint is recorded
            // before its first page and after its last.
            guard let index = index(&state) else { continue }
            let (lost, found) = places(&state)
            if let lost { return lost }
            guard self.index(&state) == index else { continue }
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
            state.overwritten = path
            return .overwritten(path)
        }
        // The index cannot be read, or is never the same twice; the places can be looked at all the same.
        return places(&state).lost
    }

    private func index(_ state: inout State) -> LogIndex? {
        if state.log < 0 { state.log = open(paths[1], O_RDONLY | O_CLOEXEC) }
        if state.shared < 0 { state.shared = open(paths[2], O_RDONLY | O_CLOEXEC) }
        return LogIndex(state.shared)
    }

    /// Begins a check of the files in their current state. Returns nil if they were not overwritten, are already being
    /// checked, or were checked in this state before.
    func beginInquiry() -> Inquiry? {
        state.withLock { state in
            guard state.overwritten != nil else { return nil }
            let inquiry = current(state)
            if let known = state.inquiry, !known.isOver || known.isOf(inquiry) { return nil }
            state.inquiry = inquiry
            return inquiry
        }
    }

    /// Ends a check: files that are unchanged since its start and whole are accepted as they are.
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

    /// Returns the identity of the file at a path: nil inside the optional if there is none, or nil if it is not known.
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
