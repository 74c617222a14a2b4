public import DepotModel

/// The body of `POST transitions`, answered with a ``TransitionReply``.
public struct TransitionRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The transitions that this route accepts.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case checkout, checkin, transfer, audit
    }

    /// The identity of the operation, or nil if the daemon is to create one. A repetition receives the first answer.
    public var operation: UniqueID?
    /// The kind of transition.
    public var kind: Kind
    /// The asset.
    public var asset: AssetSelector
    /// The new holder; required for checkout and transfer, and refused for other kinds.
    public var to: HolderSelector?
    /// The location for a checkin or an audit.
    public var location: LocationID?
    /// The code or exact name of a location, compared without case, in place of ``location`` (`"location":"R-101"`).
    public var locationName: String?
    /// The day on which the asset is expected back, for a checkout or transfer.
    public var expectedCheckin: CalendarDate?
    /// The day of the next audit, for an audit; nil is today plus the tenant's interval.
    public var nextAudit: CalendarDate?
    /// A Boolean value that is true if an audit also moves the asset to the given location; nil is false.
    public var moves: Bool?
    /// A note for the ledger.
    public var note: String?
    /// The version of the asset on which the caller decided, or nil to accept any.
    public var version: Int64?

    /// Creates a request.
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
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    /// Decodes a request, and refuses fields that the kind does not have rather than ignoring them.
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

/// The body of `POST transitions/{event}/undo`, answered with a ``TransitionReply``. All fields are optional.
public struct UndoRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The identity of the operation, or nil if the daemon is to create one. A repetition receives the first answer.
    public var operation: UniqueID?
    /// A note for the ledger.
    public var note: String?

    /// Creates a request.
    public init(operation: UniqueID? = nil, note: String? = nil) {
        self.operation = operation
        self.note = note
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case operation, note }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The answer to a committed change, and to a repetition of its operation.
public struct TransitionReply: Hashable, Sendable, Codable {
    /// The event that records the change.
    public var event: LedgerEvent
    /// The asset after the event, or nil after a purge.
    public var asset: AssetDetails?
    /// A Boolean value that is true if the operation was committed before, so that nothing changed now.
    public var repeated: Bool

    /// Creates a reply.
    public init(event: LedgerEvent, asset: AssetDetails?, repeated: Bool) {
        self.event = event
        self.asset = asset
        self.repeated = repeated
    }
}
