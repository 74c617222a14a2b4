import DepotModel

/// A small depot of values for the tests of the rules.
enum Fixture {
    static let ready = StatusLabel(id: StatusLabelID(rawValue: 1), name: "Ready", type: .deployable)
    static let ordered = StatusLabel(id: StatusLabelID(rawValue: 2), name: "Ordered", type: .pending)
    static let broken = StatusLabel(id: StatusLabelID(rawValue: 3), name: "Broken", type: .undeployable)
    static let scrapped = StatusLabel(id: StatusLabelID(rawValue: 4), name: "Scrapped", type: .archived)
    static let labels = [ready.id: ready, ordered.id: ordered, broken.id: broken, scrapped.id: scrapped]

    static let ada = HolderDescription(holder: .person(PersonID(rawValue: 7)), name: "Ada Lovelace")
    static let bob = HolderDescription(holder: .person(PersonID(rawValue: 8)), name: "Bob Kahn")
    static let room = HolderDescription(
        holder: .location(LocationID(rawValue: 4)), name: "Room 4", location: LocationID(rawValue: 4))
    static let gone = HolderDescription(holder: .person(PersonID(rawValue: 9)), name: "Eve", isDeleted: true)
    static let cart = HolderDescription(
        holder: .asset(AssetID(rawValue: 50)), name: "CART-1", location: LocationID(rawValue: 5))
    static let holders = [ada, bob, room, cart]

    static let home = LocationID(rawValue: 1)
    static let elsewhere = LocationID(rawValue: 4)
    static let now = Timestamp(milliseconds: 1_795_230_000_000)

    static func asset(_ status: StatusLabel = ready, holder: HolderDescription? = nil, deleted: Bool = false) -> Asset {
        var asset = Asset(
            id: AssetID(rawValue: 42), tenant: .standard, uuid: UniqueID(high: 1, low: 2), tag: "IT-0042",
            status: status, createdAt: Timestamp(milliseconds: 0))
        asset.name = "ThinkPad T14"
        asset.holder = holder?.holder
        asset.location = home
        asset.defaultLocation = home
        asset.deletedAt = deleted ? Timestamp(milliseconds: 5) : nil
        asset.version = 3
        return asset
    }

    /// An asset in each lifecycle, both labels of maintenance included.
    static let inEveryState: [(name: String, asset: Asset)] = [
        ("available", asset()), ("deployed", asset(holder: ada)), ("pending", asset(ordered)),
        ("undeployable", asset(broken)), ("retired", asset(scrapped)), ("deleted", asset(deleted: true)),
        ("deleted while deployed", asset(holder: ada, deleted: true)),
    ]

    static func transition(_ kind: Transition.Kind, version: Int64? = nil, at: Timestamp = now) -> Transition {
        Transition(
            operation: UniqueID(high: 5, low: 6), kind: kind, actor: Actor(kind: .counter, name: "depot"),
            origin: Origin(face: .scanner), at: at, expectedVersion: version)
    }

    /// Everything the rules may ask, as the store would find it.
    static func facts(for kind: Transition.Kind, on asset: Asset) -> TransitionFacts {
        var facts = TransitionFacts(
            currentHolder: (holders + [gone]).first { $0.holder == asset.holder },
            heldSince: asset.holder == nil ? nil : Timestamp(milliseconds: 86_400_000),
            locations: [home, elsewhere], labels: labels, auditInterval: 365, eventCount: 12)
        switch kind {
        case .checkout(let to, _), .transfer(let to, _): facts.target = (holders + [gone]).first { $0.holder == to }
        default: break
        }
        return facts
    }

    /// What becomes of the transition: the applied one, or the refusal.
    static func outcome(
        _ kind: Transition.Kind, _ asset: Asset, version: Int64? = nil,
        change: (inout TransitionFacts) -> Void = { _ in }
    ) -> Result<AppliedTransition, Refusal> {
        var facts = facts(for: kind, on: asset)
        change(&facts)
        return Result { () throws(Refusal) in
            try TransitionRules.apply(transition(kind, version: version), to: asset, facts: facts)
        }
    }

    /// The event that the store would write.
    static func event(_ applied: AppliedTransition, number: Int64) -> LedgerEvent {
        LedgerEvent(
            number: EventNumber(rawValue: number), station: "depot", sequence: number,
            operation: UniqueID(high: 5, low: 6), tenant: .standard, at: applied.asset.updatedAt, kind: applied.kind,
            asset: AssetReference(applied.asset), from: applied.from, to: applied.to, changes: applied.changes,
            actor: Actor(kind: .counter, name: "depot"), origin: Origin(face: .scanner), undoes: applied.undoes)
    }
}

extension Result where Success == AppliedTransition, Failure == Refusal {
    /// The refusal's code; nil where it was applied.
    var code: Refusal.Code? {
        if case .failure(let refusal) = self { refusal.code } else { nil }
    }
}

/// SplitMix64: the same numbers in every run, so that a failure can be found again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
