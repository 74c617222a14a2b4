import Dispatch
import Glibc
import Logging

/// Ends the process five seconds after it was asked to stop, whatever a part of it is still doing: what was acknowledged
/// is on the disk, and whoever stops the station does not wait for a disk or a client that does not answer.
final class StopDeadline {
    private let queue = DispatchQueue(label: "depot.stop")
    private let sources: [any DispatchSourceSignal]

    /// Watches for SIGTERM and SIGINT beside those who stop on them, for as long as this lives.
    init(_ logger: Logger) {
        let queue = queue
        sources = [SIGTERM, SIGINT].map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        for source in sources {
            source.setEventHandler {
                queue.asyncAfter(deadline: .now() + .milliseconds(4700)) {
                    logger.error("a part of the daemon did not stop in time and was abandoned")
                    LogOutput.standardError.flush(within: .milliseconds(100))
                    // it was asked to end, and nothing is lost
                    _exit(0)
                }
            }
            source.activate()
        }
    }
}
