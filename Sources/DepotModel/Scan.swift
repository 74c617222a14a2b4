/// What became of a scan. Stored in the journal, shown on the screen, sent on the wire.
public enum ScanOutcome: OpenWord {
    /// A transition was committed.
    case applied
    /// Something was shown or a lane changed (holder, mode, operator); no asset moved.
    case shown
    /// What was asked is so already.
    case alreadySo
    /// The same code again on the same lane within the window.
    case duplicate
    /// The rules said no.
    case refused
    /// The code fits several things.
    case ambiguous
    /// The code fits nothing.
    case unknown
    /// A badge that belongs to nobody.
    case unknownBadge
    /// No characters between two terminators.
    case empty
    /// Longer than a code may be (4,096 bytes).
    case tooLong
    /// Control characters that no code format allows.
    case controlCharacters
    /// Not valid UTF-8.
    case invalidText
    /// A code that ended before it was whole: unplugged, timed out or garbled.
    case broken
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [ScanOutcome] = [
        .applied, .shown, .alreadySo, .duplicate, .refused, .ambiguous, .unknown, .unknownBadge, .empty, .tooLong,
        .controlCharacters, .invalidText, .broken,
    ]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .applied: "applied"
        case .shown: "shown"
        case .alreadySo: "already_so"
        case .duplicate: "duplicate"
        case .refused: "refused"
        case .ambiguous: "ambiguous"
        case .unknown: "unknown"
        case .unknownBadge: "unknown_badge"
        case .empty: "empty"
        case .tooLong: "too_long"
        case .controlCharacters: "control_characters"
        case .invalidText: "invalid_text"
        case .broken: "broken"
        case .other(let word): word
        }
    }

    /// Whether a person must look: the screen's loud colours.
    public var isFault: Bool {
        switch self {
        case .applied, .shown, .alreadySo, .duplicate: false
        case .refused, .ambiguous, .unknown, .unknownBadge, .empty, .tooLong, .controlCharacters, .invalidText, .broken,
            .other:
            true
        }
    }
}

/// One row of the scan journal: every scan has one, whatever became of it.
public struct JournalledScan: Hashable, Sendable, Codable {
    /// In commit order.
    public var number: ScanNumber
    /// Made when the last report arrived; also the operation of the transition it caused.
    public var id: UniqueID
    /// When the last report arrived.
    public var at: Timestamp
    public var lane: LaneID?
    /// The scanner's identity; nil for a typed scan.
    public var scanner: String?
    /// The bytes as decoded, in hexadecimal; of a longer code the first ``KeptCode/maximumBytes``.
    public var raw: String
    /// ``raw`` as text, where it is.
    public var text: String?
    /// How many bytes the whole code had, where only its beginning is kept.
    public var length: Int?
    /// AIM identifier such as `]Q1`, where the scanner sent one.
    public var symbology: String?
    /// The reading that was used, such as `tag IT-0042` or `badge 7` or `command undo`.
    public var interpretation: String?
    public var outcome: ScanOutcome
    /// The refusal's code, or why it is broken.
    public var reason: String?
    /// The sentence the person at the lane was shown.
    public var message: String
    /// The event that tells of it.
    public var event: EventNumber?
    /// What ended the code: `enter`, `tab`, `silence` or `report`; nil where it came as a whole, or before that was kept.
    public var endedBy: String?
    /// How often the same came again right after it and did nothing, so that it has no rows of its own; nil: never.
    public var repeats: Int?

    /// The row.
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

/// How a lane reads what is scanned.
public enum LaneMode: OpenWord {
    case counter, checkout, checkin, transfer, audit, lookup
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [LaneMode] = [.counter, .checkout, .checkin, .transfer, .audit, .lookup]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .counter: "counter"
        case .checkout: "checkout"
        case .checkin: "checkin"
        case .transfer: "transfer"
        case .audit: "audit"
        case .lookup: "lookup"
        case .other(let word): word
        }
    }
}
