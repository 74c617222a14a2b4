import DepotModel

/// The sentences for people at a counter, which name the asset and its holder.
enum Sentence {
    /// Returns the tag with the name or else the model, such as `IT-0042 (ThinkPad T14)`.
    static func name(_ details: AssetDetails) -> String {
        label(details.asset.tag, details.asset.name ?? details.model?.name)
    }

    /// Returns the name of an entity for the middle of a sentence.
    static func name(_ entity: Entity) -> String {
        switch entity {
        case .asset(let details): name(details)
        case .person(let person): person.name
        case .location(let location): location.name
        }
    }

    /// Returns the current state of an asset, for a lookup.
    static func status(_ details: AssetDetails) -> String {
        let name = name(details)
        switch details.asset.lifecycle {
        case .available: return "\(name) is available" + (details.location.map { ", at \($0.name)." } ?? ".")
        case .deployed:
            let holder = holder(details)
            return details.asset.lastCheckout.map { "\(name) has been checked out to \(holder) since \($0.date)." }
                ?? "\(name) is checked out to \(holder)."
        case .maintenance, .other: return "\(name) is marked “\(details.asset.status.name)”."
        case .retired: return "\(name) is retired (“\(details.asset.status.name)”)."
        case .deleted: return "\(name) is deleted."
        }
    }

    static func alreadyWith(_ holder: HolderDescription, _ details: AssetDetails) -> String {
        "\(name(details)) is already with \(holder.name)."
    }

    /// Returns a refusal's sentence with the asset's name beside its tag.
    static func refusal(_ refusal: Refusal, about details: AssetDetails?) -> String {
        guard let details, refusal.message.hasPrefix(details.asset.tag + " ") else { return refusal.message }
        return name(details) + refusal.message.dropFirst(details.asset.tag.count)
    }

    static func undone(_ event: LedgerEvent) -> String {
        let asset = event.asset.map { label($0.tag, $0.name) } ?? "event \(event.number)"
        let from = event.from.map { "; it is with \($0.name) again" } ?? ""
        let to = event.to.map { " to \($0.name)" } ?? ""
        return "Undone: \(event.kind) of \(asset)\(to)\(from)."
    }

    /// Returns the instruction for a lane whose mode begins.
    static func started(_ mode: LaneMode) -> String {
        switch mode {
        case .counter: "Counter: scan a badge, then the assets to check out; an asset on its own is checked in."
        case .checkout: "Checkout: scan a badge, then the assets to check out."
        case .checkin: "Checkin: scan the assets being returned."
        case .transfer: "Transfer: scan the new holder's badge, then the assets."
        case .audit: "Audit: scan a location label, then the assets found there."
        case .lookup: "Lookup: scan anything; nothing changes."
        case .other(let word): "\(word): unknown to this version; nothing changes."
        }
    }

    static func done(_ lane: LaneState) -> String {
        if lane.count == 0, lane.holder == nil, lane.location == nil { return "Done; nothing was open on this lane." }
        return "Done: \(assets(lane.count))\(place(lane))."
    }

    static func cancelled(_ lane: LaneState) -> String {
        if lane.count == 0 { return "Cancelled\(place(lane)); nothing was done." }
        return "Cancelled\(place(lane)); \(assets(lane.count)) already recorded."
    }

    /// Returns a list such as `IT-0042 [asset], Ada Lovelace [person] and 3 more`.
    static func list(_ entities: [Entity]) -> String {
        let shown = entities.prefix(4).map { "\(name($0)) [\($0.match.kind)]" }
        let more = entities.count - shown.count
        return shown.joined(separator: more > 0 ? ", " : " and ") + (more > 0 ? " and \(more) more" : "")
    }

    private static func label(_ tag: String, _ name: String?) -> String { name.map { "\(tag) (\($0))" } ?? tag }

    private static func holder(_ details: AssetDetails) -> String { details.holder?.name ?? "somebody" }

    private static func assets(_ count: Int) -> String { count == 1 ? "1 asset" : "\(count) assets" }

    private static func place(_ lane: LaneState) -> String {
        if let holder = lane.holder { return " for \(holder.name)" }
        return lane.location.map { " at \($0.name)" } ?? ""
    }
}
