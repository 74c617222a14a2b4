import BarcodeData
import DepotModel

/// Decides the meaning of one scan at one lane.
struct ScanDecider {
    let scan: LaneScan
    /// The state of the lane with the scan's code recorded, without the question unless the scan leaves it open.
    let lane: LaneState
    /// The question that the scan may answer.
    let question: LaneState.Question?
    let settings: WorkflowSettings

    /// The code as text for people.
    var code: String { displayText(scan.bytes) }

    /// The uptime at which a holder that is set or used now is forgotten.
    var deadline: Duration { scan.at.uptime + max(.zero, settings.holderTimeout) }

    func decide() -> Decision {
        switch scan.reading {
        case .rejected(let rejection): return rejected(rejection)
        case .command(let command): return self.command(command)
        case .identifiers: if lane.mode == .audit, let decision = audit() { return decision }
        }
        switch scan.resolution {
        case .one(.asset(let details), _, let over):
            var decision = asset(details)
            decision.remark = over.isEmpty ? nil : Sentence.isAlsoSerial(code, of: over)
            return decision
        case .one(.person(let person), _, _): return badge(person)
        case .one(.location(let location), _, _): return label(location)
        case .several(let entities): return ambiguous(entities)
        case .nothing:
            return scan.looksLikeBadge
                ? Decision(lane, .unknownBadge, "The badge “\(code)” belongs to nobody.")
                : Decision(lane, .unknown, Sentence.unknown(code))
        }
    }

    func duplicate() -> Decision {
        var decision = Decision(lane, .duplicate, "“\(code)” was scanned a moment ago; this scan was ignored.")
        // An operator command resolves to the operator, who is no holder.
        guard case .identifiers = scan.reading, case .one(let entity, _, _) = scan.resolution else { return decision }
        switch entity {
        case .asset(let details):
            decision.asset = details
            decision.holder = details.holder
        case .person(let person): decision.holder = HolderDescription(person)
        case .location(let location): decision.holder = HolderDescription(location)
        }
        decision.message = "\(Sentence.name(entity)) was scanned a moment ago; this scan was ignored."
        return decision
    }

    func ambiguous(_ entities: [Entity]) -> Decision {
        Decision(
            lane, .ambiguous,
            "“\(code)” matches \(Sentence.list(entities)); nothing was done. Choose at the screen or scan another code.",
            candidates: entities.map(\.match))
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
