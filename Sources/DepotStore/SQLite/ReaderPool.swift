import DepotModel
import GRDBSQLite
import Synchronization

/// A few read-only connections, used on the caller's thread: a lookup by key takes microseconds, less than a switch to
/// a queue would take.
///
/// Lanes, short reads and long ones (``ReadBudget``) have separate connections, so that none waits for another kind.
final class ReaderPool: Sendable {
    /// A connection with the lock that serializes its use.
    // @unchecked: the connection is used only while the lock is held.
    private final class Slot: @unchecked Sendable {
        let lock = Mutex(())
        var connection: SQLConnection?

        func prepared(
            _ open: () throws(SQLFailure) -> SQLConnection, _ stop: ReadStop
        ) throws(SQLFailure) -> SQLConnection {
            guard !stop.isSet else { throw .closed }
            if let connection { return connection }
            let opened = try open()
            connection = opened
            return opened
        }
    }

    /// The connections for one kind of read. The first free one is used: one warm cache is better than three cool ones.
    private final class Group: Sendable {
        private let slots: [Slot]
        private let turn = Atomic<UInt>(0)
        private let open: @Sendable () throws(SQLFailure) -> SQLConnection
        let stop: ReadStop

        init(
            _ count: Int, _ stop: ReadStop, _ open: @escaping @Sendable (ReadStop) throws(SQLFailure) -> SQLConnection
        ) {
            slots = (0..<max(1, count)).map { _ in Slot() }
            self.stop = stop
            self.open = { () throws(SQLFailure) in try open(stop) }
        }

        /// Opens all connections, since there may be no file descriptors left later.
        func start() throws(SQLFailure) {
            for slot in slots {
                try slot.lock.withLock { (_) throws(SQLFailure) in _ = try slot.prepared(open, stop) }
            }
        }

        func read<Value>(
            _ budget: ReadBudget?, _ body: (SQLConnection) throws(SQLFailure) -> Value
        ) throws(SQLFailure) -> Value {
            for slot in slots {
                let value = try slot.lock.withLockIfAvailable { (_) throws(SQLFailure) in
                    try Self.use(slot.prepared(open, stop), budget, body)
                }
                if let value { return value }
            }
            let slot = slots[Int(turn.wrappingAdd(1, ordering: .relaxed).oldValue % UInt(slots.count))]
            return try slot.lock.withLock { (_) throws(SQLFailure) in
                try Self.use(slot.prepared(open, stop), budget, body)
            }
        }

        func close() {
            stop.set()
            for slot in slots { slot.lock.withLock { _ in slot.connection = nil } }
        }

        private static func use<Value>(
            _ connection: SQLConnection, _ budget: ReadBudget?,
            _ body: (SQLConnection) throws(SQLFailure) -> Value
        ) throws(SQLFailure) -> Value {
            connection.meter?.begin(budget)
            defer { connection.meter?.end() }
            return try body(connection)
        }
    }

    private let own: Group
    private let shared: Group
    private let long: Group

    /// Opens `count` connections for short reads, two for the lanes, and five for long reads, one for each thread of
    /// those.
    ///
    /// - Parameter stop: A switch that ends all reads except those of the lanes.
    init(path: String, count: Int, busyMilliseconds: Int32, stop: ReadStop) throws(SQLFailure) {
        let open = { @Sendable (stop: ReadStop) throws(SQLFailure) -> SQLConnection in
            try SQLConnection(
                readingFrom: path, cacheKibibytes: 1024, busyMilliseconds: busyMilliseconds, stop: stop)
        }
        own = Group(2, ReadStop(), open)
        shared = Group(count, stop, open)
        long = Group(5, stop, open)
        for group in [own, shared, long] { try group.start() }
    }

    /// Runs `body` on a free connection, or waits for one.
    ///
    /// - Throws: `too_expensive` if the read exceeds the task's ``ReadBudget``.
    func read<Value>(_ body: (SQLConnection) throws(SQLFailure) -> Value) throws(DepotError) -> Value {
        let budget = ReadBudget.current
        if let budget, budget.isExceeded { throw ReadBudget.error }
        let group =
            switch budget?.place {
            case .own: own
            case nil, .shared: shared
            case .long: long
            }
        do throws(SQLFailure) {
            return try group.read(budget, body)
        } catch {
            throw error.primary == SQLITE_INTERRUPT && !group.stop.isSet ? ReadBudget.error : error.error
        }
    }

    /// Ends current reads and closes every connection; later reads fail.
    func close() {
        for group in [own, shared, long] { group.close() }
    }
}

extension SQLFailure {
    /// The failure of a read after the store was closed.
    static let closed = SQLFailure(code: 14, message: "the store is closed")
}
