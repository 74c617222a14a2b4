import DepotModel

extension Sentence {
    /// Returns the answer to a scan in a walk.
    static func audited(_ receipt: AuditReceipt, actor: String, at: Timestamp) -> String {
        let walk = AuditWalkStatus(receipt.walk)
        switch receipt.effect {
        case .started: return started(walk)
        case .continued: return "The walk of \(walk.name) goes on: \(walk.numbers)."
        case .moved:
            return "Assets scanned now are counted at \(receipt.place?.name ?? walk.name) in the walk of \(walk.name)."
        case .read: return walk.summary
        case .takenBack:
            return "\(subject(receipt)) is no longer counted; \(walk.numbers)."
        case .counted(let verdict): return counted(verdict, receipt, walk, actor: actor, at: at)
        }
    }

    static func unknown(_ code: String) -> String { "No asset, badge or location has the code “\(code)”." }

    /// Returns the time since an earlier one in words for the middle of a sentence, such as `a minute ago`.
    static func ago(_ earlier: Timestamp, now: Timestamp) -> String {
        let seconds = (now.milliseconds - earlier.milliseconds) / 1000
        switch seconds {
        case ..<45: return "a moment ago"
        case ..<90: return "a minute ago"
        case ..<2_700: return "\((seconds + 30) / 60) minutes ago"
        case ..<5_400: return "an hour ago"
        case ..<86_400: return "\((seconds + 1_800) / 3_600) hours ago"
        default: return "on \(earlier.date)"
        }
    }

    private static func started(_ walk: AuditWalkStatus) -> String {
        let expected: String =
            switch walk.expected {
            case nil: ""
            case 0: "; nothing is expected there"
            case 1: "; 1 asset is expected"
            case let count?: "; \(count) assets are expected"
            }
        return "The walk of \(walk.name) has started\(expected). Scan every asset that is there."
    }

    private static func subject(_ receipt: AuditReceipt) -> String {
        if let asset = receipt.asset { return name(asset) }
        return "“\(receipt.line?.code ?? "")”"
    }

    private static func counted(
        _ verdict: AuditVerdict, _ receipt: AuditReceipt, _ walk: AuditWalkStatus, actor: String, at: Timestamp
    ) -> String {
        let subject = subject(receipt)
        let line = receipt.line
        switch verdict {
        case .repeated:
            let when = line?.at.map { " " + ago($0, now: at) } ?? ""
            let who = line?.by.flatMap { $0 == actor ? nil : " by \($0)" } ?? ""
            return "\(subject) was \(receipt.asset == nil ? "noted" : "counted")\(when)\(who)."
        case .unknown: return "No asset, badge or location has the code \(subject); it was noted."
        case .misplaced:
            let home = line?.home.map { "belongs at \($0.name)" } ?? "has no place on record"
            return "\(subject) \(home); it was noted as misplaced."
        case .unexpected: return "\(subject) \(whyUnexpected(receipt)); it was noted as not expected."
        case .found, .missing, .other:
            return "\(subject) was found: \(walk.numbers)\(remark(receipt))."
        }
    }

    private static func whyUnexpected(_ receipt: AuditReceipt) -> String {
        guard let details = receipt.asset else { return "is not part of this walk" }
        switch details.asset.lifecycle {
        case .deployed: return "is checked out to \(details.holder?.name ?? "somebody")"
        case .retired: return "is retired (“\(details.asset.status.name)”)"
        case .deleted: return "is deleted"
        case .available, .maintenance, .other:
            return receipt.walk.scope.location == nil
                ? "is not part of this walk" : "came here after the walk started"
        }
    }

    /// Returns the fact about a found asset that needs attention, if there is one.
    private static func remark(_ receipt: AuditReceipt) -> String {
        guard let details = receipt.asset else { return "" }
        switch details.asset.lifecycle {
        case .deployed: return "; it is checked out to \(details.holder?.name ?? "somebody")"
        case .maintenance, .retired, .other: return "; it is marked “\(details.asset.status.name)”"
        case .deleted: return "; it is deleted"
        case .available: break
        }
        guard let place = receipt.place, let home = receipt.line?.home, home.id != place.id.rawValue else { return "" }
        return "; its place is \(home.name)"
    }
}
