import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import Synchronization
import TextFormats

/// The routes `POST transitions` and `POST transitions/{event}/undo`.
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

    /// Commits a transition of an asset and returns the response.
    func apply(
        _ kind: Transition.Kind, to asset: AssetID, operation: UniqueID?, note: String?, version: Int64?,
        _ request: Request, _ context: StationContext
    ) async throws -> Response {
        try await apply(
            operation: operation, note: note, version: version, isSearch: false, request, context
        ) { _ in (kind, asset) }
    }

    /// Commits a transition of the asset that `find` returns, and returns the response.
    ///
    /// - Parameter isSearch: A Boolean value that is true if `find` needs more than indexes and therefore must not run
    ///   on the writer. Otherwise it runs in the transaction, whose connection has the pages in memory, while the
    ///   caches of the readers are invalid after every change.
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
                // Nothing was written yet.
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

    /// Returns the response to a committed change.
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

    /// Returns the event to undo: its number, or for `last` (or 0) the caller's newest.
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
    /// A Boolean value that is true if one of the selectors needs more than one index lookup: a name, or a serial
    /// number that many assets may share.
    fileprivate var isSearch: Bool {
        if case .serial = asset { return true }
        if locationName != nil { return true }
        return switch to {
        case .name, .who: true
        case .person, .location, .asset, .badge, .code, .assetTag, nil: false
        }
    }
}

/// The newest events of each caller since the start, for undoing the last one.
final class NewestEvents: Sendable {
    private static let depth = 20
    private static let callers = 500
    private let events = Mutex<[Actor: [EventNumber]]>([:])

    /// Returns the newest event of the caller, or nil if none is known.
    func of(_ actor: Actor) -> EventNumber? { events.withLock { $0[actor]?.last } }

    /// Remembers an event that the caller may undo.
    func note(_ number: EventNumber, of actor: Actor) {
        events.withLock { events in
            if events.count >= Self.callers, events[actor] == nil { events.removeAll() }
            var own = events[actor] ?? []
            guard !own.contains(number) else { return }
            own.append(number)
            events[actor] = own.suffix(Self.depth)
        }
    }

    /// Forgets an event that was undone.
    func forget(_ number: EventNumber, of actor: Actor) {
        events.withLock { $0[actor]?.removeAll { $0 == number } }
    }
}
