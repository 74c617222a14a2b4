public import DepotModel

/// The part of a lane's state that survives a restart, small enough to be stored with each scan. Names and events are
/// read again from the database.
public struct LaneRecord: Hashable, Sendable, Codable {
    /// The mode.
    public private(set) var mode: LaneMode
    /// The time at which the lane goes home, or nil if it does not.
    public private(set) var idleUntil: Timestamp?
    /// The session, or nil if there is none.
    public private(set) var session: Session?
    /// The operator who signed on.
    public private(set) var operatorID: PersonID?
    /// The location whose label was scanned.
    public private(set) var location: LocationID?
    /// The audit walk in which the lane counts.
    public private(set) var walk: AuditWalkID?
    /// The lane's changes that UNDO may take back and those that undo others, newest last.
    public private(set) var changes: [EventNumber]
    /// The ``changes`` that undo others.
    public private(set) var undos: [EventNumber]
    /// The number of ``changes`` at the end since which no session began.
    public private(set) var recent: Int

    /// The stored part of a session.
    public struct Session: Hashable, Sendable, Codable {
        var id: UniqueID
        var since: Timestamp
        /// The holder, or nil in a mode without holders.
        public var holder: Holder?
        var deadline: Timestamp?
        var counts: LaneSession.Counts
        /// The events of the items, newest first.
        var items: [EventNumber]
        /// The items that are undone.
        var undone: [EventNumber]

        enum CodingKeys: String, CodingKey {
            case id, since, holder, deadline, counts, items, undone
        }
    }

    enum CodingKeys: String, CodingKey {
        case mode, session, location, walk, changes, undos, recent
        case idleUntil = "idle_until"
        case operatorID = "operator"
    }

    /// Creates the record of a state.
    ///
    /// - Parameter at: any moment, by which the deadlines become times of day.
    public init(_ lane: LaneState, at moment: Moment) {
        mode = lane.mode
        idleUntil = lane.idleDeadline.map { moment.wall(at: $0) }
        session = lane.session.map { session in
            Session(
                id: session.id, since: session.since, holder: session.holder?.holder,
                deadline: lane.holderDeadline.map { moment.wall(at: $0) }, counts: session.counts,
                items: session.items.map(\.event), undone: session.items.filter(\.isUndone).map(\.event))
        }
        operatorID = lane.operator?.id
        location = lane.location?.id
        walk = lane.walk?.id
        changes = lane.changes.map(\.event)
        undos = lane.changes.filter { $0.undoes != nil }.map(\.event)
        recent = lane.changes.reversed().prefix { $0.isRecent }.count
    }

    /// The facts about a record's rows in the database. Rows that do not exist anymore are left out.
    public struct Facts: Sendable {
        /// The holder.
        public var holder: HolderDescription?
        /// The operator.
        public var `operator`: Person?
        /// The location.
        public var location: Location?
        /// The audit walk, if it is not over.
        public var walk: AuditWalkStatus?
        /// The events of ``LaneRecord/events``.
        public var events: [EventNumber: LedgerEvent] = [:]
        /// The names of assets that have none of their own.
        public var names: [AssetID: String] = [:]

        /// Creates facts about nothing.
        public init() {}
    }

    /// The events that the record names.
    public var events: Set<EventNumber> { Set(changes + (session?.items ?? [])) }

    /// Returns the state of the lane after a restart. A deadline that has passed by then has expired, and a session
    /// whose holder does not exist anymore has ended.
    public func state(home: LaneMode, _ facts: Facts, at moment: Moment) -> LaneState {
        var lane = LaneState(mode: home)
        lane.mode = LaneMode.allCases.contains(mode) ? mode : home
        lane.idleDeadline = idleUntil.map { moment.uptime(at: $0) }
        lane.operator = facts.operator
        lane.location = facts.location
        lane.walk = facts.walk
        for (index, number) in changes.enumerated() {
            guard let event = facts.events[number] else { continue }
            lane.changes.append(
                LaneState.Change(
                    event: number, kind: event.changeKind, at: event.at,
                    undoes: undos.contains(number) ? event.undoes : nil, isRecent: index >= changes.count - recent))
        }
        if let session, session.holder == nil || facts.holder != nil {
            var restored = LaneSession(id: session.id, since: session.since, holder: facts.holder)
            restored.items = session.items.compactMap { number in
                facts.events[number].map { event in
                    var item = LaneSession.Item(event, name: event.asset.flatMap { facts.names[$0.id] })
                    item.isUndone = session.undone.contains(number)
                    return item
                }
            }
            restored.counts = session.counts
            lane.session = restored
            lane.holderDeadline = session.deadline.map { moment.uptime(at: $0) }
        }
        return LaneWorkflow.expire(lane, uptime: moment.uptime) ?? lane
    }
}
