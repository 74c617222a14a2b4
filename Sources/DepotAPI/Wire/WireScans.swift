public import DepotModel
import TextFormats

/// The body of `POST scans`: a typed or replayed scan, answered with a `ScanResult`.
///
/// It has either ``code`` or ``raw``, not both; ``bytes()`` returns the scanned bytes.
public struct ScanRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The code as text.
    public var code: String?
    /// The code's bytes in hexadecimal, for codes that are not text.
    public var raw: String?
    /// The lane, or nil for the lane of typed scans.
    public var lane: LaneID?
    /// The identity of the scan, or nil if the daemon is to create one. A repetition receives the first answer.
    public var id: UniqueID?

    /// Creates a request.
    public init(code: String? = nil, raw: String? = nil, lane: LaneID? = nil, id: UniqueID? = nil) {
        self.code = code
        self.raw = raw
        self.lane = lane
        self.id = id
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case code, raw, id
        case lane = "lane_id"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
    /// True: a scanned code may contain U+0000.
    public static var allowsNull: Bool { true }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        code = try container.decodeIfPresent(String.self, forKey: .code)
        raw = try container.decodeIfPresent(String.self, forKey: .raw)
        lane = try container.id(forKey: .lane)
        id = try container.decodeIfPresent(UniqueID.self, forKey: .id)
    }

    /// Returns the scanned bytes.
    ///
    /// - Throws: `DepotError.Code.badRequest` if both or neither of the fields are given, or if ``raw`` is not
    ///   hexadecimal.
    public func bytes() throws(DepotError) -> [UInt8] {
        switch (code, raw) {
        case (.some(let code), nil): return Array(code.utf8)
        case (nil, .some(let raw)):
            guard let bytes = Hexadecimal.bytes(raw) else {
                throw DepotError(
                    .badRequest, "The field “raw” is not valid: not hexadecimal digits, two for each byte.")
            }
            return bytes
        case (.some, .some): throw DepotError(.badRequest, "Give “code” or “raw”, not both.")
        case (nil, nil): throw DepotError(.badRequest, "The field “code” is missing.", hint: "or give “raw”")
        }
    }
}

/// The reply of `GET find?q=TEXT&limit=N`.
public struct FindReply: Hashable, Sendable, Codable {
    /// An asset, a person or a location.
    public struct Found: Hashable, Sendable, Codable {
        /// `asset`, `person` or `location`.
        public var kind: String
        /// The row id.
        public var id: Int64
        /// An asset's tag, or a person's or location's name.
        public var label: String
        /// A second line, such as an asset's name, or nil.
        public var detail: String?
        /// The code to post as a scan, or nil for a person without a badge and a location without a code.
        public var code: String?

        /// Creates an entry.
        public init(kind: String, id: Int64, label: String, detail: String?, code: String?) {
            self.kind = kind
            self.id = id
            self.label = label
            self.detail = detail
            self.code = code
        }
    }

    /// The matches; those that begin with the text come first.
    public var matches: [Found]

    /// Creates a reply.
    public init(matches: [Found]) { self.matches = matches }
}

/// The reply of `GET scans?since=N&limit=N`.
public struct ScansReply: Hashable, Sendable, Codable {
    /// The scans with numbers after `since`, in ascending order.
    public var scans: [JournalledScan]
    /// The number to continue from: that of the last row, or `since` if there is none.
    public var last: ScanNumber
    /// True if the page ended early because its rows are large; nil otherwise.
    public var truncated: Bool?

    /// Creates a reply.
    public init(scans: [JournalledScan], last: ScanNumber, truncated: Bool? = nil) {
        self.scans = scans
        self.last = last
        self.truncated = truncated
    }
}

/// The reply of `GET events?since=N&limit=N`.
public struct EventsReply: Hashable, Sendable, Codable {
    /// The events with numbers after `since`, in ascending order without gaps.
    public var events: [LedgerEvent]
    /// The number to continue from: that of the last event, or `since` if there is none.
    public var last: EventNumber
    /// True if the page ended early because its events are large; nil otherwise.
    public var truncated: Bool?

    /// Creates a reply.
    public init(events: [LedgerEvent], last: EventNumber, truncated: Bool? = nil) {
        self.events = events
        self.last = last
        self.truncated = truncated
    }
}

/// The reply of `GET assets/{id}/history`.
public struct HistoryReply: Hashable, Sendable, Codable {
    /// The events of the asset, oldest first.
    public var events: [LedgerEvent]
    /// True if older events were omitted because the events are large; nil otherwise.
    public var truncated: Bool?

    /// Creates a reply.
    public init(events: [LedgerEvent], truncated: Bool? = nil) {
        self.events = events
        self.truncated = truncated
    }
}
