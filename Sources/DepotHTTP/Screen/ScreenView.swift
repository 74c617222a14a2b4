import DepotDialect
import DepotModel
import DepotStore

/// The visible part of events and lanes: for a counter screen only what it shows, for all other callers everything.
///
/// A screen is in a public place, and its cookie is in a browser.
struct ScreenView: Sendable {
    /// The kinds of events in the screen's list.
    private static let kinds: Set<LedgerEvent.Kind> = [
        .created, .checkout, .checkin, .transfer, .audit, .edit, .deleted, .restored, .purged, .undo, .scan,
        .scannerConnected, .scannerDisconnected, .scannerFailed,
    ]
    private let isScreen: Bool

    /// Creates the view of the request's caller.
    init(_ context: StationContext) { isScreen = context.isScreen }

    /// Returns the event's JSON, or nil if the caller must not see it.
    ///
    /// A screen receives a copy with the same keys, not the hashed bytes: it lacks the origin and the changes.
    func event(_ stored: StoredEvent) -> [UInt8]? {
        guard isScreen else { return stored.json }
        guard Self.kinds.contains(stored.kind), let event = try? stored.decoded() else { return nil }
        // People in front of the counter must not see the names of tokens and users.
        let isPublic = event.actor.kind == .counter || event.actor.kind == .station
        let actor = Actor(kind: event.actor.kind, name: isPublic ? event.actor.name : event.actor.kind.rawValue)
        return LedgerJSON.encode(
            LedgerEvent(
                number: event.number, station: event.station, sequence: event.sequence, operation: event.operation,
                tenant: event.tenant, at: event.at, kind: event.kind, asset: event.asset, actor: actor,
                origin: Origin(face: event.origin.face, lane: event.origin.lane), undoes: event.undoes,
                outcome: event.outcome, message: event.message))
    }

    /// Returns the result of a scan. For a screen it lacks the details of the asset and of the holder.
    func result(_ result: ScanResult) -> ScanResult {
        guard isScreen else { return result }
        var result = result
        result.asset = nil
        result.holder = nil
        return result
    }

    /// Returns the walk. For a screen it lacks the names of tokens and users, and what a blind walk conceals.
    func walk(_ walk: AuditWalk) -> AuditWalk {
        guard isScreen else { return walk }
        var walk = walk
        func shown(_ actor: Actor) -> Actor {
            let isPublic = actor.kind == .counter || actor.kind == .station
            return Actor(kind: actor.kind, name: isPublic ? actor.name : actor.kind.rawValue)
        }
        walk.startedBy = shown(walk.startedBy)
        walk.closedBy = walk.closedBy.map(shown)
        walk.appliedBy = walk.appliedBy.map(shown)
        let status = AuditWalkStatus(walk)
        if status.isBlind {
            walk.counts = AuditCounts(
                expected: status.found, found: status.found, unknown: status.unknown, repeated: status.repeated)
        }
        return walk
    }

    /// Returns the lane. For a screen it lacks the details of its last asset and of its holders; what was done in the
    /// session and what its holder still has stays.
    func lane(_ lane: LaneStatus) -> LaneStatus {
        guard isScreen else { return lane }
        var lane = lane
        lane.holder?.detail = nil
        lane.session?.holder?.detail = nil
        lane.last = lane.last.map(result)
        return lane
    }
}
