/// Reads JSON strictly (RFC 8259), keeping numbers as text.
struct JSONReader {
    /// How many arrays and objects may lie in each other.
    static let maximumDepth = 64
    /// How many members an object may have: they are looked up one by one.
    static let maximumMembers = 10_000

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    static func read(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        // a byte order mark is no JSON, but editors and one client put it there
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
        let value = try reader.value()
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.broken("more follows after the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func broken(_ reason: String) -> Problem {
        .brokenJSON("The body is not valid JSON: \(reason) at byte \(index + 1).")
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private func peek() throws(Problem) -> UInt8 {
        guard index < bytes.count else { throw broken("it ends too early") }
        return bytes[index]
    }

    private mutating func value() throws(Problem) -> JSONValue {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw broken("no value starts like this")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Problem) -> JSONValue {
        let length = text.utf8CodeUnitCount
        let matches = text.withUTF8Buffer { expected in
            index + length <= bytes.count && (0..<length).allSatisfy { bytes[index + $0] == expected[$0] }
        }
        guard matches else { throw broken("no such word") }
        index += length
        return value
    }

    private mutating func deeper() throws(Problem) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw broken("more than \(Self.maximumDepth) levels") }
        index += 1
        skipSpace()
    }

    private mutating func object() throws(Problem) -> JSONValue {
        try deeper()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        if try peek() == UInt8(ascii: "}") {
            index += 1
            return .object(JSONObject())
        }
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw broken("a member's name is expected") }
            let key = try string()
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw broken("a colon is expected") }
            index += 1
            guard members.count < Self.maximumMembers else { throw broken("more than \(Self.maximumMembers) members") }
            members.append(.init(key: key, value: try value()))
            if try closes(UInt8(ascii: "}")) { return .object(JSONObject(members: members)) }
        }
    }

    private mutating func array() throws(Problem) -> JSONValue {
        try deeper()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        if try peek() == UInt8(ascii: "]") {
            index += 1
            return .array([])
        }
        while true {
            values.append(try value())
            if try closes(UInt8(ascii: "]")) { return .array(values) }
        }
    }

    /// Takes the comma, or the end.
    private mutating func closes(_ end: UInt8) throws(Problem) -> Bool {
        skipSpace()
        let byte = try peek()
        guard byte == end || byte == UInt8(ascii: ",") else { throw broken("a comma is expected") }
        index += 1
        return byte == end
    }

    private mutating func number() throws(Problem) -> String {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = digits()
        guard whole > 0 else { throw broken("a digit is expected") }
        if whole > 1, bytes[index - whole] == UInt8(ascii: "0") { throw broken("a number starts with 0") }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { throw broken("a digit is expected") }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard digits() > 0 else { throw broken("a digit is expected") }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = index
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
        return index - start
    }

    private mutating func string() throws(Problem) -> String {
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
            bytes[index] >= 0x20
        { index += 1 }
        // most strings have no escape, so they are taken in one piece
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            defer { index += 1 }
            return try text(Array(bytes[start..<index]))
        }
        var text = Array(bytes[start..<index])
        while true {
            let byte = try peek()
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try self.text(text)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw broken("a control character in a string")
            default: text.append(byte)
            }
        }
    }

    private func text(_ bytes: [UInt8]) throws(Problem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw broken("a string is not UTF-8") }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(Problem) {
        let byte = try peek()
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try codeUnit()
            if (0xD800..<0xDC00).contains(code), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u")
            {
                index += 2
                let low = try codeUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw broken("half a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw broken("half a surrogate pair") }
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw broken("no such escape")
        }
    }

    private mutating func codeUnit() throws(Problem) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexDigit(try peek()) else { throw broken("four hexadecimal digits are expected") }
            index += 1
            code = code << 4 | UInt32(digit)
        }
        return code
    }
}
