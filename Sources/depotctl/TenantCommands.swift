import ArgumentParser
import DepotAPI
import DepotModel

struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Creates, lists and changes tenants.",
        discussion: """
            A tenant has assets, people, locations, tokens and a ledger of its own. A request reaches it by its token, by \
            its host name (SLUG.domain, or one given with --host), or by Incident IQ's SiteId.
            """,
        subcommands: [TenantCreate.self, TenantList.self, TenantEdit.self])
}

struct TenantCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Creates a tenant.")

    @Argument(help: "Its short name: a-z, 0-9 and -, at most 63 characters.") var slug: String
    @Option(help: "Its name; default: the short name.") var name: String?
    @Option(help: ArgumentHelp("A host name of this tenant; may be repeated.", valueName: "host"))
    var host: [String] = []
    @Option(help: ArgumentHelp("The most assets it may have; default: unlimited.", valueName: "number"))
    var assetLimit: Int?
    @OptionGroup var station: StationOptions

    func run() async throws {
        let request = CreateTenantRequest(
            slug: slug, name: name, hosts: host.isEmpty ? nil : host, assetLimit: assetLimit)
        try await station.ask { client throws(ErrorReply) in
            try await client.createTenant(request)
        } show: {
            Output.printable("Tenant \($0.slug) was added; its SiteId is \($0.uuid).")
        }
    }
}

struct TenantList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the tenants.")

    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.tenants()
        } show: { reply in
            var table = Table(">ID", "SLUG", "NAME", "HOSTS", ">ASSET LIMIT")
            for tenant in reply.tenants {
                table.add(
                    "\(tenant.id)", "\(tenant.slug)", "\(tenant.name)", "\(tenant.hosts.joined(separator: " "))",
                    "\(tenant.assetLimit.map(String.init) ?? "")")
            }
            return table.text(orElse: "None.")
        }
    }
}

struct TenantEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Changes a tenant; what is not given stays as it is.")

    @Argument(help: "Its short name.") var slug: String
    @Option(help: "Its name.") var name: String?
    @Option(
        help: ArgumentHelp("A host name of this tenant; replaces those it had.", valueName: "host"))
    var host: [String] = []
    @Flag(help: "Remove all of its host names.") var noHosts = false
    @Option(help: ArgumentHelp("The most assets it may have.", valueName: "number")) var assetLimit: Int?
    @Flag(help: "Remove its asset limit.") var noAssetLimit = false
    @OptionGroup var station: StationOptions

    func validate() throws {
        if noHosts, !host.isEmpty { throw ValidationError("Give --host or --no-hosts, not both.") }
        if noAssetLimit, assetLimit != nil {
            throw ValidationError("Give --asset-limit or --no-asset-limit, not both.")
        }
        if name == nil, host.isEmpty, !noHosts, assetLimit == nil, !noAssetLimit {
            throw ValidationError("Say what to change: --name, --host, --no-hosts, --asset-limit or --no-asset-limit.")
        }
    }

    func run() async throws {
        let request = EditTenantRequest(
            name: name, hosts: noHosts ? [] : host.isEmpty ? nil : host,
            assetLimit: noAssetLimit ? .clear : assetLimit.map(FieldPatch.set) ?? .keep)
        try await station.ask { client throws(ErrorReply) in
            try await client.editTenant(slug, request)
        } show: {
            Output.printable("Tenant \($0.slug) was changed.")
        }
    }
}
