import BarcodeData
public import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Synchronization

extension Station {
    /// Tells every lane that counts in a walk what has become of it.
    ///
    /// - Parameter event: The newest event that the walk covers, or nil for the newest of the ledger.
    public func walkChanged(_ walk: AuditWalk, of tenant: TenantID, at event: EventNumber? = nil) {
        notify(of: AuditWalkStatus(walk), tenant, at: event ?? store.lastEvent)
    }

    func notify(of walk: AuditWalkStatus, _ tenant: TenantID, at event: EventNumber) {
        let lanes = registry.withLock { registry in
            registry.lanes.values.filter { lane in
                lane.tenant == tenant && lane.status.walk.map { $0.id == walk.id && $0 != walk } == true
            }
        }
        for lane in lanes { lane.queue.post(.walk(walk, at: event)) }
    }

    /// Counts one code in a walk, as a lane of typed scans would in audit mode. The lane itself does not change.
    ///
    /// - Parameter id: The scan's identity; a repeated one returns the first answer and counts nothing.
    /// - Returns: The result after the commit.
    /// - Throws: The store's error. A refusal is a result.
    public func count(
        _ bytes: [UInt8], in walk: AuditWalk, id: UniqueID?, tenant: TenantID, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> ScanResult {
        let lane = try await typedLane(of: tenant)
        let arrival = arrival(KeptCode(bytes), id: id ?? newOperation(), clock.moment(), tenant, actor, origin)
        let decided = try context.pipeline.decide(arrival, in: walk)
        let receipt = try await store.tenant(tenant).commit(context.pipeline.record(decided, lane: lane.id))
        if let walk = receipt.audit?.walk { walkChanged(walk, of: tenant, at: receipt.event.number) }
        return ScanResult(
            scan: arrival.id, number: receipt.number, lane: lane.id, at: receipt.event.at, outcome: receipt.outcome,
            message: receipt.message, reason: receipt.reason, code: displayText(decided.arrival.code.bytes),
            asset: receipt.asset ?? decided.decision.asset, holder: decided.decision.holder,
            candidates: decided.decision.candidates, event: receipt.event.number)
    }

    /// The result of a line of a handheld's file.
    public struct HandheldResult: Hashable, Sendable {
        /// The line.
        public var line: HandheldFile.Line
        /// The verdict, or nil if the line was rejected.
        public var verdict: AuditVerdict?
        /// A Boolean value that is true if the line was imported before, so that nothing changed now.
        public var wasRepeat = false
        /// The sentence for a person.
        public var message: String
    }

    /// Counts the lines of a handheld's file in a walk, in the order of their times.
    ///
    /// The identity of each scan follows from the walk, the code and the time on the device: importing a file again, or
    /// one that contains it, counts nothing twice. A part of the lines is committed at a time, so that lanes do not wait.
    ///
    /// - Parameter isDryRun: A Boolean value that is true if nothing is committed and the verdicts are those that an
    ///   import would have now.
    public func importAudit(
        _ content: HandheldFile.Content, into walk: AuditWalk, isDryRun: Bool, tenant: TenantID, actor: Actor,
        origin: Origin
    ) async throws(CommitFailure) -> [HandheldResult] {
        let tenantStore = store.tenant(tenant)
        var preview: AuditPreview?
        if isDryRun {
            do throws(DepotError) { preview = try tenantStore.auditPreview(of: walk) } catch { throw .failed(error) }
        }
        var results: [HandheldResult] = []
        results.reserveCapacity(content.lines.count)
        var newest: AuditWalk?
        let base = UniqueID(
            high: UInt64(bitPattern: walk.startedAt.milliseconds), low: UInt64(bitPattern: walk.id.rawValue))
        for start in stride(from: 0, to: content.lines.count, by: Self.importPart) {
            let lines = content.lines[start..<min(start + Self.importPart, content.lines.count)]
            var scans: [ScanCommit] = []
            var places: [Int] = []
            for line in lines {
                if let problem = line.problem {
                    results.append(HandheldResult(line: line, message: problem))
                    continue
                }
                let id = base.step(line.identity)
                let at = Moment(wall: line.at ?? clock.wall(), uptime: .zero)
                var arrival = arrival(KeptCode(Array(line.code.utf8)), id: id, at, tenant, actor, origin)
                arrival.symbology = line.symbology
                let decided = try context.pipeline.decide(arrival, in: walk)
                guard case .audit = decided.decision.intent else {
                    results.append(HandheldResult(line: line, message: decided.decision.message))
                    continue
                }
                if let verdict = preview?.verdict(
                    decided.decision.asset, code: displayText(decided.arrival.code.bytes))
                {
                    let isKnown = (try? tenantStore.hasScan(id)) ?? false
                    results.append(
                        HandheldResult(
                            line: line, verdict: verdict, wasRepeat: isKnown, message: decided.decision.message))
                    continue
                }
                places.append(results.count)
                results.append(HandheldResult(line: line, message: ""))
                scans.append(context.pipeline.record(decided, lane: nil))
            }
            guard !scans.isEmpty else { continue }
            for (place, receipt) in zip(places, try await tenantStore.commit(all: scans)) {
                results[place].message = receipt.message
                results[place].wasRepeat = receipt.wasRepeat
                results[place].verdict = receipt.event.facts["verdict"].flatMap { AuditVerdict(rawValue: $0) }
                newest = receipt.audit?.walk ?? newest
            }
        }
        if let newest { walkChanged(newest, of: tenant) }
        return results
    }

    /// The number of lines that one transaction commits.
    private static let importPart = 250

    private func arrival(
        _ code: KeptCode, id: UniqueID, _ at: Moment, _ tenant: TenantID, _ actor: Actor, _ origin: Origin
    ) -> ScanPipeline.Arrival {
        var origin = origin
        origin.scan = id
        return .init(
            id: id, tenant: tenant, code: code, symbology: nil, at: at, scanner: nil, actor: actor, origin: origin)
    }
}
