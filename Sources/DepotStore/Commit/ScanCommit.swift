public import DepotModel

/// One scan to journal, with the transition it asks for, if any.
public struct ScanCommit: Sendable {
    /// What a scan asks of an asset.
    public struct Intent: Hashable, Sendable {
        public var asset: AssetID
        public var kind: Transition.Kind

        /// The intent.
        public init(asset: AssetID, kind: Transition.Kind) {
            self.asset = asset
            self.kind = kind
        }
    }

    /// The scan's identity; also the operation of the transition it asks for.
    public var id: UniqueID
    /// When the last report arrived.
    public var at: Timestamp
    public var lane: LaneID?
    /// The scanner's identity; nil for a typed scan.
    public var scanner: String?
    /// The bytes as decoded; of a longer code the first `KeptCode.maximumBytes`.
    public var raw: [UInt8]
    /// ``raw`` as text, where it is.
    public var text: String?
    /// How many bytes the whole code had, where ``raw`` is only its beginning.
    public var length: Int?
    public var symbology: String?
    public var interpretation: String?
    /// What became of it; with an intent: what becomes of it if the transition commits.
    public var outcome: ScanOutcome
    public var reason: String?
    /// The sentence for the person at the lane.
    public var message: String
    public var facts: [String: String]
    public var actor: Actor
    public var origin: Origin
    public var intent: Intent?
    /// The asset that a scan without an intent was about; its event then names it.
    public var asset: AssetID?
    /// What ended the code: `enter`, `tab`, `silence` or `report`; nil where it came as a whole.
    public var endedBy: String?
    /// What the lane's scanner ends its codes with, `enter` or `tab`, or empty for no key, which the lane then keeps; nil:
    /// as it is.
    public var terminator: String?
    /// Says what becomes of the scan when the rules refuse its intent, and in which words. Called in the transaction,
    /// so the journal, the event and the receipt say the same; by default they repeat the rules.
    public var onRefusal: @Sendable (Refusal) -> (outcome: ScanOutcome, message: String)

    /// The scan.
    public init(
        id: UniqueID, at: Timestamp, lane: LaneID?, scanner: String?, raw: [UInt8], text: String?,
        symbology: String? = nil, interpretation: String? = nil, outcome: ScanOutcome, reason: String? = nil,
        message: String, facts: [String: String] = [:], actor: Actor, origin: Origin, intent: Intent? = nil,
        asset: AssetID? = nil, endedBy: String? = nil, terminator: String? = nil, length: Int? = nil,
        onRefusal: @escaping @Sendable (Refusal) -> (outcome: ScanOutcome, message: String) = {
            ($0.scanOutcome, $0.message)
        }
    ) {
        self.id = id
        self.at = at
        self.lane = lane
        self.scanner = scanner
        self.raw = raw
        self.text = text
        self.symbology = symbology
        self.interpretation = interpretation
        self.outcome = outcome
        self.reason = reason
        self.message = message
        self.facts = facts
        self.actor = actor
        self.origin = origin
        self.intent = intent
        self.asset = asset
        self.endedBy = endedBy
        self.terminator = terminator
        self.length = length
        self.onRefusal = onRefusal
    }
}

/// A journalled scan.
public struct ScanReceipt: Hashable, Sendable {
    /// Its row in the journal.
    public var number: ScanNumber
    /// The event that tells of it.
    public var event: LedgerEvent
    /// What became of it, as the journal and the event say.
    public var outcome: ScanOutcome
    /// The refusal's code, or why it is broken.
    public var reason: String?
    /// The sentence for the person at the lane.
    public var message: String
    /// The asset it was about, as it is now.
    public var asset: AssetDetails?
    /// Why the transition it asked for was not made.
    public var refusal: Refusal?
    /// The scan was journalled earlier: this is the first receipt, and nothing changed now.
    public var wasRepeat: Bool

    /// The receipt.
    public init(
        number: ScanNumber, event: LedgerEvent, outcome: ScanOutcome, reason: String?, message: String,
        asset: AssetDetails?, refusal: Refusal?, wasRepeat: Bool
    ) {
        self.number = number
        self.event = event
        self.outcome = outcome
        self.reason = reason
        self.message = message
        self.asset = asset
        self.refusal = refusal
        self.wasRepeat = wasRepeat
    }
}

extension TenantStore {
    /// Journals a scan, applies the transition it asks for, and appends the event that tells of it: one transaction.
    ///
    /// A refusal is journalled too and is part of the receipt; only a store that cannot commit throws. The same scan
    /// again returns the first receipt.
    public func commit(_ scan: ScanCommit) async throws(CommitFailure) -> ScanReceipt {
        try await write(turn: .lane) { writer in
            if let event = try writer.earlierEvent(of: scan.id) { return try writer.receipt(again: event, scan.id) }
            return try writer.journal(scan)
        }
    }

    /// Counts more scans on the row of the one that they repeat; returns after it is durable. Nothing else is changed.
    public func countRepeat(of scan: ScanNumber, by count: Int = 1) async throws(CommitFailure) {
        try await write(turn: .lane) { writer in
            try writer.connection.run(
                TenantWriter.countRepeat, [.int(Int64(count)), .row(writer.tenant), .row(scan)])
            guard writer.connection.changes == 1 else {
                throw DepotError(.notFound, "There is no scan \(scan) to count on.")
            }
        }
    }
}

extension TenantWriter {
    /// Journals a new scan with what becomes of it.
    func journal(_ scan: ScanCommit) throws -> ScanReceipt {
        var scan = scan
        scan.origin.scan = scan.origin.scan ?? scan.id
        scan.origin.lane = scan.origin.lane ?? scan.lane
        scan.origin.scanner = scan.origin.scanner ?? scan.scanner
        // what nothing ended may be half a code, or two
        if scan.endedBy == "silence" { scan.facts[Self.endFact] = scan.endedBy }
        var refusal: Refusal?
        let told: (event: LedgerEvent, asset: AssetDetails?)
        if let intent = scan.intent {
            let transition = Transition(
                operation: scan.id, kind: intent.kind, actor: scan.actor, origin: scan.origin, at: scan.at)
            do {
                let change = try decide(transition, intent.asset)
                if scan.message.isEmpty { scan.message = change.applied.message }
                let applied = try write(change, transition, message: scan.message, facts: scan.facts)
                told = (applied.event, applied.asset)
            } catch let refused as Refusal {
                (scan.outcome, scan.message) = scan.onRefusal(refused)
                scan.reason = refused.code.rawValue
                scan.facts.merge(refused.facts) { $1 }
                told = try appendScanEvent(scan, about: intent.asset)
                refusal = refused
            }
        } else {
            told = try appendScanEvent(scan, about: scan.asset)
        }
        try insert(scan, told.event.number)
        let number = connection.lastInsertedRow
        if let terminator = scan.terminator, let lane = scan.lane {
            try connection.run(Lanes.setTerminator, [.text(terminator), .row(lane)])
        }
        return ScanReceipt(
            number: ScanNumber(rawValue: number), event: told.event, outcome: scan.outcome,
            reason: scan.reason, message: scan.message, asset: told.asset, refusal: refusal, wasRepeat: false)
    }

    /// The receipt of a scan that was journalled before.
    func receipt(again event: LedgerEvent, _ scan: UniqueID) throws -> ScanReceipt {
        let row = try connection.first(Self.scanByID, [.row(tenant), .id(scan)]) {
            (number: $0.int(0), outcome: $0.text(1), reason: $0.optionalText(2), message: $0.text(3))
        }
        guard let row else { throw operationTaken(scan) }
        let outcome = ScanOutcome(rawValue: row.outcome) ?? .broken
        var refusal: Refusal?
        if event.kind == .scan, let reason = row.reason, outcome == .refused || outcome == .alreadySo {
            let facts = event.facts.filter { $0.key != Self.reasonFact && $0.key != Self.endFact }
            refusal = Refusal(Refusal.Code(rawValue: reason), row.message, facts: facts)
        }
        return ScanReceipt(
            number: ScanNumber(rawValue: row.number), event: event, outcome: outcome, reason: row.reason,
            message: row.message, asset: try details(event.asset?.id), refusal: refusal, wasRepeat: true)
    }

    private func appendScanEvent(
        _ scan: ScanCommit, about asset: AssetID?
    ) throws -> (event: LedgerEvent, asset: AssetDetails?) {
        let details = try details(asset)
        var facts = scan.facts
        facts[Self.reasonFact] = scan.reason
        let event = try writer.append(
            LedgerEvent(
                number: EventNumber(rawValue: 0), station: "", sequence: 0, operation: scan.id, tenant: tenant,
                at: scan.at, kind: .scan, asset: details.map { AssetReference($0.asset) }, actor: scan.actor,
                origin: scan.origin, outcome: scan.outcome, message: scan.message, facts: facts))
        return (event, details)
    }

    /// The fact under which a scan's event has its reason.
    private static let reasonFact = "reason"
    /// The fact under which it has what ended the code.
    private static let endFact = "ended_by"

    private func insert(_ scan: ScanCommit, _ event: EventNumber) throws {
        try connection.run(
            Self.insertScan,
            [
                .row(tenant), .id(scan.id), .time(scan.at), .row(scan.lane), .text(scan.scanner), .blob(scan.raw),
                .text(scan.text), .text(scan.symbology), .text(scan.interpretation), .text(scan.outcome.rawValue),
                .text(scan.reason), .text(scan.message), .row(event), .text(scan.endedBy),
                .int(scan.length.map { Int64($0) }),
            ])
    }

    fileprivate static let countRepeat = Query(
        "UPDATE scan SET repeats = coalesce(repeats, 0) + ? WHERE tenant_id = ? AND number = ?")
    private static let scanByID = Query(
        "SELECT number, outcome, reason, message FROM scan WHERE tenant_id = ? AND id = ?")
    private static let insertScan = Query(
        """
        INSERT INTO scan (
            tenant_id, id, at, lane_id, scanner, raw, text, symbology, interpretation, outcome, reason, message,
            event_number, ended_by, length
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
}
