import DepotModel
import Dispatch
import Synchronization

/// New assets and their events, which are made and encoded on other threads while the writer inserts those before them.
///
/// Only an import leaves so many that this is worth it: with a second processor half of its own work is done beside
/// SQLite's. They come out in the order in which they went in.
// @unchecked: all but ``Part`` is used on the writer's queue only
final class PendingAssets: @unchecked Sendable {
    /// What is written of some assets.
    struct Rows: Sendable {
        var assets = BulkRows(AssetColumns.bulk, count: PendingAssets.partSize, size: 200)
        var events = BulkRows(EventColumns.bulk, count: PendingAssets.partSize * 5 / 4, size: 1200)
        /// The events, of which ``events`` has the rows.
        var ledger: [StoredEvent] = []
    }

    /// Adds an asset and its events; pure, as it runs elsewhere.
    typealias Make = @Sendable (inout Rows) -> Void

    /// As many assets as are handed over at a time: enough that handing over costs nothing.
    private static let partSize = 250

    /// As many parts as are inserted together, enough that each page is copied about once for it; not more, as each
    /// takes memory.
    private static let together = 4

    /// One at a time: more would take the processor from the writer.
    private static let queue = DispatchQueue(label: "depot.import", qos: .userInitiated)

    /// Some assets in a row, made by whoever comes first.
    private final class Part: Sendable {
        private enum State {
            case waiting([Make])
            case taken
            case done(Rows)
        }

        private let state: Mutex<State>
        private let finished = DispatchSemaphore(value: 0)

        init(_ makes: [Make]) { state = Mutex(.waiting(makes)) }

        /// Makes them, unless somebody else does.
        func make() {
            let makes: [Make]? = state.withLock { state in
                guard case .waiting(let makes) = state else { return nil }
                state = .taken
                return makes
            }
            guard let makes else { return }
            var rows = Rows()
            for make in makes { make(&rows) }
            state.withLock { $0 = .done(rows) }
            finished.signal()
        }

        /// The rows, made here where nobody has begun.
        func result() -> Rows {
            make()
            finished.wait()
            return state.withLock { state in
                defer { state = .taken }
                guard case .done(let rows) = state else { return Rows() }
                return rows
            }
        }
    }

    private var parts: [Part] = []
    private var makes: [Make] = []

    /// How many events there are.
    private(set) var events: Int64 = 0

    var isEmpty: Bool { parts.isEmpty && makes.isEmpty }

    /// Whether there are so many that some are to be taken: the oldest, while others are still being made.
    var isFull: Bool { parts.count >= 2 * Self.together }

    /// Adds an asset with so many events.
    func append(events: Int, _ make: @escaping Make) {
        makes.append(make)
        self.events += Int64(events)
        if makes.count >= Self.partSize { hand() }
    }

    /// Takes out the oldest, as many as are inserted together; the writer may have to wait for them, or make them.
    func take() -> [Rows] {
        if parts.count < Self.together { hand() }
        let rows = parts.prefix(Self.together).map { $0.result() }
        parts.removeFirst(rows.count)
        for part in rows { events -= Int64(part.ledger.count) }
        return rows
    }

    /// Forgets all of them.
    func clear() {
        parts = []
        makes = []
        events = 0
    }

    private func hand() {
        guard !makes.isEmpty else { return }
        let part = Part(makes)
        makes.removeAll(keepingCapacity: true)
        parts.append(part)
        Self.queue.async { part.make() }
    }
}
