/// A line of a walk: an asset or a code that was seen, or an asset that is missing.
public struct AuditLine: Hashable, Sendable, Codable {
    /// The asset, or nil for an unknown code.
    public var asset: AssetID?
    /// The asset tag, or the code that no asset has.
    public var code: String
    /// The asset's name or else its model's, or nil.
    public var name: String?
    /// The verdict, never ``AuditVerdict/repeated``.
    public var verdict: AuditVerdict
    /// The time of the first scan; nil for an asset that is missing.
    public var at: Timestamp?
    /// The name of the person or program that scanned it first; nil for an asset that is missing.
    public var by: String?
    /// The lane of the first scan, or nil.
    public var lane: LaneID?
    /// The place of the first scan, or nil.
    public var place: Reference?
    /// The number of further scans.
    public var repeats: Int
    /// The location to which the asset belonged at the time of the scan, at the start if it is missing; or nil.
    public var home: Reference?
    /// The name of the holder who had the asset at the time of the scan, at the end if it is missing; or nil.
    public var holder: String?
    /// The event of the first scan, or nil for an asset that is missing in a walk that is not closed.
    public var event: EventNumber?
    /// The change that was applied, or nil.
    public var action: AuditAction?
    /// The event of that change, or nil.
    public var actionEvent: EventNumber?

    /// Creates a line.
    public init(
        asset: AssetID?, code: String, name: String? = nil, verdict: AuditVerdict, at: Timestamp? = nil,
        by: String? = nil, lane: LaneID? = nil, place: Reference? = nil, repeats: Int = 0, home: Reference? = nil,
        holder: String? = nil, event: EventNumber? = nil, action: AuditAction? = nil, actionEvent: EventNumber? = nil
    ) {
        self.asset = asset
        self.code = code
        self.name = name
        self.verdict = verdict
        self.at = at
        self.by = by
        self.lane = lane
        self.place = place
        self.repeats = repeats
        self.home = home
        self.holder = holder
        self.event = event
        self.action = action
        self.actionEvent = actionEvent
    }

    enum CodingKeys: String, CodingKey {
        case code, name, verdict, at, by, place, repeats, home, holder, event, action
        case asset = "asset_id"
        case lane = "lane_id"
        case actionEvent = "action_event"
    }
}
