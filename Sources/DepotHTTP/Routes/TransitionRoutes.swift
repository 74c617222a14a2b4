import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import TextFormats

/// `POST transitions`, `POST transitions/{event}/undo`.
struct TransitionRoutes: RouteGroup {
    let station: Station
    let changes: AssetChanges

    var routes: [RouteTable.Route] {
        [
            .station(.post, "transitions", .operator) { request, context in
                let wanted = try await context.body(TransitionRequest.self, of: request)
                return try await changes.apply(
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
                return try await changes.apply(
                    .undo(number), to: asset.id, operation: wanted.operation, note: wanted.note, version: nil, request,
                    context)
            },
        ]
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
        guard let number = try context.store(station).lastUndoable(by: try context.actor()) else {
            throw RequestError(
                .refused(Refusal(.nothingToUndo, "There is no recent change of yours to undo.")),
                hint: "give the event number")
        }
        return number
    }
}

extension TransitionRequest {
    /// A Boolean value that is true if a name or a serial number must be searched for, which takes more than an index.
    fileprivate var isSearch: Bool {
        if case .serial = asset { return true }
        if locationName != nil { return true }
        return switch to {
        case .name, .who: true
        case .person, .location, .asset, .badge, .code, .assetTag, nil: false
        }
    }
}
