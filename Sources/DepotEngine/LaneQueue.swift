import DequeModule
import HIDDecoding
import Synchronization

/// What waits for one lane: the reports of its scanner, bounded, and what is said or asked, all in one order.
///
/// The only queue between the USB callback and the commit. Reports that find no room are counted, and the count stands
/// where they would have stood; nothing else is ever dropped.
final class LaneQueue: ScannerSink {
    enum Item: Sendable {
        case report(HIDReport)
        /// Reports were dropped here, at that moment (microseconds).
        case lost(Int, at: UInt64)
        /// It was silent until then (microseconds), and nothing of before waits.
        case quiet(until: UInt64)
        case notice(ScannerNotice)
        case input(Lane.Input)
    }

    private struct Waiter {
        var continuation: CheckedContinuation<Item?, Never>
        /// The silence that it waits for as well, in microseconds.
        var quietAt: UInt64?
    }

    private struct State {
        var items = Deque<Item>()
        var reports = 0
        var requests = 0
        var lost = 0
        var quietUntil: UInt64 = 0
        var isTickQueued = false
        var isClosed = false
        var waiter: Waiter?
        var arrival: CheckedContinuation<Bool, Never>?

        /// Takes the next item out.
        mutating func next() -> Item? {
            guard let item = items.popFirst() else { return nil }
            switch item {
            case .report: reports -= 1
            case .input(.typed): requests -= 1
            case .input(.tick): isTickQueued = false
            default: break
            }
            return item
        }
    }

    /// Who is to be told after the lock was given back.
    private typealias Wake = @Sendable () -> Void

    /// Reports that may wait: eight seconds of the fastest keyboard, a report each millisecond.
    private static let reportLimit = 8192
    /// Typed codes that may wait.
    private static let requestLimit = 1024

    private let state = Mutex(State())

    /// Reports that were dropped since the start.
    var lost: Int { state.withLock { $0.lost } }

    func report(_ report: HIDReport) {
        push { state in
            guard state.reports < Self.reportLimit else {
                state.lost += 1
                if case .lost(let count, let at)? = state.items.last {
                    state.items[state.items.count - 1] = .lost(count + 1, at: at)
                    return nil
                }
                return .lost(1, at: report.at)
            }
            state.reports += 1
            return .report(report)
        }
    }

    func notice(_ notice: ScannerNotice) {
        push { state in
            // The same once more says nothing new, however long the lane has to wait.
            if case .interrupted(let new, _) = notice,
                case .notice(.interrupted(let old, _))? = state.items.last, old == new
            {
                return nil
            }
            return .notice(notice)
        }
    }

    func quiet(until moment: UInt64) {
        let wake: Wake? = state.withLock { state in
            state.quietUntil = max(state.quietUntil, moment)
            guard let waiter = state.waiter, let quietAt = waiter.quietAt, moment >= quietAt else { return nil }
            state.waiter = nil
            return { waiter.continuation.resume(returning: .quiet(until: moment)) }
        }
        wake?()
    }

    /// Queues what is asked of the lane; false when too much is asked of it already, or it is closed.
    @discardableResult
    func post(_ input: Lane.Input) -> Bool {
        push { state in
            switch input {
            case .typed:
                guard state.requests < Self.requestLimit else { return nil }
                state.requests += 1
            case .tick:
                guard !state.isTickQueued else { return nil }
                state.isTickQueued = true
            default: break
            }
            return .input(input)
        }
    }

    /// Lets the reader finish what is queued and then end.
    func close() {
        let wake: Wake? = state.withLock { state in
            state.isClosed = true
            let (waiter, arrival) = (state.waiter, state.arrival)
            state.waiter = nil
            state.arrival = nil
            return {
                waiter?.continuation.resume(returning: nil)
                arrival?.resume(returning: false)
            }
        }
        wake?()
    }

    @discardableResult
    private func push(_ make: (inout State) -> Item?) -> Bool {
        let (isTaken, wake): (Bool, Wake?) = state.withLock { state in
            guard !state.isClosed else { return (false, nil) }
            guard let item = make(&state) else { return (false, nil) }
            state.items.append(item)
            if let arrival = state.arrival {
                state.arrival = nil
                return (true, { arrival.resume(returning: true) })
            }
            guard let waiter = state.waiter, let next = state.next() else { return (true, nil) }
            state.waiter = nil
            return (true, { waiter.continuation.resume(returning: next) })
        }
        wake?()
        return isTaken
    }

    /// The next item; nil when there will be none any more. One caller at a time.
    ///
    /// - Parameter quietAt: a moment (microseconds) whose silence is an item too, once nothing of before waits.
    func next(quietAt: UInt64?) async -> Item? {
        await withCheckedContinuation { continuation in
            let ready: Item?? = state.withLock { state in
                if let item = state.next() { return item }
                if state.isClosed { return .some(nil) }
                if let quietAt, state.quietUntil >= quietAt { return .quiet(until: state.quietUntil) }
                state.waiter = Waiter(continuation: continuation, quietAt: quietAt)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Waits until something more is queued; false when there will be nothing any more.
    func arrival() async -> Bool {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.arrival = continuation }
                return state.isClosed
            }
            if isClosed { continuation.resume(returning: false) }
        }
    }
}
