import DepotModel
import GRDBSQLite

/// Rows that a connection reads as a table with the columns `c0`, `c1`, …, so that one statement inserts all of them
/// (sqlite.org/vtab.html, an eponymous-only virtual table).
///
/// A statement for each row opens every index of its table again, and reads and writes what AUTOINCREMENT keeps: a third
/// of the time that the insert of an asset takes. It has to be many rows: what is to take a statement back that fails
/// half-way is a copy of every page that it changes.
///
/// Not thread-safe: used where its connection is.
final class BulkRows {
    /// A value as the virtual table gives it to SQLite.
    private struct Cell {
        enum Kind { case null, number, text, blob }
        var kind: Kind
        /// The number, or where the bytes of a text or blob begin.
        var value: Int
        var count: Int
    }

    /// What the virtual table reads while a statement runs.
    private struct View {
        var cells: UnsafeBufferPointer<Cell>
        var bytes: UnsafePointer<UInt8>?
        var columns: Int
    }

    /// As SQLite wants it: with its own part first.
    private struct Table {
        var base: sqlite3_vtab
        var view: UnsafeMutablePointer<View>
    }

    private struct Cursor {
        var base: sqlite3_vtab_cursor
        var row: Int
        var view: UnsafeMutablePointer<View>
    }

    /// The table into which they go.
    struct Target: Sendable {
        fileprivate let name: String
        fileprivate let columns: Int
        fileprivate let insert: Query

        init(_ table: String, _ columns: [String]) {
            name = "new_\(table)"
            self.columns = columns.count
            let values = columns.indices.map { "c\($0)" }.joined(separator: ", ")
            insert = Query("INSERT INTO \(table) (\(columns.joined(separator: ", "))) SELECT \(values) FROM \(name)")
        }
    }

    private let connection: SQLConnection
    private let target: Target
    private let view: UnsafeMutablePointer<View>
    private var cells: [Cell] = []
    private var bytes: [UInt8] = []

    /// How many there are.
    private(set) var count = 0

    /// Makes the virtual table known to the connection; no two of one connection have the same target.
    init(_ target: Target, _ connection: SQLConnection) throws(SQLFailure) {
        self.connection = connection
        self.target = target
        view = .allocate(capacity: 1)
        view.initialize(to: Self.nothing(target.columns))
        // belongs to the connection from here on, which may outlive this
        let code = sqlite3_create_module_v2(connection.handle, target.name, Self.module, view) { view in
            view?.assumingMemoryBound(to: View.self).deallocate()
        }
        guard code == SQLITE_OK else { throw SQLFailure(code: code, message: String(cString: sqlite3_errstr(code))) }
    }

    /// Adds a row: a value for each of the target's columns.
    func append(_ values: [SQLValue]) {
        for value in values { append(value) }
        count += 1
    }

    /// Inserts all of them or none, and is empty then.
    func insert() throws(SQLFailure) {
        guard count > 0 else { return }
        defer { clear() }
        let outcome: Result<Void, SQLFailure> = cells.withUnsafeBufferPointer { cells in
            bytes.withUnsafeBufferPointer { bytes in
                view.pointee = View(cells: cells, bytes: bytes.baseAddress, columns: target.columns)
                defer { view.pointee = Self.nothing(target.columns) }
                return Result { () throws(SQLFailure) in try connection.run(target.insert) }
            }
        }
        try outcome.get()
    }

    /// Forgets all of them.
    func clear() {
        cells.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Gives up the memory, too.
    func release() {
        cells = []
        bytes = []
        count = 0
    }

    private func append(_ value: SQLValue) {
        switch value {
        case .null: cells.append(Cell(kind: .null, value: 0, count: 0))
        case .int(let number): cells.append(Cell(kind: .number, value: Int(number), count: 0))
        case .text(var text): text.withUTF8 { append(.text, UnsafeRawBufferPointer($0)) }
        case .utf8(let utf8): utf8.withUnsafeBytes { append(.text, $0) }
        case .blob(let blob): blob.withUnsafeBytes { append(.blob, $0) }
        case .id(let id):
            withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { append(.blob, $0) }
        }
    }

    private func append(_ kind: Cell.Kind, _ data: UnsafeRawBufferPointer) {
        cells.append(Cell(kind: kind, value: bytes.count, count: data.count))
        bytes.append(contentsOf: data)
    }

    private static func nothing(_ columns: Int) -> View {
        View(cells: UnsafeBufferPointer(start: nil, count: 0), bytes: nil, columns: columns)
    }

    // MARK: The virtual table

    // SQLite keeps the address, and nothing of it changes
    nonisolated(unsafe) private static let module: UnsafePointer<sqlite3_module> = {
        let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        module.initialize(to: sqlite3_module())
        module.pointee.xConnect = { handle, view, _, _, table, _ in
            guard let view = view?.assumingMemoryBound(to: View.self) else { return SQLITE_INTERNAL }
            let names = (0..<view.pointee.columns).map { "c\($0)" }.joined(separator: ", ")
            let code = sqlite3_declare_vtab(handle, "CREATE TABLE bulk (\(names))")
            guard code == SQLITE_OK else { return code }
            let made = UnsafeMutablePointer<Table>.allocate(capacity: 1)
            made.initialize(to: Table(base: sqlite3_vtab(), view: view))
            table?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }
        module.pointee.xDisconnect = { table in
            BulkRows.table(table)?.deallocate()
            return SQLITE_OK
        }
        module.pointee.xBestIndex = { _, plan in
            plan?.pointee.estimatedCost = 1000
            return SQLITE_OK
        }
        module.pointee.xOpen = { table, cursor in
            guard let table = BulkRows.table(table) else { return SQLITE_INTERNAL }
            let made = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            made.initialize(to: Cursor(base: sqlite3_vtab_cursor(), row: 0, view: table.pointee.view))
            cursor?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        module.pointee.xClose = { cursor in
            BulkRows.cursor(cursor)?.deallocate()
            return SQLITE_OK
        }
        module.pointee.xFilter = { cursor, _, _, _, _ in
            BulkRows.cursor(cursor)?.pointee.row = 0
            return SQLITE_OK
        }
        module.pointee.xNext = { cursor in
            BulkRows.cursor(cursor)?.pointee.row += 1
            return SQLITE_OK
        }
        module.pointee.xEof = { cursor in
            guard let cursor = BulkRows.cursor(cursor)?.pointee else { return 1 }
            return (cursor.row + 1) * cursor.view.pointee.columns > cursor.view.pointee.cells.count ? 1 : 0
        }
        module.pointee.xColumn = { cursor, context, column in
            guard let cursor = BulkRows.cursor(cursor)?.pointee else { return SQLITE_INTERNAL }
            let view = cursor.view.pointee
            let cell = view.cells[cursor.row * view.columns + Int(column)]
            // a nil destructor is SQLITE_STATIC: the bytes stay until the statement ends
            switch cell.kind {
            case .null: break
            case .number: sqlite3_result_int64(context, Int64(cell.value))
            case .text:
                let text = view.bytes.map { UnsafeRawPointer($0 + cell.value).assumingMemoryBound(to: CChar.self) }
                guard let text, cell.count > 0 else {
                    sqlite3_result_text(context, "", 0, nil)
                    break
                }
                sqlite3_result_text64(context, text, UInt64(cell.count), nil, UInt8(SQLITE_UTF8))
            case .blob:
                guard let bytes = view.bytes, cell.count > 0 else {
                    sqlite3_result_zeroblob(context, 0)
                    break
                }
                sqlite3_result_blob64(context, bytes + cell.value, UInt64(cell.count), nil)
            }
            return SQLITE_OK
        }
        module.pointee.xRowid = { cursor, row in
            row?.pointee = Int64(BulkRows.cursor(cursor)?.pointee.row ?? 0)
            return SQLITE_OK
        }
        return UnsafePointer(module)
    }()

    private static func table(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> UnsafeMutablePointer<Table>? {
        UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: Table.self)
    }

    private static func cursor(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<Cursor>? {
        UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: Cursor.self)
    }
}
