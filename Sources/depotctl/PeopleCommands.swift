import ArgumentParser
import DepotAPI
import DepotModel

/// The options that select a page of a list.
struct ListOptions: ParsableArguments {
    @Option(help: "Only those that match these words.") var search: String?
    @Option(help: ArgumentHelp("How many, 1 to \(StationAPI.maximumLimit); default: \(StationAPI.defaultLimit)."))
    var limit: Int?
    @Option(help: "How many to skip.") var offset: Int?

    /// The query for the client.
    var query: ListQuery { ListQuery(search: search, limit: limit, offset: offset) }

    /// Returns the table, followed by a line if the list continues.
    func text(_ table: Table, shown: Int, total: Int) -> String {
        let text = table.text(orElse: "None.")
        return (offset ?? 0) + shown < total ? "\(text)\n\(shown) of \(total); continue with --offset." : text
    }
}

struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "Adds, lists, blocks, imports and exports people.",
        subcommands: [
            PersonAdd.self, PersonList.self, PersonBlock.self, PersonUnblock.self, PersonImport.self, PersonExport.self,
        ])
}

struct PersonAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds a person.")

    @Argument(help: "The name.") var name: String
    @Option(help: "E-mail address.") var email: String?
    @Option(help: ArgumentHelp("Staff number.", valueName: "number")) var employeeNumber: String?
    @Option(help: ArgumentHelp("The code on the badge.", valueName: "code")) var badge: String?
    @OptionGroup var station: StationOptions

    func run() async throws {
        let request = CreatePersonRequest(name: name, email: email, employeeNumber: employeeNumber, badge: badge)
        try await station.ask { client throws(ErrorReply) in
            try await client.createPerson(request)
        } show: {
            Output.printable("\($0.name) was added as person \($0.id).")
        }
    }
}

struct PersonBlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Lets a person receive nothing at a counter without an operator.")

    @Argument(help: "The person's number, as `depotctl person list` shows it.") var id: Int64
    @Argument(help: "The reason, which the counter says.") var reason: String
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.editPerson(PersonID(rawValue: id), EditPersonRequest(blocked: .set(reason)))
        } show: {
            Output.printable("\($0.name) is blocked: \($0.blocked ?? "")")
        }
    }
}

struct PersonUnblock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock", abstract: "Lets a person receive assets again.")

    @Argument(help: "The person's number, as `depotctl person list` shows it.") var id: Int64
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.editPerson(PersonID(rawValue: id), EditPersonRequest(blocked: .clear))
        } show: {
            Output.printable("\($0.name) is not blocked.")
        }
    }
}

struct PersonList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists people.")

    @OptionGroup var list: ListOptions
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.people(list.query)
        } show: { reply in
            var table = Table(">ID", "NAME", "E-MAIL", "NUMBER", "BADGE")
            for person in reply.people {
                table.add(
                    "\(person.id)", "\(person.name)", "\(person.email ?? "")", "\(person.employeeNumber ?? "")",
                    "\(person.badge ?? "")")
            }
            return list.text(table, shown: reply.people.count, total: reply.total)
        }
    }
}

struct LocationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "location", abstract: "Adds, lists, imports and exports locations.",
        subcommands: [LocationAdd.self, LocationList.self, LocationImport.self, LocationExport.self])
}

struct LocationAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds a location.")

    @Argument(help: "The name.") var name: String
    @Option(help: "The code on its label.") var code: String?
    @Option(help: ArgumentHelp("The code or name of the location it is part of.", valueName: "location"))
    var parent: String?
    @OptionGroup var station: StationOptions

    func run() async throws {
        let request = CreateLocationRequest(name: name, code: code, parentName: parent)
        try await station.ask { client throws(ErrorReply) in
            try await client.createLocation(request)
        } show: {
            Output.printable("\($0.name) was added as location \($0.id).")
        }
    }
}

struct LocationList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists locations.")

    @OptionGroup var list: ListOptions
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.locations(list.query)
        } show: { reply in
            var table = Table(">ID", "NAME", "CODE", ">PART OF")
            for location in reply.locations {
                table.add(
                    "\(location.id)", "\(location.name)", "\(location.code ?? "")",
                    "\(location.parent?.description ?? "")")
            }
            return list.text(table, shown: reply.locations.count, total: reply.total)
        }
    }
}
