import ArgumentParser
import CLinuxShim
import DepotAPI
import DepotEngine
import DepotModel
import Dispatch
import Glibc

/// The daemon of a scanning station: the options yield the configuration, with which ``Daemon`` runs.
@main
struct Depotd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depotd",
        abstract:
            "The daemon of a scanning station: reads USB scanners, keeps the ledger, serves the control socket and HTTP.",
        discussion: """
            SIGTERM stops it cleanly, SIGHUP reloads its configuration. Exit status: 0 after a clean stop, 1 when it \
            cannot start or a part of it failed, 78 when the configuration is not usable.
            """,
        version: StationAPI.programVersion)

    @Option(help: ArgumentHelp("Configuration file (YAML).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Keep database and socket in this folder; needs no root.", valueName: "folder"))
    var stateDir: String?

    @Option(help: ArgumentHelp("Address the HTTP API listens on; port 0 picks a free one.", valueName: "host:port"))
    var http: String?

    @Option(help: ArgumentHelp("Path of the control socket.", valueName: "path"))
    var socket: String?

    @Flag(help: "Start a new database if the folder's own is gone; has no effect if it is there.")
    var new = false

    @Flag(help: "Read the configuration, say whether it is usable, and exit.")
    var check = false

    @Flag(help: "Print every configuration key with its default, and exit.")
    var configReference = false

    static func main() async {
        // Before anything else is opened, or the database would get the descriptor of a closed standard error.
        linux_open_standard_files()
        // The reader of the log may go away.
        signal(SIGPIPE, SIG_IGN)
        await main(nil)
    }

    func run() async throws {
        let options = Options(
            config: config, stateDirectory: stateDir, http: http, socket: socket, startsNew: new)
        defer { LogOutput.standardError.flush(within: .seconds(1)) }
        do throws(DepotError) {
            if configReference { return try CommandOutput.write(Configuration.reference) }
            let configuration = try options.load()
            if check {
                return try CommandOutput.write("\(options.file ?? "The default configuration"): usable.\n")
            }
            try await Daemon(configuration: configuration, options: options).run()
        } catch {
            CommandOutput.complain(error)
            throw ExitCode(error.code == .configuration ? 78 : 1)
        }
    }
}
