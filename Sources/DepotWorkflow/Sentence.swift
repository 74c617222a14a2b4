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

    /// Returns the next step after a refusal, with a blank in front, or an empty text if the refusal names it.
    static func nextStep(after refusal: Refusal) -> String {
        switch refusal.code {
        case .inMaintenance, .retired, .deleted: " Take another one, or ask an operator."
        case .holderDeleted, .unknownHolder, .holderIsItself: " Scan another badge."
        case .happenedSince, .notUndoable: " Nothing was undone; ask an operator to correct it."
        case .unknownLocation: " Scan another location."
        case .unknownAsset: " Scan another one."
        default: ""
        }
    }

    /// Returns the refusal of an asset that somebody else has, with the next step.
    static func outTo(
        _ holder: String?, since: Timestamp?, _ details: AssetDetails, mode: LaneMode, at time: Timestamp?
    ) -> String {
        let tag = details.asset.tag
        return "\(out(details, to: holder, since: since, at: time)). To bring it back, scan "
            + "\(mode == .counter ? "DONE" : "CHECKIN"), then \(tag). To take it over, scan TRANSFER, your badge, then \(tag)."
    }

    static func blocked(_ name: String, _ reason: String) -> String {
        "\(name) is blocked: \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason). Ask an operator to sign on."
    }

    static func limitReached(_ holder: HolderDescription, _ held: Int) -> String {
        "\(holder.name) already has \(count(Int64(held), "asset")), and one person may not have more. Bring one back first, "
            + "or ask an operator to sign on."
    }

    /// Returns the question whether a holder takes an asset over from somebody else.
    static func takeOver(_ details: AssetDetails, at time: Timestamp) -> String {
        out(details, to: details.holder?.name, since: details.asset.lastCheckout, at: time)
            + ". Taking it over? Scan it again."
    }

    /// Returns the question whether a holder returns an asset.
    static func stillOut(_ details: AssetDetails, at time: Timestamp) -> String {
        let since = details.asset.lastCheckout.map { " since \(day($0, at: time))" } ?? ""
        return "Still out to you\(since). Bringing it back? Scan it again."
    }

    private static func out(_ details: AssetDetails, to holder: String?, since: Timestamp?, at time: Timestamp?)
        -> String
    {
        let holder = holder ?? "somebody else"
        return since.map { "\(name(details)) has been out to \(holder) since \(day($0, at: time))" }
            ?? "\(name(details)) is out to \(holder)"
    }

    /// Returns a day such as `12 Nov`, with the year if it is not the current one.
    static func day(_ time: Timestamp, at now: Timestamp?) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = time.date
        let day = "\(date.day) \(months[date.month - 1])"
        return now?.date.year == date.year ? day : "\(day) \(date.year)"
    }

    /// Returns the remark that a tag is also the serial number of other assets.
    static func isAlsoSerial(_ code: String, of others: [Entity]) -> String {
        "“\(code)” is also the serial number of \(others.prefix(3).map { name($0) }.joined(separator: " and "))."
    }

    static func needsOperator(_ lane: LaneState, _ settings: WorkflowSettings) -> String {
        let next = "An operator can undo older changes: sign on, then scan UNDO again."
        if let session = lane.session { return "Nothing was done for \(title(session, lane)) yet. \(next)" }
        let minutes = settings.undoTime.components.seconds / 60
        return lane.changes.last?.isRecent == true
            ? "The last change on this lane is more than \(count(minutes, "minute")) old. \(next)"
            : "The last change on this lane was for somebody else. \(next)"
    }

    static func undone(_ event: LedgerEvent) -> String {
        let asset = event.asset.map { label($0.tag, $0.name) } ?? "event \(event.number)"
        if event.kind == .undo {
            if let from = event.from { return "Done again: \(asset) is with \(from.name)." }
            if let to = event.to { return "Done again: \(asset) is back from \(to.name)." }
            return "Done again: the change of \(asset)."
        }
        let from = event.from.map { "; it is with \($0.name) again" } ?? ""
        let to = event.to.map { " to \($0.name)" } ?? ""
        return "Undone: \(event.kind) of \(asset)\(to)\(from)."
    }

    /// Returns the sentence of a lane that has gone home.
    static func modeEnded(_ mode: LaneMode, after time: Duration, home: LaneMode) -> String {
        "\(word(mode)) ended after \(count(time.components.seconds / 60, "minute")) without a scan. \(started(home))"
    }

    private static func word(_ mode: LaneMode) -> String {
        mode.rawValue.prefix(1).uppercased() + mode.rawValue.dropFirst()
    }

    private static func count(_ number: Int64, _ thing: String) -> String {
        number == 1 ? "1 \(thing)" : "\(number) \(thing)s"
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

    /// Returns the end of a session, such as `Sarah Chen: 3 out, 1 back, 2 still out.`
    static func done(_ lane: LaneState, stillOut: Int?) -> String {
        guard let session = lane.session else {
            return lane.location.map { "Nothing was done at \($0.name)." } ?? "Done; nothing was open on this lane."
        }
        guard session.counts.total > 0 else { return "Nothing was done for \(title(session, lane))." }
        let still = session.holder == nil ? nil : stillOut.map { ", \($0) still out" }
        return "\(summary(session, lane))\(still ?? "")."
    }

    static func cancelled(_ lane: LaneState) -> String {
        guard let session = lane.session else {
            return "Cancelled\(lane.location.map { " at \($0.name)" } ?? ""); nothing was done."
        }
        guard session.counts.total > 0 else { return "Cancelled for \(title(session, lane)); nothing was done." }
        return "Cancelled. Already recorded for \(summary(session, lane)); scan UNDO to take back the last change."
    }

    /// Returns who or what a session is for with its counts, such as `Sarah Chen: 3 out, 1 back`.
    static func summary(_ session: LaneSession, _ lane: LaneState) -> String {
        let counts = session.counts
        let parts = [
            (counts.out, "out"), (counts.back, "back"), (counts.transferred, "transferred"),
            (counts.audited, "counted"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(title(session, lane)): \(parts.isEmpty ? "nothing done" : parts.joined(separator: ", "))"
    }

    private static func title(_ session: LaneSession, _ lane: LaneState) -> String {
        session.holder?.name ?? lane.location?.name ?? word(lane.mode)
    }

    /// Returns a list such as `IT-0042 [asset], Ada Lovelace [person] and 3 more`.
    static func list(_ entities: [Entity]) -> String {
        let shown = entities.prefix(4).map { "\(name($0)) [\($0.match.kind)]" }
        let more = entities.count - shown.count
        return shown.joined(separator: more > 0 ? ", " : " and ") + (more > 0 ? " and \(more) more" : "")
    }

    private static func label(_ tag: String, _ name: String?) -> String { name.map { "\(tag) (\($0))" } ?? tag }

    private static func holder(_ details: AssetDetails) -> String { details.holder?.name ?? "somebody" }
}
