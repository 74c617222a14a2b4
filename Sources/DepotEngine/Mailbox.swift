import Synchronization

/// A bounded queue with one reader: what does not fit is refused to the sender, never dropped in silence.
final class Mailbox<Element: Sendable>: Sendable {
    private let stream: AsyncStream<Element>
    private let continuation: AsyncStream<Element>.Continuation

    init(capacity: Int) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
    }

    /// Queues the element; false when the mailbox is full or closed.
    func post(_ element: Element) -> Bool {
        if case .enqueued = continuation.yield(element) { true } else { false }
    }

    /// Lets the reader finish what is queued and then end.
    func close() { continuation.finish() }

    /// What was posted, in order; for one reader.
    var elements: AsyncStream<Element> { stream }
}
