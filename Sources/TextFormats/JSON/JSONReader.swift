/// A strict reader of JSON (RFC 8259) that keeps numbers as text.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0

    static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        try whole(bytes) { reader throws(JSONError) in try reader.value() }
    }

    /// Reads an object of strings.
    ///
    /// - Throws: ``JSONError`` if the text is anything else.
    static func strings(_ bytes: [UInt8]) throws(JSONError) -> [String: String] {
        try whole(bytes) { reader throws(JSONError) in try reader.strings() }
    }

    private static func whole<Value>(
        _ bytes: [UInt8], _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        do {
            return try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
                var reader = JSONReader(bytes: buffer)
                // A byte order mark is not JSON, but editors and one client write one.
                if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
                let value = try read(&reader)
                reader.skipSpace()
                guard reader.index == buffer.count else { throw reader.unexpected("the end") }
                return value
            }
        } catch {
            throw error.located(in: bytes)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func unexpected(_ wanted: String) -> JSONError {
        guard let byte = current else { return JSONError("\(wanted) is expected, and the text ends", at: index) }
        let character = String(decoding: bytes[index...].prefix(4), as: UTF8.self).first
        let shown = byte < 0x20 ? "a control character" : character.map { "“\($0)”" } ?? "a byte"
        return JSONError("\(wanted) is expected, not \(shown)", at: index)
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{")?:
            var members: [JSONObject.Member] = []
            try object { reader, key throws(JSONError) in
                guard members.count < JSONValue.maximumMembers else {
                    throw JSONError("more than \(JSONValue.maximumMembers) fields", at: reader.index)
                }
                members.append(.init(key: key, value: try reader.value()))
            }
            return .object(JSONObject(members: members))
        case UInt8(ascii: "[")?:
            var values: [JSONValue] = []
            try list(UInt8(ascii: "]")) { reader throws(JSONError) in values.append(try reader.value()) }
            return .array(values)
        case UInt8(ascii: "\"")?: return .string(try string())
        case UInt8(ascii: "t")?: return try word("true", .bool(true))
        case UInt8(ascii: "f")?: return try word("false", .bool(false))
        case UInt8(ascii: "n")?: return try word("null", .null)
        case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return .number(try number())
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for letter in word.utf8 where !accept(letter) {
            throw unexpected("“\(Character(Unicode.Scalar(letter)))”")
        }
        return value
    }

    /// Reads an object; `member` reads the value that belongs to the key.
    private mutating func object(
        _ member: (inout JSONReader, String) throws(JSONError) -> Void
    ) throws(JSONError) {
        try list(UInt8(ascii: "}")) { reader throws(JSONError) in
            reader.skipSpace()
            guard reader.current == UInt8(ascii: "\"") else {
                throw reader.unexpected("a field's name in double quotes")
            }
            let key = try reader.string()
            reader.skipSpace()
            guard reader.accept(UInt8(ascii: ":")) else { throw reader.unexpected("“:”") }
            reader.skipSpace()
            try member(&reader, key)
        }
    }

    private mutating func list(
        _ end: UInt8, _ item: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        depth += 1
        guard depth <= JSONValue.maximumDepth else { throw JSONError("nested too deeply", at: index) }
        index += 1
        skipSpace()
        if !accept(end) {
            repeat {
                try item(&self)
                skipSpace()
            } while accept(UInt8(ascii: ","))
            if !accept(end) { throw unexpected("“,” or “\(Character(Unicode.Scalar(end)))”") }
        }
        depth -= 1
    }

    // Every row of a list of assets has one of these objects, so this skips the work that other values need.
    private mutating func strings() throws(JSONError) -> [String: String] {
        skipSpace()
        guard accept(UInt8(ascii: "{")) else { throw unexpected("an object") }
        var strings: [String: String] = [:]
        skipSpace()
        if accept(UInt8(ascii: "}")) { return strings }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected("a field's name in double quotes") }
            let key = try string()
            skipSpace()
            guard accept(UInt8(ascii: ":")) else { throw unexpected("“:”") }
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected("a text") }
            strings[key] = try string()
            skipSpace()
        } while accept(UInt8(ascii: ","))
        guard accept(UInt8(ascii: "}")) else { throw unexpected("“,” or “}”") }
        return strings
    }

    private mutating func number() throws(JSONError) -> String {
        let start = index
        _ = accept(UInt8(ascii: "-"))
        if !accept(UInt8(ascii: "0")) { try digits() }
        if accept(UInt8(ascii: ".")) { try digits() }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            if !accept(UInt8(ascii: "+")) { _ = accept(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        if index == start { throw unexpected("a digit") }
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        let isASCII = skipPlain()
        // Most strings have no escape and can be copied in one piece.
        if current == UInt8(ascii: "\"") {
            let piece = UnsafeBufferPointer(rebasing: bytes[start..<index])
            index += 1
            if isASCII { return String(decoding: piece, as: UTF8.self) }
            guard let text = String(validating: piece, as: UTF8.self) else {
                throw JSONError("text that is not UTF-8", at: start)
            }
            return text
        }
        var text = Array(bytes[start..<index])
        while !accept(UInt8(ascii: "\"")) {
            guard let byte = current else { throw unexpected("“\"”") }
            guard byte >= 0x20 else { throw JSONError("a control character in text", at: index) }
            guard byte != UInt8(ascii: "\\") else {
                try escape(into: &text)
                continue
            }
            let from = index
            skipPlain()
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[from..<index]))
        }
        guard let text = String(validating: text, as: UTF8.self) else {
            throw JSONError("text that is not UTF-8", at: start)
        }
        return text
    }

    /// Advances to the next quote, backslash or control character, and returns true if all bytes before it are ASCII.
    @discardableResult
    private mutating func skipPlain() -> Bool {
        var all: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            all |= byte
            index += 1
        }
        return all < 0x80
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        switch current {
        case UInt8(ascii: "\"")?, UInt8(ascii: "\\")?, UInt8(ascii: "/")?: text.append(bytes[index])
        case UInt8(ascii: "b")?: text.append(0x08)
        case UInt8(ascii: "f")?: text.append(0x0C)
        case UInt8(ascii: "n")?: text.append(0x0A)
        case UInt8(ascii: "r")?: text.append(0x0D)
        case UInt8(ascii: "t")?: text.append(0x09)
        case UInt8(ascii: "u")?:
            index += 1
            let scalar = try scalar(from: start)
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        default: throw unexpected("one of \"\\/bfnrtu after a backslash")
        }
        index += 1
    }

    private mutating func scalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        var code = try codeUnit()
        if (0xD800..<0xDC00).contains(code), accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) {
            let low = try codeUnit()
            if (0xDC00..<0xE000).contains(low) { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONError("half a surrogate pair", at: start) }
        return scalar
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap(Hexadecimal.value) else { throw unexpected("a hexadecimal digit") }
            index += 1
            code = code << 4 | UInt32(digit)
        }
        return code
    }
}
