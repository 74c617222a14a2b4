public import DepotModel
public import DepotStore
import Synchronization

/// Notifies subscribers of changes. They read the events themselves from the ledger, from their own cursor on.
///
/// A subscriber that does not read therefore needs a few words of memory and no queue: ledger signals are merged into the
/// newest number, lane and scanner signals into the newest state of each.
public final class EventHub: Sendable {
    /// The reason for which a subscriber is woken.
    public enum Signal: Sendable {
        /// Events up to this number are committed.
        case ledger(upTo: EventNumber)
        /// The status of a lane has changed.
        case lane(LaneStatus)
        /// The status of a scanner has changed.
        case scanner(ScannerStatus)
        /// The station's health has changed.
        case health(StationHealth)
    }

    private struct State {
        var subscriptions: [UInt64: Subscription] = [:]
        var nextID: UInt64 = 0
        var recent: [StoredEvent] = []
        /// The total size of the recent events' JSON.
        var bytes = 0
        var isClosed = false

        /// Drops the oldest events until at most `count` and half of the capacity in bytes remain.
        mutating func trim(to count: Int) {
            var first = max(0, recent.count - count)
            bytes -= recent[..<first].reduce(0) { $0 + $1.json.count }
            while first < recent.count, bytes > EventHub.capacityBytes / 2 {
                bytes -= recent[first].json.count
                first += 1
            }
            recent.removeFirst(first)
        }
    }

    /// The number of recent events that are kept at least, unless they exceed the bytes.
    private static let capacity = 512
    private static let capacityBytes = 4 << 20
    private let state = Mutex(State())

    /// Creates a hub without subscribers.
    public init() {}

    /// The number of subscribers.
    public var subscriberCount: Int { state.withLock { $0.subscriptions.count } }

    /// Subscribes to everything that is published from now on, until the subscription is cancelled or released.
    ///
    /// - Parameter tenant: the tenant whose lanes and scanners are signalled, or nil for all. The reader itself selects the
    ///   events that it reads.
    public func subscribe(to tenant: TenantID? = nil) -> Subscription {
        state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            let subscription = Subscription(tenant: tenant) { [weak self] in self?.remove(id) }
            if state.isClosed { subscription.finish() } else { state.subscriptions[id] = subscription }
            return subscription
        }
    }

    /// Returns the events after `number` from memory, or nil if they are no longer kept and must be read from the store.
    public func cached(after number: EventNumber) -> [StoredEvent]? {
        state.withLock { state in
            guard let first = state.recent.first, let last = state.recent.last else { return nil }
            guard number.rawValue >= first.number.rawValue - 1 else { return nil }
            guard number < last.number else { return [] }
            return Array(state.recent[Int(number.rawValue - first.number.rawValue + 1)...])
        }
    }

    /// Publishes committed events, in number order.
    public func publish(_ events: [StoredEvent]) {
        guard let last = events.last else { return }
        let subscriptions = state.withLock { state in
            // The recent events must have no gap.
            let follows = state.recent.last.map { $0.number.rawValue + 1 } == events.first?.number.rawValue
            if events.count >= Self.capacity || !follows { (state.recent, state.bytes) = ([], 0) }
            state.recent.append(contentsOf: events.suffix(Self.capacity))
            state.bytes += events.suffix(Self.capacity).reduce(0) { $0 + $1.json.count }
            if state.recent.count > Self.capacity * 2 || state.bytes > Self.capacityBytes {
                state.trim(to: Self.capacity)
            }
            return Array(state.subscriptions.values)
        }
        for subscription in subscriptions { subscription.signal(.ledger(upTo: last.number)) }
    }

    /// Publishes the station's health to all subscribers.
    func publish(_ health: StationHealth) {
        for subscription in state.withLock({ Array($0.subscriptions.values) }) { subscription.signal(.health(health)) }
    }

    /// Publishes the state of a tenant's lane or scanner.
    func publish(_ signal: Signal, of tenant: TenantID) {
        for subscription in state.withLock({ Array($0.subscriptions.values) })
        where subscription.tenant == nil || subscription.tenant == tenant {
            subscription.signal(signal)
        }
    }

    /// Ends every subscription, including later ones.
    public func close() {
        let subscriptions = state.withLock { state in
            state.isClosed = true
            defer { state.subscriptions = [:] }
            return Array(state.subscriptions.values)
        }
        for subscription in subscriptions { subscription.finish() }
    }

    private func remove(_ id: UInt64) { state.withLock { _ = $0.subscriptions.removeValue(forKey: id) } }
}

/// A subscription to an ``EventHub``: a sequence of signals for one reader, who cancels it when done.
public final class Subscription: AsyncSequence, Sendable {
    private struct Pending {
        var ledger: EventNumber?
        var lanes: [LaneID: LaneStatus] = [:]
        var scanners: [String: ScannerStatus] = [:]
        var health: StationHealth?
        var isFinished = false
    }

    private let pending = Mutex(Pending())
    private let wake: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    let tenant: TenantID?
    private let onCancel: @Sendable () -> Void

    init(tenant: TenantID?, onCancel: @escaping @Sendable () -> Void) {
        self.tenant = tenant
        (wake, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.onCancel = onCancel
    }

    /// Ends the subscription and its sequence.
    public func cancel() {
        onCancel()
        finish()
    }

    /// Returns an iterator over the signals. There may be one at a time.
    public func makeAsyncIterator() -> Iterator { Iterator(subscription: self, wake: wake.makeAsyncIterator()) }

    /// An iterator over the signals.
    public struct Iterator: AsyncIteratorProtocol {
        let subscription: Subscription
        var wake: AsyncStream<Void>.Iterator

        /// Returns the next signal, or nil once the hub is closed or the subscription or the task is cancelled.
        public mutating func next() async -> EventHub.Signal? {
            while true {
                if let signal = subscription.nextSignal() { return signal }
                if await wake.next() == nil { return nil }
            }
        }
    }

    func signal(_ signal: EventHub.Signal) {
        pending.withLock { pending in
            switch signal {
            case .ledger(let number): pending.ledger = number
            case .lane(let lane): pending.lanes[lane.id] = lane
            case .scanner(let scanner): pending.scanners[scanner.identity] = scanner
            case .health(let health): pending.health = health
            }
        }
        waker.yield()
    }

    func finish() { waker.finish() }

    private func nextSignal() -> EventHub.Signal? {
        pending.withLock { pending in
            // A lane's answer refers to its event, so the ledger goes first.
            if let number = pending.ledger {
                pending.ledger = nil
                return .ledger(upTo: number)
            }
            if let health = pending.health {
                pending.health = nil
                return .health(health)
            }
            if let id = pending.scanners.keys.first, let scanner = pending.scanners.removeValue(forKey: id) {
                return .scanner(scanner)
            }
            if let id = pending.lanes.keys.first, let lane = pending.lanes.removeValue(forKey: id) {
                return .lane(lane)
            }
            return nil
        }
    }
}
