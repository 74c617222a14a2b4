import DepotModel
import DepotStore
import DepotWorkflow

/// The newest journal row of a scanner, if its scan changed nothing. Identical scans are counted on it and have no rows
/// of their own.
///
/// A trigger that is held down or a faulty scanner therefore does not fill the disk. Each scan is still counted durably
/// before it is answered, and the first few have a row and an event each.
struct CountedScan: Sendable {
    private var tenant: TenantID
    private var code: KeptCode
    private var symbology: String?
    /// The answer to the scan of the row.
    private(set) var result: ScanResult
    let number: ScanNumber
    /// The number of consecutive rows with this answer, including this one.
    private var rows = 1
    /// The times at which the row was written and at which it was last counted on, as ``Moment/uptime``.
    private var startedAt: Duration
    private var lastAt: Duration

    /// The number of rows with the same answer before scans are counted.
    private static let rowsBeforeCounting = 5
    /// The time after which an identical scan gets a row again, so that the journal shows how long it went on.
    private static let rowInterval = Duration.seconds(60)
    /// The time after which an identical scan is one of its own.
    private static let gap = Duration.seconds(2)
    private static let outcomes: Set<ScanOutcome> = [.duplicate, .empty, .broken]

    /// Creates the value for a row that was written, or returns nil if the scan changed something or was not a scanner's.
    init?(
        _ arrival: ScanPipeline.Arrival, _ decision: Decision, _ result: ScanResult, wasRepeat: Bool,
        after before: CountedScan?
    ) {
        guard arrival.scanner != nil, !wasRepeat, let number = result.number, Self.outcomes.contains(result.outcome)
        else { return nil }
        (tenant, code, symbology) = (arrival.tenant, arrival.code, arrival.symbology)
        (self.result, self.number) = (result, number)
        (startedAt, lastAt) = (arrival.at.uptime, arrival.at.uptime)
        if let before, before.isSame(arrival, decision) { rows = min(before.rows + 1, Self.rowsBeforeCounting) }
    }

    /// Returns whether the scan repeats this one, changes nothing and needs no row.
    func isRepeated(by arrival: ScanPipeline.Arrival, _ decision: Decision) -> Bool {
        rows >= Self.rowsBeforeCounting && arrival.terminator == nil && arrival.at.uptime - startedAt < Self.rowInterval
            && isSame(arrival, decision)
    }

    private func isSame(_ arrival: ScanPipeline.Arrival, _ decision: Decision) -> Bool {
        arrival.scanner != nil && arrival.tenant == tenant && arrival.code == code && arrival.symbology == symbology
            && decision.intent == .none && decision.outcome == result.outcome && decision.reason == result.reason
            && arrival.at.uptime - lastAt < Self.gap
    }

    /// Returns the value after one more scan was counted on the row.
    func counting(_ arrival: ScanPipeline.Arrival) -> CountedScan {
        var counted = self
        counted.lastAt = arrival.at.uptime
        counted.result.at = arrival.at.wall
        return counted
    }
}
