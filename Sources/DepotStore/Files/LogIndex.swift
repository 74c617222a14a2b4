import Glibc

/// What the index of the write-ahead log (`-shm`) says of what was written (sqlite.org/walformat.html §2).
///
/// Whoever writes by SQLite's rules says here first what he does to the log and to the database.
struct LogIndex: Equatable {
    /// Counts the transactions.
    private var change: UInt32
    private var pageSize: Int
    /// How many frames of the log count.
    private(set) var frames: UInt32
    /// The checksum that the last of them has.
    private var checksum: [UInt32]
    /// What this round of the log and each of its frames begins with.
    private var salt: [UInt8]
    /// How many frames are in the database.
    private var copied: UInt32
    /// How many were to be copied into it when somebody last began to.
    private var attempted: UInt32

    private static let headerSize = 48
    private static let size = 136

    /// Reads the index; nil where it is not whole, as while another program writes it.
    init?(_ file: Int32) {
        guard let bytes = Self.read(file, Self.size, at: 0) else { return nil }
        guard bytes[..<Self.headerSize] == bytes[Self.headerSize..<2 * Self.headerSize] || bytes[12] == 0 else {
            return nil
        }
        func number(_ place: Int) -> UInt32 {
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) }
        }
        let size = Int(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 14, as: UInt16.self) })
        // 65,536 does not fit and is written as 1
        pageSize = (size & 0xFE00) + ((size & 1) << 16)
        (change, frames, copied, attempted) = (number(8), number(16), number(96), number(128))
        checksum = [number(24), number(28)]
        salt = Array(bytes[32..<40])
    }

    /// Whether it may be what became of `former` by SQLite's rules: transactions are added, and a new round of the log
    /// counts its salt on.
    func follows(_ former: LogIndex) -> Bool {
        guard Int32(bitPattern: change &- former.change) >= 0 else { return false }
        guard former.frames > 0 else { return true }
        guard salt != former.salt else { return frames >= former.frames }
        return (1...Self.rounds).contains(round &- former.round)
    }

    /// Whether something was committed since `former`.
    func hasTransactions(since former: LogIndex) -> Bool { change != former.change }

    /// Rounds of the log that there may have been since somebody last looked.
    private static let rounds: UInt32 = 1_000_000
    private var round: UInt32 { Self.bigEndian(salt, 0) }

    /// Whether the database may have been written since `former`: frames are copied into it, or were.
    func explainsCopying(since former: LogIndex) -> Bool {
        salt != former.salt || copied != former.copied || attempted != former.attempted || attempted > copied
    }

    /// Whether the log is the one that the index is of; nil where nobody knows.
    func fits(log: Int32) -> Bool? {
        guard frames > 0 else { return true }
        guard let header = Self.read(log, 32, at: 0),
            let frame = Self.read(log, 24, at: 32 + (Int(frames) - 1) * (24 + pageSize))
        else { return errno == 0 ? false : nil }
        return header[16..<24] == salt[...] && frame[8..<16] == salt[...]
            && checksum == [Self.bigEndian(frame, 16), Self.bigEndian(frame, 20)]
    }

    private static func bigEndian(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The bytes at a place; nil where they cannot be read, and with `errno` 0 where the file ends before.
    private static func read(_ file: Int32, _ count: Int, at place: Int) -> [UInt8]? {
        errno = 0
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(file, &bytes, count, off_t(place)) == count ? bytes : nil
    }
}
