import Crypto
import DepotModel

/// The columns that store an event of the ledger.
enum EventColumns {
    private static let names = [
        "number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash",
        "person_id", "former_person_id",
    ]

    /// Takes the ``values(_:_:_:)``.
    static let insert = Query.insert("event", names)

    /// Returns the values of an event with its JSON and its hash.
    static func values(_ event: LedgerEvent, _ body: [UInt8], _ hash: [UInt8]) -> [SQLValue] {
        [
            .row(event.number), .text(event.station), .int(event.sequence), .id(event.operation), .row(event.tenant),
            .row(event.asset?.id), .text(event.kind.rawValue), .time(event.at),
            PackedJSON.pack(body).map { .blob($0) } ?? .utf8(body), .blob(hash),
        ] + people(event)
    }

    /// Returns the person who has the asset after the event or whom the event administered, and the person who had it
    /// before.
    private static func people(_ event: LedgerEvent) -> [SQLValue] {
        func person(_ holder: Holder?) -> SQLValue { if case .person(let id) = holder { .row(id) } else { .null } }
        switch event.kind {
        case .checkout, .checkin, .transfer, .undo: return [person(event.to?.holder), person(event.from?.holder)]
        case .administration: return [.int(event.facts["person_id"].flatMap { Int64($0) }), .null]
        default: return [.null, .null]
        }
    }
}

/// The value before the first event in the chain: 32 zero bytes.
let firstHash = [UInt8](repeating: 0, count: 32)

/// Returns the SHA-256 of the previous event's hash followed by this event's JSON.
func chainedHash(previous: [UInt8], body: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    hash.update(data: body)
    return Array(hash.finalize())
}
