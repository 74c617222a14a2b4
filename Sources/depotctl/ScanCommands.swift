import ArgumentParser
import DepotAPI
import DepotModel

struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Scans a code as if a scanner had read it.",
        discussion:
            "The exit status tells the outcome: 0 also if it only showed something, changed nothing or was a duplicate."
    )

    @Argument(help: "The code.") var code: String
    @Option(help: ArgumentHelp("The lane's number; default: the lane of typed scans.", valueName: "number"))
    var lane: Int64?
    @Flag(help: "The code is given as hexadecimal digits.") var hex = false
    @OptionGroup var station: StationOptions

    func run() async throws {
        let request = ScanRequest(
            code: hex ? nil : code, raw: hex ? code : nil, lane: lane.map { LaneID(rawValue: $0) })
        let result = try await station.ask { client throws(ErrorReply) in
            try await client.scan(request)
        } show: { result in
            let word = Output.coloured(result.outcome.rawValue, Format.colour(result.outcome))
            return
                (["\(word): \(Output.printable(result.message))"] + result.candidates.map { "  \(Format.match($0))" })
                .joined(separator: "\n")
        }
        let status = ExitStatus(result.outcome)
        if status != .done { throw ExitCode(status) }
    }
}

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Shows what a code means and why: every reading and what it matches.")

    @Argument(help: "The code.") var code: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        let report = try await station.ask { client throws(ErrorReply) in
            try await client.resolve(code)
        } show: { report in
            var table = Table("LOOKED UP", "VALUE", "RULE", "FOUND")
            for step in report.steps {
                let found = step.found.map(Format.match).joined(separator: ", ")
                table.add(
                    "\(step.kind)", "\(step.value)", "\(step.rule)\(step.isDerived ? " (derived)" : "")",
                    Table.Cell(found.isEmpty ? "–" : found, found.isEmpty ? .grey : .green))
            }
            let candidates = report.candidates.count > 1 ? report.candidates.map { "  " + Format.match($0) } : []
            return ([table.text(orElse: "The code is not looked up."), Output.printable(report.message)] + candidates)
                .joined(separator: "\n")
        }
        switch report.result {
        case "nothing": throw ExitCode(.notFound)
        case "several": throw ExitCode(.ambiguous)
        default:
            // The result of a code that is rejected before the lookup is its outcome.
            if let outcome = ScanOutcome(rawValue: report.result), ExitStatus(outcome) != .done {
                throw ExitCode(ExitStatus(outcome))
            }
        }
    }
}

struct ScansCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scans", abstract: "Shows the scan journal.")

    @OptionGroup var range: RangeOptions
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.connect { client throws(ErrorReply) in
            // The stream is opened before the first request, so that no row is missed between the two.
            let stream = range.follow ? try await client.events(since: nil) : nil
            var last = ScanNumber(rawValue: range.since ?? 0)
            if range.since == nil {
                let newest = try await client.status().lastScan?.rawValue ?? 0
                last = ScanNumber(rawValue: max(0, newest - Int64(range.count)))
            }
            let reply = try await client.scans(since: last, limit: range.count)
            guard let stream else {
                if station.json { return try range.document(reply) }
                for scan in reply.scans { Output.write(Format.scan(scan)) }
                return
            }
            for scan in reply.scans { try station.writeLine(scan, show: Format.scan) }
            last = reply.last
            try await follow(stream) { item throws(ErrorReply) in
                // Every row has an event; the changes of lanes and scanners without one are irrelevant here.
                guard case .event = item else { return }
                var more = true
                while more {
                    let reply = try await client.scans(since: last, limit: StationAPI.maximumLimit)
                    for scan in reply.scans { try station.writeLine(scan, show: Format.scan) }
                    last = reply.last
                    more = !reply.scans.isEmpty
                }
            }
        }
    }
}
