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

/// Keeps the store open until the other services have stopped, and closes it.
struct StoreService: Service {
    let store: DepotStore
    let folder: StateFolder
    let logger: Logger

    func run() async throws {
        // The last stop may have interrupted an import.
        async let indexed: Void = store.indexBacklog()
        try? await gracefulShutdown()
        // before the close: the next start must know whose log lies beside the database
        _ = folder.checkRecord(isOverwritten: store.isOverwritten, logger)
        await store.close()
        await indexed
    }
}

/// Runs the monitor that reads the scanners into their lanes. At a stop the scanners are released to the kernel first, and
/// then the lanes process the remaining reports.
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

/// Notifies systemd of readiness and stop, and feeds its watchdog while all lanes respond.
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
                    await station.checkLanes()
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

/// Checks the station's health once a second, independently of the watchdog, and returns memory that is no longer used.
struct HealthService: Service {
    let station: Station
    let folder: StateFolder
    let logger: Logger

    func run() async throws {
        let ticks = Ticks(after: .seconds(0), every: .seconds(1))
        // A disk that does not respond must not delay the watchdog.
        await withTaskExecutorPreference(QueueExecutor(label: "depot.health")) {
            await withGracefulShutdownHandler {
                var memory = MemoryReturn()
                for await _ in ticks.stream {
                    memory.tick()
                    let folderProblem = folder.checkRecord(isOverwritten: station.store.isOverwritten, logger)
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
            .logFailing, "The log accepts no lines; they are lost.",
            hint: "check where the daemon's standard error goes")
    }
}

/// Verifies the database once a day, the first time some minutes after the start, and logs its problems.
struct VerifyService: Service {
    let store: DepotStore
    let logger: Logger
    /// The interval in seconds of the check whether a day has passed.
    private static let checkInterval = 300

    func run() async throws {
        let ticks = Ticks(after: .seconds(Self.checkInterval), every: .seconds(Self.checkInterval))
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

/// Reloads the configuration on SIGHUP, and logs the applied keys and those that need a restart.
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

/// Collects the addresses of the listeners until all are up.
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

    /// Waits until all listeners are up, and returns their addresses.
    func wait() async -> [String] {
        for await _ in gate.stream {}
        return state.withLock { $0.addresses }
    }
}
