import ArgumentParser
import DepotAPI
import DepotModel
import Glibc

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Shows the versions of this program and of the daemon.")

    /// The output with --json.
    private struct Versions: Encodable {
        var depotctl: String
        var api: String
        /// The daemon's version, or nil if it cannot be reached.
        var depotd: String?
        var depotdAPI: String?

        enum CodingKeys: String, CodingKey {
            case depotctl, depotd
            case api = "api_version"
            case depotdAPI = "depotd_api_version"
        }
    }

    @OptionGroup var station: StationOptions

    func run() async throws {
        var versions = Versions(depotctl: StationAPI.programVersion, api: StationAPI.version)
        var problem: String?
        do throws(ErrorReply) {
            let token = station.token ?? environment("DEPOT_TOKEN")
            let status = try await DepotClient.with(station.endpoint, token: token) { client throws(ErrorReply) in
                try await client.status()
            }
            versions.depotd = status.version
            versions.depotdAPI = status.apiVersion
        } catch {
            problem = error.error.message
        }
        try station.write(versions) { versions in
            let daemon = versions.depotd.map { "depotd \($0), station API \(versions.depotdAPI ?? "")" }
            return "depotctl \(versions.depotctl), station API \(versions.api)\n"
                + Output.printable(daemon ?? problem ?? "")
        }
    }
}
