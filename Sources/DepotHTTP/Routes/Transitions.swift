import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import Synchronization
import TextFormats

/// `POST transitions`, `POST transitions/{event}/undo`.
extension StationFace {
    func transitionRoutes() -> [RouteTable.Route] {
        [
            .station(.post, "transitions", .operator) { request, context in
                let wanted = try await context.body(TransitionRequest.self, of: request)
                let store = try context.store(station)
                let finder = Finder(store: store)
                let asset = try finder.asset(wanted.asset).asset.id
                let kind = try Self.kind(of: wanted, finder)
                return try await apply(
                    kind, to: asset, operation: wanted.operation, note: wanted.note, version: wanted.version, request,
                    context)
            },
            .station(.post, "transitions/:event/undo", .operator) { request, context in
                let wanted = try await context.body(UndoRequest.self, of: request, empty: UndoRequest())
                let number = try undone(context)
                guard let event = try station.store.event(number), event.tenant == (try context.tenant()) else {
                    throw RequestError.notFound("event", number)
                }
                guard let asset = event.asset else {
                    throw Refusal(
                        .notUndoable, "Event \(number) moved no asset.", facts: ["event": number.description])
                }
                return try await apply(
                    .undo(number), to: asset.id, operation: wanted.operation, note: wanted.note, version: nil, request,
                    context)
            },
        ]
    }

    /// Commits one transition of one asset and answers with it.
    func apply(
        _ kind: Transition.Kind, to asset: AssetID, operation: UniqueID?, note: String?, version: Int64?,
        _ request: Request, _ context: StationContext
    ) async throws -> Response {
        let actor = try context.actor()
        let transition = Transition(
            operation: operation ?? context.operation, kind: kind, actor: actor, origin: context.origin,
            at: station.now(), note: note, expectedVersion: try version ?? request.expectedVersion())
        let applied = try await context.store(station).apply(transition, to: asset)
        if case .undo(let number) = kind {
            newest.forget(number, of: actor)
        } else if !applied.wasRepeat {
            newest.note(applied.event.number, of: actor)
        }
        return transitionReply(applied)
    }

    /// The reply to a committed change.
    func transitionReply(_ applied: Applied, _ status: HTTPResponse.Status = .ok) -> Response {
        reply(version: applied.asset?.asset.version, status) { json in
            json.object { json in
                json.key("event")
                json.value(applied.event)
                if let asset = applied.asset {
                    json.key("asset")
                    json.value(asset)
                }
                json.member("repeated", applied.wasRepeat)
            }
        }
    }

    private static func kind(of wanted: TransitionRequest, _ finder: Finder) throws -> Transition.Kind {
        let location = try wanted.location ?? wanted.locationName.map(finder.location)
        switch wanted.kind {
        case .checkin: return .checkin(location: location)
        case .audit: return .audit(location: location, next: wanted.nextAudit, moves: wanted.moves ?? false)
        case .checkout, .transfer:
            guard let selector = wanted.to else { throw RequestError.badRequest("The field “to” is missing.") }
            let holder = try finder.holder(selector)
            return wanted.kind == .checkout
                ? .checkout(to: holder, expectedCheckin: wanted.expectedCheckin)
                : .transfer(to: holder, expectedCheckin: wanted.expectedCheckin)
        }
    }

    /// The event to undo: its number, or `last` (or 0) for the caller's newest.
    private func undone(_ context: StationContext) throws -> EventNumber {
        let text = try context.text("event")
        guard text == "last" || text == "0" else { return try context.id("event", of: "event") }
        guard let number = newest.of(try context.actor()) else {
            throw RequestError(
                .refused(Refusal(.nothingToUndo, "Nothing of yours is known that could be undone.")),
                hint: "give the event number")
        }
        return number
    }
}

/// The newest events of each caller since the start, for “undo the last one”.
final class NewestEvents: Sendable {
    private static let depth = 20
    private static let callers = 500
    private let events = Mutex<[Actor: [EventNumber]]>([:])

    /// The newest event of the caller; nil where none is known.
    func of(_ actor: Actor) -> EventNumber? { events.withLock { $0[actor]?.last } }

    /// Remembers an event that the caller may want back.
    func note(_ number: EventNumber, of actor: Actor) {
        events.withLock { events in
            if events.count >= Self.callers, events[actor] == nil { events.removeAll() }
            var own = events[actor] ?? []
            guard !own.contains(number) else { return }
            own.append(number)
            events[actor] = own.suffix(Self.depth)
        }
    }

    /// Forgets an event that was taken back.
    func forget(_ number: EventNumber, of actor: Actor) {
        events.withLock { $0[actor]?.removeAll { $0 == number } }
    }
}
