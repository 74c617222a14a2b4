import DepotModel
import GRDBSQLite

/// How many bytes of rows a page may have, counted while they are read: a page ends early where its rows are large.
///
/// The first row is always part of the page, so that whoever goes on from the end of one comes to the end of all.
struct PageBytes {
    /// 4 MiB.
    static let limit = 4 << 20

    private var used = 0
    private var hasRow = false
    /// A row was left out: the page ended early.
    private(set) var isTruncated = false

    /// Whether the row is part of the page; once one was not, none is.
    mutating func takes(_ row: Row) -> Bool {
        guard !isTruncated else { return false }
        let bytes = row.byteCount
        if hasRow, bytes > Self.limit - used {
            isTruncated = true
            return false
        }
        hasRow = true
        used += min(bytes, Self.limit)
        return true
    }
}

extension Row {
    /// How many bytes its texts and blobs have.
    fileprivate var byteCount: Int {
        var count = 0
        for column in 0..<sqlite3_data_count(statement) {
            switch sqlite3_column_type(statement, column) {
            case SQLITE_TEXT, SQLITE_BLOB: count += Int(sqlite3_column_bytes(statement, column))
            default: break
            }
        }
        return count
    }
}

/// Rows of a list, as many as a page may have.
public struct RowPage<Row: Sendable>: Sendable {
    public var rows: [Row]
    /// There are more rows that were asked for: the page ended early because its rows are large.
    public var isTruncated: Bool

    /// The page.
    public init(rows: [Row], isTruncated: Bool) {
        self.rows = rows
        self.isTruncated = isTruncated
    }
}

extension SQLConnection {
    /// As `rows`, but no more bytes than a page may have.
    func page<Value>(
        _ query: Query, _ values: [SQLValue], _ map: (Row) -> Value
    ) throws(SQLFailure) -> RowPage<Value> {
        var bytes = PageBytes()
        var rows: [Value] = []
        try scan(query, values) { row in
            guard bytes.takes(row) else { return false }
            rows.append(map(row))
            return true
        }
        return RowPage(rows: rows, isTruncated: bytes.isTruncated)
    }

    /// The rows with these ids, read one by one; none for an id that is not there.
    func page<Value>(
        _ query: Query, tenant: TenantID, ids: [Int64], _ map: (Row) -> Value
    ) throws(SQLFailure) -> RowPage<Value> {
        var bytes = PageBytes()
        var rows: [Value] = []
        for id in ids where !bytes.isTruncated {
            let row: Value?? = try first(query, [.row(tenant), .int(id)]) { bytes.takes($0) ? map($0) : nil }
            if let row = row ?? nil { rows.append(row) }
        }
        return RowPage(rows: rows, isTruncated: bytes.isTruncated)
    }
}
