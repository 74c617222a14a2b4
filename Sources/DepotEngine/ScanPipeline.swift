import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging

/// The pipeline of a scan, from its bytes to the answer at the lane: ``handle(_:lane:id:counted:)`` shows the steps.
struct ScanPipeline: Sendable {
    let store: DepotStore
    let settings: LiveSettings
    let logger: Logger

    /// A whole code from a scanner, a caller or a replay.
    struct Arrival: Sendable {
        var id: UniqueID
        /// The tenant whose assets, people and locations the code may identify, and whose ledger records the scan.
        var tenant: TenantID
        var code: KeptCode
        var symbology: String?
        var at: Moment
        var scanner: String?
        var actor: Actor
        var origin: Origin
        /// The end of the code, if a scanner sent it.
        var endedBy: CodeEnd?
        /// The scanner's terminator if it has changed, in the form of ``ScanCommit/terminator``.
        var terminator: String?
        /// A Boolean value that is true if the scan was requested at the screen, and therefore is no duplicate.
        var isTouch = false
        /// The candidate that was chosen for an ambiguous code.
        var choice: Match?
    }

    /// The new state of the lane and the answer.
    struct Answer: Sendable {
        var lane: LaneState
        var result: ScanResult
        /// The lane's record in the database, or nil if there is none.
        var record: String?
        /// The audit walk after the scan, if the scan concerned one.
        var walk: AuditWalk?
        /// The row on which identical scans are counted.
        var counted: CountedScan?
        /// A Boolean value that is true if the scan was counted on an earlier row and has none of its own.
        var isCounted = false
    }

    /// Finds out what a code identifies, decides the transition, commits it, and only then returns the answer.
    ///
    /// - Parameters:
    ///   - record: the lane's record in the database, which is written with the scan if it changes.
    ///   - counted: the lane's newest row, on which identical scans are counted.
    func handle(
        _ arrival: Arrival, lane: LaneState, id laneID: LaneID, record: String?, counted: CountedScan? = nil
    ) async -> Answer {
        do throws(CommitFailure) {
            let reader = BarcodeReader(formats: settings.formats)
            var reading = reader.read(arrival.code.bytes, symbology: arrival.symbology)
            // Neither the journal nor the screen may hold a byte of an identity document.
            var arrival = arrival
            if reading == .rejected(.personalData) {
                arrival.code = KeptCode([])
            } else if arrival.code.cut != nil {
                // The beginning of a code is not a code.
                reading = .rejected(.tooLong)
            }
            let resolution = try resolve(arrival, reading, reader)
            var decision = LaneWorkflow.decide(
                LaneScan(
                    id: arrival.id, bytes: arrival.code.bytes, reading: reading, resolution: resolution,
                    at: arrival.at, looksLikeBadge: reader.isBadge(displayText(arrival.code.bytes)),
                    cut: arrival.code.cut, isTouch: arrival.isTouch,
                    held: try held(reading, lane, arrival.tenant)),
                lane: lane, settings: settings.workflow(of: arrival.tenant))
            if let counted, counted.isRepeated(by: arrival, decision) {
                return try await count(arrival, decision, on: counted, record)
            }
            let requested = try transition(&decision, arrival.tenant)
            let receipt = try await commit(arrival, decision, requested, laneID, record)
            return answer(arrival, decision, receipt, lane, laneID, record, counted)
        } catch {
            return notRecorded(arrival, lane, laneID, record, error.error)
        }
    }

    /// Journals an incomplete code, which changes neither an asset nor the lane.
    func journalBroken(
        _ arrival: Arrival, reason: String, message: String, lane: LaneState, id laneID: LaneID, record: String?,
        counted: CountedScan? = nil
    ) async -> Answer {
        let decision = Decision(
            lane: lane, intent: .none, outcome: .broken, message: message, reason: reason)
        do throws(CommitFailure) {
            if let counted, counted.isRepeated(by: arrival, decision) {
                return try await count(arrival, decision, on: counted, record)
            }
            let receipt = try await commit(arrival, decision, nil, laneID, record)
            return answer(arrival, decision, receipt, lane, laneID, record, counted)
        } catch {
            return notRecorded(arrival, lane, laneID, record, error.error)
        }
    }

    /// Explains the reading of a code step by step and changes nothing.
    func explain(_ bytes: [UInt8], symbology: String?, tenant: TenantID) throws(DepotError) -> ResolutionReport {
        let code = displayText(bytes)
        switch BarcodeReader(formats: settings.formats).read(bytes, symbology: symbology) {
        case .rejected(let rejection):
            return ResolutionReport(
                code: code, steps: [], result: rejection.rawValue, candidates: [], message: "Not a code: \(rejection).")
        case .command(let command):
            let step = ResolutionReport.Step(
                rule: "command barcode", kind: "command", value: "\(command)", isDerived: false, found: [])
            return ResolutionReport(
                code: code, steps: [step], result: "command", candidates: [], message: "A command for the lane.")
        case .identifiers(let identifiers):
            let found = try store.tenant(tenant).find(lookupKeys(identifiers))
            let steps = zip(identifiers, found).map { identifier, answer in
                ResolutionReport.Step(
                    rule: identifier.rule, kind: identifier.kind.rawValue, value: identifier.value,
                    isDerived: identifier.isDerived, found: answer.entities.map(\.match))
            }
            switch Resolution(found: found) {
            case .one(let entity, let key, let over):
                return ResolutionReport(
                    code: code, steps: steps, result: entity.match.kind, candidates: [entity.match],
                    message: "\(entity.match.label), found by \(key.kind.rawValue.replacing("_", with: " "))."
                        + (over.isEmpty ? "" : " It is also a serial number; the exact tag wins."))
            case .several(let entities):
                return ResolutionReport(
                    code: code, steps: steps, result: "several", candidates: entities.map(\.match),
                    message: "It matches \(entities.count) things, so none is chosen.")
            case .nothing:
                return ResolutionReport(
                    code: code, steps: steps, result: "nothing", candidates: [],
                    message: "No asset, badge or location has this code.")
            }
        }
    }

    /// Returns the slug of the tenant, or nil if the database cannot be read.
    func slug(of tenant: TenantID) -> String? { (try? store.directory())?.byID(tenant)?.slug }

    func resolve(
        _ arrival: Arrival, _ reading: Reading, _ reader: BarcodeReader
    ) throws(CommitFailure) -> Resolution {
        let tenant = arrival.tenant
        do {
            if let choice = arrival.choice { return try chosen(choice, tenant) }
        } catch {
            throw .failed(error)
        }
        let keys: [LookupKey]
        switch reading {
        case .identifiers(let identifiers): keys = lookupKeys(identifiers)
        case .command(.operator(let badge)): keys = lookupKeys(reader.badge(badge))
        case .command, .rejected: return .nothing
        }
        do {
            return Resolution(found: try store.tenant(tenant).find(keys))
        } catch {
            throw .failed(error)
        }
    }

    /// Returns the entity of a candidate, as if its UUID had been scanned.
    private func chosen(_ choice: Match, _ tenant: TenantID) throws(DepotError) -> Resolution {
        let rows = store.tenant(tenant)
        let entity: Entity?
        let uuid: UniqueID?
        switch choice.kind {
        case "asset":
            let asset = try rows.asset(AssetID(rawValue: choice.id))
            (entity, uuid) = (asset.map { .asset($0) }, asset?.asset.uuid)
        case "person":
            let person = try rows.person(PersonID(rawValue: choice.id))
            (entity, uuid) = (person.map { .person($0) }, person?.uuid)
        case "location":
            let location = try rows.location(LocationID(rawValue: choice.id))
            (entity, uuid) = (location.map { .location($0) }, location?.uuid)
        default: return .nothing
        }
        guard let entity, let uuid else { return .nothing }
        return .one(entity, by: LookupKey(.uuid, uuid.description))
    }

    /// Returns the number of assets of the lane's holder if the answer may name it, or nil.
    private func held(_ reading: Reading, _ lane: LaneState, _ tenant: TenantID) throws(CommitFailure) -> Int? {
        guard let holder = lane.holder?.holder else { return nil }
        switch reading {
        case .command(.done): break
        case .identifiers where settings.configuration.limitPerPerson > 0: break
        default: return nil
        }
        do {
            return try store.tenant(tenant).heldCount(holder)
        } catch {
            throw .failed(error)
        }
    }

    /// Counts a scan on the row that it repeats, and returns the answer of that row.
    private func count(
        _ arrival: Arrival, _ decision: Decision, on counted: CountedScan, _ record: String?
    ) async throws(CommitFailure) -> Answer {
        try await store.tenant(arrival.tenant).countRepeat(of: counted.number)
        let counted = counted.counting(arrival)
        return Answer(
            lane: decision.lane, result: counted.result, record: record, counted: counted, isCounted: true)
    }

    private func commit(
        _ arrival: Arrival, _ decision: Decision, _ requested: (AssetID, Transition.Kind)?, _ lane: LaneID,
        _ record: String?
    ) async throws(CommitFailure) -> ScanReceipt {
        var scan = journalled(arrival, decision, requested, lane)
        scan.laneState = { event, refusal, audit in
            let next = LaneRecord(Self.lane(after: decision, event, refusal, audit), at: arrival.at).text
            return next == record ? nil : next
        }
        return try await store.tenant(arrival.tenant).commit(scan)
    }

    /// Returns the scan for the journal.
    func journalled(
        _ arrival: Arrival, _ decision: Decision, _ requested: (AssetID, Transition.Kind)?, _ lane: LaneID?
    ) -> ScanCommit {
        var facts = decision.facts
        for (index, candidate) in decision.candidates.prefix(8).enumerated() {
            facts["candidate_\(index + 1)"] = "\(candidate.kind):\(candidate.id) \(candidate.label)"
        }
        var scan = ScanCommit(
            id: arrival.id, at: arrival.at.wall, lane: lane, scanner: arrival.scanner, raw: arrival.code.bytes,
            text: arrival.code.text, symbology: arrival.symbology,
            interpretation: decision.interpretation, outcome: decision.outcome, reason: decision.reason,
            message: decision.message, facts: facts, actor: arrival.actor, origin: arrival.origin,
            intent: requested.map { ScanCommit.Intent(asset: $0.0, kind: $0.1) }, asset: decision.asset?.asset.id,
            endedBy: arrival.endedBy?.rawValue, terminator: arrival.terminator, length: arrival.code.cut?.length,
            onRefusal: { refusal in
                let answer = LaneWorkflow.refused(decision, refusal)
                return (answer.outcome, answer.message)
            })
        if case .audit(let step) = decision.intent {
            scan.audit = step
            let (actor, at) = (arrival.actor.name, arrival.at.wall)
            scan.onAudit = { LaneWorkflow.audited($0, actor: actor, at: at) }
        }
        return scan
    }

    /// Returns the transition that the decision requests, with its asset. The ledger tells an undo which asset it
    /// affects.
    private func transition(
        _ decision: inout Decision, _ tenant: TenantID
    ) throws(CommitFailure) -> (AssetID, Transition.Kind)? {
        switch decision.intent {
        case .none, .audit: return nil
        case .transition(let asset, let kind): return (asset, kind)
        case .undo(let number):
            do {
                if let event = try store.event(number), event.tenant == tenant, let asset = event.asset {
                    decision.message = LaneWorkflow.undone(event)
                    return (asset.id, .undo(number))
                }
            } catch {
                throw .failed(error)
            }
            let refusal = Refusal(.notUndoable, "There is no event \(number) to undo.")
            decision.intent = .none
            (decision.lane, decision.outcome, decision.message) = LaneWorkflow.refused(decision, refusal)
            decision.reason = refusal.code.rawValue
            return nil
        }
    }

    /// Returns the new state of the lane and the answer as the journal has it.
    private func answer(
        _ arrival: Arrival, _ decision: Decision, _ receipt: ScanReceipt, _ before: LaneState, _ laneID: LaneID,
        _ record: String?, _ counted: CountedScan?
    ) -> Answer {
        let lane =
            receipt.wasRepeat ? before : Self.lane(after: decision, receipt.event, receipt.refusal, receipt.audit)
        var asset = receipt.asset ?? decision.asset
        var holder = decision.holder
        var candidates = decision.candidates
        if receipt.wasRepeat {
            // The caller sent the scan again: it gets the first answer and does not change the lane.
            asset = receipt.asset
            holder = receipt.event.to ?? receipt.event.from ?? decision.holder
            if receipt.outcome != .ambiguous { candidates = [] }
        }
        let tone = receipt.wasRepeat || receipt.refusal != nil ? nil : decision.tone
        let result = ScanResult(
            scan: arrival.id, number: receipt.number, lane: laneID, at: receipt.event.at, outcome: receipt.outcome,
            tone: tone, message: receipt.message, reason: receipt.reason, code: displayText(arrival.code.bytes),
            asset: asset, holder: holder, candidates: candidates, event: receipt.event.number)
        return Answer(
            lane: lane, result: result,
            record: receipt.wasRepeat ? record : LaneRecord(lane, at: arrival.at).text,
            walk: receipt.audit?.walk,
            counted: CountedScan(arrival, decision, result, wasRepeat: receipt.wasRepeat, after: counted))
    }

    /// Returns the state of the lane after its scan was committed as the event.
    private static func lane(
        after decision: Decision, _ event: LedgerEvent, _ refusal: Refusal?, _ audit: AuditReceipt?
    ) -> LaneState {
        if let refusal { return LaneWorkflow.refused(decision, refusal).lane }
        if let audit { return LaneWorkflow.committed(decision, audit) }
        return decision.intent == .none ? decision.lane : LaneWorkflow.committed(decision, event)
    }

    private func notRecorded(
        _ arrival: Arrival, _ lane: LaneState, _ laneID: LaneID, _ record: String?, _ error: DepotError
    ) -> Answer {
        logger.error(
            "scan not recorded",
            metadata: [
                "scan": "\(arrival.id)", "lane": "\(laneID)", "code": "\(error.code)", "error": "\(error.message)",
            ])
        return Answer(
            lane: lane,
            result: ScanResult(
                scan: arrival.id, number: nil, lane: laneID, at: arrival.at.wall, outcome: .refused,
                message: "Not recorded: \(error.message) Scan it again.", reason: ScanResult.notRecorded,
                code: displayText(arrival.code.bytes)),
            record: record)
    }
}
