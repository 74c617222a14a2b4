import BarcodeData
import DepotModel
import DepotWorkflow

/// A depot in memory with one lane: each scan is resolved, decided, and applied by the real rules.
struct Counter {
    /// The result of one scan.
    struct Answer {
        var outcome: ScanOutcome
        var message: String
        var reason: String?
        var decision: Decision
    }

    var lane: LaneState
    var settings = WorkflowSettings(stationLocation: LocationID(rawValue: 1), station: "depot")
    /// The time in milliseconds. Each scan comes two seconds after the previous one by default.
    var uptime: Int64 = 1_000_000
    var assets: [String: AssetDetails] = [:]
    var people: [String: Person] = [:]
    var locations: [String: Location] = [:]
    var events: [LedgerEvent] = []
    let reader = BarcodeReader(formats: BarcodeFormats())
    let deployable = StatusLabel(id: StatusLabelID(rawValue: 1), name: "Ready", type: .deployable)

    init(_ mode: LaneMode = .counter) {
        lane = LaneState(mode: mode)
        for (code, id, name) in [("DEPOT", 1, "Depot"), ("R4", 4, "Room 4")] {
            locations[code] = Location(
                id: LocationID(rawValue: Int64(id)), uuid: UniqueID(high: 3, low: UInt64(id)), name: name, code: code)
        }
        for (code, id, name) in [("7", 7, "Ada Lovelace"), ("8", 8, "Bob Kahn")] {
            people[code] = Person(
                id: PersonID(rawValue: Int64(id)), uuid: UniqueID(high: 2, low: UInt64(id)), name: name, badge: code)
        }
        add("IT-1", "ThinkPad T14")
        add("IT-2", nil)
        add("IT-3", "iPad")
    }

    mutating func add(_ tag: String, _ name: String?, status: StatusLabel? = nil) {
        var asset = Asset(
            id: AssetID(rawValue: Int64(100 + assets.count)), tenant: .standard, uuid: UniqueID(high: 1, low: 1),
            tag: tag, status: status ?? deployable, createdAt: Timestamp(milliseconds: 0))
        asset.name = name
        asset.defaultLocation = LocationID(rawValue: 1)
        assets[tag] = AssetDetails(asset: asset, defaultLocation: Reference(id: 1, name: "Depot"))
    }

    /// Scans a code.
    @discardableResult
    mutating func scan(_ code: String, after pause: Int64 = 2_000) -> Answer {
        uptime += pause
        let reading = reader.read(Array(code.utf8), symbology: nil)
        let scan = LaneScan(
            id: UniqueID(high: 9, low: UInt64(uptime)), bytes: Array(code.utf8), reading: reading,
            resolution: resolution(reading),
            at: now, looksLikeBadge: reader.isBadge(code),
            held: lane.holder.map { holder in assets.values.count { $0.asset.holder == holder.holder } })
        return commit(LaneWorkflow.decide(scan, lane: lane, settings: settings), scan)
    }

    /// The time of the last scan.
    var now: Moment { Moment(wall: Timestamp(milliseconds: uptime), uptime: .milliseconds(uptime)) }

    /// Something that happens to an asset elsewhere, in another lane or over HTTP.
    mutating func elsewhere(_ tag: String, _ kind: Transition.Kind) throws(Refusal) {
        guard let id = assets[tag]?.asset.id else { return }
        _ = try apply(kind, to: id)
    }

    private func resolution(_ reading: Reading) -> Resolution {
        let keys: [LookupKey]
        switch reading {
        case .identifiers(let identifiers): keys = lookupKeys(identifiers)
        case .command(.operator(let badge)): keys = lookupKeys(reader.badge(badge))
        case .command, .rejected: keys = []
        }
        return Resolution(found: keys.map { ($0, find($0)) })
    }

    private func find(_ key: LookupKey) -> [Entity] {
        switch key.kind {
        case .tag: assets[key.value].map { [.asset($0)] } ?? []
        case .serial: assets.values.filter { $0.asset.serial == key.value }.map { .asset($0) }
        case .badge: people[key.value].map { [.person($0)] } ?? []
        case .locationCode: locations[key.value].map { [.location($0)] } ?? []
        default: []
        }
    }

    private mutating func commit(_ decision: Decision, _ scan: LaneScan) -> Answer {
        var answer = Answer(
            outcome: decision.outcome, message: decision.message, reason: decision.reason, decision: decision)
        do throws(Refusal) {
            switch decision.intent {
            case .none, .audit: lane = decision.lane
            case .transition(let asset, let kind):
                lane = LaneWorkflow.committed(decision, try apply(kind, to: asset))
            case .undo(let number):
                guard let event = events.first(where: { $0.number == number }), let asset = event.asset else { break }
                lane = LaneWorkflow.committed(decision, try apply(.undo(number), to: asset.id))
                answer.message = LaneWorkflow.undone(event)
            }
        } catch {
            (lane, answer.outcome, answer.message) = LaneWorkflow.refused(decision, error)
            answer.reason = error.code.rawValue
        }
        return answer
    }

    private mutating func apply(_ kind: Transition.Kind, to id: AssetID) throws(Refusal) -> LedgerEvent {
        guard var details = assets.values.first(where: { $0.asset.id == id }) else {
            throw Refusal(.unknownAsset, "There is no such asset.")
        }
        let transition = Transition(
            operation: UniqueID(high: 8, low: UInt64(events.count)), kind: kind,
            actor: Actor(kind: .counter, name: "depot"), origin: Origin(face: .scanner),
            at: Timestamp(milliseconds: uptime))
        var facts = TransitionFacts(
            currentHolder: details.holder, heldSince: details.asset.lastCheckout,
            locations: Set(locations.values.map(\.id)), labels: [deployable.id: deployable],
            newestEvent: events.last { $0.asset?.id == id }?.number)
        switch kind {
        case .checkout(let to, _), .transfer(let to, _): facts.target = describe(to)
        case .undo(let number): facts.undone = events.first { $0.number == number }
        default: break
        }
        let applied = try TransitionRules.apply(transition, to: details.asset, facts: facts)
        details.asset = applied.asset
        details.holder = applied.asset.holder.flatMap(describe)
        details.location = applied.asset.location.flatMap { id in
            locations.values.first { $0.id == id }.map { Reference(id: id.rawValue, name: $0.name) }
        }
        assets[details.asset.tag] = details
        let number = EventNumber(rawValue: Int64(events.count + 1))
        events.append(
            LedgerEvent(
                number: number, station: "depot", sequence: number.rawValue, operation: transition.operation,
                tenant: .standard, at: transition.at, kind: applied.kind, asset: AssetReference(applied.asset),
                from: applied.from, to: applied.to, changes: applied.changes, actor: transition.actor,
                origin: transition.origin, undoes: applied.undoes))
        return events[events.count - 1]
    }

    private func describe(_ holder: Holder) -> HolderDescription? {
        switch holder {
        case .person(let id):
            people.values.first { $0.id == id }.map {
                HolderDescription(holder: holder, name: $0.name, isDeleted: $0.deletedAt != nil)
            }
        case .location(let id):
            locations.values.first { $0.id == id }.map {
                HolderDescription(holder: holder, name: $0.name, isDeleted: $0.deletedAt != nil, location: id)
            }
        case .asset, .other: nil
        }
    }
}

extension Counter {
    static let ada = Holder.person(PersonID(rawValue: 7))
    static let bob = Holder.person(PersonID(rawValue: 8))

    func holder(of tag: String) -> Holder? { assets[tag]?.asset.holder }
}
