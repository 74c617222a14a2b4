/// The result of one scan: the answer at the lane and the reply to a typed scan.
public struct ScanResult: Hashable, Sendable, Codable {
    /// The identity of the scan.
    public var scan: UniqueID
    /// The row in the journal, or nil if the scan could not be recorded, so that it must be scanned again.
    public var number: ScanNumber?
    /// The lane.
    public var lane: LaneID
    /// The time of the scan.
    public var at: Timestamp
    /// The outcome.
    public var outcome: ScanOutcome
    /// One sentence for a person.
    public var message: String
    /// The refusal's code, the reason for which the code is broken, or ``notRecorded``.
    public var reason: String?
    /// The code as text with control characters escaped.
    public var code: String
    /// The asset after the scan.
    public var asset: AssetDetails?
    /// The holder: the new one, the one who returned the asset, or the one who has it.
    public var holder: HolderDescription?
    /// The candidates of an ambiguous code.
    public var candidates: [Match]
    /// The event that records the scan.
    public var event: EventNumber?

    /// Creates a result.
    public init(
        scan: UniqueID, number: ScanNumber?, lane: LaneID, at: Timestamp, outcome: ScanOutcome, message: String,
        reason: String? = nil, code: String, asset: AssetDetails? = nil, holder: HolderDescription? = nil,
        candidates: [Match] = [], event: EventNumber? = nil
    ) {
        self.scan = scan
        self.number = number
        self.lane = lane
        self.at = at
        self.outcome = outcome
        self.message = message
        self.reason = reason
        self.code = code
        self.asset = asset
        self.holder = holder
        self.candidates = candidates
        self.event = event
    }

    /// The reason of a scan that could not be written to the database: the one result without a journal row.
    public static let notRecorded = "not_recorded"

    enum CodingKeys: String, CodingKey {
        case scan, number, at, outcome, message, reason, code, asset, holder, candidates, event
        case lane = "lane_id"
    }
}
