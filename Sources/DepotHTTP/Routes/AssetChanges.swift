import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import Synchronization
import TextFormats

/// Commits the changes of assets that routes ask for.
struct AssetChanges: Sendable {
    let station: Station
    let newest = NewestEvents()

    init(station: Station) { self.station = station }

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
    func apply(
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
        return reply(applied)
    }

    /// The reply to a committed change.
    func reply(_ applied: Applied, _ status: HTTPResponse.Status = .ok) -> Response {
        DepotHTTP.reply(version: applied.asset?.asset.version, status) { json in
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
