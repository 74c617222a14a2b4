import BarcodeData
import DepotModel

extension ScanDecider {
    /// Decides a command code.
    func command(_ command: Command) -> Decision {
        if lane.mode == .audit, let decision = audit(command) { return decision }
        switch command {
        case .mode(let name): return mode(name)
        case .done: return finish { Sentence.done($0) }
        case .cancel: return finish { Sentence.cancelled($0) }
        case .undo: return undo()
        case .operator: return signOn()
        case .unknown: return Decision(lane, .unknown, "There is no command “\(code)”.", reason: "unknown_command")
        }
    }

    private func mode(_ name: String) -> Decision {
        guard let mode = LaneMode(rawValue: name) else {
            let modes = LaneMode.allCases.map(\.rawValue).joined(separator: ", ")
            return Decision(
                lane, .unknown, "There is no mode “\(name.prefix(40))”; the modes are \(modes).", reason: "unknown_mode"
            )
        }
        var next = LaneWorkflow.settingMode(mode, lane: lane)
        next.lastCode = lane.lastCode
        next.lastCut = lane.lastCut
        next.lastCodeAt = lane.lastCodeAt
        return Decision(next, .shown, Sentence.started(mode))
    }

    private func finish(_ sentence: (LaneState) -> String) -> Decision {
        var next = lane
        next.clearConversation()
        return Decision(next, .shown, sentence(lane), holder: lane.holder)
    }

    private func undo() -> Decision {
        guard let newest = lane.applied.last else {
            return Decision(
                lane, .refused, "There is nothing on this lane to undo.",
                reason: Refusal.Code.nothingToUndo.rawValue)
        }
        var decision = Decision(
            lane, .applied, "The last change on this lane was undone.", intent: .undo(newest))
        decision.refreshedDeadline = deadline
        return decision
    }

    private func signOn() -> Decision {
        switch scan.resolution {
        case .several(let entities): return ambiguous(entities)
        case .one(.person(let person), _):
            if person.deletedAt != nil {
                return Decision(
                    lane, .refused, "\(person.name) is deleted and cannot sign on.",
                    reason: Refusal.Code.holderDeleted.rawValue)
            }
            var next = lane
            let signsOff = lane.operator?.id == person.id
            next.operator = signsOff ? nil : person
            return Decision(
                next, .shown,
                signsOff ? "\(person.name) has signed off." : "\(person.name) has signed on as the operator.")
        case .one, .nothing: return Decision(lane, .unknownBadge, "The operator's badge belongs to nobody.")
        }
    }
}
