import ArgumentParser
import DepotAPI
import DepotModel

struct AssetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asset", abstract: "Adds, shows, lists, blocks, imports and exports assets.",
        subcommands: [
            AssetAdd.self, AssetShow.self, AssetList.self, AssetBlock.self, AssetUnblock.self, AssetImport.self,
            AssetExport.self,
        ])
}

struct AssetBlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Lets an asset be handed out at a counter with an operator only.")

    @Argument(help: "The asset tag.") var tag: String
    @Argument(help: "The reason, which the counter says.") var reason: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            let asset = try await client.asset(tag: tag).asset.id
            return try await client.editAsset(asset, EditAssetRequest(fields: ["blocked": reason]))
        } show: { _ in
            Output.printable("\(tag) is blocked: \(reason)")
        }
    }
}

struct AssetUnblock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock", abstract: "Lets an asset be handed out again.")

    @Argument(help: "The asset tag.") var tag: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            let asset = try await client.asset(tag: tag).asset.id
            return try await client.editAsset(asset, EditAssetRequest(fields: ["blocked": nil]))
        } show: { _ in
            Output.printable("\(tag) is not blocked.")
        }
    }
}

struct AssetAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds an asset.")

    @Argument(help: "The asset tag.") var tag: String
    @Option(help: "Serial number.") var serial: String?
    @Option(help: "Its name.") var name: String?
    @Option(help: "Model; created if new.") var model: String?
    @Option(help: "Model number.") var modelNumber: String?
    @Option(help: "Manufacturer; created if new.") var manufacturer: String?
    @Option(help: "Category; created if new.") var category: String?
    @Option(help: "Status label.") var status: String?
    @Option(help: "Where it is: a location's code or name.") var location: String?
    @Option(help: "The day it was bought (YYYY-MM-DD).") var purchaseDate: String?
    @Option(help: "What it cost (1450.00).") var purchaseCost: String?
    @Option(help: "Order number.") var orderNumber: String?
    @Option(help: "Months of warranty.") var warrantyMonths: String?
    @Option(help: "The day its next audit is due (YYYY-MM-DD).") var nextAudit: String?
    @Option(help: "Free text.") var notes: String?
    @OptionGroup var station: StationOptions

    func run() async throws {
        let options: [(CreateAssetRequest.CodingKeys, String?)] = [
            (.serial, serial), (.name, name), (.model, model), (.modelNumber, modelNumber),
            (.manufacturer, manufacturer), (.category, category), (.status, status), (.location, location),
            (.purchaseDate, purchaseDate), (.purchaseCost, purchaseCost), (.orderNumber, orderNumber),
            (.warrantyMonths, warrantyMonths), (.nextAudit, nextAudit), (.notes, notes),
        ]
        var draft = CreateAssetRequest(tag: tag)
        do throws(DepotError) {
            for case (let key, let text?) in options { try draft.set(key, to: text) }
        } catch {
            throw station.fail(ErrorReply(error))
        }
        let request = draft
        try await station.ask { client throws(ErrorReply) in
            try await client.createAsset(request)
        } show: {
            Output.printable($0.event.message ?? "\(request.tag) was added.")
        }
    }
}

struct AssetShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows an asset.")

    @Argument(help: "The asset tag.") var tag: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.asset(tag: tag)
        } show: { details in
            let asset = details.asset
            return Format.pairs(
                [
                    ("asset tag", asset.tag), ("name", asset.name), ("serial", asset.serial),
                    ("model", details.model.map { [$0.name, $0.number ?? ""].joined(separator: " ") }),
                    ("manufacturer", details.model?.manufacturer?.name), ("category", details.model?.category?.name),
                    ("state", "\(asset.lifecycle.rawValue) (\(asset.status.name))"),
                    ("holder", details.holder?.name), ("location", details.location?.name),
                    ("belongs to", details.defaultLocation?.name), ("bought", asset.purchaseDate?.description),
                    ("cost", asset.purchaseCost?.description), ("order", asset.orderNumber),
                    ("supplier", details.supplier?.name), ("company", details.company?.name),
                    ("warranty", asset.warrantyMonths.map { "\($0) months" }),
                    ("warranty ends", asset.warrantyExpiry?.description),
                    ("checked out", Format.time(asset.lastCheckout)),
                    ("expected back", asset.expectedCheckin?.description),
                    ("checked in", Format.time(asset.lastCheckin)), ("audited", Format.time(asset.lastAudit)),
                    ("next audit", asset.nextAudit?.description), ("notes", asset.notes),
                ] + asset.custom.sorted { $0.key < $1.key }.map { (Output.printable($0.key), $0.value) } + [
                    ("id", asset.id.description), ("uuid", asset.uuid.description),
                    ("version", String(asset.version)),
                ])
        }
    }
}

struct AssetList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists assets.")

    @OptionGroup var list: ListOptions
    @Option(help: "Only assets in this state.") var lifecycle: Lifecycle?
    @Option(help: ArgumentHelp("Only assets held by person:ID, location:ID or asset:ID.", valueName: "holder"))
    var holder: Holder?
    @Option(help: ArgumentHelp("Only assets at this location.", valueName: "id")) var location: Int64?
    @Flag(help: "Only assets that should be back already.") var overdue = false
    @Option(help: ArgumentHelp("Only assets expected back within so many days, or overdue.", valueName: "days"))
    var due: Int?
    @Option(help: ArgumentHelp("Only assets whose audit is due within so many days, or overdue.", valueName: "days"))
    var auditDue: Int?
    @Option(help: ArgumentHelp("Only assets not audited since the day (YYYY-MM-DD).", valueName: "day"))
    var notAuditedSince: CalendarDate?
    @Option(help: "The field to sort by; default: asset_tag, or the day that is asked for.") var sort: String?
    @Flag(help: "Sort in descending order.") var descending = false
    @OptionGroup var station: StationOptions

    func run() async throws {
        let day =
            overdue || due != nil ? Day.back : auditDue != nil ? .nextAudit : notAuditedSince != nil ? .lastAudit : nil
        var wanted = AssetListQuery(
            list: list.query, lifecycle: lifecycle, holder: holder, location: location.map { LocationID(rawValue: $0) },
            sort: sort ?? day?.rawValue ?? "asset_tag", descending: descending)
        (wanted.due, wanted.overdue) = (due, overdue)
        (wanted.auditDue, wanted.notAuditedSince) = (auditDue, notAuditedSince)
        let query = wanted
        try await station.ask { client throws(ErrorReply) in
            try await client.assets(query)
        } show: { reply in
            var table = Table(
                "ASSET TAG", "NAME", day?.heading ?? "SERIAL", "STATE", "HOLDER", "LOCATION")
            for details in reply.assets {
                let asset = details.asset
                table.add(
                    "\(asset.tag)", "\(asset.name ?? details.model?.name ?? "")",
                    "\(day.map { $0.text(asset) } ?? asset.serial ?? "")", "\(asset.lifecycle.rawValue)",
                    "\(details.holder?.name ?? "")", "\(details.location?.name ?? "")")
            }
            return list.text(table, shown: reply.assets.count, total: reply.total)
        }
    }

    /// The day that a list is about.
    private enum Day: String {
        case back = "expected_checkin"
        case nextAudit = "next_audit"
        case lastAudit = "last_audit"

        var heading: String {
            switch self {
            case .back: "EXPECTED"
            case .nextAudit: "NEXT AUDIT"
            case .lastAudit: "LAST AUDIT"
            }
        }

        func text(_ asset: Asset) -> String {
            switch self {
            case .back: asset.expectedCheckin?.description ?? ""
            case .nextAudit: asset.nextAudit?.description ?? ""
            case .lastAudit: Format.time(asset.lastAudit)
            }
        }
    }
}
