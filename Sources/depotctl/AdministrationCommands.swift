import ArgumentParser
import DepotAPI
import DepotModel
import Glibc

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes, lists and revokes API tokens.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a token. Its secret is shown this once.")

    @Argument(help: "What the token is called.") var name: String
    @Option(help: "What it may do.") var role: GrantableRole
    @Option(help: ArgumentHelp("The last day it is good for (YYYY-MM-DD, UTC), or a time.", valueName: "day"))
    var expires: String?
    @OptionGroup var station: StationOptions

    func run() async throws {
        let expiry = expires.flatMap(CreateTokenRequest.expiry)
        if expires != nil, expiry == nil { throw ValidationError("--expires is a day (YYYY-MM-DD) or a time.") }
        let granted: TokenRole =
            switch role {
            case .viewer: .viewer
            case .operator: .operator
            case .admin: .admin
            }
        let request = CreateTokenRequest(name: name, role: granted, expiresAt: expiry)
        try await station.ask { client throws(ErrorReply) in
            try await client.createToken(request)
        } show: { reply in
            // The secret alone on standard output: it can be piped where it is needed.
            if !station.json {
                Output.warn("token \(reply.token.name) (\(reply.token.role.rawValue)), shown this once:")
            }
            return Output.printable(reply.secret)
        }
    }
}

struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the tokens.")

    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.tokens()
        } show: { reply in
            var table = Table("NAME", "ROLE", "CREATED", "LAST USED", "EXPIRES", "REVOKED")
            for token in reply.tokens {
                table.add(
                    "\(token.name)", "\(token.role.rawValue)", "\(Format.time(token.createdAt))",
                    "\(Format.time(token.lastUsedAt))", "\(Format.time(token.expiresAt))",
                    Table.Cell(Format.time(token.revokedAt), .red))
            }
            return table.text(orElse: "There is no token.")
        }
    }
}

struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revokes a token, for ever.")

    @Argument(help: "What the token is called.") var name: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.revokeToken(name)
        } show: {
            Output.printable("Token \($0.name) is revoked.")
        }
    }
}

struct ScreenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen", abstract: "Pairs counter screens.", subcommands: [ScreenPair.self])
}

struct ScreenPair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair", abstract: "Prints a link that pairs one browser, once.")

    @Option(help: "What the screen is called.") var name: String?
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
        commandName: "backup", abstract: "Copies the database while the daemon works.")

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

    /// The path from this folder, which is not the daemon's.
    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return String(cString: folder) + "/" + relative
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Walks the ledger's hash chain and checks the database.")

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
