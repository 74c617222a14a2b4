import DepotStore
import Dispatch
import Logging
import Synchronization

/// Reports how far the upgrade of the database is, to the log and to systemd, which would otherwise give up the start.
final class UpgradeReport: Sendable {
    private struct State {
        var step: SchemaUpgrade?
        var began = DispatchTime.now()
    }

    private static let interval = 5
    private let logger: Logger
    private let state = Mutex(State())
    private let ticks = Ticks(after: .seconds(UpgradeReport.interval), every: .seconds(UpgradeReport.interval))

    /// Begins to report every few seconds, until it is finished.
    init(_ logger: Logger) {
        self.logger = logger
        Task.detached { [weak self, ticks] in
            for await _ in ticks.stream { self?.tick() }
        }
    }

    /// Reports the beginning of a step.
    func begin(_ step: SchemaUpgrade) {
        state.withLock { $0.step = step }
        logger.notice(
            "the database is upgraded",
            metadata: ["schema": "\(step.version)", "step": "\(step.step)", "of": "\(step.steps)"])
        tell(step, seconds: 0)
    }

    /// Ends the reports.
    func finish() {
        ticks.finish()
        guard state.withLock({ $0.step }) != nil else { return }
        logger.notice("the upgrade of the database is done", metadata: ["seconds": "\(seconds)"])
    }

    private var seconds: UInt64 {
        (DispatchTime.now().uptimeNanoseconds - state.withLock { $0.began.uptimeNanoseconds }) / 1_000_000_000
    }

    private func tick() {
        guard let step = state.withLock({ $0.step }) else { return }
        logger.notice(
            "the upgrade of the database goes on",
            metadata: ["step": "\(step.step)", "of": "\(step.steps)", "seconds": "\(seconds)"])
        tell(step, seconds: seconds)
    }

    private func tell(_ step: SchemaUpgrade, seconds: UInt64) {
        Systemd.notify(
            "STATUS=upgrading the database, step \(step.step) of \(step.steps), \(seconds) s\nEXTEND_TIMEOUT_USEC=60000000"
        )
    }
}
