/// The amount of memory and log that a batch of the writer may use.
enum TransactionProfile: Sendable {
    /// For a few rows, for which somebody waits.
    case interactive
    /// For thousands of rows, which touch every index all over.
    case bulk

    /// The statements that set it on a connection, outside any transaction.
    var pragmas: String {
        switch self {
        case .interactive:
            "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 16777216"
        case .bulk:
            "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 10000; PRAGMA journal_size_limit = 67108864"
        }
    }
}
