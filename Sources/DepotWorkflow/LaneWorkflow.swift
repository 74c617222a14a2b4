import BarcodeData
public import DepotModel

/// The state machine of a lane, which has neither a clock nor a store.
///
/// For every scan ``decide(_:lane:settings:)`` is called, the store journals the scan and tries the intent, and
/// ``committed(_:_:)`` or ``refused(_:_:)`` returns the next state. If the scan cannot be journalled, the engine keeps
/// the old state, so that the next attempt is no duplicate.
public enum LaneWorkflow {
    /// Decides the meaning of a scan at a lane.
    ///
    /// The same bytes within the window of the last code are a duplicate, whatever the outcome of that scan. Each
    /// duplicate extends the window, so that a trigger held down yields one scan, unless the last scan is a question,
    /// which the same code answers after the window. An empty scan is no duplicate and neither ends the window nor
    /// answers, since scanners that end a code with CR LF send an empty one after every code.
    public static func decide(_ scan: LaneScan, lane: LaneState, settings: WorkflowSettings) -> Decision {
        var lane = expire(lane, uptime: scan.at.uptime) ?? lane
        let isDuplicate = isDuplicate(scan, lane, settings)
        switch scan.reading {
        case .rejected(.empty): break
        case .rejected(.personalData):
            // A personal document is not stored, not even for the window.
            lane.forgetCode()
        case .rejected, .command, .identifiers:
            lane.lastCode = scan.bytes
            lane.lastCut = scan.cut
            if !isDuplicate || lane.question == nil { lane.lastCodeAt = scan.at.uptime }
        }
        let question = lane.question
        if !isDuplicate, scan.reading != .rejected(.empty) { lane.question = nil }
        let decider = ScanDecider(scan: scan, lane: lane, question: question, settings: settings)
        var decision = isDuplicate ? decider.duplicate() : decider.decide()
        decision.interpretation = interpretation(of: scan)
        decision.at = scan.at.wall
        if let remark = decision.remark { decision.message += " " + remark }
        if !isDuplicate {
            decision.idleDeadline = settings.modeTimeout > .zero ? scan.at.uptime + settings.modeTimeout : nil
            decision.lane.setIdleDeadline(decision.idleDeadline)
        }
        return decision
    }

    /// Returns the state after a decision's intent was committed as the event.
    public static func committed(_ decision: Decision, _ event: LedgerEvent) -> LaneState {
        var lane = refreshed(decision)
        switch decision.intent {
        case .none, .audit: break
        case .transition:
            if lane.session == nil, let session = decision.session { lane.begin(session) }
            lane.session?.add(LaneSession.Item(event, name: decision.asset?.model?.name))
            lane.add(event)
        case .undo(let undone): lane.add(event, undoing: undone)
        }
        lane.setIdleDeadline(decision.idleDeadline)
        return lane
    }

    /// Returns the state and the answer after the rules refused a decision's intent.
    ///
    /// A state that was already reached is no fault. A holder that was deleted is forgotten. An event that cannot be
    /// undone remains the lane's newest, so that an older one, perhaps of another asset, is never undone in its place.
    public static func refused(
        _ decision: Decision, _ refusal: Refusal
    ) -> (lane: LaneState, outcome: ScanOutcome, message: String) {
        var (lane, outcome, message) = answer(decision, refusal)
        if let remark = decision.remark { message += " " + remark }
        if refusal.code == .holderDeleted || refusal.code == .unknownHolder,
            lane.holder?.holder == decision.holder?.holder
        {
            lane.endSession()
        }
        return (lane, outcome, message)
    }

    private static func answer(
        _ decision: Decision, _ refusal: Refusal
    ) -> (lane: LaneState, outcome: ScanOutcome, message: String) {
        let meant = decision.holder?.holder.description
        if refusal.code == .alreadyDeployed, let asset = decision.asset {
            if meant != nil, refusal.facts["holder"] == meant, let holder = decision.holder {
                return (refreshed(decision), .alreadySo, Sentence.alreadyWith(holder, asset))
            }
            let since = refusal.facts["since"].flatMap { Timestamp($0) }
            let message = Sentence.outTo(
                refusal.facts["holder_name"], since: since, asset, mode: decision.lane.mode, at: decision.at)
            return (decision.lane, .refused, message)
        }
        let message = Sentence.refusal(refusal, about: decision.asset)
        guard refusal.scanOutcome == .alreadySo else {
            return (decision.lane, refusal.scanOutcome, message + Sentence.nextStep(after: refusal))
        }
        return (refreshed(decision), .alreadySo, message)
    }

    /// Returns the state without what has expired: a holder with the session, a question, a mode other than the home
    /// mode, and a session without a holder. Returns nil if nothing has.
    public static func expire(_ lane: LaneState, uptime: Duration) -> LaneState? {
        guard let deadline = lane.nextDeadline, uptime >= deadline else { return nil }
        var expired = lane
        if let deadline = lane.question?.until, uptime >= deadline { expired.question = nil }
        if let deadline = lane.holderDeadline, uptime >= deadline { expired.endSession() }
        if let deadline = lane.idleDeadline, uptime >= deadline {
            if lane.mode == lane.homeMode {
                expired.endSession()
            } else {
                expired.mode = lane.homeMode
                expired.clearConversation()
            }
            expired.idleDeadline = nil
        }
        return expired
    }

    /// Returns the sentence of a lane that has returned to its home mode after a time without scans.
    ///
    /// - Parameter mode: the mode that ended.
    public static func modeEnded(_ mode: LaneMode, lane: LaneState, settings: WorkflowSettings) -> String {
        Sentence.modeEnded(mode, after: settings.modeTimeout, home: lane.mode)
    }

    /// Returns the state with another home mode, or restarted in the same one: without session and location. The same
    /// code has a new meaning now and is no duplicate.
    public static func settingHomeMode(_ mode: LaneMode, lane: LaneState) -> LaneState {
        var changed = lane
        changed.mode = mode
        changed.homeMode = mode
        changed.idleDeadline = nil
        changed.clearConversation()
        changed.forgetCode()
        return changed
    }

    /// Returns the event that UNDO would take back at that time, or nil if there is none.
    public static func undoable(_ lane: LaneState, at time: Timestamp, settings: WorkflowSettings) -> EventNumber? {
        guard case .change(let change) = lane.undoChoice(at: time, settings) else { return nil }
        return change.event
    }

    /// Returns the time after which ``undoable(_:at:settings:)`` returns another event because the lane's newest change is
    /// too old, or nil if the age does not matter.
    public static func undoEnd(_ lane: LaneState, settings: WorkflowSettings) -> Timestamp? {
        guard lane.session == nil, lane.operator == nil, let last = lane.changes.last, last.isRecent else { return nil }
        return last.at.advanced(byMilliseconds: settings.undoTime.components.seconds * 1000)
    }

    /// Returns the sentence for the person at the lane once an event is undone.
    ///
    /// - Parameter event: the event that was undone, not the undo.
    public static func undone(_ event: LedgerEvent) -> String { Sentence.undone(event) }

    private static func isDuplicate(_ scan: LaneScan, _ lane: LaneState, _ settings: WorkflowSettings) -> Bool {
        guard !scan.isTouch, let last = lane.lastCodeAt, scan.bytes == lane.lastCode, scan.cut == lane.lastCut,
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

extension LaneSession.Item {
    /// Creates an item from the event of a change.
    ///
    /// - Parameter name: the name of an asset that has none of its own.
    init(_ event: LedgerEvent, name: String?) {
        let due = event.changes.first { $0.field == AssetField.expectedCheckin.rawValue }?.to
        self.init(
            event: event.number, kind: event.changeKind, tag: event.asset?.tag ?? "", name: event.asset?.name ?? name,
            at: event.at, due: due.flatMap { CalendarDate($0) })
    }
}
