import DepotModel
import GRDBSQLite

/// An error of SQLite. It stays inside the module: callers receive a `DepotError`.
struct SQLFailure: Error, Sendable {
    /// The extended result code (sqlite.org/rescode.html).
    let code: Int32
    let message: String

    /// The primary result code.
    var primary: Int32 { code & 0xFF }
}

/// An SQL text that is prepared once for each connection. It must be a static constant: its identity is the key of the
/// cache.
final class Query: Sendable {
    let text: String
    init(_ text: String) { self.text = text }

    /// Returns a query that inserts one row.
    static func insert(_ table: String, _ columns: [String]) -> Query {
        let marks = repeatElement("?", count: columns.count).joined(separator: ", ")
        return Query("INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))")
    }
}

/// A value to bind.
enum SQLValue: Equatable {
    case null
    case int(Int64)
    case text(String)
    /// Text given as UTF-8.
    case utf8([UInt8])
    case blob([UInt8])
    /// A UUID as 16 bytes, big-endian.
    case id(UniqueID)

    static func int(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func time(_ value: Timestamp) -> SQLValue { .int(value.milliseconds) }
    static func time(_ value: Timestamp?) -> SQLValue { .int(value?.milliseconds) }
    static func row(_ value: some RowID) -> SQLValue { .int(value.rawValue) }
    static func row(_ value: (some RowID)?) -> SQLValue { .int(value?.rawValue) }
    static func date(_ value: CalendarDate?) -> SQLValue { .text(value?.description) }
}

/// The current row of a statement, valid only inside the closure that receives it.
struct Row {
    let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
    func time(_ column: Int32) -> Timestamp { Timestamp(milliseconds: int(column)) }
    func optionalTime(_ column: Int32) -> Timestamp? { isNull(column) ? nil : time(column) }
    func date(_ column: Int32) -> CalendarDate? { optionalText(column).flatMap { CalendarDate($0) } }
    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(statement, column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    func uniqueID(_ column: Int32) -> UniqueID {
        guard let start = sqlite3_column_blob(statement, column), sqlite3_column_bytes(statement, column) == 16 else {
            return UniqueID(high: 0, low: 0)
        }
        let words = UnsafeRawBufferPointer(start: start, count: 16)
        return UniqueID(
            high: UInt64(bigEndian: words.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: words.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

/// A connection's handle with its prepared statements: the thin layer below every read and write.
///
/// GRDB opens, migrates and serializes the writer, but its statements and row decoding cost several times as much as
/// SQLite itself for a lookup by key. Not thread-safe: its owner, the writer's queue or a reader's lock, serializes its
/// use.
final class SQLConnection {
    let handle: OpaquePointer
    private let isOwned: Bool
    /// The monitor of the cost of reads, or nil on the writing connection.
    let meter: ReadMeter?
    private var prepared: [ObjectIdentifier: OpaquePointer] = [:]
    private(set) var preparedTexts = StatementCache()
    private let texts = BoundTexts()

    /// Borrows a handle that another object opens and closes, and registers ``SQLFunctions``. ``finalize()`` must be
    /// called before it is closed.
    init(borrowing handle: OpaquePointer) {
        self.handle = handle
        isOwned = false
        meter = nil
    }

    /// Opens a read-only connection of its own.
    ///
    /// - Parameter stop: A switch that ends its reads.
    init(
        readingFrom path: String, cacheKibibytes: Int, busyMilliseconds: Int32, stop: ReadStop
    ) throws(SQLFailure) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw SQLFailure(code: code, message: String(cString: sqlite3_errstr(code)))
        }
        handle = opened
        isOwned = true
        let meter = ReadMeter(stop)
        self.meter = meter
        meter.attach(to: handle)
        SQLFunctions.register(handle)
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyMilliseconds)
        try execute("PRAGMA cache_size = -\(cacheKibibytes)")
    }

    deinit {
        finalize()
        meter?.detach(from: handle)
        if isOwned { sqlite3_close_v2(handle) }
    }

    /// Finalizes every prepared statement.
    func finalize() {
        for statement in prepared.values { sqlite3_finalize(statement) }
        prepared = [:]
        preparedTexts.finalize()
    }

    /// A Boolean value that is true if a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// The row id of the newest insert.
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// The number of pages written to disk since the connection was opened (sqlite.org/c3ref/c_dbstatus_options.html).
    var pagesWritten: Int {
        var (current, highest): (Int32, Int32) = (0, 0)
        sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 0)
        return Int(current)
    }

    /// The number of rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Runs statements without values, and ignores their rows.
    func execute(_ sql: String) throws(SQLFailure) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    /// Runs a statement for its effect.
    func run(_ query: Query, _ values: [SQLValue] = []) throws(SQLFailure) {
        try walk(statement(query), values) { _ in true }
    }

    /// Runs a statement as ``run(_:_:)`` does, for a text that depends on the request (``StatementCache``).
    func run(text: String, _ values: [SQLValue]) throws(SQLFailure) {
        try walk(text: text, values) { _ in true }
    }

    /// Returns the result of `map` for every row. `map` must not run statements on this connection.
    func rows<Value>(_ query: Query, _ values: [SQLValue] = [], _ map: (Row) -> Value) throws(SQLFailure) -> [Value] {
        var result: [Value] = []
        try walk(statement(query), values) { row in
            result.append(map(row))
            return true
        }
        return result
    }

    /// Returns rows as ``rows(_:_:_:)`` does, for a text that depends on the request.
    func rows<Value>(text: String, _ values: [SQLValue], _ map: (Row) -> Value) throws(SQLFailure) -> [Value] {
        var result: [Value] = []
        try walk(text: text, values) { row in
            result.append(map(row))
            return true
        }
        return result
    }

    /// Returns the result of `map` for the first row, or nil.
    func first<Value>(
        _ query: Query, _ values: [SQLValue] = [], _ map: (Row) -> Value
    ) throws(SQLFailure) -> Value? {
        var result: Value?
        try walk(statement(query), values) { row in
            result = map(row)
            return false
        }
        return result
    }

    /// Returns the first row as ``first(_:_:_:)`` does, for a text that depends on the request.
    func first<Value>(text: String, _ values: [SQLValue] = [], _ map: (Row) -> Value) throws(SQLFailure) -> Value? {
        var result: Value?
        try walk(text: text, values) { row in
            result = map(row)
            return false
        }
        return result
    }

    /// Passes rows to `body` until it returns false.
    func scan(_ query: Query, _ values: [SQLValue] = [], _ body: (Row) -> Bool) throws(SQLFailure) {
        try walk(statement(query), values, body)
    }

    /// Runs several reads on one snapshot.
    func snapshot<Value>(_ body: () throws(SQLFailure) -> Value) throws(SQLFailure) -> Value {
        guard !isInTransaction else { return try body() }
        try run(Self.begin)
        defer { _ = try? run(Self.commit) }
        return try body()
    }

    private static let begin = Query("BEGIN DEFERRED")
    private static let commit = Query("COMMIT")

    private var failure: SQLFailure {
        SQLFailure(code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
    }

    private func statement(_ query: Query) throws(SQLFailure) -> OpaquePointer {
        let key = ObjectIdentifier(query)
        if let statement = prepared[key] { return statement }
        let statement = try prepare(query.text)
        prepared[key] = statement
        return statement
    }

    private func walk(text: String, _ values: [SQLValue], _ body: (Row) -> Bool) throws(SQLFailure) {
        let statement: OpaquePointer
        if let kept = preparedTexts.take(text) { statement = kept } else { statement = try prepare(text) }
        defer { preparedTexts.keep(text, statement) }
        try walk(statement, values, body)
    }

    private func prepare(_ text: String) throws(SQLFailure) -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure }
        return statement
    }

    private func walk(
        _ statement: OpaquePointer, _ values: [SQLValue], _ body: (Row) -> Bool
    ) throws(SQLFailure) {
        let place = texts.begin()
        defer {
            // Reset returns the error of the step again, which was already thrown.
            sqlite3_reset(statement)
            // The memory of the bound values is reused by the next statement.
            sqlite3_clear_bindings(statement)
            texts.end(place)
        }
        var position: Int32 = 0
        for value in values {
            position += 1
            guard bind(value, to: statement, at: position) == SQLITE_OK else { throw failure }
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: if !body(Row(statement: statement)) { return }
            case SQLITE_DONE: return
            default: throw failure
            }
        }
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at position: Int32) -> Int32 {
        switch value {
        case .null:
            return sqlite3_bind_null(statement, position)
        case .int(let number):
            return sqlite3_bind_int64(statement, position, number)
        case .text(var text):
            return text.withUTF8 { bindText(UnsafeRawBufferPointer($0), to: statement, at: position) }
        case .utf8(let bytes):
            return bytes.withUnsafeBytes { bindText($0, to: statement, at: position) }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, position, 0) }
            return bytes.withUnsafeBytes { bindBlob($0, to: statement, at: position) }
        case .id(let id):
            return withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) {
                bindBlob($0, to: statement, at: position)
            }
        }
    }

    private func bindText(_ utf8: UnsafeRawBufferPointer, to statement: OpaquePointer, at position: Int32) -> Int32 {
        guard !utf8.isEmpty else { return sqlite3_bind_text(statement, position, "", 0, nil) }
        let (bytes, lifetime) = texts.keep(utf8)
        return sqlite3_bind_text64(
            statement, position, bytes?.assumingMemoryBound(to: CChar.self), UInt64(utf8.count), lifetime,
            UInt8(SQLITE_UTF8))
    }

    private func bindBlob(_ blob: UnsafeRawBufferPointer, to statement: OpaquePointer, at position: Int32) -> Int32 {
        let (bytes, lifetime) = texts.keep(blob)
        return sqlite3_bind_blob64(statement, position, bytes, UInt64(blob.count), lifetime)
    }
}
