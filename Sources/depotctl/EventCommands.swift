import ArgumentParser
import DepotAPI
import DepotModel

/// The options that select a part of a numbered journal.
struct RangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Show what follows this number; default: the newest.", valueName: "number"))
    var since: Int64?
    @Option(help: ArgumentHelp("How many, 1 to \(StationAPI.maximumLimit); default: 20, with --since 100."))
    var limit: Int?
    @Flag(help: "Keep showing new ones until Ctrl-C.") var follow = false

    func validate() throws {
        if let since, since < 0 { throw ValidationError("--since must be 0 or more.") }
        if let limit, !(1...StationAPI.maximumLimit).contains(limit) {
            throw ValidationError("--limit must be 1 to \(StationAPI.maximumLimit).")
        }
    }

    /// The number of rows to request.
    var count: Int { limit ?? (since == nil ? 20 : StationAPI.defaultLimit) }

    /// Prints a reply as one document.
    func document(_ reply: some Encodable) throws(ErrorReply) {
        do { Output.write(String(decoding: try WireJSON.encodePretty(reply), as: UTF8.self)) } catch {
            throw ErrorReply(error)
        }
    }
}

/// Passes the items of a stream to `handle` until the stream ends, which is an error: the daemon went away.
func follow(
    _ stream: StationEvents, _ handle: (StreamItem) async throws(ErrorReply) -> Void
) async throws(ErrorReply) {
    do {
        for try await item in stream { try await handle(item) }
    } catch let error as ErrorReply {
        throw error
    } catch {
        throw ErrorReply(DepotError(.internal, "The event stream failed: \(error)"))
    }
    throw ErrorReply(
        DepotError(.unreachable, "depotd closed the event stream.", hint: "continue with --since NUMBER"))
}

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Shows the ledger: everything committed, in order.")

    @OptionGroup var range: RangeOptions
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.connect { client throws(ErrorReply) in
            if range.follow {
                let stream = try await client.events(since: range.since.map { EventNumber(rawValue: $0) })
                try await follow(stream) { item throws(ErrorReply) in
                    if case .event(let event) = item { try station.writeLine(event, show: Format.event) }
                }
            }
            var since = range.since ?? 0
            if range.since == nil {
                since = max(0, try await client.status().lastEvent.rawValue - Int64(range.count))
            }
            let reply = try await client.events(since: EventNumber(rawValue: since), limit: range.count)
            if station.json { return try range.document(reply) }
            for event in reply.events { Output.write(Format.event(event)) }
        }
    }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Shows what happened to an asset, oldest first.")

    @Argument(help: "The asset tag.") var tag: String
    @Option(help: "How many at most.") var limit: Int?
    @OptionGroup var station: StationOptions

    func run() async throws {
        try await station.ask { client throws(ErrorReply) in
            let asset = try await client.asset(tag: tag)
            return try await client.history(asset.asset.id, limit: limit)
        } show: {
            $0.events.map(Format.event).joined(separator: "\n")
        }
    }
}
