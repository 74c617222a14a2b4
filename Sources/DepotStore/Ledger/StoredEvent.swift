public import DepotModel

/// A committed event as the ledger keeps it: the bytes that were hashed are those that go out on the wire.
public struct StoredEvent: Hashable, Sendable {
    /// 1, 2, 3, … without a gap.
    public let number: EventNumber
    /// Whose ledger it is in.
    public let tenant: TenantID
    /// What happened.
    public let kind: LedgerEvent.Kind
    /// Its JSON, in UTF-8.
    public let json: [UInt8]

    /// The event.
    public init(number: EventNumber, tenant: TenantID, kind: LedgerEvent.Kind, json: [UInt8]) {
        self.number = number
        self.tenant = tenant
        self.kind = kind
        self.json = json
    }

    /// An event with its JSON.
    init(_ event: LedgerEvent, _ json: [UInt8]) {
        self.init(number: event.number, tenant: event.tenant, kind: event.kind, json: json)
    }

    /// Returns the event that the JSON says. Throws `DepotError.Code.storeUnusable` where it is damaged.
    public func decoded() throws(DepotError) -> LedgerEvent { try decodeEvent(json) }
}

extension LedgerEvent.Kind {
    /// Whether an event of this kind changed an asset.
    var changesAsset: Bool {
        switch self {
        case .scan, .scannerConnected, .scannerDisconnected, .scannerFailed, .administration: false
        default: true
        }
    }
}
