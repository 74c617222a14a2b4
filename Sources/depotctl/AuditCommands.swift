import ArgumentParser
import DepotAPI
import DepotModel
import Glibc

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Audit walks; `audit TAG` marks one asset as audited.",
        discussion: """
            A walk counts what is at a location: start it, scan what is there, close it, look at the report, and apply \
            the result. At a lane in audit mode the location's label starts its walk.
            """,
        subcommands: [
            AuditMarkCommand.self, AuditStartCommand.self, AuditListCommand.self, AuditShowCommand.self,
            AuditReportCommand.self, AuditScanCommand.self, AuditImportCommand.self, AuditPauseCommand.self,
            AuditResumeCommand.self, AuditCloseCommand.self, AuditApplyCommand.self, AuditUndoCommand.self,
            AuditPolicyCommand.self,
        ],
        defaultSubcommand: AuditMarkCommand.self)
}

/// The number of a walk and the options for the station.
struct WalkOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The walk's number.", valueName: "walk")) var number: Int64
    @OptionGroup var station: StationOptions

    var id: AuditWalkID { AuditWalkID(rawValue: number) }

    /// Requests a change of the walk and prints its numbers.
    func ask(
        _ body: (DepotClient) async throws(ErrorReply) -> AuditReply
    ) async throws(ExitCode) {
        try await station.ask(body, show: { Self.sentence($0.audit) })
    }

    static func sentence(_ walk: AuditWalk) -> String {
        Output.printable(walk.summary) + "  (walk \(walk.id), \(walk.state.rawValue))"
    }
}

struct AuditStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts a walk of a location, a category, a holder or a list.")

    @Option(help: "The location with all below it: its code or name.") var location: String?
    @Option(help: "The category's name.") var category: String?
    @Option(help: ArgumentHelp("Badge, staff number, e-mail, name, or asset:TAG.", valueName: "who"))
    var holder: String?
    @Option(help: ArgumentHelp("The words of a list of assets.", valueName: "words")) var search: String?
    @Option(help: "The name of the walk; default: that of its scope.") var name: String?
    @Flag(help: "Do not show at lanes and on the screen what is expected.") var blind = false
    @OptionGroup var station: StationOptions

    func validate() throws {
        guard [location, category, holder, search].compactMap({ $0 }).count == 1 else {
            throw ValidationError("Give one of --location, --category, --holder and --search.")
        }
    }

    func run() async throws {
        var draft = StartAuditRequest(name: name, isBlind: blind ? true : nil)
        draft.locationName = location
        draft.categoryName = category
        draft.holder = holder.map { HolderSelector(typed: $0) }
        draft.filter = search.map { AuditFilter(search: $0) }
        let request = draft
        try await station.ask { client throws(ErrorReply) in
            try await client.startAudit(request)
        } show: { reply in
            "Walk \(reply.audit.id) has started. " + Output.printable(reply.summary)
        }
    }
}

struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists walks, the newest first.")

    @Option(help: "Only walks that are open, paused, closed or applied.") var state: AuditWalk.State?
    @Option(help: "The maximum number of walks.") var limit: Int?
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.audits(state: state, limit: limit)
        } show: { reply in
            var table = Table(">WALK", "NAME", "STATE", "STARTED", ">FOUND", ">MISSING", ">OTHER")
            for walk in reply.audits {
                let counts = walk.counts
                table.add(
                    "\(walk.id)", "\(walk.name)", "\(walk.state.rawValue)", "\(walk.startedAt.date)",
                    "\(counts.found)/\(counts.expected)", "\(counts.missing)",
                    "\(counts.misplaced + counts.unexpected + counts.unknown)")
            }
            return table.text(orElse: "There are no walks.")
        }
    }
}

struct AuditShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a walk with what was seen, the newest first.")

    @OptionGroup var walk: WalkOptions
    @Option(help: "Only lines that are found, misplaced, unexpected, unknown, repeated or missing.")
    var verdict: AuditVerdict?
    @Option(help: "The maximum number of lines.") var limit: Int?
    @Option(help: "The number of lines to skip.") var offset: Int?

    func run() async throws {
        try await walk.station.ask { client throws(ErrorReply) in
            try await client.audit(walk.id, verdict: verdict, limit: limit, offset: offset)
        } show: { reply in
            WalkOptions.sentence(reply.audit) + "\n" + AuditLineTable.text(reply.lines ?? [])
        }
    }
}

/// The table of a walk's lines.
enum AuditLineTable {
    static func text(_ lines: [AuditLine]) -> String {
        var table = Table("VERDICT", "CODE", "NAME", "SCANNED", "BY", "BELONGS AT", "WITH")
        for line in lines {
            table.add(
                "\(line.verdict.rawValue)", "\(line.code)", "\(line.name ?? "")",
                "\(line.at.map { String($0.description.prefix(16)) } ?? "")", "\(line.by ?? "")",
                "\(line.home?.name ?? "")", "\(line.holder ?? "")")
        }
        return table.text(orElse: "There are no lines.")
    }
}

struct AuditReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Reports on a walk, compared with the one before of the same scope.")

    @OptionGroup var walk: WalkOptions
    @Option(help: "Print csv or html (a page to print) in place of the text.") var format: AuditReportFormat?
    @Option(help: "Write csv or html to this file.", completion: .file()) var output: String?

    func validate() throws {
        if output != nil, format == nil { throw ValidationError("--output needs --format.") }
        if format != nil, walk.station.json { throw ValidationError("Give --format or --json, not both.") }
    }

    func run() async throws {
        guard let format else {
            try await walk.station.ask { client throws(ErrorReply) in
                try await client.auditReport(walk.id)
            } show: {
                Self.text($0)
            }
            return
        }
        let bytes = try await walk.station.connect { client throws(ErrorReply) in
            try await client.auditReport(walk.id, as: format)
        }
        guard let output else { return Output.write(bytes: bytes) }
        guard Output.write(bytes: bytes, toFile: output) else {
            throw walk.station.fail(
                ErrorReply(
                    DepotError(.badRequest, "\(output) cannot be written: \(String(cString: strerror(errno))).")))
        }
    }

    private static func text(_ report: AuditReport) -> String {
        var parts = [WalkOptions.sentence(report.audit)]
        let open = report.missing + report.misplaced + report.unexpected + report.unknown
        if !open.isEmpty { parts.append(AuditLineTable.text(open)) }
        if let before = report.before {
            parts.append("Before, on \(before.audit.startedAt.date): " + Output.printable(before.audit.summary))
            if !before.missingAgain.isEmpty {
                parts.append("Missing again: " + Output.printable(before.missingAgain.joined(separator: ", ")))
            }
            if !before.returned.isEmpty {
                parts.append("Returned: " + Output.printable(before.returned.joined(separator: ", ")))
            }
        }
        return parts.joined(separator: "\n")
    }
}

struct AuditScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scan", abstract: "Counts codes in a walk.")

    @OptionGroup var walk: WalkOptions
    @Argument(help: "The codes of assets.") var codes: [String]

    func run() async throws {
        for code in codes {
            try await walk.station.ask { client throws(ErrorReply) in
                try await client.scan(walk.id, AuditScanRequest(code: code))
            } show: {
                Output.printable($0.scan.message)
            }
        }
    }
}

struct AuditPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pause", abstract: "Pauses a walk.")
    @OptionGroup var walk: WalkOptions

    func run() async throws {
        try await walk.ask { client throws(ErrorReply) in try await client.pauseAudit(walk.id) }
    }
}

struct AuditResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Resumes a paused walk.")
    @OptionGroup var walk: WalkOptions

    func run() async throws {
        try await walk.ask { client throws(ErrorReply) in try await client.resumeAudit(walk.id) }
    }
}

struct AuditCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Closes a walk and records what is missing.")
    @OptionGroup var walk: WalkOptions

    func run() async throws {
        try await walk.ask { client throws(ErrorReply) in try await client.closeAudit(walk.id) }
    }
}

struct AuditApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Applies the result of a closed walk; what was found is marked as audited.",
        discussion: "The actions are leave, audit, move (audit and move here) and, for what is missing, missing.")

    @OptionGroup var walk: WalkOptions
    @Option(help: "The action for what was found; default: audit.") var found: AuditAction?
    @Option(help: "The action for what belongs elsewhere; default: leave.") var misplaced: AuditAction?
    @Option(help: "The action for what was not expected; default: leave.") var unexpected: AuditAction?
    @Option(help: "The action for what is missing; default: leave.") var missing: AuditAction?
    @Option(
        name: .customLong("line"),
        help: ArgumentHelp("The action for one asset; with it --found is leave.", valueName: "tag=action"))
    var lines: [String] = []
    @Option(help: "The status label for what is missing; default: Missing, made when new.") var missingStatus: String?
    @Option(help: "A note for the ledger.") var note: String?

    func validate() throws { _ = try parsedLines() }

    private func parsedLines() throws -> [ApplyAuditRequest.Line] {
        try lines.map { text in
            guard let place = text.lastIndex(of: "="), place != text.startIndex,
                let action = AuditAction(rawValue: String(text[text.index(after: place)...]))
            else { throw ValidationError("“\(text)” is not TAG=ACTION.") }
            return ApplyAuditRequest.Line(tag: String(text[..<place]), action: action)
        }
    }

    func run() async throws {
        let lines = try parsedLines()
        let request = ApplyAuditRequest(
            found: found, misplaced: misplaced, unexpected: unexpected, missing: missing,
            lines: lines.isEmpty ? nil : lines, missingStatus: missingStatus, note: note)
        try await walk.station.ask { client throws(ErrorReply) in
            try await client.applyAudit(walk.id, request)
        } show: {
            $0.sentence("Applied to")
        }
    }
}

struct AuditUndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Undoes what was applied; with a code, removes that line from an open walk.")

    @OptionGroup var walk: WalkOptions
    @Argument(help: "The asset tag or code of one line.") var code: String?

    func run() async throws {
        try await walk.station.ask { client throws(ErrorReply) in
            try await client.undoAudit(walk.id, UndoAuditRequest(code: code))
        } show: {
            $0.sentence("Undone for")
        }
    }
}

extension AuditChangeReply {
    fileprivate func sentence(_ done: String) -> String {
        var lines = ["\(done) \(changed) \(changed == 1 ? "asset" : "assets"). " + WalkOptions.sentence(audit)]
        for line in refused { lines.append("Left: " + Output.printable(line.refusal.message)) }
        return lines.joined(separator: "\n")
    }
}

struct AuditPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Lists or sets the days between the audits of categories and locations.",
        discussion: "Of a category's and the nearest location's interval the shorter one counts.")

    @Option(help: ArgumentHelp("The category's id.", valueName: "id")) var categoryID: Int64?
    @Option(help: ArgumentHelp("The location's id; it covers what is below.", valueName: "id")) var locationID: Int64?
    @Option(help: "The days between audits, 1 to 3650; 0 removes the interval.") var days: Int?
    @OptionGroup var station: StationOptions

    func validate() throws {
        let subjects = [categoryID, locationID].compactMap { $0 }.count
        if subjects > 1 || (subjects == 1) != (days != nil) {
            throw ValidationError("Give --days with --category-id or --location-id, or nothing to list them.")
        }
    }

    func run() async throws {
        let entry = days.map { days in
            AuditPolicyEntry(
                category: categoryID.map { CatalogueID(rawValue: $0) },
                location: locationID.map { LocationID(rawValue: $0) },
                days: days == 0 ? nil : days)
        }
        try await station.ask { client throws(ErrorReply) in
            if let entry { return try await client.setAuditPolicy(entry) }
            return try await client.auditPolicies()
        } show: { reply in
            var table = Table("KIND", ">ID", "NAME", ">DAYS")
            for policy in reply.policies {
                table.add(
                    policy.category == nil ? "location" : "category",
                    "\(policy.category?.description ?? policy.location?.description ?? "")", "\(policy.name ?? "")",
                    "\(policy.days.map(String.init) ?? "")")
            }
            return table.text(orElse: "Every asset has the interval of the configuration.")
        }
    }
}
