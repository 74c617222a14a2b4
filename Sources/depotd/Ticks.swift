import Dispatch
import Synchronization

/// A periodic stream of elements, until it is finished. Missed ones are dropped.
final class Ticks: Sendable {
    /// The stream, with one element per interval, for one reader at a time.
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let timer: Mutex<(any DispatchSourceTimer)?>

    /// Creates and starts the timer.
    ///
    /// - Parameter interval: the interval, or nil for no elements.
    init(after delay: DispatchTimeInterval, every interval: DispatchTimeInterval?) {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.stream, self.continuation) = (stream, continuation)
        let timer = DispatchSource.makeTimerSource()
        timer.setEventHandler { continuation.yield() }
        if let interval {
            timer.schedule(deadline: .now() + delay, repeating: interval, leeway: .milliseconds(50))
        }
        timer.activate()
        self.timer = Mutex(timer)
    }

    /// Ends the stream.
    func finish() {
        timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
        continuation.finish()
    }
}
