import HIDDecoding

/// The bounded line between the USB threads and the one consumer of events.
///
/// Reports are bounded: what does not fit is counted, and the count stands in the line exactly where the reports would
/// have stood. What is said about a scanner (connected, problem, disconnected) is never dropped; there is little of it.
final class EventBuffer: Sendable {
    private struct State {
        var events: [ScannerEvent] = []
        var head = 0
        /// Position, counted from the first event ever, of `events[0]`.
        var base = 0
        var reports = 0
        var lost = 0
        /// Where each scanner's newest overflow stands, while nothing of the scanner came after it.
        var overflows: [String: Int] = [:]
        var waiter: CheckedContinuation<ScannerEvent?, Never>?
        var isFinished = false
    }

    private let state = Locked(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Reports that were lost since the start.
    var lost: Int { state.withLock { $0.lost } }

    func push(_ event: ScannerEvent) {
        let waiter: CheckedContinuation<ScannerEvent?, Never>? = state.withLock { state in
            guard !state.isFinished else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            if case .report(let report) = event {
                guard state.reports < capacity else {
                    Self.lose(report.identity, &state)
                    return nil
                }
                state.reports += 1
                state.overflows[report.identity] = nil
            }
            state.events.append(event)
            return nil
        }
        waiter?.resume(returning: event)
    }

    private static func lose(_ identity: String, _ state: inout State) {
        state.lost += 1
        if let position = state.overflows[identity], position >= state.base + state.head,
            case .overflow(_, let lost) = state.events[position - state.base]
        {
            state.events[position - state.base] = .overflow(identity: identity, lost: lost + 1)
        } else {
            state.overflows[identity] = state.base + state.events.count
            state.events.append(.overflow(identity: identity, lost: 1))
        }
    }

    /// The next event; nil when there will be none any more. One caller at a time.
    func next() async -> ScannerEvent? {
        await withCheckedContinuation { continuation in
            let ready: ScannerEvent?? = state.withLock { state in
                if let event = Self.pop(&state) { return event }
                if state.isFinished || state.waiter != nil { return .some(nil) }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    private static func pop(_ state: inout State) -> ScannerEvent? {
        guard state.head < state.events.count else { return nil }
        let event = state.events[state.head]
        state.head += 1
        if case .report = event { state.reports -= 1 }
        if state.head == state.events.count {
            state.base += state.head
            state.events.removeAll(keepingCapacity: state.events.count <= 1024)
            state.head = 0
        } else if state.head >= 256, state.head * 2 >= state.events.count {
            state.base += state.head
            state.events.removeFirst(state.head)
            state.head = 0
        }
        return event
    }

    /// Ends the stream: what is in the line is still delivered, unless the consumer is gone.
    func finish(consumerIsGone: Bool = false) {
        let waiter = state.withLock { state in
            state.isFinished = true
            if consumerIsGone {
                state.events = []
                state.head = 0
                state.reports = 0
            }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }
}
