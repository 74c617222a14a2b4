import NIOCore

/// An executor that runs tasks on an event loop, so that they write to its connections without changing the thread.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    /// Creates an executor for a loop.
    init(_ loop: any EventLoop) { self.loop = loop }

    /// Runs a job on the loop.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
