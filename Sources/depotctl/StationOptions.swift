import ArgumentParser
import DepotAPI
import DepotModel
import Glibc

/// The options for the connection and the output, which every subcommand has.
struct StationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"), completion: .file())
    var socket: String?

    @Option(help: ArgumentHelp("Connect over TCP instead: http://HOST:PORT.", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("The token for --url; default: $DEPOT_TOKEN.", valueName: "token"))
    var token: String?

    @Option(
        help: ArgumentHelp(
            "Work in this tenant; default: the token's, or the default tenant on the control socket.", valueName: "slug"
        )
    )
    var tenant: String?

    @Flag(help: "Print the station API's JSON.")
    var json = false

    func validate() throws {
        if socket != nil, url != nil { throw ValidationError("Give --socket or --url, not both.") }
        if token != nil, url == nil { throw ValidationError("--token needs --url.") }
    }

    /// The endpoint of the daemon: from the options, the environment, the system's socket or the one in this folder.
    var endpoint: DepotClient.Endpoint {
        if let url { return .url(url) }
        return .socket(path: socket ?? environment("DEPOT_SOCKET") ?? Self.foundSocket)
    }

    /// The system's socket, unless only this folder has one. A socket in this folder is used only if the user owns both,
    /// since the socket of another user might give false answers.
    private static var foundSocket: String {
        let folder = "./.depot"
        let local = folder + "/depotd.sock"
        guard let user = owner(of: local) else { return StationAPI.standardSocket }
        let isOwn = user == geteuid() && owner(of: folder) == user
        if !isOwn {
            Output.warn("\(local) is ignored: it or its folder belongs to another user (--socket uses it anyway)")
        }
        return isOwn && access(StationAPI.standardSocket, F_OK) != 0 ? local : StationAPI.standardSocket
    }

    /// Returns the owner of the file at a path without following links, or nil if there is none.
    private static func owner(of path: String) -> uid_t? {
        var file = stat()
        return lstat(path, &file) == 0 ? file.st_uid : nil
    }

    /// Runs `body` with a client. An error is printed and ends the program with its status.
    func connect<Result: Sendable>(
        _ body: (DepotClient) async throws(ErrorReply) -> Result
    ) async throws(ExitCode) -> Result {
        let token = url == nil ? nil : token ?? environment("DEPOT_TOKEN")
        do throws(ErrorReply) {
            return try await DepotClient.with(endpoint, token: token, tenant: tenant) { client throws(ErrorReply) in
                let result = try await body(client)
                if let warning = client.versionWarning { Output.warn(warning) }
                return result
            }
        } catch {
            throw fail(error)
        }
    }

    /// Makes a request and prints the reply: its JSON, or the text that `show` returns.
    @discardableResult
    func ask<Reply: Encodable & Sendable>(
        _ body: (DepotClient) async throws(ErrorReply) -> Reply, show: (Reply) -> String
    ) async throws(ExitCode) -> Reply {
        let reply = try await connect(body)
        try write(reply, show: show)
        return reply
    }

    /// Prints a value: its JSON, or the text that `show` returns.
    func write<Value: Encodable>(_ value: Value, show: (Value) -> String) throws(ExitCode) {
        guard json else { return Output.write(show(value)) }
        do { Output.write(String(decoding: try WireJSON.encodePretty(value), as: UTF8.self)) } catch {
            throw fail(ErrorReply(error))
        }
    }

    /// Prints a value of a stream: its JSON on one line, or the text that `show` returns.
    func writeLine<Value: Encodable>(_ value: Value, show: (Value) -> String) throws(ErrorReply) {
        guard json else { return Output.write(show(value)) }
        do { Output.write(String(decoding: try WireJSON.encode(value), as: UTF8.self)) } catch {
            throw ErrorReply(error)
        }
    }

    /// Prints an error and returns the exit status for the caller to throw.
    func fail(_ error: ErrorReply) -> ExitCode {
        Output.complain(error, json: json)
        return ExitCode(ExitStatus(error).rawValue)
    }
}

/// Returns the value of an environment variable, or nil if it is unset or empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

extension ExitCode {
    /// Creates the exit code of a documented status.
    init(_ status: ExitStatus) { self.init(status.rawValue) }
}
