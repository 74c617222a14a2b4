import BarcodeData
import DepotModel

extension ScanDecider {
    /// Decides the scan of an asset, a location's label or an unknown code in audit mode, or returns nil for any other
    /// scan, which has the same meaning in every mode.
    func audit() -> Decision? {
        switch scan.resolution {
        case .one(.asset(let details), _, _): return count(details)
        case .one(.location(let location), _, _): return enter(location)
        case .one(.person, _, _), .several: return nil
        case .nothing: return scan.looksLikeBadge ? nil : note()
        }
    }

    /// Decides a command in audit mode, or returns nil for one that has the same meaning in every mode.
    func audit(_ command: Command) -> Decision? {
        guard let walk = lane.walk else { return nil }
        switch command {
        case .done: return Decision(lane, .shown, walk.summary, intent: .audit(.read(walk.id)))
        case .undo:
            return Decision(
                lane, .applied, "The newest count at this lane was taken back.", intent: .audit(.takeBack(walk.id)))
        case .cancel:
            var next = lane
            next.clearConversation()
            return Decision(next, .shown, "Left \(walk.name); its walk stays \(walk.state.rawValue).")
        case .mode, .operator, .unknown: return nil
        }
    }

    private func count(_ details: AssetDetails) -> Decision {
        guard let walk = lane.walk else {
            return Decision(
                lane, .refused, "Scan the location's label first, then \(Sentence.name(details)) again.",
                reason: Refusal.Code.placeFirst.rawValue, asset: details)
        }
        return Decision(
            lane, .applied, "\(Sentence.name(details)) was counted.",
            intent: .audit(.countAsset(details.asset.id, in: walk.id, place: lane.location?.id)), asset: details,
            holder: details.holder)
    }

    private func note() -> Decision? {
        guard let walk = lane.walk else { return nil }
        return Decision(
            lane, .unknown, Sentence.unknown(code),
            intent: .audit(.noteCode(code, in: walk.id, place: lane.location?.id)))
    }

    private func enter(_ location: Location) -> Decision {
        let description = HolderDescription(location)
        guard !description.isDeleted else { return deleted(description) }
        return Decision(
            lane, .shown, "Assets scanned now are counted at \(location.name).",
            intent: .audit(.enter(location.id, current: lane.walk?.id)))
    }
}
