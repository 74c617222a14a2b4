import DepotModel
import Dispatch
import Synchronization

/// Events that are made and encoded on other threads while the writer goes on with the rows they tell of.
///
/// Only an import leaves so many events that this is worth it: with a second processor half of its own work is done
/// beside SQLite's. They come out in the order in which they went in.
// @unchecked: all but ``Part`` is used on the writer's queue only
final class PendingEvents: @unchecked Sendable {
    /// Makes an event; pure, as it runs elsewhere.
    typealias Make = @Sendable () -> LedgerEvent

    /// An event with its JSON.
    typealias Encoded = (event: LedgerEvent, body: [UInt8])

    /// As many events as are handed over at a time: enough that handing over costs nothing.
    private static let partSize = 250

    /// Some events in a row, encoded by whoever comes first.
    private final class Part: Sendable {
        private enum State {
            case waiting([Make])
            case taken
            case done([Encoded])
        }

        private let state: Mutex<State>
        private let finished = DispatchSemaphore(value: 0)

        init(_ makes: [Make]) { state = Mutex(.waiting(makes)) }

        /// Encodes them, unless somebody else does.
        func encode() {
            let makes: [Make]? = state.withLock { state in
                guard case .waiting(let makes) = state else { return nil }
                state = .taken
                return makes
            }
            guard let makes else { return }
            let encoded = makes.map { make in
                let event = make()
                return (event, LedgerJSON.encode(event))
            }
            state.withLock { $0 = .done(encoded) }
            finished.signal()
        }

        /// The events, encoded here where nobody has begun.
        func result() -> [Encoded] {
            encode()
            finished.wait()
            return state.withLock { state in
                defer { state = .taken }
                guard case .done(let encoded) = state else { return [] }
                return encoded
            }
        }
    }

    private var parts: [Part] = []
    private var makes: [Make] = []

    /// How many there are.
    private(set) var count: Int64 = 0

    /// Adds one.
    func append(_ make: @escaping Make) {
        makes.append(make)
        count += 1
        if makes.count >= Self.partSize { hand() }
    }

    /// Hands out all of them, in their order, and is empty.
    func take(_ body: (Encoded) -> Void) {
        hand()
        let parts = parts
        clear()
        for part in parts {
            part.result().forEach(body)
        }
    }

    /// Forgets all of them.
    func clear() {
        parts = []
        makes = []
        count = 0
    }

    private func hand() {
        guard !makes.isEmpty else { return }
        let part = Part(makes)
        makes.removeAll(keepingCapacity: true)
        parts.append(part)
        DispatchQueue.global(qos: .userInitiated).async { part.encode() }
    }
}
