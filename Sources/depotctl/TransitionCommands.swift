import ArgumentParser
import DepotAPI
import DepotModel

/// The options of every transition.
struct TransitionOptions: ParsableArguments {
    @Argument(help: "The asset tag.") var tag: String
    @Option(help: "A note for the ledger.") var note: String?
    @OptionGroup var station: StationOptions

    /// Requests the transition and prints its event.
    func apply(_ kind: TransitionRequest.Kind, _ fill: (inout TransitionRequest) -> Void) async throws(ExitCode) {
        var draft = TransitionRequest(kind: kind, asset: .tag(tag), note: note)
        fill(&draft)
        let request = draft
        try await station.ask { client throws(ErrorReply) in
            try await client.apply(request)
        } show: {
            sentence(of: $0)
        }
    }
}

/// Returns the sentence for a committed change.
func sentence(of reply: TransitionReply) -> String {
    Output.printable(reply.event.message ?? "\(reply.event.asset?.tag ?? ""): \(reply.event.kind)")
        + "  (event \(reply.event.number))"
}

/// The options for the new holder and the expected day of return.
struct HolderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Badge, staff number, e-mail, name, location code or name, or asset:TAG.", valueName: "who"))
    var to: String
    @Option(help: ArgumentHelp("The day it is expected back (YYYY-MM-DD).", valueName: "day"))
    var expected: CalendarDate?
}

struct CheckoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkout", abstract: "Checks an available asset out to a holder.")

    @OptionGroup var transition: TransitionOptions
    @OptionGroup var holder: HolderOptions

    func run() async throws {
        try await transition.apply(.checkout) {
            $0.to = HolderSelector(typed: holder.to)
            $0.expectedCheckin = holder.expected
        }
    }
}

struct TransferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer", abstract: "Transfers an asset to another holder, wherever it is.")

    @OptionGroup var transition: TransitionOptions
    @OptionGroup var holder: HolderOptions

    func run() async throws {
        try await transition.apply(.transfer) {
            $0.to = HolderSelector(typed: holder.to)
            $0.expectedCheckin = holder.expected
        }
    }
}

struct CheckinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "checkin", abstract: "Checks an asset in.")

    @OptionGroup var transition: TransitionOptions
    @Option(help: "Where it goes: a location's code or name; default: where it belongs.") var location: String?

    func run() async throws {
        try await transition.apply(.checkin) { $0.locationName = location }
    }
}

struct AuditMarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark", abstract: "Records that an asset was seen; `audit TAG` does the same.")

    @OptionGroup var transition: TransitionOptions
    @Option(help: "Where it was seen: a location's code or name.") var location: String?
    @Option(help: ArgumentHelp("The day its next audit is due (YYYY-MM-DD).", valueName: "day"))
    var nextAudit: CalendarDate?
    @Flag(help: "Also move the asset to --location.") var move = false

    func validate() throws {
        if move, location == nil { throw ValidationError("--move needs --location.") }
    }

    func run() async throws {
        try await transition.apply(.audit) {
            $0.locationName = location
            $0.nextAudit = nextAudit
            $0.moves = move ? true : nil
        }
    }
}

struct UndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Undoes an event, if the asset has not changed since.")

    @Argument(help: "The event's number; default: your newest.") var event: Int64?
    @Option(help: "A note for the ledger.") var note: String?
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            try await client.undo(event.map { EventNumber(rawValue: $0) }, UndoRequest(note: note))
        } show: {
            sentence(of: $0)
        }
    }
}
