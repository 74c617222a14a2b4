/// Finds where a text breaks the rules of JSON (RFC 8259): the decoder refuses it too, but cannot say where.
///
/// Deeper nesting than ``maximumDepth`` is refused. Not checked: whether an object has a key twice.
struct JSONCheck {
    /// What is wrong, and where.
    struct Fault: Error {
        var reason: String
        /// In bytes from the start.
        var offset: Int
    }

    static let maximumDepth = 64

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    /// One sentence about the first fault; nil where there is none.
    ///
    /// - Parameter bytes: valid UTF-8.
    static func complaint(_ bytes: [UInt8]) -> String? {
        var check = JSONCheck(bytes: bytes)
        do throws(Fault) {
            try check.value()
            check.skipSpace()
            if check.index < bytes.count { throw check.unexpected("the end") }
            return nil
        } catch {
            let before = bytes.prefix(error.offset)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
            return "The body is not valid JSON: \(error.reason) at line \(line), column \(column)."
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func unexpected(_ wanted: String) -> Fault {
        guard let byte = current else {
            return Fault(reason: "\(wanted) is expected, and the text ends", offset: index)
        }
        let character = String(decoding: bytes[index...].prefix(4), as: UTF8.self).first
        let shown = byte < 0x20 ? "a control character" : character.map { "“\($0)”" } ?? "a byte"
        return Fault(reason: "\(wanted) is expected, not \(shown)", offset: index)
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard let byte = current, UInt32(byte) == character.value else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
        if !accept(character) { throw unexpected("“\(character)”") }
    }

    private mutating func value() throws(Fault) {
        skipSpace()
        switch current {
        case UInt8(ascii: "{")?: try list("}") { check throws(Fault) in try check.member() }
        case UInt8(ascii: "[")?: try list("]") { check throws(Fault) in try check.value() }
        case UInt8(ascii: "\"")?: try string()
        case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: try number()
        case UInt8(ascii: "t")?: try word("true")
        case UInt8(ascii: "f")?: try word("false")
        case UInt8(ascii: "n")?: try word("null")
        default: throw unexpected("a value")
        }
    }

    private mutating func list(
        _ end: Unicode.Scalar, _ item: (inout JSONCheck) throws(Fault) -> Void
    ) throws(Fault) {
        depth += 1
        guard depth <= JSONCheck.maximumDepth else { throw Fault(reason: "nested too deeply", offset: index) }
        index += 1
        skipSpace()
        if accept(end) {
            depth -= 1
            return
        }
        repeat {
            try item(&self)
            skipSpace()
        } while accept(",")
        if !accept(end) { throw unexpected("“,” or “\(end)”") }
        depth -= 1
    }

    private mutating func member() throws(Fault) {
        skipSpace()
        guard current == UInt8(ascii: "\"") else { throw unexpected("a field's name in double quotes") }
        try string()
        skipSpace()
        try expect(":")
        try value()
    }

    private mutating func string() throws(Fault) {
        try expect("\"")
        while !accept("\"") {
            guard let byte = current else { throw unexpected("“\"”") }
            guard byte >= 0x20 else { throw Fault(reason: "a control character in text", offset: index) }
            index += 1
            if byte == UInt8(ascii: "\\") { try escape() }
        }
    }

    private mutating func escape() throws(Fault) {
        let start = index - 1
        guard let letter = current, "\"\\/bfnrtu".utf8.contains(letter) else {
            throw unexpected("one of \"\\/bfnrtu after a backslash")
        }
        index += 1
        guard letter == UInt8(ascii: "u") else { return }
        let unit = try unit()
        if (0xDC00...0xDFFF).contains(unit) { throw Fault(reason: "half a surrogate pair", offset: start) }
        guard (0xD800...0xDBFF).contains(unit) else { return }
        guard accept("\\"), accept("u"), (0xDC00...0xDFFF).contains(try self.unit()) else {
            throw Fault(reason: "half a surrogate pair", offset: start)
        }
    }

    private mutating func unit() throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private mutating func number() throws(Fault) {
        _ = accept("-")
        if !accept("0") { try digits() }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            if !accept("+") { _ = accept("-") }
            try digits()
        }
    }

    private mutating func digits() throws(Fault) {
        let start = index
        while let byte = current, (48...57).contains(byte) { index += 1 }
        if index == start { throw unexpected("a digit") }
    }

    private mutating func word(_ text: StaticString) throws(Fault) {
        for letter in text.description.unicodeScalars { try expect(letter) }
    }
}
