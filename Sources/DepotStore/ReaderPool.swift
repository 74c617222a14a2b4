import DepotModel
import Synchronization

/// A few read-only connections, used inline on the caller's thread: a lookup by key takes microseconds, and a hop to
/// a queue would take longer than the lookup.
final class ReaderPool: Sendable {
    /// A connection with the lock that serialises it.
    // @unchecked: the connection is touched only while the lock is held
    private final class Slot: @unchecked Sendable {
        let lock = Mutex(())
        var connection: SQLConnection?
        init(_ connection: SQLConnection) { self.connection = connection }
    }

    private let slots: [Slot]
    private let turn = Atomic<UInt>(0)

    /// Opens `count` connections, at least one.
    init(path: String, count: Int, busyMilliseconds: Int32) throws(SQLFailure) {
        var slots: [Slot] = []
        for _ in 0..<max(1, count) {
            slots.append(
                Slot(try SQLConnection(readingFrom: path, cacheKibibytes: 1024, busyMilliseconds: busyMilliseconds)))
        }
        self.slots = slots
    }

    /// Runs `body` on a connection that is free, or waits for one.
    func read<Value>(_ body: (SQLConnection) throws(SQLFailure) -> Value) throws(DepotError) -> Value {
        do throws(SQLFailure) {
            let start = Int(turn.wrappingAdd(1, ordering: .relaxed).oldValue % UInt(slots.count))
            for offset in slots.indices {
                let slot = slots[(start + offset) % slots.count]
                let value = try slot.lock.withLockIfAvailable { (_) throws(SQLFailure) in
                    try Self.use(slot.connection, body)
                }
                if let value { return value }
            }
            let slot = slots[start]
            return try slot.lock.withLock { (_) throws(SQLFailure) in try Self.use(slot.connection, body) }
        } catch {
            throw error.error
        }
    }

    /// Closes every connection; reads after it fail.
    func close() {
        for slot in slots { slot.lock.withLock { _ in slot.connection = nil } }
    }

    private static func use<Value>(
        _ connection: SQLConnection?, _ body: (SQLConnection) throws(SQLFailure) -> Value
    ) throws(SQLFailure) -> Value {
        guard let connection else { throw .closed }
        return try body(connection)
    }
}

extension SQLFailure {
    /// The store was closed.
    static let closed = SQLFailure(code: 14, message: "the store is closed")
}
