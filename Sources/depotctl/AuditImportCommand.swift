import ArgumentParser
import DepotAPI
import DepotModel

struct AuditImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports the file of a handheld that remembers its scans.",
        discussion: """
            A line has a code and, in any order, a time and a symbology, separated by tabs, semicolons or commas; a \
            header may name them. The same file twice counts nothing twice. Exit status: 0 all lines, 8 where one is \
            rejected.
            """)

    @OptionGroup var walk: WalkOptions
    @Argument(help: "The file; - for standard input.", completion: .file()) var file: String
    @Flag(help: "Show what would be counted, and count nothing.") var dryRun = false
    @Option(help: ArgumentHelp("The seconds by which the device's clock is ahead.", valueName: "seconds"))
    var clockOffset: Int?
    @Option(help: ArgumentHelp("A code that was scanned at --reference-time.", valueName: "code"))
    var referenceCode: String?
    @Option(help: ArgumentHelp("The true time of that scan (ISO 8601).", valueName: "time"))
    var referenceTime: Timestamp?
    @Option(help: ArgumentHelp("The device's time zone, such as +01:00; default: UTC.", valueName: "offset"))
    var utcOffset: String?
    @Flag(help: "The device writes the month before the day.") var monthFirst = false
    @Option(help: ArgumentHelp("Lines to reject, such as 3,7-9.", valueName: "lines")) var reject: String?

    func validate() throws {
        if (referenceCode == nil) != (referenceTime == nil) {
            throw ValidationError("--reference-code and --reference-time need each other.")
        }
        if referenceCode != nil, clockOffset != nil {
            throw ValidationError("Give --clock-offset or --reference-code, not both.")
        }
    }

    func run() async throws {
        var draft = AuditImportQuery()
        draft.clockOffset = clockOffset
        draft.referenceCode = referenceCode
        draft.referenceTime = referenceTime
        draft.utcOffset = utcOffset
        draft.isMonthFirst = monthFirst
        draft.rejected = reject
        draft.isDryRun = dryRun
        let query = draft
        let reply = try await walk.station.ask { client throws(ErrorReply) in
            try await client.importAudit(walk.id, try Self.content(file), query)
        } show: {
            Self.text($0, dryRun: dryRun)
        }
        if reply.rejected > 0 { throw ExitCode(.badInput) }
    }

    private static func content(_ file: String) throws(ErrorReply) -> [UInt8] {
        let source = try FileSource(file)
        defer { source.close() }
        var bytes: [UInt8] = []
        while true {
            let part = try source.read()
            if part.isEmpty { return bytes }
            bytes += part
        }
    }

    private static func text(_ reply: AuditImportReply, dryRun: Bool) -> String {
        var parts: [String] = []
        for line in reply.lines where line.verdict == nil && line.repeated == nil {
            parts.append("line \(line.line): " + Output.printable(line.message))
        }
        let verdicts = AuditVerdict.allCases.compactMap { verdict in
            reply.verdicts[verdict.rawValue].map { "\($0) \(verdict.rawValue)" }
        }
        parts.append(
            "\(reply.accepted) accepted" + (verdicts.isEmpty ? "" : " (\(verdicts.joined(separator: ", ")))")
                + ", \(reply.repeated) imported before, \(reply.rejected) rejected"
                + (dryRun ? "; nothing was counted." : "."))
        parts.append(WalkOptions.sentence(reply.audit))
        return parts.joined(separator: "\n")
    }
}
