/// The record of a transition, of a scan that changed nothing, or of a scanner's state in the ledger.
///
/// The ledger is append-only, numbered by the store in commit order and chained by hashes. The JSON is the same on the
/// socket and in the HTTP event stream.
public struct LedgerEvent: Hashable, Sendable, Codable {
    /// The kind of an event. An unknown kind of a newer peer is kept unchanged.
    public struct Kind: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// An asset was created.
        public static let created = Kind(rawValue: "created")
        /// An asset was handed to a holder.
        public static let checkout = Kind(rawValue: "checkout")
        /// An asset was returned.
        public static let checkin = Kind(rawValue: "checkin")
        /// An asset went from one holder to another.
        public static let transfer = Kind(rawValue: "transfer")
        /// An asset was seen in an audit.
        public static let audit = Kind(rawValue: "audit")
        /// Fields of an asset were edited.
        public static let edit = Kind(rawValue: "edit")
        /// An asset was deleted, and can be restored.
        public static let deleted = Kind(rawValue: "deleted")
        /// A deleted asset was restored.
        public static let restored = Kind(rawValue: "restored")
        /// An asset was removed with its history.
        public static let purged = Kind(rawValue: "purged")
        /// An earlier event was undone.
        public static let undo = Kind(rawValue: "undo")
        /// A scan that moved no asset: shown, duplicate, refused, unknown, broken, … (see ``LedgerEvent/outcome``).
        public static let scan = Kind(rawValue: "scan")
        /// A scanner was plugged in or is read again.
        public static let scannerConnected = Kind(rawValue: "scanner_connected")
        /// A scanner was unplugged.
        public static let scannerDisconnected = Kind(rawValue: "scanner_disconnected")
        /// A scanner has a fault.
        public static let scannerFailed = Kind(rawValue: "scanner_failed")
        /// A person, location or token was created, changed or deleted, a lane's mode was set, or a backup was made.
        public static let administration = Kind(rawValue: "administration")
    }

    /// The number in the ledger: 1, 2, 3, … without a gap.
    public var number: EventNumber
    /// The station's name.
    public var station: String
    /// The number among this station's events, equal to ``number`` while there is one station.
    public var sequence: Int64
    /// The operation that caused the event; unique in the ledger.
    public var operation: UniqueID
    /// The tenant whose event this is.
    public var tenant: TenantID
    /// The time of the scan or the request.
    public var at: Timestamp
    /// The kind of the event.
    public var kind: Kind
    /// The asset after the event.
    public var asset: AssetReference?
    /// The previous holder, for a transition that moved the asset.
    public var from: HolderDescription?
    /// The new holder, for a transition that moved the asset.
    public var to: HolderDescription?
    /// The changed fields, derived ones included.
    public var changes: [FieldChange]
    /// The person or program that caused the event.
    public var actor: Actor
    /// The way by which the event was requested.
    public var origin: Origin
    /// The caller's remark.
    public var note: String?
    /// The event that this one undoes.
    public var undoes: EventNumber?
    /// The outcome of a ``Kind/scan``.
    public var outcome: ScanOutcome?
    /// The answer at the lane, in one sentence for a person.
    public var message: String?
    /// Further facts by name, such as a refusal's facts, a scanner's identity or the count of a purge.
    public var facts: [String: String]

    /// Creates an event.
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

    /// An event before the ledger has numbered it.
    public struct Draft: Hashable, Sendable {
        /// The event, whose number, station and sequence mean nothing yet.
        private let event: LedgerEvent

        /// Creates an event without a number.
        public init(
            operation: UniqueID, tenant: TenantID, at: Timestamp, kind: Kind, asset: AssetReference? = nil,
            from: HolderDescription? = nil, to: HolderDescription? = nil, changes: [FieldChange] = [], actor: Actor,
            origin: Origin, note: String? = nil, undoes: EventNumber? = nil, outcome: ScanOutcome? = nil,
            message: String? = nil, facts: [String: String] = [:]
        ) {
            event = LedgerEvent(
                number: EventNumber(rawValue: 0), station: "", sequence: 0, operation: operation, tenant: tenant,
                at: at, kind: kind, asset: asset, from: from, to: to, changes: changes, actor: actor, origin: origin,
                note: note, undoes: undoes, outcome: outcome, message: message, facts: facts)
        }

        /// Returns the event with its place in the ledger.
        public func numbered(_ number: EventNumber, station: String, sequence: Int64) -> LedgerEvent {
            var event = event
            (event.number, event.station, event.sequence) = (number, station, sequence)
            return event
        }
    }

    enum CodingKeys: String, CodingKey {
        case number, station, sequence, operation, at, kind, asset, from, to, changes, actor, origin, note, undoes
        case outcome, message, facts
        case tenant = "tenant_id"
    }
}

/// The asset of an event.
public struct AssetReference: Hashable, Sendable, Codable {
    /// The row id.
    public var id: AssetID
    /// The identity across stations.
    public var uuid: UniqueID
    /// The asset tag after the event.
    public var tag: String
    /// The name after the event.
    public var name: String?
    /// The version after the event.
    public var version: Int64

    /// Creates a reference to the current state of an asset.
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
