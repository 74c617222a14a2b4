package import DepotModel

/// Writes an event as its JSON: sorted keys, no spaces, plain slashes; what is nil is left out.
///
/// Byte for byte what `JSONEncoder` writes with `.sortedKeys` and `.withoutEscapingSlashes` (a test compares them), at a
/// tenth of the time: every transition is encoded on the one writer, between two commits.
package struct LedgerJSON {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// The event's JSON.
    package static func encode(_ event: LedgerEvent) -> [UInt8] {
        var json = LedgerJSON()
        json.bytes.reserveCapacity(1024)
        json.write(event)
        return json.bytes
    }

    /// A JSON object of strings, sorted by key.
    static func encode(_ strings: [String: String]) -> [UInt8] {
        var json = LedgerJSON()
        json.write(strings)
        return json.bytes
    }

    /// A JSON array of numbers.
    static func encode(_ numbers: [Int64]) -> [UInt8] {
        var json = LedgerJSON()
        json.array(numbers) { json, number in json.raw(String(number)) }
        return json.bytes
    }

    private mutating func write(_ strings: [String: String]) {
        object { json in
            for (name, value) in strings.sorted(by: { precedes($0.key, $1.key) }) {
                json.key(named: name)
                json.string(value)
            }
        }
    }

    private mutating func write(_ event: LedgerEvent) {
        object { json in
            json.key("actor")
            json.write(event.actor)
            if let asset = event.asset {
                json.key("asset")
                json.write(asset)
            }
            json.member("at", event.at)
            json.key("changes")
            json.array(event.changes) { json, change in json.write(change) }
            json.key("facts")
            json.write(event.facts)
            json.member("from", event.from)
            json.member("kind", event.kind.rawValue)
            json.member("message", event.message)
            json.member("note", event.note)
            json.member("number", event.number.rawValue)
            json.member("operation", event.operation)
            json.key("origin")
            json.write(event.origin)
            json.member("outcome", event.outcome?.rawValue)
            json.member("sequence", event.sequence)
            json.member("station", event.station)
            json.member("tenant_id", event.tenant.rawValue)
            json.member("to", event.to)
            json.member("undoes", event.undoes?.rawValue)
        }
    }

    private mutating func write(_ actor: Actor) {
        object { json in
            json.member("kind", actor.kind.rawValue)
            json.member("name", actor.name)
            json.member("person_id", actor.person?.rawValue)
        }
    }

    private mutating func write(_ asset: AssetReference) {
        object { json in
            json.member("asset_tag", asset.tag)
            json.member("id", asset.id.rawValue)
            json.member("name", asset.name)
            json.member("uuid", asset.uuid)
            json.member("version", asset.version)
        }
    }

    private mutating func write(_ change: FieldChange) {
        object { json in
            json.member("field", change.field)
            json.member("from", change.from)
            json.member("to", change.to)
        }
    }

    private mutating func write(_ origin: Origin) {
        object { json in
            json.member("address", origin.address)
            json.member("face", origin.face.rawValue)
            json.member("lane_id", origin.lane?.rawValue)
            json.member("request", origin.request)
            if let scan = origin.scan { json.member("scan", scan) }
            json.member("scanner", origin.scanner)
        }
    }

    private mutating func member(_ key: StaticString, _ holder: HolderDescription?) {
        guard let holder else { return }
        self.key(key)
        object { json in
            json.key("deleted")
            json.raw(holder.isDeleted ? "true" : "false")
            json.member("detail", holder.detail)
            json.member("holder", holder.holder.description)
            json.member("location_id", holder.location?.rawValue)
            json.member("name", holder.name)
        }
    }

    private mutating func member(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        self.key(key)
        string(value)
    }

    private mutating func member(_ key: StaticString, _ value: Int64?) {
        guard let value else { return }
        self.key(key)
        raw(String(value))
    }

    private mutating func member(_ key: StaticString, _ value: UniqueID) {
        self.key(key)
        raw("\"")
        for (index, word) in [value.high, value.low].enumerated() {
            for nibble in 0..<16 {
                if (index == 0 && (nibble == 8 || nibble == 12)) || (index == 1 && (nibble == 0 || nibble == 4)) {
                    bytes.append(UInt8(ascii: "-"))
                }
                bytes.append(hexDigit(UInt8(word >> UInt64(60 - 4 * nibble) & 15)))
            }
        }
        raw("\"")
    }

    private mutating func member(_ key: StaticString, _ value: Timestamp) {
        self.key(key)
        let day = value.date
        let (days, midnight) = (day.daysSinceEpoch, Int64(86_400_000))
        let rest = value.milliseconds &- days &* midnight
        // years that have no date are written as Swift does
        guard (0..<midnight).contains(rest) else { return raw("\"\(value)\"") }
        bytes.append(UInt8(ascii: "\""))
        digits(Int64(day.year), 4)
        bytes.append(UInt8(ascii: "-"))
        digits(Int64(day.month), 2)
        bytes.append(UInt8(ascii: "-"))
        digits(Int64(day.day), 2)
        bytes.append(UInt8(ascii: "T"))
        digits(rest / 3_600_000, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 60_000 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 1000 % 60, 2)
        bytes.append(UInt8(ascii: "."))
        digits(rest % 1000, 3)
        bytes.append(UInt8(ascii: "Z"))
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func digits(_ value: Int64, _ count: Int) {
        var unit: Int64 = 1
        for _ in 1..<count { unit *= 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / unit % 10))
            unit /= 10
        }
    }

    private mutating func object(_ members: (inout LedgerJSON) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    private mutating func array<Element>(_ elements: [Element], _ write: (inout LedgerJSON, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for element in elements {
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
            needsComma = true
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    private mutating func key(named key: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        string(key)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A key of ours: has nothing to escape.
    private mutating func key(_ key: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func raw(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices {
                let byte = utf8[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
                start = index + 1
                escape(byte)
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// RFC 8259 §7: the two-character forms where there is one.
    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default: bytes.append(contentsOf: [0x75, 0x30, 0x30, hexDigit(byte >> 4), hexDigit(byte & 15)])
        }
    }
}

/// Keys in the order of their UTF-8.
private func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

/// A lower-case digit for 0 to 15.
func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10 }
