package import DepotModel
import TextFormats

/// The JSON that the ledger stores.
///
/// An event has sorted keys, no spaces, unescaped slashes and no members for nil. This is byte for byte the output of
/// `JSONEncoder` with `.sortedKeys` and `.withoutEscapingSlashes` (a test compares them) in a tenth of the time: every
/// transition is encoded on the only writer, between two commits.
package enum LedgerJSON {
    /// Returns the event's JSON.
    package static func encode(_ event: LedgerEvent) -> [UInt8] {
        var json = JSONWriter()
        json.value(event)
        return json.bytes
    }

    /// Returns a JSON object of strings, sorted by key.
    static func encode(_ strings: [String: String]) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.value(sorted: strings)
        return json.bytes
    }

    /// Returns a JSON array of numbers.
    static func encode(_ numbers: [Int64]) -> [UInt8] {
        var json = JSONWriter(reserving: 64)
        json.array(of: numbers) { json, number in json.value(number) }
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ event: LedgerEvent) {
        object { json in
            json.key("actor")
            json.value(event.actor)
            if let asset = event.asset {
                json.key("asset")
                json.value(asset)
            }
            json.member("at", event.at)
            json.array("changes", of: event.changes) { json, change in json.value(change) }
            json.key("facts")
            json.value(sorted: event.facts)
            json.memberIfPresent("from", event.from)
            json.member("kind", event.kind.rawValue)
            json.memberIfPresent("message", event.message)
            json.memberIfPresent("note", event.note)
            json.member("number", event.number.rawValue)
            json.member("operation", event.operation)
            json.key("origin")
            json.value(event.origin)
            json.memberIfPresent("outcome", event.outcome?.rawValue)
            json.member("sequence", event.sequence)
            json.member("station", event.station)
            json.member("tenant_id", event.tenant.rawValue)
            json.memberIfPresent("to", event.to)
            json.memberIfPresent("undoes", event.undoes?.rawValue)
        }
    }

    private mutating func value(_ actor: Actor) {
        object { json in
            json.member("kind", actor.kind.rawValue)
            json.member("name", actor.name)
            json.memberIfPresent("person_id", actor.person?.rawValue)
        }
    }

    private mutating func value(_ asset: AssetReference) {
        object { json in
            json.member("asset_tag", asset.tag)
            json.member("id", asset.id.rawValue)
            json.memberIfPresent("name", asset.name)
            json.member("uuid", asset.uuid)
            json.member("version", asset.version)
        }
    }

    private mutating func value(_ change: FieldChange) {
        object { json in
            json.member("field", change.field)
            json.memberIfPresent("from", change.from)
            json.memberIfPresent("to", change.to)
        }
    }

    private mutating func value(_ origin: Origin) {
        object { json in
            json.memberIfPresent("address", origin.address)
            json.member("face", origin.face.rawValue)
            json.memberIfPresent("lane_id", origin.lane?.rawValue)
            json.memberIfPresent("request", origin.request)
            if let scan = origin.scan { json.member("scan", scan) }
            json.memberIfPresent("scanner", origin.scanner)
        }
    }

    private mutating func memberIfPresent(_ key: StaticString, _ holder: HolderDescription?) {
        guard let holder else { return }
        object(key) { json in
            json.member("deleted", holder.isDeleted)
            json.memberIfPresent("detail", holder.detail)
            json.member("holder", holder.holder.description)
            json.memberIfPresent("location_id", holder.location?.rawValue)
            json.member("name", holder.name)
        }
    }

    private mutating func member(_ key: StaticString, _ value: UniqueID) {
        self.key(key)
        self.value(plain: UniqueID.length) { value.write(to: $0) }
    }

    private mutating func member(_ key: StaticString, _ value: Timestamp) {
        self.key(key)
        let day = value.date
        let (days, midnight) = (day.daysSinceEpoch, Int64(86_400_000))
        let rest = value.milliseconds &- days &* midnight
        // Years outside the dates are written as Swift writes them.
        guard (0..<midnight).contains(rest) else { return self.value(value.description) }
        self.value(plain: 24) { text in
            write(Int64(day.year), 4, text, at: 0, after: "-")
            write(Int64(day.month), 2, text, at: 5, after: "-")
            write(Int64(day.day), 2, text, at: 8, after: "T")
            write(rest / 3_600_000, 2, text, at: 11, after: ":")
            write(rest / 60_000 % 60, 2, text, at: 14, after: ":")
            write(rest / 1000 % 60, 2, text, at: 17, after: ".")
            write(rest % 1000, 3, text, at: 20, after: "Z")
        }
    }
}

/// Writes the last decimal digits of a number and the character that follows them.
private func write(
    _ value: Int64, _ digits: Int, _ text: UnsafeMutableBufferPointer<UInt8>, at place: Int, after end: Unicode.Scalar
) {
    var rest = value
    for index in (place..<place + digits).reversed() {
        text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
    }
    text[place + digits] = UInt8(ascii: end)
}
