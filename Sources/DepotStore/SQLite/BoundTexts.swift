import GRDBSQLite

/// The memory of the texts and blobs that are bound to a connection's statements, valid while these run.
///
/// SQLite's own copies (SQLITE_TRANSIENT) take an allocation each, which is a twentieth of the cost of inserting an
/// asset with its event. Nested statements use the memory like a stack.
final class BoundTexts {
    /// A position in the memory to return to.
    struct Place {
        fileprivate var used: Int
    }

    private static let capacity = 64 * 1024
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    private var used = 0

    deinit { memory.deallocate() }

    /// Begins a statement.
    func begin() -> Place { Place(used: used) }

    /// Ends the statement that began at this position: nothing is bound to it any more.
    func end(_ place: Place) { used = place.used }

    /// Returns the address of the bytes until the statement ends, and the value that tells SQLite their lifetime.
    /// SQLite itself copies bytes that do not fit, during the call that binds them.
    func keep(_ bytes: UnsafeRawBufferPointer) -> (UnsafeRawPointer?, sqlite3_destructor_type?) {
        guard let start = bytes.baseAddress, Self.capacity - used >= bytes.count else {
            return (bytes.baseAddress, Self.transient)
        }
        let place = memory + used
        place.copyMemory(from: start, byteCount: bytes.count)
        used += bytes.count
        return (UnsafeRawPointer(place), nil)
    }

    /// The C macro SQLITE_TRANSIENT is a cast, which Swift does not import. SQLITE_STATIC is nil.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
