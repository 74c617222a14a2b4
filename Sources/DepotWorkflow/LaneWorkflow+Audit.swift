import BarcodeData
public import DepotModel

extension LaneWorkflow {
    /// Decides the scan of a code for a walk without a lane: an asset is counted and an unknown code noted. Everything
    /// else is refused.
    public static func count(_ scan: LaneScan, in walk: AuditWalk, settings: WorkflowSettings) -> Decision {
        var lane = LaneState(mode: .audit)
        lane.walk = AuditWalkStatus(walk)
        var scan = scan
        // A walk has no badges: the code of one that nobody has is any unknown code.
        scan.looksLikeBadge = false
        let decider = ScanDecider(scan: scan, lane: lane, question: nil, settings: settings)
        var decision = decider.decide()
        let refused: String?
        switch (scan.reading, scan.resolution) {
        case (.command(_), _): refused = "This is a command for a lane; only assets are counted here."
        case (.identifiers(_), .one(.person(_), _, _)), (.identifiers(_), .one(.location(_), _, _)):
            refused = "This is no asset; only assets are counted here."
        case (.identifiers(_), _), (.rejected(_), _): refused = nil
        }
        if let refused {
            decision = Decision(lane, .refused, refused, reason: Refusal.Code.unknownAsset.rawValue)
        }
        decision.interpretation = interpretation(of: scan)
        return decision
    }

    /// Returns the answer to a scan whose step the store has taken.
    ///
    /// - Parameters:
    ///   - actor: The name of the person or program that scanned.
    ///   - at: The time of the scan.
    public static func audited(
        _ receipt: AuditReceipt, actor: String, at: Timestamp
    ) -> (outcome: ScanOutcome, message: String, reason: String?) {
        let message = Sentence.audited(receipt, actor: actor, at: at)
        switch receipt.effect {
        case .started, .continued, .moved, .read: return (.shown, message, nil)
        case .takenBack, .counted(.found): return (.applied, message, nil)
        case .counted(.repeated): return (.alreadySo, message, AuditVerdict.repeated.rawValue)
        case .counted(.unknown): return (.unknown, message, nil)
        case .counted(let verdict): return (.applied, message, verdict.rawValue)
        }
    }

    /// Returns the state of the lane after the store has taken a decision's step.
    public static func committed(_ decision: Decision, _ receipt: AuditReceipt) -> LaneState {
        var lane = decision.lane
        lane.walk = AuditWalkStatus(receipt.walk)
        switch receipt.effect {
        case .started, .continued, .moved: if let place = receipt.place { lane.location = place }
        case .counted, .takenBack, .read: break
        }
        lane.setIdleDeadline(decision.idleDeadline)
        return lane
    }

    /// Returns the state of a lane after its walk changed elsewhere, or nil if the lane counts in another one or in none.
    public static func updating(_ lane: LaneState, _ walk: AuditWalkStatus) -> LaneState? {
        guard let current = lane.walk, current.id == walk.id, current != walk else { return nil }
        var updated = lane
        updated.walk = walk
        return updated
    }
}
