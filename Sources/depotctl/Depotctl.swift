import ArgumentParser
import CLinuxShim
import DepotAPI

/// The command line of `depotd`, over the station API by the control socket, or by TCP with a token.
@main
struct Depotctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depotctl",
        abstract: "Controls depotd, the daemon of a scanning station.",
        discussion: """
            The daemon is found at --socket, else $DEPOT_SOCKET, else \(StationAPI.standardSocket) if that is there, \
            else ./.depot/depotd.sock if that is yours. With --url it is asked over TCP, with --token or $DEPOT_TOKEN.

            With --json every command prints one JSON document, as the station API has it; with \
            --follow one document on each line. Errors go to standard error, with --json as the API's error document.

            EXIT STATUS:
            \(ExitStatus.allCases.map { "  \($0.rawValue)\($0.rawValue < 10 ? "   " : "  ")\($0.explanation)" }.joined(separator: "\n"))

            `depotctl --generate-completion-script bash|zsh|fish` prints a completion script.
            """,
        version: StationAPI.programVersion,
        subcommands: [
            StatusCommand.self, ScannersCommand.self, ScannerCommand.self, LanesCommand.self, LaneCommand.self,
            ModeCommand.self,
            ScanCommand.self,
            ResolveCommand.self, ScansCommand.self, AssetCommand.self, PersonCommand.self, LocationCommand.self,
            CheckoutCommand.self, CheckinCommand.self, TransferCommand.self, AuditCommand.self, UndoCommand.self,
            HistoryCommand.self, EventsCommand.self, PrintCommand.self, TenantCommand.self, TokenCommand.self,
            ScreenCommand.self,
            BackupCommand.self, VerifyCommand.self, ConfigCommand.self, VersionCommand.self,
        ])

    static func main() async {
        // Before anything else is opened, or a connection would get the descriptor of a closed standard output.
        linux_open_standard_files()
        await main(nil)
    }
}
