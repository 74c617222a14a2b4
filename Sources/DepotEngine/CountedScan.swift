import DepotModel
import DepotStore
import DepotWorkflow

/// The newest row of a scanner, where it did nothing. What comes again and again is counted on it and has no rows.
///
/// So a trigger that is held down, or a scanner gone mad, does not fill the disk. Each is still counted durably before
/// it is answered, and the first few have a row and an event each.
struct CountedScan: Sendable {
    private var tenant: TenantID
    private var code: KeptCode
    private var symbology: String?
    /// The answer that the row's own scan got.
    private(set) var result: ScanResult
    let number: ScanNumber
    /// How many rows in a row say the same, this one too.
    private var rows = 1
    /// When the row was written and when it was last counted on, in milliseconds of ``Moment/uptime``.
    private var startedAt: Int64
    private var lastAt: Int64

    /// So many rows say the same before it is counted.
    private static let rowsBefore = 5
    /// After so many milliseconds the same gets a row again, so that the journal shows how long it went on.
    private static let longest: Int64 = 60_000
    /// What comes later than this, in milliseconds, is a scan of its own.
    private static let gap: Int64 = 2_000
    private static let outcomes: Set<ScanOutcome> = [.duplicate, .empty, .broken]

    /// The row that was written for a scanner's scan; nil where that did something, or somebody waits for its answer.
    init?(
        _ arrival: ScanPipeline.Arrival, _ decision: Decision, _ result: ScanResult, wasRepeat: Bool,
        after before: CountedScan?
    ) {
        guard arrival.scanner != nil, !wasRepeat, let number = result.number, Self.outcomes.contains(result.outcome)
        else { return nil }
        (tenant, code, symbology) = (arrival.tenant, arrival.code, arrival.symbology)
        (self.result, self.number) = (result, number)
        (startedAt, lastAt) = (arrival.at.uptime, arrival.at.uptime)
        if let before, before.isSame(arrival, decision) { rows = min(before.rows + 1, Self.rowsBefore) }
    }

    /// Whether the scan is the same once more, changes nothing, and needs no row.
    func isRepeated(by arrival: ScanPipeline.Arrival, _ decision: Decision) -> Bool {
        rows >= Self.rowsBefore && arrival.terminator == nil && arrival.at.uptime - startedAt < Self.longest
            && isSame(arrival, decision)
    }

    private func isSame(_ arrival: ScanPipeline.Arrival, _ decision: Decision) -> Bool {
        arrival.scanner != nil && arrival.tenant == tenant && arrival.code == code && arrival.symbology == symbology
            && decision.intent == .none && decision.outcome == result.outcome && decision.reason == result.reason
            && arrival.at.uptime - lastAt < Self.gap
    }

    /// The row after one more was counted on it.
    func counting(_ arrival: ScanPipeline.Arrival) -> CountedScan {
        var counted = self
        counted.lastAt = arrival.at.uptime
        counted.result.at = arrival.at.wall
        return counted
    }
}
