/// What a transition, a scan that changed nothing, or a scanner's fate leaves in the ledger.
///
/// Append-only, numbered by the store in commit order, chained by hashes. Its JSON is the wire form on the socket, the
/// HTTP event stream and in webhooks.
public struct LedgerEvent: Hashable, Sendable, Codable {
    /// What happened. Open: unknown kinds from a newer peer are kept.
    public struct Kind: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        public static let created = Kind(rawValue: "created")
        public static let checkout = Kind(rawValue: "checkout")
        public static let checkin = Kind(rawValue: "checkin")
        public static let transfer = Kind(rawValue: "transfer")
        public static let audit = Kind(rawValue: "audit")
        public static let edit = Kind(rawValue: "edit")
        public static let deleted = Kind(rawValue: "deleted")
        public static let restored = Kind(rawValue: "restored")
        public static let purged = Kind(rawValue: "purged")
        public static let undo = Kind(rawValue: "undo")
        /// A scan that moved no asset: shown, duplicate, refused, unknown, broken, … (`outcome` says which).
        public static let scan = Kind(rawValue: "scan")
        public static let scannerConnected = Kind(rawValue: "scanner_connected")
        public static let scannerDisconnected = Kind(rawValue: "scanner_disconnected")
        public static let scannerFailed = Kind(rawValue: "scanner_failed")
        /// A person, location or token was made, changed or deleted; a lane's mode was set; a backup was made.
        public static let administration = Kind(rawValue: "administration")
    }

    /// 1, 2, 3, … without a gap.
    public var number: EventNumber
    /// The station's name.
    public var station: String
    /// Counts this station's events, as ``number`` does while there is one station.
    public var sequence: Int64
    /// The operation that caused it; unique in the ledger.
    public var operation: UniqueID
    public var tenant: TenantID
    /// When it was asked for (the scan's or request's time).
    public var at: Timestamp
    public var kind: Kind
    /// The asset, as it is after the event.
    public var asset: AssetReference?
    /// Who had it before; for a transition that moved it.
    public var from: HolderDescription?
    /// Who has it after.
    public var to: HolderDescription?
    /// Every field that changed, the derived ones included.
    public var changes: [FieldChange]
    public var actor: Actor
    public var origin: Origin
    public var note: String?
    /// The event that this one takes back.
    public var undoes: EventNumber?
    /// For ``Kind/scan``: what became of it.
    public var outcome: ScanOutcome?
    /// The same as the answer at the lane, in one sentence for a person.
    public var message: String?
    /// Further facts by name (a refusal's, a scanner's identity, a purge's count).
    public var facts: [String: String]

    /// The event.
    public init(
        number: EventNumber, station: String, sequence: Int64, operation: UniqueID, tenant: TenantID, at: Timestamp,
        kind: Kind, asset: AssetReference? = nil, from: HolderDescription? = nil, to: HolderDescription? = nil,
        changes: [FieldChange] = [], actor: Actor, origin: Origin, note: String? = nil, undoes: EventNumber? = nil,
        outcome: ScanOutcome? = nil, message: String? = nil, facts: [String: String] = [:]
    ) {
        self.number = number
        self.station = station
        self.sequence = sequence
        self.operation = operation
        self.tenant = tenant
        self.at = at
        self.kind = kind
        self.asset = asset
        self.from = from
        self.to = to
        self.changes = changes
        self.actor = actor
        self.origin = origin
        self.note = note
        self.undoes = undoes
        self.outcome = outcome
        self.message = message
        self.facts = facts
    }

    enum CodingKeys: String, CodingKey {
        case number, station, sequence, operation, at, kind, asset, from, to, changes, actor, origin, note, undoes
        case outcome, message, facts
        case tenant = "tenant_id"
    }
}

/// An asset as an event names it.
public struct AssetReference: Hashable, Sendable, Codable {
    public var id: AssetID
    public var uuid: UniqueID
    public var tag: String
    public var name: String?
    /// The version after the event.
    public var version: Int64

    /// The reference to an asset as it is.
    public init(_ asset: Asset) {
        id = asset.id
        uuid = asset.uuid
        tag = asset.tag
        name = asset.name
        version = asset.version
    }

    enum CodingKeys: String, CodingKey {
        case id, uuid, name, version
        case tag = "asset_tag"
    }
}
