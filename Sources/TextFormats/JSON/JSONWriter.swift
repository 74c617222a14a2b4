/// A writer of JSON without spaces that keeps members in the order in which they are written.
///
/// A member's name is a `StaticString` of printable ASCII without quotes, slashes and backslashes, so that nothing in
/// it needs a check; any other name goes through ``key(escaping:)``.
public struct JSONWriter: Sendable {
    /// The escaping of strings.
    public enum Style: Sendable {
        /// UTF-8 with only the escapes that RFC 8259 requires.
        case plain
        /// The form of PHP's `json_encode`: `/` as `\/`, and everything outside ASCII as `\uXXXX`, because some clients
        /// compare bytes.
        case ascii
    }

    @usableFromInline var buffer: [UInt8] = []
    @usableFromInline var needsComma = false
    private let style: Style

    /// The JSON written so far, in UTF-8.
    public var bytes: [UInt8] { buffer }

    /// Creates a writer with room for this many bytes.
    public init(_ style: Style = .plain, reserving capacity: Int = 1024) {
        self.style = style
        buffer.reserveCapacity(capacity)
    }

    /// Removes and returns the bytes written so far, for streamed answers; writing continues after them.
    public mutating func take() -> [UInt8] {
        defer { buffer.removeAll(keepingCapacity: true) }
        return buffer
    }

    // MARK: Values

    /// Writes an object whose members the closure writes.
    @inlinable
    public mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        try nested(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes an array whose values the closure writes.
    @inlinable
    public mutating func array(_ values: (inout JSONWriter) throws -> Void) rethrows {
        try nested(UInt8(ascii: "["), UInt8(ascii: "]"), values)
    }

    /// Writes an array with one value for each item.
    @inlinable
    public mutating func array<Items: Sequence>(
        of items: Items, _ value: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows {
        try array { json in for item in items { try value(&json, item) } }
    }

    /// Writes `null`.
    public mutating func null() { constant("null") }

    /// Writes `true` or `false`.
    public mutating func value(_ flag: Bool) { constant(flag ? "true" : "false") }

    /// Writes an integer.
    public mutating func value(_ number: Int64) {
        separate()
        if number < 0 { buffer.append(UInt8(ascii: "-")) }
        var magnitude = number.magnitude
        if magnitude < 10 {
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude))
        } else {
            let start = buffer.count
            while magnitude > 0 {
                buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
                magnitude /= 10
            }
            buffer[start...].reverse()
        }
        needsComma = true
    }

    /// Writes an integer.
    public mutating func value(_ number: Int) { value(Int64(number)) }

    /// Writes a string.
    public mutating func value(_ text: String) {
        separate()
        quoted(text)
        needsComma = true
    }

    /// Writes a string, or null if it is nil.
    public mutating func value(_ text: String?) {
        if let text { value(text) } else { null() }
    }

    /// Writes a parsed value unchanged.
    public mutating func value(_ json: JSONValue) {
        switch json {
        case .null: null()
        case .bool(let flag): value(flag)
        case .number(let text): raw(text)
        case .string(let text): value(text)
        case .array(let values): array(of: values) { $0.value($1) }
        case .object(let object):
            self.object { json in
                for item in object.members {
                    json.key(escaping: item.key)
                    json.value(item.value)
                }
            }
        }
    }

    /// Writes an object of strings, sorted by the UTF-8 bytes of their names.
    public mutating func value(sorted texts: [String: String]) {
        object { json in
            for (name, text) in texts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                json.key(escaping: name)
                json.value(text)
            }
        }
    }

    /// Writes a string of `count` bytes of ASCII that need no escapes; the closure writes all of them.
    @inlinable
    public mutating func value(plain count: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { text in
            text.initialize(repeating: UInt8(ascii: " "))
            write(text)
            buffer.append(contentsOf: UnsafeBufferPointer(text))
        }
        buffer.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Writes text that is already JSON, such as a number.
    public mutating func raw(_ json: String) {
        separate()
        buffer.append(contentsOf: json.utf8)
        needsComma = true
    }

    /// Writes bytes that are already JSON in UTF-8.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        buffer.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Members

    /// Writes the name of a member, whose value is written next.
    @inlinable
    public mutating func key(_ name: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { buffer.append(contentsOf: $0) }
        buffer.append(UInt8(ascii: "\""))
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes any text as the name of a member, whose value is written next.
    public mutating func key(escaping name: String) {
        separate()
        quoted(name)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string as a member, or null if it is nil.
    @inlinable
    public mutating func member(_ name: StaticString, _ text: String?) {
        key(name)
        value(text)
    }

    /// Writes an integer as a member.
    @inlinable
    public mutating func member(_ name: StaticString, _ number: Int64) {
        key(name)
        value(number)
    }

    /// Writes an integer as a member, or null if it is nil.
    @inlinable
    public mutating func member(_ name: StaticString, _ number: Int64?) {
        key(name)
        if let number { value(number) } else { null() }
    }

    /// Writes an integer as a member.
    @inlinable
    public mutating func member(_ name: StaticString, _ number: Int) { member(name, Int64(number)) }

    /// Writes a Boolean value as a member.
    @inlinable
    public mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        value(flag)
    }

    /// Writes a parsed value as a member, unchanged.
    @inlinable
    public mutating func member(_ name: StaticString, _ json: JSONValue) {
        key(name)
        value(json)
    }

    /// Writes null as a member.
    @inlinable
    public mutating func null(_ name: StaticString) {
        key(name)
        null()
    }

    /// Writes an object as a member; the closure writes its members.
    @inlinable
    public mutating func object(_ name: StaticString, _ members: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(members)
    }

    /// Writes an array as a member; the closure writes its values.
    @inlinable
    public mutating func array(_ name: StaticString, _ values: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try array(values)
    }

    /// Writes an array as a member, with one value for each item.
    @inlinable
    public mutating func array<Items: Sequence>(
        _ name: StaticString, of items: Items, _ value: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows {
        key(name)
        try array(of: items, value)
    }

    /// Writes a string as a member, or nothing if it is nil.
    @inlinable
    public mutating func memberIfPresent(_ name: StaticString, _ text: String?) {
        if let text { member(name, text) }
    }

    /// Writes an integer as a member, or nothing if it is nil.
    @inlinable
    public mutating func memberIfPresent(_ name: StaticString, _ number: Int64?) {
        if let number { member(name, number) }
    }

    // MARK: Bytes

    @inlinable
    mutating func nested(
        _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        buffer.append(open)
        needsComma = false
        try body(&self)
        buffer.append(close)
        needsComma = true
    }

    @inlinable
    mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
    }

    private mutating func constant(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { buffer.append(contentsOf: $0) }
        needsComma = true
    }

    private mutating func quoted(_ text: String) {
        var text = text
        buffer.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var start = 0
            while true {
                let end = style == .plain ? Self.endOfPlain(utf8, start) : Self.endOfASCII(utf8, start)
                buffer.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<end]))
                guard end < utf8.count else { break }
                start = escape(utf8, at: end)
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// Returns the index of the first byte from `start` on that the plain style escapes, or the end.
    private static func endOfPlain(_ utf8: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < utf8.count, utf8[index] >= 0x20, utf8[index] != 0x22, utf8[index] != 0x5C { index += 1 }
        return index
    }

    /// Returns the index of the first byte from `start` on that the ASCII style escapes, or the end.
    private static func endOfASCII(_ utf8: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < utf8.count, 0x20..<0x7F ~= utf8[index], utf8[index] != 0x22, utf8[index] != 0x5C,
            utf8[index] != 0x2F
        { index += 1 }
        return index
    }

    /// Writes the escape of the character at `index` in valid UTF-8, and returns the index of the next character.
    private mutating func escape(_ utf8: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let byte = utf8[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape(letter: byte)
        case 0x08: escape(letter: UInt8(ascii: "b"))
        case 0x09: escape(letter: UInt8(ascii: "t"))
        case 0x0A: escape(letter: UInt8(ascii: "n"))
        case 0x0C: escape(letter: UInt8(ascii: "f"))
        case 0x0D: escape(letter: UInt8(ascii: "r"))
        case 0..<0x80: escape(unit: UInt32(byte))
        default:
            let length = min(byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, utf8.count - index)
            var scalar = UInt32(byte) & (0x7F >> UInt32(length))
            for offset in 1..<length { scalar = scalar << 6 | UInt32(utf8[index + offset] & 0x3F) }
            if scalar > 0xFFFF {
                escape(unit: 0xD7C0 + scalar >> 10)
                escape(unit: 0xDC00 | scalar & 0x3FF)
            } else {
                escape(unit: scalar)
            }
            return index + length
        }
        return index + 1
    }

    private mutating func escape(letter: UInt8) {
        buffer.append(UInt8(ascii: "\\"))
        buffer.append(letter)
    }

    private mutating func escape(unit: UInt32) {
        buffer.append(UInt8(ascii: "\\"))
        buffer.append(UInt8(ascii: "u"))
        for shift in [12, 8, 4, 0] as [UInt32] {
            buffer.append(Hexadecimal.digit(UInt8(truncatingIfNeeded: unit >> shift & 15)))
        }
    }
}
