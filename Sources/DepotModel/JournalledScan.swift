/// A row of the scan journal, which records every scan whatever its outcome.
public struct JournalledScan: Hashable, Sendable, Codable {
    /// The number in commit order.
    public var number: ScanNumber
    /// The identity, created when the last report arrived. It is also the operation of the transition that the scan caused.
    public var id: UniqueID
    /// The time at which the last report arrived.
    public var at: Timestamp
    /// The lane.
    public var lane: LaneID?
    /// The scanner's identity, or nil for a typed scan.
    public var scanner: String?
    /// The decoded bytes in hexadecimal, at most the first ``KeptCode/maximumBytes``.
    public var raw: String
    /// ``raw`` as text, or nil if it is not text.
    public var text: String?
    /// The length of the whole code in bytes, if only its beginning is stored.
    public var length: Int?
    /// The AIM identifier that the scanner sent, such as `]Q1`, or nil.
    public var symbology: String?
    /// The reading that was used, such as `tag IT-0042` or `badge 7` or `command undo`.
    public var interpretation: String?
    /// The outcome.
    public var outcome: ScanOutcome
    /// The refusal's code or the reason for which the code is broken.
    public var reason: String?
    /// The sentence that was shown to the person at the lane.
    public var message: String
    /// The event that records the scan.
    public var event: EventNumber?
    /// The end of the code: `enter`, `tab`, `silence` or `report`. Nil for a typed code and in rows written before this
    /// was recorded.
    public var endedBy: String?
    /// The number of identical scans right after this one that did nothing and therefore have no rows of their own, or
    /// nil.
    public var repeats: Int?

    /// Creates a row.
    public init(
        number: ScanNumber, id: UniqueID, at: Timestamp, lane: LaneID?, scanner: String?, raw: String, text: String?,
        symbology: String?, interpretation: String?, outcome: ScanOutcome, reason: String?, message: String,
        event: EventNumber?, endedBy: String? = nil, length: Int? = nil, repeats: Int? = nil
    ) {
        self.number = number
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
        self.event = event
        self.endedBy = endedBy
        self.length = length
        self.repeats = repeats
    }

    enum CodingKeys: String, CodingKey {
        case number, id, at, scanner, raw, text, length, repeats, symbology, interpretation, outcome, reason, message,
            event
        case lane = "lane_id"
        case endedBy = "ended_by"
    }
}
