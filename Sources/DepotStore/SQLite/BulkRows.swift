import DepotModel
import GRDBSQLite

/// Values for many rows of one table, made where there is time for it and handed to ``BulkInsert``.
struct BulkRows: Sendable {
    /// A value as SQLite gets it.
    fileprivate struct Cell {
        enum Kind { case null, number, text, blob }
        /// The number, or where the bytes of a text or blob begin.
        var value: Int
        var count: UInt32
        var kind: Kind
    }

    /// The table, and the columns of which every row has a value.
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

    /// How many values a row has.
    let columns: Int
    fileprivate var cells: [Cell] = []
    fileprivate var bytes: [UInt8] = []

    /// - Parameters:
    ///   - count: how many rows are expected.
    ///   - size: how many bytes the texts and blobs of a row usually have.
    init(_ target: Target, count: Int = 0, size: Int = 0) {
        columns = target.columns
        cells.reserveCapacity(count * columns)
        bytes.reserveCapacity(count * size)
    }

    /// How many there are.
    var count: Int { cells.count / columns }

    /// Adds a row: a value for each of the target's columns.
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
        // SQLite takes a thousand million bytes at most
        cells.append(Cell(value: bytes.count, count: UInt32(clamping: data.count), kind: kind))
        bytes.append(contentsOf: data)
    }

    /// Sets the bytes of a blob, which has as many.
    mutating func overwrite(row: Int, column: Int, _ blob: [UInt8]) {
        let cell = cells[row * columns + column]
        bytes.withUnsafeMutableBytes { bytes in
            let place = bytes[cell.value..<(cell.value + Int(cell.count))]
            UnsafeMutableRawBufferPointer(rebasing: place).copyBytes(from: blob.prefix(Int(cell.count)))
        }
    }
}

/// Inserts many rows by one statement: they are a table that the connection reads (sqlite.org/vtab.html, an
/// eponymous-only virtual table with the columns `c0`, `c1`, …).
///
/// A statement for each row opens every index of its table again, and reads and writes what AUTOINCREMENT keeps: a third
/// of the time that the insert of an asset takes. It has to be many rows: what takes a statement back that fails half-way
/// is a copy of every page that it changes.
///
/// Not thread-safe: used where its connection is.
final class BulkInsert {
    /// Rows whose memory stays where it is while the statement runs.
    private struct View {
        var cells: UnsafeBufferPointer<BulkRows.Cell>
        var bytes: UnsafePointer<UInt8>?
    }

    /// What the virtual table reads.
    private struct Source {
        var views: UnsafeBufferPointer<View>
        var columns: Int
    }

    /// As SQLite wants it: with its own part first.
    private struct Table {
        var base: sqlite3_vtab
        var source: UnsafeMutablePointer<Source>
    }

    private struct Cursor {
        var base: sqlite3_vtab_cursor
        var source: UnsafeMutablePointer<Source>
        var view = 0
        /// Where the row's cells begin.
        var start = 0

        /// Whether a row is left; goes on to the next view where none is in this one.
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

    /// Makes the virtual table known to the connection; no two of one connection have the same target.
    init(_ target: BulkRows.Target, _ connection: SQLConnection) throws(SQLFailure) {
        self.connection = connection
        self.target = target
        source = .allocate(capacity: 1)
        source.initialize(to: Source(views: UnsafeBufferPointer(start: nil, count: 0), columns: target.columns))
        // belongs to the connection from here on, which may outlive this
        let code = sqlite3_create_module_v2(connection.handle, target.name, Self.module, source) { source in
            source?.assumingMemoryBound(to: Source.self).deallocate()
        }
        guard code == SQLITE_OK else { throw SQLFailure(code: code, message: String(cString: sqlite3_errstr(code))) }
    }

    /// Inserts all of them, in their order, or none.
    func insert(_ rows: [BulkRows]) throws(SQLFailure) {
        guard rows.contains(where: { $0.count > 0 }) else { return }
        try view(rows[...], []).get()
    }

    /// Holds on to one after another, and inserts when it has all.
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

    // SQLite keeps the address, and nothing of it changes
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

    /// Without a destructor (SQLITE_STATIC): the bytes stay until the statement ends.
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
