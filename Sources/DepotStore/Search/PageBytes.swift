import DepotModel
import GRDBSQLite

/// The limit on the bytes of a page's rows, which are counted while they are read: a page ends early if its rows are
/// large.
///
/// The first row is always part of the page, so that continuing from the end of each page reaches the end of the list.
struct PageBytes {
    /// The limit in bytes: 4 MiB.
    static let limit = 4 << 20

    private var used = 0
    private var hasRow = false
    /// A Boolean value that is true if a row was omitted, so that the page ended early.
    private(set) var isTruncated = false

    /// Returns true if the row is part of the page. After the first row that is not, none is.
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
    /// The size of the row's texts and blobs in bytes.
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

/// The rows of a list that fit on a page.
public struct RowPage<Row: Sendable>: Sendable {
    /// The rows.
    public var rows: [Row]
    /// A Boolean value that is true if the page ended early because its rows are large, so that requested rows are
    /// missing.
    public var isTruncated: Bool

    /// Creates a page.
    public init(rows: [Row], isTruncated: Bool) {
        self.rows = rows
        self.isTruncated = isTruncated
    }
}

extension SQLConnection {
    /// Returns rows as `rows` does, but only as many bytes as fit on a page.
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

    /// Returns the rows with these ids, read one by one; ids without a row are skipped.
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
