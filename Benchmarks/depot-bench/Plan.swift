import DepotEngine
import DepotModel
import Foundation

/// The figures of one run, in order. A figure that cannot be measured becomes a row with the reason, and the rest
/// continues.
struct Plan: Sendable {
    let figures: [Figure]
    let assets: Int
    let seconds: Double
    let full: Bool
    let depotd: String

    /// Returns the path of a program in this program's folder.
    static func neighbour(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    func run() async throws -> Report {
        let workspace = try Workspace()
        defer { workspace.remove() }
        var rows: [Figure: [ReportRow]] = [:]
        if figures.contains(.latency) {
            Output.progress("scans and raw commits, in turns")
            rows[.latency] = await row(ScanLatency.name, ScanLatency.goal) {
                try await ScanLatency(workspace: workspace).measure()
            }
        }
        if figures.contains(where: \.needsDaemon) { await atDaemon(workspace, &rows) }
        return Report(
            at: StationClock.system.wall().description, machine: Machine(folder: workspace.folder), assets: assets,
            rows: Figure.allCases.flatMap { rows[$0] ?? [] })
    }

    /// Runs the plan. Memory is measured before the loads, which increase it, and lookups before transitions, on the original
    /// database.
    private func atDaemon(_ workspace: Workspace, _ rows: inout [Figure: [ReportRow]]) async {
        do {
            let measured = DaemonFigures(program: depotd, workspace: workspace, seconds: seconds)
            Output.progress("making a database of \(assets) assets")
            let seed = try await Seed.create(in: try workspace.subfolder("seed"), assets: assets)
            if figures.contains(.start) {
                Output.progress("starting the daemon again and again")
                rows[.start] = await self.rows(DaemonFigures.startFullName, DaemonFigures.startGoal) {
                    try await measured.start(seed)
                }
            }
            guard figures.contains(where: { $0.needsDaemon && $0 != .start }) else { return }
            if figures.contains(where: \.sharesDaemon) { try await atOneDaemon(measured, seed, workspace, &rows) }
            try await sheets(seed, workspace, &rows)
        } catch {
            for figure in figures where figure.needsDaemon && rows[figure] == nil {
                rows[figure] = [ReportRow(figure.rawValue, goal: .atLeast(1), failure: error)]
            }
        }
    }

    private func atOneDaemon(
        _ measured: DaemonFigures, _ seed: Seed, _ workspace: Workspace, _ rows: inout [Figure: [ReportRow]]
    ) async throws {
        let daemon = try await started(seed, workspace)
        defer { daemon.value.stop() }
        if figures.contains(.memory) {
            rows[.memory] = await row(DaemonFigures.memoryName, DaemonFigures.memoryGoal) {
                try measured.memory(daemon.value, seed)
            }
        }
        if figures.contains(.lookups) { rows[.lookups] = await lookups(daemon.value, seed, workspace) }
        if figures.contains(.snipeIT) {
            let dialect = DialectFigures(seconds: seconds)
            Output.progress("lookups and searches as a Snipe-IT client")
            rows[.snipeIT] =
                await row(DialectFigures.lookupsName, Lookups.goal) { try await dialect.lookups(daemon.value, seed) }
                + (await self.rows(DialectFigures.pageName, DialectFigures.pageGoal) {
                    try await dialect.pages(daemon.value, seed)
                })
        }
        if figures.contains(.readers) {
            Output.progress("scans and lookups while others ask what takes long")
            rows[.readers] = await self.rows(ReaderFigures.scanName, ReaderFigures.scanGoal) {
                try await ReaderFigures(seconds: seconds).measure(daemon.value, seed)
            }
        }
        if figures.contains(.transitions) {
            Output.progress("transitions over HTTP")
            rows[.transitions] = await row(DaemonFigures.transitionsName, DaemonFigures.transitionsGoal) {
                try await measured.transitions(daemon.value, seed)
            }
        }
    }

    /// Measures each figure at a daemon that has done nothing else, since its memory counts. The import comes last, since it
    /// changes the database.
    private func sheets(_ seed: Seed, _ workspace: Workspace, _ rows: inout [Figure: [ReportRow]]) async throws {
        let sheets = SheetFigures()
        if figures.contains(.csvExport) {
            Output.progress("exporting \(seed.assets) assets")
            rows[.csvExport] = await self.rows(SheetFigures.exportName, SheetFigures.rateGoal) {
                let daemon = try await started(seed, workspace, "export")
                defer { daemon.value.stop() }
                return try await sheets.export(daemon.value, seed)
            }
        }
        if figures.contains(.csvImport) {
            Output.progress("importing a file")
            rows[.csvImport] = await self.rows(SheetFigures.importName, SheetFigures.rateGoal) {
                let daemon = try await started(seed, workspace, "import")
                defer { daemon.value.stop() }
                return try await sheets.upload(daemon.value, seed)
            }
        }
    }

    private func lookups(_ daemon: DaemonProcess, _ seed: Seed, _ workspace: Workspace) async -> [ReportRow] {
        let lookups = Lookups(seconds: seconds)
        Output.progress("lookups over HTTP")
        let rows = await row(Lookups.name, Lookups.goal) { try await lookups.measure(daemon, seed) }
        guard full else { return rows }
        Output.progress("making a database of \(assets * 10) assets")
        return rows
            + (await row(Lookups.flatName, Lookups.flatGoal) {
                let larger = try await Seed.create(in: try workspace.subfolder("seed-large"), assets: assets * 10)
                let second = try await started(larger, workspace, "large")
                defer { second.value.stop() }
                return try await lookups.flatness(daemon, seed, larger: second.value, larger)
            })
    }

    /// Starts the daemon on a seeded database, with sockets of its own.
    private func started(
        _ seed: Seed, _ workspace: Workspace, _ name: String = "seed"
    ) async throws -> Handle {
        let program = depotd
        let sockets = workspace.sockets + "/" + name
        guard mkdir(sockets, 0o700) == 0 else { throw BenchError.system(sockets) }
        return try await onThread("bench") {
            Handle(value: try DaemonProcess(program: program, folder: seed.folder, sockets: sockets))
        }
    }

    /// Passes a daemon from the thread that awaited it to the task that uses it.
    // @unchecked: they use it one after the other.
    private struct Handle: @unchecked Sendable { let value: DaemonProcess }

    private func row(
        _ name: String, _ goal: ReportRow.Goal, _ measure: () async throws -> ReportRow
    ) async -> [ReportRow] {
        await rows(name, goal) { [try await measure()] }
    }

    /// Returns the measured rows, or one row with the reason for which there are none.
    private func rows(
        _ name: String, _ goal: ReportRow.Goal, _ measure: () async throws -> [ReportRow]
    ) async -> [ReportRow] {
        do {
            return try await measure()
        } catch {
            return [ReportRow(name, goal: goal, failure: error)]
        }
    }
}
