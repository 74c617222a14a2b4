import Dispatch
import Synchronization

/// Comes back again and again, until it is finished. What is not taken in time is not made up for.
final class Ticks: Sendable {
    /// One element for each time; one reader at a time.
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let timer: Mutex<(any DispatchSourceTimer)?>

    /// - Parameter interval: nil: never.
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
