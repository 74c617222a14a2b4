import BarcodeData
public import DepotModel

/// The state machine of a lane, which has neither a clock nor a store.
///
/// For every scan ``decide(_:lane:settings:)`` is called, the store journals the scan and tries the intent, and
/// ``committed(_:event:)`` or ``refused(_:_:)`` returns the next state. If the scan cannot be journalled, the engine keeps
/// the old state, so that the next attempt is no duplicate.
public enum LaneWorkflow {
    /// Decides the meaning of a scan at a lane.
    ///
    /// The same bytes within the window of the last code are a duplicate, whatever the outcome of that scan. Each
    /// duplicate extends the window, so that a trigger held down yields one scan. An empty scan is no duplicate and does
    /// not end the window, since scanners that end a code with CR LF send an empty one after every code.
    public static func decide(_ scan: LaneScan, lane: LaneState, settings: WorkflowSettings) -> Decision {
        var lane = expire(lane, uptime: scan.at.uptime) ?? lane
        let isDuplicate = isDuplicate(scan, lane, settings)
        switch scan.reading {
        case .rejected(.empty): break
        case .rejected(.personalData):
            // A personal document is not stored, not even for the window.
            lane.lastCode = []
            lane.lastCut = nil
            lane.lastCodeAt = nil
        case .rejected, .command, .identifiers:
            lane.lastCode = scan.bytes
            lane.lastCut = scan.cut
            lane.lastCodeAt = scan.at.uptime
        }
        let decider = ScanDecider(scan: scan, lane: lane, settings: settings)
        var decision = isDuplicate ? decider.duplicate() : decider.decide()
        decision.interpretation = interpretation(of: scan)
        return decision
    }

    /// Returns the state after a decision's intent was committed as the event.
    public static func committed(_ decision: Decision, event: EventNumber) -> LaneState {
        var lane = refreshed(decision)
        switch decision.intent {
        case .none, .audit: break
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

    /// Returns the state and the answer after the rules refused a decision's intent.
    ///
    /// A state that was already reached is no fault. A holder that was deleted is forgotten. An event that cannot be
    /// undone remains the lane's newest, so that an older one, perhaps of another asset, is never undone in its place.
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

    /// Returns the state without its holder if the deadline has passed, or nil.
    public static func expire(_ lane: LaneState, uptime: Duration) -> LaneState? {
        guard let deadline = lane.holderDeadline, uptime >= deadline else { return nil }
        var expired = lane
        expired.clearHolder()
        return expired
    }

    /// Returns the state in another mode, or restarted in the same one: without holder and location. The same code has
    /// a new meaning now and is no duplicate.
    public static func settingMode(_ mode: LaneMode, lane: LaneState) -> LaneState {
        var changed = lane
        changed.mode = mode
        changed.clearConversation()
        changed.lastCode = []
        changed.lastCut = nil
        changed.lastCodeAt = nil
        return changed
    }

    /// Returns the sentence for the person at the lane once an event is undone.
    ///
    /// - Parameter event: the event that was undone, not the undo.
    public static func undone(_ event: LedgerEvent) -> String { Sentence.undone(event) }

    private static func isDuplicate(_ scan: LaneScan, _ lane: LaneState, _ settings: WorkflowSettings) -> Bool {
        guard let last = lane.lastCodeAt, scan.bytes == lane.lastCode, scan.cut == lane.lastCut,
            scan.reading != .rejected(.empty)
        else {
            return false
        }
        return scan.at.uptime - last < settings.duplicateWindow
    }

    private static func refreshed(_ decision: Decision) -> LaneState {
        var lane = decision.lane
        if lane.holder != nil, let deadline = decision.refreshedDeadline { lane.holderDeadline = deadline }
        return lane
    }
}
