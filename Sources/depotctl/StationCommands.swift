import ArgumentParser
import DepotAPI
import DepotModel

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Shows how the station is doing.")

    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.status()
        } show: { status in
            let database = status.database
            var pairs: [(String, String?)] = [
                ("station", status.station),
                ("depotd", "\(status.version), up \(Format.duration(status.uptimeSeconds))"),
                (
                    "scanners",
                    "\(status.scanners.ready) ready, \(status.scanners.failing) failing, "
                        + "\(status.scanners.unplugged) unplugged"
                ),
                ("lanes", String(status.lanes)),
                (
                    "today (UTC)",
                    "\(status.today.scans) scans, \(status.today.transitions) transitions, "
                        + "\(status.today.refusals) refusals"
                ),
                (
                    "inventory",
                    "\(status.inventory.assets) assets, \(status.inventory.deployed) deployed, "
                        + "\(status.inventory.people) people"
                ),
                ("last event", status.lastEvent.description),
                ("database", "\(database.path), \(Format.bytes(database.bytes))"),
                ("", "\(database.journalMode), synchronous \(database.synchronous), schema \(database.schemaVersion)"),
            ]
            if let bytes = database.writtenBytes {
                let each = database.bytesPerTransition.map { ", \(Format.bytes($0)) a transition" } ?? ""
                pairs.append(("", "\(Format.bytes(bytes)) written since the start\(each)"))
            }
            if let at = status.verifiedAt {
                let problems = status.verifyProblems ?? 0
                pairs.append(
                    (
                        "verified",
                        "\(Format.time(at)), \(problems == 0 ? "no problems" : "\(problems) problems: depotctl verify")"
                    ))
            }
            for queue in status.queues {
                pairs.append((queue.name, "\(queue.pending) waiting, \(Format.duration(queue.lagSeconds)) behind"))
            }
            for problem in status.problems { pairs.append(("problem", problem.description)) }
            return Format.pairs(pairs)
        }
    }
}

struct ScannersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scanners", abstract: "Lists the scanners seen since the daemon started.")

    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.scanners()
        } show: { reply in
            var table = Table(">LANE", "SCANNER", "NAME", "KIND", "STATE", ">SCANS", "LAST")
            for scanner in reply.scanners {
                table.add(
                    "\(scanner.lane)", "\(scanner.identity)", "\(scanner.name)",
                    "\(scanner.kind == "keyboard_wedge" ? "wedge" : scanner.kind)",
                    Table.Cell(scanner.state.rawValue, colour(scanner.state)), "\(scanner.scans)",
                    "\(Format.time(scanner.lastScan))")
            }
            let problems = reply.scanners.compactMap { scanner in
                scanner.problem.map { "\(scanner.identity): \($0.description)" }
            }
            let twins = reply.scanners.filter { $0.knownBy == "port" }.map {
                "\($0.identity): identified by its port, not by its serial number \($0.serial ?? ""): others have the same, "
                    + "or depotctl scanner identify said so"
            }
            return ([table.text(orElse: "No scanner has been seen.")] + (problems + twins).map(Output.printable))
                .joined(separator: "\n")
        }
    }

    private func colour(_ state: ScannerStatus.State) -> Output.Colour {
        switch state {
        case .ready: .green
        case .failing: .red
        case .unplugged: .grey
        case .settling, .other: .yellow
        }
    }
}

struct ScannerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scanner", abstract: "Changes how one scanner is identified.", subcommands: [Identify.self])

    struct Identify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "identify", abstract: "Chooses how a scanner is told apart from others.",
            discussion: """
                A scanner is known by its serial number, and keeps its lane wherever it is plugged in. Where several \
                have the same number the port names them, and they keep their lanes as long as they keep their ports.
                """)

        @Argument(help: "The scanner, as `depotctl scanners` shows it.") var scanner: String
        @Option(help: "Identify it by its serial number or its port.") var by: IdentifyScannerRequest.Key
        @OptionGroup var station: StationOptions

        func run() async throws {
            try await station.ask { client throws(ErrorReply) in
                try await client.identify(IdentifyScannerRequest(scanner: scanner, by: by))
            } show: {
                Output.printable("\(scanner) is now known as \($0.scanner) and keeps its lane.")
            }
        }
    }
}

struct LanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lanes", abstract: "Lists the lanes with mode, holder and session.")

    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.lanes()
        } show: { reply in
            var table = Table(">LANE", "NAME", "MODE", "HOME", "HOLDER", "SESSION", "SCANNER", "LAST")
            for lane in reply.lanes {
                let scanner = lane.scanner.map { lane.isConnected ? $0 : "\($0) (gone)" } ?? "typed"
                // Most stations have one tenant, whose name on every line would be noise.
                let tenant = lane.tenant.flatMap { $0 == "default" ? nil : " (\($0))" } ?? ""
                table.add(
                    "\(lane.id)", "\(lane.name)\(tenant)", "\(lane.mode.rawValue)", "\(lane.homeMode.rawValue)",
                    "\(lane.holder?.name ?? "")", "\(counts(lane.session))", "\(scanner)",
                    Table.Cell(lane.last?.message ?? "", lane.last.map { Format.colour($0.outcome) }))
            }
            return table.text(orElse: "There are no lanes yet; the first scanner creates one.")
        }
    }

    /// Returns the counts of a session, such as `3 out, 1 back`.
    private func counts(_ session: LaneSession?) -> String {
        guard let counts = session?.counts else { return "" }
        let parts = [
            (counts.out, "out"), (counts.back, "back"), (counts.transferred, "transferred"),
            (counts.audited, "audited"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

struct LaneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lane", abstract: "Changes a lane.", subcommands: [Rename.self])

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rename", abstract: "Gives a lane another name.")

        @Argument(help: "The lane's number.") var lane: Int64
        @Argument(help: "The name, 1 to 60 characters.") var name: String
        @OptionGroup var station: StationOptions

        func run() async throws {
            try await station.ask { client throws(ErrorReply) in
                try await client.rename(lane: LaneID(rawValue: lane), to: name)
            } show: {
                Output.printable("Lane \(lane) is now called \($0.name).")
            }
        }
    }
}

struct ModeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode", abstract: "Sets a lane's home mode.",
        discussion: "The lane returns to it from a mode that is set by a barcode or at the screen.")

    @Argument(help: "The lane's number.") var lane: Int64
    @Argument(help: "The mode.") var mode: LaneMode
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.setMode(mode, lane: LaneID(rawValue: lane))
        } show: {
            Output.printable("\($0.name) is in mode \($0.mode.rawValue).")
        }
    }
}
