public import DepotModel
public import DepotStore
import Synchronization

/// Tells subscribers that something happened; what happened they read from the ledger, from their own cursor on.
///
/// So a subscriber that does not read costs a few words and no queue: ledger signals are merged to the newest number,
/// lane and scanner signals to the newest state of each.
public final class EventHub: Sendable {
    /// What a subscriber is woken for.
    public enum Signal: Sendable {
        /// Events up to this number are committed.
        case ledger(upTo: EventNumber)
        /// A lane looks like this now.
        case lane(LaneStatus)
        /// A scanner is like this now.
        case scanner(ScannerStatus)
        /// Whether the station can do its work has changed.
        case health(StationHealth)
    }

    private struct State {
        var subscriptions: [UInt64: Subscription] = [:]
        var nextID: UInt64 = 0
        var recent: [StoredEvent] = []
        /// The size of their JSON.
        var bytes = 0
        var isClosed = false

        /// Drops the oldest: no more are left than so many, nor half of what may be kept in bytes.
        mutating func shorten(to count: Int) {
            var first = max(0, recent.count - count)
            bytes -= recent[..<first].reduce(0) { $0 + $1.json.count }
            while first < recent.count, bytes > EventHub.keptBytes / 2 {
                bytes -= recent[first].json.count
                first += 1
            }
            recent.removeFirst(first)
        }
    }

    private static let kept = 512
    private static let keptBytes = 4 << 20
    private let state = Mutex(State())

    /// A hub without subscribers.
    public init() {}

    /// How many subscribers there are.
    public var subscriberCount: Int { state.withLock { $0.subscriptions.count } }

    /// Joins; everything published from now on wakes the subscription until it is cancelled or released.
    ///
    /// - Parameter tenant: whose lanes and scanners it is woken for; nil: everybody's. Whose events are read is up to the
    ///   reader.
    public func subscribe(to tenant: TenantID? = nil) -> Subscription {
        state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            let subscription = Subscription(tenant: tenant) { [weak self] in self?.drop(id) }
            if state.isClosed { subscription.finish() } else { state.subscriptions[id] = subscription }
            return subscription
        }
    }

    /// The events after `number`, from memory; nil when they are older than what is kept: read the store.
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
            // what is kept has no gap
            let follows = state.recent.last.map { $0.number.rawValue + 1 } == events.first?.number.rawValue
            if events.count >= Self.kept || !follows { (state.recent, state.bytes) = ([], 0) }
            state.recent.append(contentsOf: events.suffix(Self.kept))
            state.bytes += events.suffix(Self.kept).reduce(0) { $0 + $1.json.count }
            if state.recent.count > Self.kept * 2 || state.bytes > Self.keptBytes { state.shorten(to: Self.kept) }
            return Array(state.subscriptions.values)
        }
        for subscription in subscriptions { subscription.signal(.ledger(upTo: last.number)) }
    }

    /// Publishes how the station is, to everybody.
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

    /// Ends every subscription, now and later.
    public func close() {
        let subscriptions = state.withLock { state in
            state.isClosed = true
            defer { state.subscriptions = [:] }
            return Array(state.subscriptions.values)
        }
        for subscription in subscriptions { subscription.finish() }
    }

    private func drop(_ id: UInt64) { state.withLock { _ = $0.subscriptions.removeValue(forKey: id) } }
}

/// One subscriber's place at an ``EventHub``: a sequence of signals for one reader. Cancel it when done.
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

    /// Leaves the hub; the sequence ends.
    public func cancel() {
        onCancel()
        finish()
    }

    /// Reads the signals; one iterator at a time.
    public func makeAsyncIterator() -> Iterator { Iterator(subscription: self, wake: wake.makeAsyncIterator()) }

    /// The iterator over the signals.
    public struct Iterator: AsyncIteratorProtocol {
        let subscription: Subscription
        var wake: AsyncStream<Void>.Iterator

        /// The next signal; nil after the hub closed, the subscription or the task was cancelled.
        public mutating func next() async -> EventHub.Signal? {
            while true {
                if let signal = subscription.take() { return signal }
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

    private func take() -> EventHub.Signal? {
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
