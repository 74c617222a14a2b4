import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding

/// Scans that count in a walk without a lane's conversation: over HTTP and from the file of a handheld.
extension ScanPipeline {
    /// The meaning of a code in a walk, before it is committed.
    struct AuditDecision {
        var arrival: Arrival
        var decision: Decision
    }

    /// Decides the scan of a code for a walk.
    func decide(_ arrival: Arrival, in walk: AuditWalk) throws(CommitFailure) -> AuditDecision {
        let reader = BarcodeReader(formats: settings.formats)
        var reading = reader.read(arrival.code.bytes, symbology: arrival.symbology)
        var arrival = arrival
        // Neither the journal nor the report may hold a byte of an identity document.
        if reading == .rejected(.personalData) {
            arrival.code = KeptCode([])
        } else if arrival.code.cut != nil {
            reading = .rejected(.tooLong)
        }
        let scan = LaneScan(
            id: arrival.id, bytes: arrival.code.bytes, reading: reading,
            resolution: try resolve(arrival, reading, reader), at: arrival.at,
            looksLikeBadge: false, cut: arrival.code.cut)
        let decision = LaneWorkflow.count(scan, in: walk, settings: settings.workflow(of: arrival.tenant))
        return AuditDecision(arrival: arrival, decision: decision)
    }

    /// Returns the scan for the journal.
    func record(_ decided: AuditDecision, lane: LaneID?) -> ScanCommit {
        journalled(decided.arrival, decided.decision, nil, lane)
    }
}
