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
                return try await apply(
                    operation: wanted.operation, note: wanted.note, version: wanted.version, isSearch: wanted.isSearch,
                    request, context
                ) { store in
                    let finder = Finder(store: store)
                    return (try Self.kind(of: wanted, finder), try finder.assetID(wanted.asset))
                }
            },
            .station(.post, "transitions/:event/undo", .operator) { request, context in
                let wanted = try await context.body(UndoRequest.self, of: request, empty: UndoRequest())
                let number = try undone(context)
                guard let event = try station.store.event(number), event.tenant == (try context.tenant()) else {
                    throw RequestError.notFound("event", number)
                }
                guard let asset = event.asset else {
                    throw Refusal(
                        .notUndoable, "Event \(number) changed no asset.", facts: ["event": number.description])
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
        try await apply(
            operation: operation, note: note, version: version, isSearch: false, request, context
        ) { _ in (kind, asset) }
    }

    /// Commits one transition of one asset, which `find` finds, and answers with it.
    ///
    /// - Parameter isSearch: whether finding takes more than indexes, so that nobody who writes is to wait for it.
    ///   Otherwise it is found where the transition is decided, whose pages are in memory: what reads keep in theirs is
    ///   worth nothing after a change.
    private func apply(
        operation: UniqueID?, note: String?, version: Int64?, isSearch: Bool, _ request: Request,
        _ context: StationContext, _ find: @escaping @Sendable (TenantStore) throws -> (Transition.Kind, AssetID)
    ) async throws -> Response {
        let actor = try context.actor()
        let store = try context.store(station)
        let version = try version ?? request.expectedVersion()
        let found = isSearch ? try find(store) : nil
        let change = ChangeRequest(
            operation: operation ?? context.operation, actor: actor, origin: context.origin, at: station.now())
        let outcome: Result<(kind: Transition.Kind, applied: Applied), RequestError> = try await store.change(change) {
            inventory in
            do {
                let (kind, asset) = try found ?? find(inventory.tenantStore)
                return .success((kind, try inventory.apply(kind, to: asset, note: note, version: version)))
            } catch let error as RequestError {
                // nothing was written yet
                return .failure(error)
            }
        }
        let (kind, applied) = try outcome.get()
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
                .refused(Refusal(.nothingToUndo, "There is no recent change of yours to undo.")),
                hint: "give the event number")
        }
        return number
    }
}

extension TransitionRequest {
    /// Whether something in it is found by more than one look into an index: a name, or a serial number that many have.
    fileprivate var isSearch: Bool {
        if case .serial = asset { return true }
        if locationName != nil { return true }
        return switch to {
        case .name, .who: true
        case .person, .location, .asset, .badge, .code, .assetTag, nil: false
        }
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
