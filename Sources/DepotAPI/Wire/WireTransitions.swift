public import DepotModel

/// `POST transitions`, answered with a ``TransitionReply``.
public struct TransitionRequest: Hashable, Sendable, Codable, StrictRequest {
    /// What may be asked by this route.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case checkout, checkin, transfer, audit
    }

    /// The same operation again is answered with the first answer. Nil: the daemon makes one.
    public var operation: UniqueID?
    public var kind: Kind
    public var asset: AssetSelector
    /// For checkout and transfer, and required there.
    public var to: HolderSelector?
    /// For checkin and audit.
    public var location: LocationID?
    /// Instead of ``location``: a location's code or exact name, without case (`"location":"R-101"`).
    public var locationName: String?
    /// For checkout and transfer.
    public var expectedCheckin: CalendarDate?
    /// For audit; nil: today and the tenant's interval.
    public var nextAudit: CalendarDate?
    /// For audit: whether the asset's location becomes the given one; nil: no.
    public var moves: Bool?
    public var note: String?
    /// The asset's version the caller decided on; nil: whatever it is now.
    public var version: Int64?

    /// The request.
    public init(
        operation: UniqueID? = nil, kind: Kind, asset: AssetSelector, to: HolderSelector? = nil,
        location: LocationID? = nil, locationName: String? = nil, expectedCheckin: CalendarDate? = nil,
        nextAudit: CalendarDate? = nil, moves: Bool? = nil, note: String? = nil, version: Int64? = nil
    ) {
        self.operation = operation
        self.kind = kind
        self.asset = asset
        self.to = to
        self.location = location
        self.locationName = locationName
        self.expectedCheckin = expectedCheckin
        self.nextAudit = nextAudit
        self.moves = moves
        self.note = note
        self.version = version
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case operation, kind, asset, to, moves, note, version
        case location = "location_id"
        case locationName = "location"
        case expectedCheckin = "expected_checkin"
        case nextAudit = "next_audit"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    /// Also refuses fields that the kind does not have, rather than ignore them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        operation = try container.decodeIfPresent(UniqueID.self, forKey: .operation)
        kind = try container.decode(Kind.self, forKey: .kind)
        asset = try container.decode(AssetSelector.self, forKey: .asset)
        to = try container.decodeIfPresent(HolderSelector.self, forKey: .to)
        location = try container.id(forKey: .location)
        locationName = try container.decodeIfPresent(String.self, forKey: .locationName)
        expectedCheckin = try container.decodeIfPresent(CalendarDate.self, forKey: .expectedCheckin)
        nextAudit = try container.decodeIfPresent(CalendarDate.self, forKey: .nextAudit)
        moves = try container.decodeIfPresent(Bool.self, forKey: .moves)
        note = try container.decodeIfPresent(String.self, forKey: .note)
        version = try container.whole(forKey: .version)
        let foreign: [(CodingKeys, Bool)] =
            switch kind {
            case .checkout, .transfer:
                [
                    (.location, location != nil), (.locationName, locationName != nil),
                    (.nextAudit, nextAudit != nil), (.moves, moves != nil),
                ]
            case .checkin:
                [
                    (.to, to != nil), (.expectedCheckin, expectedCheckin != nil), (.nextAudit, nextAudit != nil),
                    (.moves, moves != nil),
                ]
            case .audit: [(.to, to != nil), (.expectedCheckin, expectedCheckin != nil)]
            }
        if let key = foreign.first(where: \.1)?.0 {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container, debugDescription: "a \(kind.rawValue) has no such field")
        }
        if location != nil, locationName != nil {
            throw DecodingError.dataCorruptedError(
                forKey: .locationName, in: container, debugDescription: "give location_id or location, not both")
        }
        if to == nil, kind == .checkout || kind == .transfer {
            throw DecodingError.keyNotFound(
                CodingKeys.to, .init(codingPath: container.codingPath, debugDescription: "missing"))
        }
    }
}

/// `POST transitions/{event}/undo`, answered with a ``TransitionReply``. Every field may be left out.
public struct UndoRequest: Hashable, Sendable, Codable, StrictRequest {
    public var operation: UniqueID?
    public var note: String?

    /// The request.
    public init(operation: UniqueID? = nil, note: String? = nil) {
        self.operation = operation
        self.note = note
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case operation, note }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// What a committed change answers, and what the same operation answers again.
public struct TransitionReply: Hashable, Sendable, Codable {
    public var event: LedgerEvent
    /// The asset as it is after the event; nil after a purge.
    public var asset: AssetDetails?
    /// Whether this operation was committed before, and nothing changed now.
    public var repeated: Bool

    /// The reply.
    public init(event: LedgerEvent, asset: AssetDetails?, repeated: Bool) {
        self.event = event
        self.asset = asset
        self.repeated = repeated
    }
}
