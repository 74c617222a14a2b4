public import DepotModel

/// A scan for the journal, with the transition that it requests, if any.
public struct ScanCommit: Sendable {
    /// The transition that a scan requests.
    public struct Intent: Hashable, Sendable {
        /// The asset.
        public var asset: AssetID
        /// The kind of transition.
        public var kind: Transition.Kind

        /// Creates an intent.
        public init(asset: AssetID, kind: Transition.Kind) {
            self.asset = asset
            self.kind = kind
        }
    }

    /// The identity of the scan, which is also the operation of its transition.
    public var id: UniqueID
    /// The time at which the last report arrived.
    public var at: Timestamp
    /// The lane, or nil if there is none.
    public var lane: LaneID?
    /// The identity of the scanner, or nil for a typed scan.
    public var scanner: String?
    /// The decoded bytes; of a longer code, the first `KeptCode.maximumBytes`.
    public var raw: [UInt8]
    /// The ``raw`` bytes as text, or nil if they are not text.
    public var text: String?
    /// The length of the whole code in bytes if ``raw`` is only its beginning, or nil.
    public var length: Int?
    /// The symbology, or nil if it is not known.
    public var symbology: String?
    /// The interpretation of the code, or nil if there is none.
    public var interpretation: String?
    /// The outcome; with an intent, the outcome if the transition is committed.
    public var outcome: ScanOutcome
    /// The reason for which the code is broken, or nil.
    public var reason: String?
    /// The sentence for the person at the lane.
    public var message: String
    /// Further facts for the event.
    public var facts: [String: String]
    /// The actor that the ledger records.
    public var actor: Actor
    /// The origin that the ledger records.
    public var origin: Origin
    /// The requested transition, or nil if there is none.
    public var intent: Intent?
    /// The step of an audit walk, or nil. A scan has an intent or a step, never both.
    public var audit: AuditStep?
    /// The asset of a scan without an intent, which its event then names.
    public var asset: AssetID?
    /// The end of the code: `enter`, `tab`, `silence` or `report`, or nil if it arrived as a whole.
    public var endedBy: String?
    /// The key with which the scanner ends its codes, to be stored with the lane: `enter` or `tab`, or empty for no
    /// key. Nil leaves the lane's value unchanged.
    public var terminator: String?
    /// Returns the state of the lane after the scan, to be stored with it, or nil if it has not changed. It is called in
    /// the transaction with the event of the scan, the refusal of its intent, and the receipt of its step of a walk.
    public var laneState: @Sendable (LedgerEvent, Refusal?, AuditReceipt?) -> String? = { _, _, _ in nil }
    /// Returns the outcome and the sentence of a scan whose intent the rules refuse. It is called in the transaction,
    /// so that the journal, the event and the receipt agree. By default they repeat the refusal.
    public var onRefusal: @Sendable (Refusal) -> (outcome: ScanOutcome, message: String)
    /// Returns the outcome, the sentence and the reason of a scan whose step of a walk was taken. It is called in the
    /// transaction. By default the scan's own remain.
    public var onAudit: (@Sendable (AuditReceipt) -> (outcome: ScanOutcome, message: String, reason: String?))?

    /// Creates a scan.
    public init(
        id: UniqueID, at: Timestamp, lane: LaneID?, scanner: String?, raw: [UInt8], text: String?,
        symbology: String? = nil, interpretation: String? = nil, outcome: ScanOutcome, reason: String? = nil,
        message: String, facts: [String: String] = [:], actor: Actor, origin: Origin, intent: Intent? = nil,
        audit: AuditStep? = nil, asset: AssetID? = nil, endedBy: String? = nil, terminator: String? = nil,
        length: Int? = nil,
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
        self.audit = audit
        self.asset = asset
        self.endedBy = endedBy
        self.terminator = terminator
        self.length = length
        self.onRefusal = onRefusal
    }
}

/// The receipt of a journalled scan.
public struct ScanReceipt: Hashable, Sendable {
    /// The row in the journal.
    public var number: ScanNumber
    /// The event that records the scan.
    public var event: LedgerEvent
    /// The outcome, as in the journal and in the event.
    public var outcome: ScanOutcome
    /// The refusal's code, the reason for which the code is broken, or nil.
    public var reason: String?
    /// The sentence for the person at the lane.
    public var message: String
    /// The asset in its current state, or nil if the scan concerned none.
    public var asset: AssetDetails?
    /// The refusal of the requested transition, or nil.
    public var refusal: Refusal?
    /// The answer to the step of an audit walk, or nil.
    public var audit: AuditReceipt?
    /// A Boolean value that is true if the scan was journalled before: this is the first receipt, and nothing changed
    /// now.
    public var wasRepeat: Bool

    /// Creates a receipt.
    public init(
        number: ScanNumber, event: LedgerEvent, outcome: ScanOutcome, reason: String?, message: String,
        asset: AssetDetails?, refusal: Refusal?, audit: AuditReceipt? = nil, wasRepeat: Bool
    ) {
        self.number = number
        self.event = event
        self.outcome = outcome
        self.reason = reason
        self.message = message
        self.asset = asset
        self.refusal = refusal
        self.audit = audit
        self.wasRepeat = wasRepeat
    }
}

extension TenantStore {
    /// Writes a scan to the journal, applies the transition that it requests, and appends the event that records it, in
    /// one transaction.
    ///
    /// A refusal is journalled too and is part of the receipt; only a store that cannot commit throws. A repetition of
    /// the same scan returns the first receipt.
    public func commit(_ scan: ScanCommit) async throws(CommitFailure) -> ScanReceipt {
        try await write(turn: .lane) { writer in
            if let event = try writer.earlierEvent(of: scan.id) { return try writer.receipt(again: event, scan.id) }
            return try writer.journal(scan)
        }
    }

    /// Adds to the number of repetitions of a scan, and returns once it is durable. Nothing else changes.
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
    /// Writes a new scan to the journal, with its outcome.
    func journal(_ scan: ScanCommit) throws -> ScanReceipt {
        var scan = scan
        scan.origin.scan = scan.origin.scan ?? scan.id
        scan.origin.lane = scan.origin.lane ?? scan.lane
        scan.origin.scanner = scan.origin.scanner ?? scan.scanner
        // A code that ended with silence may be half a code, or two of them.
        if scan.endedBy == "silence" { scan.facts[Self.endFact] = scan.endedBy }
        var refusal: Refusal?
        var audit: AuditReceipt?
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
        } else if let step = scan.audit {
            do {
                let line = try take(step, scan)
                if let answer = scan.onAudit?(line.receipt) {
                    (scan.outcome, scan.message, scan.reason) = answer
                }
                scan.facts.merge(line.facts) { $1 }
                let appended = try appendScanEvent(scan, about: line.receipt.asset?.asset.id)
                try finish(line, scan, appended.event.number)
                audit = line.receipt
                told = appended
            } catch let refused as Refusal {
                (scan.outcome, scan.message) = scan.onRefusal(refused)
                scan.reason = refused.code.rawValue
                scan.facts.merge(refused.facts) { $1 }
                told = try appendScanEvent(scan, about: scan.asset)
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
        if let lane = scan.lane, let state = scan.laneState(told.event, refusal, audit) {
            try connection.run(Lanes.setState, [.row(lane), .text(state)])
        }
        return ScanReceipt(
            number: ScanNumber(rawValue: number), event: told.event, outcome: scan.outcome,
            reason: scan.reason, message: scan.message, asset: told.asset, refusal: refusal, audit: audit,
            wasRepeat: false)
    }

    /// Returns the receipt of a scan that was journalled before.
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
            LedgerEvent.Draft(
                operation: scan.id, tenant: tenant,
                at: scan.at, kind: .scan, asset: details.map { AssetReference($0.asset) }, actor: scan.actor,
                origin: scan.origin, outcome: scan.outcome, message: scan.message, facts: facts))
        return (event, details)
    }

    /// The key of the fact with the reason in a scan's event.
    private static let reasonFact = "reason"
    /// The key of the fact with the end of the code in a scan's event.
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
