import DepotEngine
import DepotModel
import DepotStore
import Dispatch
import Glibc
import Logging
import ScannerUSB
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Keeps the store open until everybody else has stopped, then closes it.
struct StoreService: Service {
    let store: DepotStore
    let folder: StateFolder
    let logger: Logger

    func run() async throws {
        // an import may have ended with the station
        async let indexed: Void = store.indexBacklog()
        try? await gracefulShutdown()
        // before the close: the next start must know whose log lies beside the database
        _ = folder.look(isOverwritten: store.isOverwritten, logger)
        await store.close()
        await indexed
    }
}

/// Runs the monitor that reads the scanners into their lanes. On a stop the scanners go back to the kernel first; then
/// the lanes finish what was read.
struct ScannerService: Service {
    let monitor: ScannerMonitor
    let station: Station

    func run() async throws {
        await withGracefulShutdownHandler {
            await monitor.run(into: station)
            await station.stop()
        } onGracefulShutdown: {
            monitor.stop()
        }
    }
}

/// Tells systemd that the daemon is up, feeds its watchdog from the lanes' turns, and says when it stops.
struct SupervisionService: Service {
    let station: Station
    let ready: Readiness

    func run() async throws {
        let addresses = await ready.wait()
        Systemd.notify("READY=1\nSTATUS=serving on \(addresses.joined(separator: " and "))")
        let ticks = Ticks(
            after: .seconds(0), every: Systemd.watchdog.map { .microseconds(Int(min($0 / 2, 3_600_000_000))) })
        await withTaskExecutorPreference(station.executor) {
            await withGracefulShutdownHandler {
                for await _ in ticks.stream {
                    await station.turn()
                    Systemd.notify("WATCHDOG=1")
                }
            } onGracefulShutdown: {
                Systemd.notify("STOPPING=1")
                ticks.finish()
            }
        }
        ticks.finish()
    }
}

/// Looks once a second whether the station can do its work, whatever else goes on.
struct HealthService: Service {
    let station: Station
    let folder: StateFolder
    let logger: Logger

    func run() async throws {
        let ticks = Ticks(after: .seconds(0), every: .seconds(1))
        // a disk that does not answer must not keep the watchdog waiting
        await withTaskExecutorPreference(QueueExecutor(label: "depot.health")) {
            await withGracefulShutdownHandler {
                for await _ in ticks.stream {
                    let folderProblem = folder.look(isOverwritten: station.store.isOverwritten, logger)
                    await station.checkHealth([logProblem, folderProblem].compactMap(\.self))
                }
            } onGracefulShutdown: {
                ticks.finish()
            }
        }
        ticks.finish()
    }

    private var logProblem: DepotError? {
        guard LogOutput.standardError.isFailing else { return nil }
        return DepotError(
            .logFailing, "The log takes no lines; they are lost.",
            hint: "look at where the daemon's standard error goes")
    }
}

/// Checks the database once a day, the first time some minutes after the start, and says what is wrong with it.
struct VerifyService: Service {
    let store: DepotStore
    let logger: Logger
    /// How often it looks whether a day is over.
    private static let seconds = 300

    func run() async throws {
        let ticks = Ticks(after: .seconds(Self.seconds), every: .seconds(Self.seconds))
        await cancelWhenGracefulShutdown {
            for await _ in ticks.stream { await verify() }
        }
        ticks.finish()
    }

    private func verify() async {
        do throws(DepotError) {
            guard let report = try await store.verifyIfDue() else { return }
            logger.info(
                "database checked", metadata: ["events": "\(report.events)", "problems": "\(report.problems.count)"])
            for problem in report.problems.prefix(10) {
                logger.error("the database is damaged", metadata: ["problem": "\(problem)"])
            }
        } catch {
            guard error.code != .busy else { return }
            logger.error("database not checked", metadata: ["error": "\(error)"])
        }
    }
}

/// Reloads the configuration on SIGHUP and says what is in force and what needs a restart.
struct ReloadService: Service {
    let station: Station
    let options: Options
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            Systemd.notify("RELOADING=1")
            do throws(DepotError) {
                let newer = try options.load()
                let (applied, needingRestart) = try await station.reload(newer)
                if let level = Logger.Level(rawValue: newer.logLevel) { JournalLog.level.withLock { $0 = level } }
                logger.notice("configuration reloaded", metadata: ["applied": "\(applied.joined(separator: ","))"])
                if !needingRestart.isEmpty {
                    logger.warning(
                        "these keys need a restart", metadata: ["keys": "\(needingRestart.joined(separator: ","))"])
                }
            } catch {
                logger.error("configuration not reloaded; the old one stays", metadata: ["error": "\(error)"])
            }
            Systemd.notify("READY=1")
        }
    }
}

/// Collects the listeners that are up; whoever waits goes on when all are.
final class Readiness: Sendable {
    private struct State {
        var missing: Int
        var addresses: [String] = []
    }

    private let state: Mutex<State>
    private let gate = AsyncStream<Void>.makeStream()

    init(listeners: Int) { state = Mutex(State(missing: listeners)) }

    func listening(at address: String) {
        let missing = state.withLock { state in
            state.missing -= 1
            state.addresses.append(address)
            return state.missing
        }
        if missing <= 0 { gate.continuation.finish() }
    }

    /// Where the listeners are, once all are up.
    func wait() async -> [String] {
        for await _ in gate.stream {}
        return state.withLock { $0.addresses }
    }
}
