import Synchronization

/// A first-in, first-out queue between a reading thread and a task that awaits elements.
public final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiting: [CheckedContinuation<Element?, Never>] = []
        var isFinished = false
    }

    private let state = Mutex(State())

    /// Creates an empty inbox.
    public init() {}

    /// Adds an element.
    public func push(_ element: Element) {
        let waiter = state.withLock { state -> CheckedContinuation<Element?, Never>? in
            if state.waiting.isEmpty {
                state.elements.append(element)
                return nil
            }
            return state.waiting.removeFirst()
        }
        waiter?.resume(returning: element)
    }

    /// Marks the end of the elements.
    public func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    /// Waits for the next element and returns it, or nil after the end.
    public func next() async -> Element? {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Element?? in
                if !state.elements.isEmpty { return .some(state.elements.removeFirst()) }
                if state.isFinished { return .some(nil) }
                state.waiting.append(continuation)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
