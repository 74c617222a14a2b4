import Dispatch

/// Runs tasks on a thread of its own, one at a time, so that they wait for no other task (SE-0417).
///
/// The threads of a serial queue come beside those of the cooperative pool, which whoever computes long may hold.
package final class QueueExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// An executor whose thread goes by `label`.
    package init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
