import Glibc

/// The record of writes in the index of the write-ahead log (`-shm`, sqlite.org/walformat.html §2).
///
/// Programs that follow SQLite's rules record here in advance what they do to the log and to the database.
struct LogIndex: Equatable {
    /// The counter of transactions.
    private var change: UInt32
    private var pageSize: Int
    /// The number of valid frames in the log.
    private(set) var frames: UInt32
    /// The checksum of the last valid frame.
    private var checksum: [UInt32]
    /// The salt of this round of the log, which each of its frames repeats.
    private var salt: [UInt8]
    /// The number of frames copied into the database.
    private var copied: UInt32
    /// The number of frames that the last attempt was to copy into the database.
    private var attempted: UInt32

    private static let headerSize = 48
    private static let size = 136

    /// Reads the index, or returns nil if it is incomplete, as while another program writes it.
    init?(_ file: Int32) {
        guard let bytes = Self.read(file, Self.size, at: 0) else { return nil }
        guard bytes[..<Self.headerSize] == bytes[Self.headerSize..<2 * Self.headerSize] || bytes[12] == 0 else {
            return nil
        }
        func number(_ place: Int) -> UInt32 {
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) }
        }
        let size = Int(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 14, as: UInt16.self) })
        // A page size of 65,536 exceeds 16 bits and is stored as 1.
        pageSize = (size & 0xFE00) + ((size & 1) << 16)
        (change, frames, copied, attempted) = (number(8), number(16), number(96), number(128))
        checksum = [number(24), number(28)]
        salt = Array(bytes[32..<40])
    }

    /// Returns true if `former` may have become this index by SQLite's rules: transactions are added, and a new round
    /// of the log increments its salt.
    func follows(_ former: LogIndex) -> Bool {
        guard Int32(bitPattern: change &- former.change) >= 0 else { return false }
        guard former.frames > 0 else { return true }
        guard salt != former.salt else { return frames >= former.frames }
        return (1...Self.rounds).contains(round &- former.round)
    }

    /// Returns true if a transaction was committed since `former`.
    func hasTransactions(since former: LogIndex) -> Bool { change != former.change }

    /// The maximum number of rounds of the log between two checks.
    private static let rounds: UInt32 = 1_000_000
    private var round: UInt32 { Self.bigEndian(salt, 0) }

    /// Returns true if the database may have been written since `former`, because frames are or were copied into it.
    func explainsCopying(since former: LogIndex) -> Bool {
        salt != former.salt || copied != former.copied || attempted != former.attempted || attempted > copied
    }

    /// Returns true if the log belongs to the index, or nil if that is not known.
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

    /// Returns the bytes at an offset, or nil if they cannot be read; `errno` is 0 if the file ends before.
    private static func read(_ file: Int32, _ count: Int, at place: Int) -> [UInt8]? {
        errno = 0
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(file, &bytes, count, off_t(place)) == count ? bytes : nil
    }
}
