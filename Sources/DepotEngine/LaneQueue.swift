import DequeModule
import HIDDecoding
import Synchronization

/// The queue of one lane: the bounded reports of its scanner, notices and requests, all in one order.
///
/// This is the only queue between the USB callback and the commit. Reports that find no room are counted, and the count
/// takes their place in the order; nothing else is ever dropped.
final class LaneQueue: ScannerSink {
    enum Item: Sendable {
        case report(HIDReport)
        /// Reports were dropped here; `at` is in microseconds.
        case lost(Int, at: UInt64)
        /// The scanner was silent until then (microseconds), and no earlier report is queued.
        case quiet(until: UInt64)
        case notice(ScannerNotice)
        case input(Lane.Input)
    }

    private struct Waiter {
        var continuation: CheckedContinuation<Item?, Never>
        /// The end of the silence that wakes the waiter too, in microseconds.
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
        var itemWaiter: CheckedContinuation<Bool, Never>?

        /// Removes the next item and returns it.
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

    /// A wake-up call to make after the lock is released.
    private typealias Wake = @Sendable () -> Void

    /// The largest number of queued reports: eight seconds of the fastest keyboard, at a report per millisecond.
    private static let reportLimit = 8192
    /// The largest number of queued typed codes.
    private static let requestLimit = 1024

    private let state = Mutex(State())

    /// The number of reports that were dropped since the start.
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
            // A repeated interruption adds nothing and must not fill the queue.
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

    /// Queues a request and returns false if too many are queued or the queue is closed.
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

    /// Closes the queue. The reader receives the queued items and then nil.
    func close() {
        let wake: Wake? = state.withLock { state in
            state.isClosed = true
            let (waiter, itemWaiter) = (state.waiter, state.itemWaiter)
            state.waiter = nil
            state.itemWaiter = nil
            return {
                waiter?.continuation.resume(returning: nil)
                itemWaiter?.resume(returning: false)
            }
        }
        wake?()
    }

    @discardableResult
    private func push(_ make: (inout State) -> Item?) -> Bool {
        let (isQueued, wake): (Bool, Wake?) = state.withLock { state in
            guard !state.isClosed else { return (false, nil) }
            guard let item = make(&state) else { return (false, nil) }
            state.items.append(item)
            if let itemWaiter = state.itemWaiter {
                state.itemWaiter = nil
                return (true, { itemWaiter.resume(returning: true) })
            }
            guard let waiter = state.waiter, let next = state.next() else { return (true, nil) }
            state.waiter = nil
            return (true, { waiter.continuation.resume(returning: next) })
        }
        wake?()
        return isQueued
    }

    /// Waits for the next item and returns it, or nil once the queue is closed and empty. One caller at a time.
    ///
    /// - Parameter quietAt: a time in microseconds; silence until then yields an item once no earlier report is queued.
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

    /// Waits until another item is queued, and returns false if the queue is closed.
    func waitForItem() async -> Bool {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.itemWaiter = continuation }
                return state.isClosed
            }
            if isClosed { continuation.resume(returning: false) }
        }
    }
}
