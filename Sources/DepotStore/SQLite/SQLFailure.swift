import DepotModel
import GRDB
import GRDBSQLite

extension SQLFailure {
    /// A Boolean value that is true if the storage fails rather than this one statement. The whole batch is then rolled
    /// back.
    var isStorage: Bool {
        switch primary {
        case SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_CORRUPT,
            SQLITE_NOTADB, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_PROTOCOL, SQLITE_INTERRUPT, SQLITE_NOLFS:
            true
        default: false
        }
    }

    /// The error for callers.
    var error: DepotError {
        switch primary {
        case SQLITE_FULL:
            DepotError(
                .storeUnavailable, "The disk with the database is full.",
                hint: "Free up space; the station continues by itself.")
        case SQLITE_READONLY, SQLITE_PERM:
            DepotError(
                .storeUnavailable, "The database cannot be written: \(message).",
                hint:
                    "Check the owner and mode of the database and its folder, and whether the disk is mounted read-only."
            )
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
            DepotError(
                .storeUnavailable, "Another program has locked the database.",
                hint: "Close it; no other program may write to the database while the station runs.")
        case SQLITE_IOERR:
            DepotError(
                .storeUnavailable, "The disk with the database reported an error (\(code): \(message)).",
                hint: "Check the kernel log; the disk may be failing.")
        case SQLITE_CANTOPEN:
            DepotError(
                .storeUnavailable, "The database cannot be opened: \(message).",
                hint: "The folder must exist, and the station's user must be allowed to write in it.")
        case SQLITE_INTERRUPT:
            DepotError(.busy, "The station is stopping.", hint: nil)
        case SQLITE_NOMEM:
            DepotError(.storeUnavailable, "There is not enough memory for the database.", hint: nil)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            DepotError(
                .storeUnusable, "The database is damaged: \(message).",
                hint: "Stop the station, keep the file, and put back the newest backup.")
        default:
            DepotError(.internal, "The database refused a statement (\(code): \(message)).")
        }
    }

    /// Creates a failure from an error that GRDB threw while opening or migrating.
    init(_ error: any Error) {
        if let failure = error as? SQLFailure {
            self = failure
        } else if let error = error as? DatabaseError {
            self.init(code: error.extendedResultCode.rawValue, message: error.message ?? "unknown error")
        } else {
            self.init(code: SQLITE_ERROR, message: String(describing: error))
        }
    }
}
