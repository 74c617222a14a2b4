import DepotDialect
import DepotModel
import DepotStore

/// What a caller is told of events and lanes: a counter screen what it shows, everybody else all of it.
///
/// A screen hangs where everybody can get at it, and its cookie is in a browser.
struct ScreenView: Sendable {
    /// The kinds of which the screen's list tells.
    private static let kinds: Set<LedgerEvent.Kind> = [
        .created, .checkout, .checkin, .transfer, .audit, .edit, .deleted, .restored, .purged, .undo, .scan,
        .scannerConnected, .scannerDisconnected, .scannerFailed,
    ]
    private let isScreen: Bool

    /// The view of the one who asks.
    init(_ context: StationContext) { isScreen = context.isScreen }

    /// The event's JSON; nil where it is not for the caller.
    ///
    /// A screen gets a copy with the same keys, not the bytes that were hashed: without who asked from where, and without
    /// what changed.
    func event(_ stored: StoredEvent) -> [UInt8]? {
        guard isScreen else { return stored.json }
        guard Self.kinds.contains(stored.kind), let event = try? stored.decoded() else { return nil }
        // tokens and users are of no concern to those in front of the counter
        let isPublic = event.actor.kind == .counter || event.actor.kind == .station
        let actor = Actor(kind: event.actor.kind, name: isPublic ? event.actor.name : event.actor.kind.rawValue)
        return LedgerJSON.encode(
            LedgerEvent(
                number: event.number, station: event.station, sequence: event.sequence, operation: event.operation,
                tenant: event.tenant, at: event.at, kind: event.kind, asset: event.asset, actor: actor,
                origin: Origin(face: event.origin.face, lane: event.origin.lane), undoes: event.undoes,
                outcome: event.outcome, message: event.message))
    }

    /// The lane; for a screen without all that is known about its last asset and about its holders.
    func lane(_ lane: LaneStatus) -> LaneStatus {
        guard isScreen else { return lane }
        var lane = lane
        lane.holder?.detail = nil
        lane.last?.asset = nil
        lane.last?.holder = nil
        return lane
    }
}
