import ArgumentParser
import DepotAPI
import DepotModel

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Creates, lists and revokes API tokens.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Creates a token and shows its secret, once.",
        discussion:
            "With --tenant the token belongs to that tenant; with --msp it reaches every tenant, as an administrator.")

    @Argument(help: "The token's name.") var name: String
    @Option(help: "What it may do.") var role: GrantableRole?
    @Flag(help: "Allow everything, in every tenant.") var msp = false
    @Option(help: ArgumentHelp("The last day it is valid (YYYY-MM-DD, UTC), or a time.", valueName: "day"))
    var expires: String?
    @Option(
        help: ArgumentHelp("Requests per minute, 0 for no limit; default: the configuration's.", valueName: "number"))
    var rate: Int?
    @OptionGroup var station: StationOptions

    func validate() throws {
        if msp, station.tenant != nil { throw ValidationError("Give --tenant or --msp, not both.") }
        if msp, let role, role != .admin { throw ValidationError("--msp already allows everything; leave --role out.") }
        if !msp, role == nil { throw ValidationError("Give --role viewer, operator or admin, or --msp.") }
        if let rate, !(0...1_000_000).contains(rate) { throw ValidationError("--rate must be 0 to 1000000.") }
    }

    func run() async throws {
        let expiry = expires.flatMap(CreateTokenRequest.expiry)
        if expires != nil, expiry == nil { throw ValidationError("--expires takes a day (YYYY-MM-DD) or a time.") }
        let granted: TokenRole =
            switch role {
            case .viewer where !msp: .viewer
            case .operator where !msp: .operator
            case .admin where !msp: .admin
            default: .msp
            }
        let request = CreateTokenRequest(
            name: name, role: granted, tenant: station.tenant, expiresAt: expiry, rate: rate)
        try await station.ask { client throws(ErrorReply) in
            try await client.createToken(request)
        } show: { reply in
            // Only the secret goes to standard output, so that it can be piped.
            if !station.json {
                let token = reply.token
                Output.warn(
                    "token \(token.name) (\(token.role.rawValue) of \(token.tenant ?? "every tenant")), "
                        + "shown this once:")
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
            var table = Table("NAME", "ROLE", "TENANT", ">RATE", "CREATED", "LAST USED", "EXPIRES", "REVOKED")
            for token in reply.tokens {
                table.add(
                    "\(token.name)", "\(token.role.rawValue)", "\(token.tenant ?? "every")",
                    "\(token.rate.map { $0 == 0 ? "any" : String($0) } ?? "")", "\(Format.time(token.createdAt))",
                    "\(Format.time(token.lastUsedAt))", "\(Format.time(token.expiresAt))",
                    Table.Cell(Format.time(token.revokedAt), .red))
            }
            return table.text(orElse: "There are no tokens.")
        }
    }
}

struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revokes a token permanently.")

    @Argument(help: "The token's name.") var name: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.revokeToken(name)
        } show: {
            Output.printable("Token \($0.name) was revoked.")
        }
    }
}
