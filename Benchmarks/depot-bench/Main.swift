import ArgumentParser

/// The program of `make bench`, which measures the station's figures on this machine, each against its limit in the same
/// run.
@main
struct DepotBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depot-bench",
        abstract: "Measures depotd against the limits of this machine, side by side in one run.",
        discussion: """
            Prints ratios (ours / the limit) with their goals and writes everything measured as JSON. A figure that \
            misses its goal, or cannot be measured, is said and does not change the exit status.
            """)

    @Option(help: ArgumentHelp("Where the JSON goes.", valueName: "file"))
    var json = ".build/bench.json"

    @Option(help: ArgumentHelp("The depotd to measure; the one beside this program unless given.", valueName: "path"))
    var depotd: String?

    @Option(help: "Assets of the larger database, 1,000 to 10,000,000.")
    var assets = 100_000

    @Option(help: "Seconds of each load, 1 to 600.")
    var seconds = 3

    @Option(parsing: .upToNextOption, help: "Measure only these: \(Figure.names).")
    var only: [Figure] = []

    @Flag(help: "Also measure lookups with ten times the assets (takes minutes and gigabytes).")
    var full = false

    @Option(help: ArgumentHelp("Instead, everything at once for so many minutes, 1 to 10,000.", valueName: "minutes"))
    var soak: Int?

    func validate() throws {
        guard (1...10_000).contains(soak ?? 1) else { throw ValidationError("--soak is 1 to 10,000.") }
        guard (1000...10_000_000).contains(assets) else { throw ValidationError("--assets is 1,000 to 10,000,000.") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600.") }
    }

    func run() async throws {
        if let soak {
            let signals = Leftovers.removedOnSignals()
            defer { withExtendedLifetime(signals) {} }
            try await Soak(depotd: depotd ?? Plan.neighbour("depotd"), minutes: soak).run()
            return
        }
        let plan = Plan(
            figures: only.isEmpty ? Figure.allCases : only, assets: assets, seconds: Double(seconds), full: full,
            depotd: depotd ?? Plan.neighbour("depotd"))
        let signals = Leftovers.removedOnSignals()
        defer { withExtendedLifetime(signals) {} }
        let report = try await plan.run()
        Output.write(report.table)
        do {
            try report.write(to: json)
            Output.write("written to \(json)\n")
        } catch {
            Output.complain("\(json) cannot be written: \(error)")
        }
    }
}

/// The figures that can be measured, by the names of `--only`.
enum Figure: String, CaseIterable, ExpressibleByArgument {
    case latency, transitions, lookups, readers, memory, start
    case snipeIT = "snipe-it"
    case csvExport = "csv-export"
    case csvImport = "csv-import"

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// A Boolean value that is true if the figure needs a running daemon with a large database.
    var needsDaemon: Bool { self != .latency }

    /// A Boolean value that is true if the figure is measured at one daemon together with others.
    var sharesDaemon: Bool { [.transitions, .lookups, .readers, .memory, .snipeIT].contains(self) }
}
