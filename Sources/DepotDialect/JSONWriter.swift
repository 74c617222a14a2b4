public import DepotModel

/// Writes JSON into bytes: no blanks, members in the order in which they are written.
public struct JSONWriter: Sendable {
    /// How texts are written.
    public enum Style: UInt8, Sendable {
        /// UTF-8, with only the escapes that RFC 8259 demands.
        case plain = 1
        /// As PHP's `json_encode` does: `/` as `\/`, everything beyond ASCII as `\uXXXX`. Some clients look at the bytes.
        case ascii = 2
    }

    /// What is written so far.
    public private(set) var bytes: [UInt8] = []
    private let style: Style
    private var needsComma = false

    /// A writer.
    public init(_ style: Style = .plain, reserving capacity: Int = 1024) {
        self.style = style
        bytes.reserveCapacity(capacity)
    }

    /// Takes what is written so far, and goes on after it: for answers that are streamed.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    // MARK: Values

    /// An object; its members are written in the closure.
    public mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        try nested(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// An array; its values are written in the closure.
    public mutating func array(_ values: (inout JSONWriter) throws -> Void) rethrows {
        try nested(UInt8(ascii: "["), UInt8(ascii: "]"), values)
    }

    /// An array with one value for each item.
    public mutating func array<Items: Sequence>(
        of items: Items, _ value: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows {
        try array { json in for item in items { try value(&json, item) } }
    }

    public mutating func null() { raw("null") }
    public mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }
    public mutating func value(_ number: Int64) {
        separate()
        append(decimal: number)
        needsComma = true
    }
    public mutating func value(_ number: Int) { value(Int64(number)) }

    /// A text; null for nil.
    public mutating func value(_ text: String?) {
        guard let text else { return null() }
        separate()
        quoted(text)
        needsComma = true
    }

    /// A value that was read, as it was.
    public mutating func value(_ json: JSONValue) {
        switch json {
        case .null: null()
        case .bool(let flag): value(flag)
        case .number(let text): raw(text)
        case .string(let text): value(text)
        case .array(let values): array(of: values) { $0.value($1) }
        case .object(let object): self.object { json in for item in object.members { json[item.key] = item.value } }
        }
    }

    /// JSON that is written already, or a number as text.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    /// JSON that is written already, in UTF-8.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Members

    /// A member's name; its value is written next.
    public mutating func key(_ name: String) {
        separate()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func member(_ name: String, _ text: String?) {
        key(name)
        value(text)
    }
    public mutating func member(_ name: String, _ number: Int64) {
        key(name)
        value(number)
    }
    public mutating func member(_ name: String, _ number: Int64?) {
        key(name)
        if let number { value(number) } else { null() }
    }
    public mutating func member(_ name: String, _ number: Int) { member(name, Int64(number)) }
    public mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        value(flag)
    }
    public mutating func member(_ name: String, _ id: (some RowID)?) { member(name, id?.rawValue) }
    public mutating func null(_ name: String) {
        key(name)
        null()
    }
    public mutating func object(_ name: String, _ members: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(members)
    }
    public mutating func array(_ name: String, _ values: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try array(values)
    }
    public mutating func array<Items: Sequence>(
        _ name: String, of items: Items, _ value: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows {
        key(name)
        try array(of: items, value)
    }

    /// Writes a member: `json["a"] = value`.
    public subscript(name: String) -> JSONValue {
        get { .null }
        set {
            key(name)
            value(newValue)
        }
    }

    // MARK: Bytes

    private mutating func nested(
        _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        bytes.append(open)
        needsComma = false
        try body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(decimal number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var magnitude = number.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    private mutating func quoted(_ text: String) {
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            for byte in utf8 where Self.isSpecial[Int(byte)] & style.rawValue != 0 { return false }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: utf8)
            return true
        }
        if !isPlain {
            bytes.append(UInt8(ascii: "\""))
            escaped(text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Per byte, the styles that escape it.
    private static let isSpecial: [UInt8] = (0..<256).map { byte in
        if byte < 0x20 || byte == 0x22 || byte == 0x5C { return Style.plain.rawValue | Style.ascii.rawValue }
        return byte > 0x7E || byte == 0x2F ? Style.ascii.rawValue : 0
    }

    private mutating func escaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes.append(contentsOf: [0x5C, 0x22])
            case "\\": bytes.append(contentsOf: [0x5C, 0x5C])
            case "\n": bytes.append(contentsOf: [0x5C, 0x6E])
            case "\r": bytes.append(contentsOf: [0x5C, 0x72])
            case "\t": bytes.append(contentsOf: [0x5C, 0x74])
            case "/" where style == .ascii: bytes.append(contentsOf: [0x5C, 0x2F])
            default:
                if scalar.value < 0x20 || (style == .ascii && scalar.value > 0x7E) {
                    for unit in String(Character(scalar)).utf16 { escape(unit) }
                } else {
                    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.CodeUnitSequence.replacement)
                }
            }
        }
    }

    private mutating func escape(_ unit: UInt16) {
        bytes.append(contentsOf: [0x5C, 0x75])
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 15)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension UTF8 {
    fileprivate typealias CodeUnitSequence = Unicode.UTF8.EncodedScalar
}

extension Unicode.UTF8.EncodedScalar {
    /// U+FFFD.
    fileprivate static var replacement: Unicode.UTF8.EncodedScalar { Unicode.UTF8.encodedReplacementCharacter }
}
