/// The result of one scan: the answer at the lane and the reply to a typed scan.
public struct ScanResult: Hashable, Sendable, Codable {
    /// The identity of the scan.
    public var scan: UniqueID
    /// The row in the journal, or nil if there is none: the scan could not be recorded and must be repeated, or the lane
    /// says something by itself (``modeEnded``).
    public var number: ScanNumber?
    /// The lane.
    public var lane: LaneID
    /// The time of the scan.
    public var at: Timestamp
    /// The outcome.
    public var outcome: ScanOutcome
    /// The tone in which the screen and a sound tell it.
    public var tone: ScanTone
    /// One sentence for a person.
    public var message: String
    /// The refusal's code, the reason for which the code is broken, ``notRecorded`` or ``modeEnded``.
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

    /// Creates a result. Without a tone it has the usual one of its outcome.
    public init(
        scan: UniqueID, number: ScanNumber?, lane: LaneID, at: Timestamp, outcome: ScanOutcome, tone: ScanTone? = nil,
        message: String, reason: String? = nil, code: String, asset: AssetDetails? = nil,
        holder: HolderDescription? = nil,
        candidates: [Match] = [], event: EventNumber? = nil
    ) {
        self.scan = scan
        self.number = number
        self.lane = lane
        self.at = at
        self.outcome = outcome
        self.tone = tone ?? ScanTone(outcome, reason: reason)
        self.message = message
        self.reason = reason
        self.code = code
        self.asset = asset
        self.holder = holder
        self.candidates = candidates
        self.event = event
    }

    /// The reason of a scan that could not be written to the database.
    public static let notRecorded = "not_recorded"
    /// The reason of the result with which a lane says that its mode ended after a time without scans.
    public static let modeEnded = "mode_ended"

    enum CodingKeys: String, CodingKey {
        case scan, number, at, outcome, tone, message, reason, code, asset, holder, candidates, event
        case lane = "lane_id"
    }
    /// Decodes a result. One of a version without tones has the usual tone of its outcome.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        scan = try container.decode(UniqueID.self, forKey: .scan)
        number = try container.decodeIfPresent(ScanNumber.self, forKey: .number)
        lane = try container.decode(LaneID.self, forKey: .lane)
        at = try container.decode(Timestamp.self, forKey: .at)
        outcome = try container.decode(ScanOutcome.self, forKey: .outcome)
        message = try container.decode(String.self, forKey: .message)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        tone =
            try container.decodeIfPresent(ScanTone.self, forKey: .tone) ?? ScanTone(outcome, reason: reason)
        code = try container.decode(String.self, forKey: .code)
        asset = try container.decodeIfPresent(AssetDetails.self, forKey: .asset)
        holder = try container.decodeIfPresent(HolderDescription.self, forKey: .holder)
        candidates = try container.decode([Match].self, forKey: .candidates)
        event = try container.decodeIfPresent(EventNumber.self, forKey: .event)
    }
}
