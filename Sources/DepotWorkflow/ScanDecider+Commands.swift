import BarcodeData
import DepotModel

extension ScanDecider {
    /// Decides a command code.
    func command(_ command: Command) -> Decision {
        if lane.mode == .audit, let decision = audit(command) { return decision }
        switch command {
        case .mode(let name): return mode(name)
        case .done: return finish(Sentence.done(lane, stillOut: scan.held))
        case .cancel: return finish(Sentence.cancelled(lane))
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
        var next = lane
        next.mode = mode
        next.clearConversation()
        let before = lane.session.flatMap { $0.counts.total > 0 ? Sentence.summary($0, lane) + ". " : nil } ?? ""
        return Decision(next, .shown, before + Sentence.started(mode))
    }

    private func finish(_ message: String) -> Decision {
        var next = lane
        next.clearConversation()
        return Decision(next, .shown, message, holder: lane.holder)
    }

    private func undo() -> Decision {
        switch lane.undoChoice(at: scan.at.wall, settings) {
        case .change(let change):
            var decision = Decision(
                lane, .applied, "The last change on this lane was undone.", intent: .undo(change.event))
            decision.refreshedDeadline = deadline
            return decision
        case .nothing:
            return Decision(
                lane, .refused, "There is nothing to undo on this lane.",
                reason: Refusal.Code.nothingToUndo.rawValue)
        case .needsOperator:
            return Decision(
                lane, .refused, Sentence.needsOperator(lane, settings),
                reason: Refusal.Code.operatorFirst.rawValue)
        }
    }

    private func signOn() -> Decision {
        switch scan.resolution {
        case .several(let entities): return ambiguous(entities)
        case .one(.person(let person), _, _):
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
