public import DepotModel
import TextFormats

/// `POST scans`: a typed or replayed scan, answered with a `ScanResult`.
///
/// Either ``code`` or ``raw``, not both: ``bytes()`` says which bytes were scanned.
public struct ScanRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The code as text.
    public var code: String?
    /// The code's bytes in hexadecimal, where they are no text.
    public var raw: String?
    /// The lane; nil: the lane of typed scans.
    public var lane: LaneID?
    /// The scan's identity: the same again is answered with the first answer. Nil: the daemon makes one.
    public var id: UniqueID?

    /// The request.
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
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
    public static var allowsNull: Bool { true }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        code = try container.decodeIfPresent(String.self, forKey: .code)
        raw = try container.decodeIfPresent(String.self, forKey: .raw)
        lane = try container.id(forKey: .lane)
        id = try container.decodeIfPresent(UniqueID.self, forKey: .id)
    }

    /// The bytes that were scanned.
    ///
    /// - Throws: `DepotError.Code.badRequest` where both or neither field is given, or ``raw`` is not hexadecimal.
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

/// `GET scans?since=N&limit=N`.
public struct ScansReply: Hashable, Sendable, Codable {
    /// Numbers after `since`, ascending.
    public var scans: [JournalledScan]
    /// The number to go on from: that of the last row, or `since` where there is none.
    public var last: ScanNumber
    /// True where the page ended early because its rows are large; else left out.
    public var truncated: Bool?

    /// The reply.
    public init(scans: [JournalledScan], last: ScanNumber, truncated: Bool? = nil) {
        self.scans = scans
        self.last = last
        self.truncated = truncated
    }
}

/// `GET events?since=N&limit=N`.
public struct EventsReply: Hashable, Sendable, Codable {
    /// Numbers after `since`, ascending, without a gap.
    public var events: [LedgerEvent]
    /// The number to go on from: that of the last event, or `since` where there is none.
    public var last: EventNumber
    /// True where the page ended early because its events are large; else left out.
    public var truncated: Bool?

    /// The reply.
    public init(events: [LedgerEvent], last: EventNumber, truncated: Bool? = nil) {
        self.events = events
        self.last = last
        self.truncated = truncated
    }
}

/// `GET assets/{id}/history`.
public struct HistoryReply: Hashable, Sendable, Codable {
    /// The asset's events, oldest first.
    public var events: [LedgerEvent]
    /// True where older ones were left out because the events are large; else left out.
    public var truncated: Bool?

    /// The reply.
    public init(events: [LedgerEvent], truncated: Bool? = nil) {
        self.events = events
        self.truncated = truncated
    }
}
