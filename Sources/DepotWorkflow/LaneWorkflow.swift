import BarcodeData
public import DepotModel

/// The state machine of a lane (see `docs/scanners.md`): pure, so it has no clock and no store.
///
/// Per scan: ``decide(_:lane:settings:)``, then the store journals the scan and tries the intent, then
/// ``committed(_:event:)`` or ``refused(_:_:)`` gives the lane's next state. When the scan could not be journalled the
/// engine keeps the lane as it was, so that scanning again is no duplicate.
public enum LaneWorkflow {
    /// What a scan means at a lane.
    ///
    /// The same bytes within the window of the last code are a duplicate, whatever became of that one, and each
    /// duplicate extends the window: a trigger held down yields one scan. An empty scan neither is one nor ends one,
    /// since scanners that end a code with CR LF send it after every code.
    public static func decide(_ scan: LaneScan, lane: LaneState, settings: WorkflowSettings) -> Decision {
        var lane = expire(lane, uptime: scan.at.uptime) ?? lane
        let isDuplicate = isDuplicate(scan, lane, settings)
        switch scan.reading {
        case .rejected(.empty): break
        case .rejected(.personalData):
            // Not kept, not even for the window.
            lane.lastCode = []
            lane.lastCut = nil
            lane.lastCodeAt = nil
        case .rejected, .command, .identifiers:
            lane.lastCode = scan.bytes
            lane.lastCut = scan.cut
            lane.lastCodeAt = scan.at.uptime
        }
        let turn = Turn(scan: scan, lane: lane, settings: settings)
        var decision = isDuplicate ? turn.duplicate() : turn.decide()
        decision.interpretation = interpretation(of: scan)
        return decision
    }

    /// The lane after a decision's intent was committed as that event.
    public static func committed(_ decision: Decision, event: EventNumber) -> LaneState {
        var lane = refreshed(decision)
        switch decision.intent {
        case .none: break
        case .transition:
            lane.applied.append(event)
            lane.applied.removeFirst(max(0, lane.applied.count - LaneState.appliedLimit))
            lane.count += 1
        case .undo(let undone):
            lane.applied.removeAll { $0 == undone }
            lane.count = max(0, lane.count - 1)
        }
        return lane
    }

    /// The lane and the answer after the rules refused a decision's intent.
    ///
    /// What turns out to be so already is no fault. A holder that is gone is forgotten. An event that cannot be undone
    /// stays the lane's newest: an older one, of another asset perhaps, is never undone in its place.
    public static func refused(
        _ decision: Decision, _ refusal: Refusal
    ) -> (lane: LaneState, outcome: ScanOutcome, message: String) {
        let meant = decision.holder?.holder.description
        let isWithHolder = refusal.code == .alreadyDeployed && meant != nil && refusal.facts["holder"] == meant
        if isWithHolder, let asset = decision.asset, let holder = decision.holder {
            return (refreshed(decision), .alreadySo, Sentence.alreadyWith(holder, asset))
        }
        let message = Sentence.refusal(refusal, about: decision.asset)
        if refusal.scanOutcome == .alreadySo { return (refreshed(decision), .alreadySo, message) }
        var lane = decision.lane
        if refusal.code == .holderDeleted || refusal.code == .unknownHolder,
            lane.holder?.holder == decision.holder?.holder
        {
            lane.clearHolder()
        }
        return (lane, refusal.scanOutcome, message)
    }

    /// The lane without its holder when the deadline has come; nil: nothing to do.
    public static func expire(_ lane: LaneState, uptime: Int64) -> LaneState? {
        guard let deadline = lane.holderDeadline, uptime >= deadline else { return nil }
        var expired = lane
        expired.clearHolder()
        return expired
    }

    /// The lane in another mode, or started afresh in the same one: without holder and location. A code scanned just
    /// before means something new now and is no duplicate.
    public static func settingMode(_ mode: LaneMode, lane: LaneState) -> LaneState {
        var changed = lane
        changed.mode = mode
        changed.clearConversation()
        changed.lastCode = []
        changed.lastCut = nil
        changed.lastCodeAt = nil
        return changed
    }

    /// What the person at the lane is told once an event is undone.
    ///
    /// - Parameter event: the event that was undone, not the undo.
    public static func undone(_ event: LedgerEvent) -> String { Sentence.undone(event) }

    private static func isDuplicate(_ scan: LaneScan, _ lane: LaneState, _ settings: WorkflowSettings) -> Bool {
        guard let last = lane.lastCodeAt, scan.bytes == lane.lastCode, scan.cut == lane.lastCut,
            scan.reading != .rejected(.empty)
        else {
            return false
        }
        let (elapsed, overflow) = scan.at.uptime.subtractingReportingOverflow(last)
        return !overflow && elapsed < settings.duplicateWindow
    }

    private static func refreshed(_ decision: Decision) -> LaneState {
        var lane = decision.lane
        if lane.holder != nil, let deadline = decision.refreshedDeadline { lane.holderDeadline = deadline }
        return lane
    }
}

/// One scan at one lane while it is decided.
struct Turn {
    let scan: LaneScan
    /// The lane as it is when the scan comes, its code taken note of.
    let lane: LaneState
    let settings: WorkflowSettings

    /// The code for people.
    var code: String { displayText(scan.bytes) }

    /// When a holder that is set or used now is forgotten.
    var deadline: Int64 {
        let (sum, overflow) = scan.at.uptime.addingReportingOverflow(max(0, settings.holderTimeout))
        return overflow ? .max : sum
    }

    func decide() -> Decision {
        switch scan.reading {
        case .rejected(let rejection): return rejected(rejection)
        case .command(let command): return self.command(command)
        case .identifiers: break
        }
        switch scan.resolution {
        case .one(.asset(let details), _): return asset(details)
        case .one(.person(let person), _): return badge(person)
        case .one(.location(let location), _): return label(location)
        case .several(let things): return ambiguous(things)
        case .nothing:
            return scan.looksLikeBadge
                ? Decision(lane, .unknownBadge, "The badge “\(code)” belongs to nobody.")
                : Decision(lane, .unknown, "No asset, badge or location has the code “\(code)”.")
        }
    }

    func duplicate() -> Decision {
        var decision = Decision(lane, .duplicate, "“\(code)” was scanned a moment ago; this scan was ignored.")
        // The thing of an operator command is the operator, who is no holder.
        guard case .identifiers = scan.reading, case .one(let thing, _) = scan.resolution else { return decision }
        switch thing {
        case .asset(let details):
            decision.asset = details
            decision.holder = details.holder
        case .person(let person): decision.holder = HolderDescription(person)
        case .location(let location): decision.holder = HolderDescription(location)
        }
        decision.message = "\(Sentence.name(thing)) was scanned a moment ago; this scan was ignored."
        return decision
    }

    func ambiguous(_ things: [Thing]) -> Decision {
        Decision(
            lane, .ambiguous, "“\(code)” matches \(Sentence.list(things)); nothing was done.",
            candidates: things.map(\.match))
    }

    private func rejected(_ rejection: Rejection) -> Decision {
        switch rejection {
        case .empty: Decision(lane, .empty, "Nothing was read; scan it again.")
        case .tooLong: Decision(lane, .tooLong, "The code is too long for a label or a badge; nothing was done.")
        case .controlCharacters:
            Decision(lane, .controlCharacters, "The code contains control characters, which no label or badge has.")
        case .invalidText: Decision(lane, .invalidText, "The code is not text; check the scanner's character set.")
        case .personalData:
            Decision(
                lane, .refused, "This is a personal document, such as a driving licence; it is not accepted here.",
                reason: "personal_data")
        }
    }
}
