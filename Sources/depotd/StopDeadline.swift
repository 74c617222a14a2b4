import Dispatch
import Glibc
import Logging

/// Ends the process five seconds after the request to stop, even if a service has not stopped. Everything acknowledged is
/// on the disk, and a stop must not wait for a disk or a client that does not respond.
final class StopDeadline {
    private let queue = DispatchQueue(label: "depot.stop")
    private let sources: [any DispatchSourceSignal]

    /// Observes SIGTERM and SIGINT, in addition to the service group, for the lifetime of the value.
    init(_ logger: Logger) {
        let queue = queue
        sources = [SIGTERM, SIGINT].map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        for source in sources {
            source.setEventHandler {
                queue.asyncAfter(deadline: .now() + .milliseconds(4700)) {
                    logger.error("a part of the daemon did not stop in time and was abandoned")
                    LogOutput.standardError.flush(within: .milliseconds(100))
                    // The stop was requested and nothing is lost, hence 0.
                    _exit(0)
                }
            }
            source.activate()
        }
    }
}
