import DepotModel
import GRDBSQLite

/// The values of many rows of one table, prepared in advance and passed to ``BulkInsert``.
struct BulkRows: Sendable {
    /// A value in the form that SQLite receives.
    fileprivate struct Cell {
        enum Kind { case null, number, text, blob }
        /// The number, or the offset of the bytes of a text or blob.
        var value: Int
        var count: UInt32
        var kind: Kind
    }

    /// A table and the columns for which every row has a value.
    struct Target: Sendable {
        fileprivate let name: String
        fileprivate let insert: Query
        let columns: Int

        init(_ table: String, _ columns: [String]) {
            name = "new_\(table)"
            self.columns = columns.count
            let values = columns.indices.map { "c\($0)" }.joined(separator: ", ")
            insert = Query("INSERT INTO \(table) (\(columns.joined(separator: ", "))) SELECT \(values) FROM \(name)")
        }
    }

    /// The number of values in a row.
    let columns: Int
    fileprivate var cells: [Cell] = []
    fileprivate var bytes: [UInt8] = []

    /// Creates a collection without rows.
    ///
    /// - Parameters:
    ///   - count: The expected number of rows.
    ///   - size: The usual size of the texts and blobs of a row in bytes.
    init(_ target: Target, count: Int = 0, size: Int = 0) {
        columns = target.columns
        cells.reserveCapacity(count * columns)
        bytes.reserveCapacity(count * size)
    }

    /// The number of rows.
    var count: Int { cells.count / columns }

    /// Adds a row with a value for each of the target's columns.
    mutating func append(_ values: [SQLValue]) {
        for value in values {
            switch value {
            case .null: cells.append(Cell(value: 0, count: 0, kind: .null))
            case .int(let number): cells.append(Cell(value: Int(number), count: 0, kind: .number))
            case .text(var text): text.withUTF8 { append(.text, UnsafeRawBufferPointer($0)) }
            case .utf8(let utf8): utf8.withUnsafeBytes { append(.text, $0) }
            case .blob(let blob): blob.withUnsafeBytes { append(.blob, $0) }
            case .id(let id):
                withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { append(.blob, $0) }
            }
        }
    }

    private mutating func append(_ kind: Cell.Kind, _ data: UnsafeRawBufferPointer) {
        // SQLite's limit is 1,000,000,000 bytes (SQLITE_MAX_LENGTH).
        cells.append(Cell(value: bytes.count, count: UInt32(clamping: data.count), kind: kind))
        bytes.append(contentsOf: data)
    }

    /// Replaces the bytes of a blob by as many others.
    mutating func overwrite(row: Int, column: Int, _ blob: [UInt8]) {
        let cell = cells[row * columns + column]
        bytes.withUnsafeMutableBytes { bytes in
            let place = bytes[cell.value..<(cell.value + Int(cell.count))]
            UnsafeMutableRawBufferPointer(rebasing: place).copyBytes(from: blob.prefix(Int(cell.count)))
        }
    }
}

/// Inserts many rows by one statement, which reads them from a virtual table (sqlite.org/vtab.html, eponymous-only,
/// with the columns `c0`, `c1`, …).
///
/// A statement for each row would open every index of its table again, and read and write the AUTOINCREMENT counter: a
/// third of the time of an asset's insert. It pays off for many rows only, because SQLite prepares for a failure of the
/// statement by copying every page that it changes.
///
/// Not thread-safe: it is used only by the user of its connection.
final class BulkInsert {
    /// Rows whose memory keeps its address while the statement runs.
    private struct View {
        var cells: UnsafeBufferPointer<BulkRows.Cell>
        var bytes: UnsafePointer<UInt8>?
    }

    /// The source of the virtual table.
    private struct Source {
        var views: UnsafeBufferPointer<View>
        var columns: Int
    }

    /// The layout that SQLite requires, with its own part first.
    private struct Table {
        var base: sqlite3_vtab
        var source: UnsafeMutablePointer<Source>
    }

    private struct Cursor {
        var base: sqlite3_vtab_cursor
        var source: UnsafeMutablePointer<Source>
        var view = 0
        /// The index of the row's first cell.
        var start = 0

        /// Advances to the next view with a row if the current one has none left.
        mutating func stand() {
            while view < source.pointee.views.count, start >= source.pointee.views[view].cells.count {
                view += 1
                start = 0
            }
        }
    }

    private let connection: SQLConnection
    private let target: BulkRows.Target
    private let source: UnsafeMutablePointer<Source>

    /// Registers the virtual table with the connection. Every target of a connection must be different.
    init(_ target: BulkRows.Target, _ connection: SQLConnection) throws(SQLFailure) {
        self.connection = connection
        self.target = target
        source = .allocate(capacity: 1)
        source.initialize(to: Source(views: UnsafeBufferPointer(start: nil, count: 0), columns: target.columns))
        // From here on the source belongs to the connection, which may outlive this object.
        let code = sqlite3_create_module_v2(connection.handle, target.name, Self.module, source) { source in
            source?.assumingMemoryBound(to: Source.self).deallocate()
        }
        guard code == SQLITE_OK else { throw SQLFailure(code: code, message: String(cString: sqlite3_errstr(code))) }
    }

    /// Inserts all rows in their order, or none.
    func insert(_ rows: [BulkRows]) throws(SQLFailure) {
        guard rows.contains(where: { $0.count > 0 }) else { return }
        try view(rows[...], []).get()
    }

    /// Pins the memory of one element after another, and inserts once all are pinned.
    private func view(_ rows: ArraySlice<BulkRows>, _ views: [View]) -> Result<Void, SQLFailure> {
        guard let first = rows.first else {
            return views.withUnsafeBufferPointer { views in
                source.pointee.views = views
                defer { source.pointee.views = UnsafeBufferPointer(start: nil, count: 0) }
                return Result { () throws(SQLFailure) in try connection.run(target.insert) }
            }
        }
        return first.cells.withUnsafeBufferPointer { cells in
            first.bytes.withUnsafeBufferPointer { bytes in
                view(rows.dropFirst(), views + [View(cells: cells, bytes: bytes.baseAddress)])
            }
        }
    }

    // MARK: The virtual table

    // SQLite stores the address, and the content never changes.
    nonisolated(unsafe) private static let module: UnsafePointer<sqlite3_module> = {
        let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        module.initialize(to: sqlite3_module())
        module.pointee.xConnect = { handle, source, _, _, table, _ in
            guard let source = source?.assumingMemoryBound(to: Source.self) else { return SQLITE_INTERNAL }
            let names = (0..<source.pointee.columns).map { "c\($0)" }.joined(separator: ", ")
            let code = sqlite3_declare_vtab(handle, "CREATE TABLE new (\(names))")
            guard code == SQLITE_OK else { return code }
            let made = UnsafeMutablePointer<Table>.allocate(capacity: 1)
            made.initialize(to: Table(base: sqlite3_vtab(), source: source))
            table?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }
        module.pointee.xDisconnect = { table in
            BulkInsert.table(table)?.deallocate()
            return SQLITE_OK
        }
        module.pointee.xBestIndex = { _, plan in
            plan?.pointee.estimatedCost = 1000
            return SQLITE_OK
        }
        module.pointee.xOpen = { table, cursor in
            guard let table = BulkInsert.table(table) else { return SQLITE_INTERNAL }
            let made = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            made.initialize(to: Cursor(base: sqlite3_vtab_cursor(), source: table.pointee.source))
            cursor?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        module.pointee.xClose = { cursor in
            BulkInsert.cursor(cursor)?.deallocate()
            return SQLITE_OK
        }
        module.pointee.xFilter = { cursor, _, _, _, _ in
            guard let cursor = BulkInsert.cursor(cursor) else { return SQLITE_INTERNAL }
            (cursor.pointee.view, cursor.pointee.start) = (0, 0)
            cursor.pointee.stand()
            return SQLITE_OK
        }
        module.pointee.xNext = { cursor in
            guard let cursor = BulkInsert.cursor(cursor) else { return SQLITE_INTERNAL }
            cursor.pointee.start += cursor.pointee.source.pointee.columns
            cursor.pointee.stand()
            return SQLITE_OK
        }
        module.pointee.xEof = { cursor in
            guard let cursor = BulkInsert.cursor(cursor) else { return 1 }
            return cursor.pointee.view < cursor.pointee.source.pointee.views.count ? 0 : 1
        }
        module.pointee.xColumn = { cursor, context, column in
            guard let cursor = BulkInsert.cursor(cursor) else { return SQLITE_INTERNAL }
            let view = cursor.pointee.source.pointee.views[cursor.pointee.view]
            BulkInsert.answer(context, view.cells[cursor.pointee.start + Int(column)], view.bytes)
            return SQLITE_OK
        }
        module.pointee.xRowid = { cursor, row in
            row?.pointee = Int64(BulkInsert.cursor(cursor)?.pointee.start ?? 0)
            return SQLITE_OK
        }
        return UnsafePointer(module)
    }()

    /// The bytes stay until the statement ends, so they are passed without a destructor (SQLITE_STATIC).
    private static func answer(_ context: OpaquePointer?, _ cell: BulkRows.Cell, _ bytes: UnsafePointer<UInt8>?) {
        switch (cell.kind, bytes) {
        case (.null, _): break
        case (.number, _): sqlite3_result_int64(context, Int64(cell.value))
        case (.text, let bytes?) where cell.count > 0:
            let text = UnsafeRawPointer(bytes + cell.value).assumingMemoryBound(to: CChar.self)
            sqlite3_result_text64(context, text, UInt64(cell.count), nil, UInt8(SQLITE_UTF8))
        case (.text, _): sqlite3_result_text(context, "", 0, nil)
        case (.blob, let bytes?) where cell.count > 0:
            sqlite3_result_blob64(context, bytes + cell.value, UInt64(cell.count), nil)
        case (.blob, _): sqlite3_result_zeroblob(context, 0)
        }
    }

    private static func table(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> UnsafeMutablePointer<Table>? {
        UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: Table.self)
    }

    private static func cursor(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<Cursor>? {
        UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: Cursor.self)
    }
}
