public import DepotModel

/// A committed event as the ledger stores it: the hashed bytes are also those on the wire.
public struct StoredEvent: Hashable, Sendable {
    /// The number: 1, 2, 3, … without gaps.
    public let number: EventNumber
    /// The tenant in whose ledger the event is.
    public let tenant: TenantID
    /// The kind.
    public let kind: LedgerEvent.Kind
    /// The event's JSON in UTF-8.
    public let json: [UInt8]

    /// Creates an event from its parts.
    public init(number: EventNumber, tenant: TenantID, kind: LedgerEvent.Kind, json: [UInt8]) {
        self.number = number
        self.tenant = tenant
        self.kind = kind
        self.json = json
    }

    /// Creates an event from a model with its JSON.
    init(_ event: LedgerEvent, _ json: [UInt8]) {
        self.init(number: event.number, tenant: event.tenant, kind: event.kind, json: json)
    }

    /// Returns the decoded event.
    ///
    /// - Throws: `DepotError.Code.storeUnusable` if the JSON is damaged.
    public func decoded() throws(DepotError) -> LedgerEvent { try decodeEvent(json) }
}

extension LedgerEvent.Kind {
    /// A Boolean value that is true if an event of this kind changed an asset.
    var changesAsset: Bool {
        switch self {
        case .scan, .scannerConnected, .scannerDisconnected, .scannerFailed, .administration: false
        default: true
        }
    }
}
