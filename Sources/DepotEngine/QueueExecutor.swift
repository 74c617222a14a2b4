import Dispatch

/// An executor with a thread of its own, on which tasks run one at a time (SE-0417).
///
/// The thread of a serial queue comes in addition to those of the cooperative pool, which long computations may occupy.
package final class QueueExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// Creates an executor whose queue has the label.
    package init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

    /// Runs a job on the queue.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
