import ArgumentParser
import DepotAPI
import DepotModel
import Glibc

struct ScreenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen", abstract: "Pairs counter screens.", subcommands: [ScreenPair.self])
}

struct ScreenPair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair", abstract: "Prints a link that pairs one browser, once.")

    @Option(help: "The screen's name.") var name: String?
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.pairScreen(PairScreenRequest(name: name))
        } show: { reply in
            if !station.json { Output.warn("open this link on the screen before \(Format.time(reply.expiresAt)):") }
            return Output.printable(reply.url)
        }
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the database while the daemon runs.")

    @Argument(help: "The new file, on the daemon's machine.", completion: .file()) var file: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        let path = absolute(file)
        try await station.ask { client throws(ErrorReply) in
            try await client.backup(BackupRequest(path: path))
        } show: {
            Output.printable("\($0.path): \(Format.bytes($0.bytes)), \($0.events) events.")
        }
    }

    /// Returns the absolute path, since the daemon has another working directory.
    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return String(cString: folder) + "/" + relative
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verifies the ledger's hash chain and the database.")

    @OptionGroup var station: StationOptions

    func run() async throws {
        let reply = try await station.ask { client throws(ErrorReply) in
            try await client.verify()
        } show: { reply in
            let verdict = reply.isSound ? Output.coloured("sound", .green) : Output.coloured("NOT SOUND", .red)
            return
                (["\(verdict)  \(reply.events) events, database check: \(Output.printable(reply.integrity))"]
                + reply.problems.map { "  " + Output.printable($0) }
                + ["last event \(reply.lastNumber), its hash", Output.printable(reply.lastHash)]).joined(
                    separator: "\n")
        }
        if !reply.isSound { throw ExitCode(.refused) }
    }
}
