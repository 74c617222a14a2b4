import GRDBSQLite

/// Where the texts and blobs lie that are bound to a connection's statements, as long as these run.
///
/// SQLite's own copies (SQLITE_TRANSIENT) are an allocation each, which is a twentieth of what an insert of an asset with
/// its event costs. Statements that run inside one another use it like a stack.
final class BoundTexts {
    /// A place in it to come back to.
    struct Place {
        fileprivate var used: Int
    }

    private static let capacity = 64 * 1024
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    private var used = 0

    deinit { memory.deallocate() }

    /// Begins a statement.
    func begin() -> Place { Place(used: used) }

    /// Ends the statement that began there: nothing is bound to it any more.
    func end(_ place: Place) { used = place.used }

    /// The bytes where they stay until the statement ends, with what SQLite is to be told of their lifetime: what does
    /// not fit it copies itself, during the call that binds it.
    func keep(_ bytes: UnsafeRawBufferPointer) -> (UnsafeRawPointer?, sqlite3_destructor_type?) {
        guard let start = bytes.baseAddress, Self.capacity - used >= bytes.count else {
            return (bytes.baseAddress, Self.transient)
        }
        let place = memory + used
        place.copyMemory(from: start, byteCount: bytes.count)
        used += bytes.count
        return (UnsafeRawPointer(place), nil)
    }

    /// SQLITE_TRANSIENT: the C macro is a cast, which Swift does not import. SQLITE_STATIC is nil.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
