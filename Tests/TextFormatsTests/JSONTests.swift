import Testing
import TextFormats

/// JSON from outside: exact where it counts, and never a trap.
@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private func written(_ style: JSONWriter.Style, _ value: JSONValue) -> String {
        var json = JSONWriter(style)
        json.value(value)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        #"{"a":1.10,"b":[true,false,null],"c":{"d":"e"},"a":2}"#, "[]", "{}", "-0.5e+10", #""😀 \"x\" \\ /""#, "1e400",
        "123456789012345678901234567890.000000000000000001", #"{"x":[{},[],-0.5E+3,true,false]}"#,
    ])
    func whatIsReadIsWrittenTheSame(_ text: String) throws {
        #expect(written(.plain, try parse(text)) == text)
    }

    @Test func everyFormIsRead() throws {
        let json =
            "\u{FEFF} {\"a\" :\t\"\\u00e9\\ud83d\\ude00\\n\\b\\f\\r\\t\\/\\\\\\\"\" ,\r\n\"b\":null, \"b\": 4e0 } "
        let object = try #require(try parse(json).object)
        #expect(object["a"] == .string("é😀\n\u{8}\u{C}\r\t/\\\""))
        // of two members with one name the last counts
        #expect(object["b"] == .number("4e0"))
        #expect(object.members.count == 3)
    }

    @Test(arguments: [
        ("", "a value is expected, and the text ends at line 1, column 1"),
        ("{", "a field's name in double quotes is expected, and the text ends at line 1, column 2"),
        ("}", "a value is expected, not “}” at line 1, column 1"),
        ("[1,]", "a value is expected, not “]” at line 1, column 4"),
        ("{\"a\"}", "“:” is expected, not “}” at line 1, column 5"),
        ("{\"mode\":}", "a value is expected, not “}” at line 1, column 9"),
        ("{a:1}", "a field's name in double quotes is expected, not “a” at line 1, column 2"),
        ("{\"mode\":\"audit\"} x", "the end is expected, not “x” at line 1, column 18"),
        ("{}\0", "the end is expected, not a control character at line 1, column 3"),
        ("{\n \"ä\" 1}", "“:” is expected, not “1” at line 2, column 6"),
        ("{'mode':1}", "a field's name in double quotes is expected, not “'” at line 1, column 2"),
        ("{\"mode\":1,}", "a field's name in double quotes is expected, not “}” at line 1, column 11"),
        ("{\"mode\":[1 2]}", "“,” or “]” is expected, not “2” at line 1, column 12"),
        ("{\"mode\":nul}", "“l” is expected, not “}” at line 1, column 12"),
        ("nul", "“l” is expected, and the text ends at line 1, column 4"),
        ("01", "the end is expected, not “1” at line 1, column 2"),
        ("1.", "a digit is expected, and the text ends at line 1, column 3"),
        ("-x", "a digit is expected, not “x” at line 1, column 2"),
        ("{\"mode\":1e}", "a digit is expected, not “}” at line 1, column 11"),
        (".5", "a value is expected, not “.” at line 1, column 1"),
        ("+1", "a value is expected, not “+” at line 1, column 1"),
        ("\"\\x\"", "one of \"\\/bfnrtu after a backslash is expected, not “x” at line 1, column 3"),
        ("\"\\ud800\"", "half a surrogate pair at line 1, column 2"),
        ("\"\\udc00\"", "half a surrogate pair at line 1, column 2"),
        ("\"\\ud800\\u0041\"", "half a surrogate pair at line 1, column 2"),
        ("\"\\u12g4\"", "a hexadecimal digit is expected, not “g” at line 1, column 6"),
        ("\"a\nb\"", "a control character in text at line 1, column 3"),
        ("\"\u{1}\"", "a control character in text at line 1, column 2"),
        ("\"open", "“\"” is expected, and the text ends at line 1, column 6"),
        ("[1] 2", "the end is expected, not “2” at line 1, column 5"),
    ])
    func whatIsNotJSONIsRefusedWithItsPlace(_ text: String, _ message: String) {
        do throws(JSONError) {
            _ = try JSONValue(parsing: Array(text.utf8))
            Issue.record("accepted")
        } catch {
            #expect("\(error)" == message)
        }
    }

    @Test func depthAndMembersAreLimited() throws {
        for depth in [65, 100_000] {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(throws: JSONError.self) { try parse(deep) }
            #expect(throws: JSONError.self) { try parse(String(deep.prefix(depth))) }
        }
        _ = try parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
        let many = (0...10_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(throws: JSONError.self) { try parse("{\(many)}") }
    }

    @Test func bytesThatAreNotTextAreRefused() {
        for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22]] as [[UInt8]] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        }
        // UTF-16, with and without a byte order mark
        for bytes in [[0x7B, 0, 0x7D, 0], [0xFF, 0xFE, 0x7B, 0]] as [[UInt8]] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test func objectsOfStringsAreRead() throws {
        #expect(try JSONValue.strings(parsing: Array("{}".utf8)).isEmpty)
        #expect(
            try JSONValue.strings(parsing: Array(#"{"a":"x\n","ä" : "","a":"y"}"#.utf8)) == ["a": "y", "ä": ""])
        for other in ["[]", "", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\":\"b\"}x"] {
            #expect(throws: JSONError.self) { try JSONValue.strings(parsing: Array(other.utf8)) }
        }
    }

    @Test func asPHPWritesIt() throws {
        #expect(written(.ascii, .string("a/b é 😀 \u{7F}\n\u{1}")) == #""a\/b \u00e9 \ud83d\ude00 \u007f\n\u0001""#)
        #expect(written(.ascii, .string("€\u{10FFFF}\u{8}\u{C}\"\\")) == #""\u20ac\udbff\udfff\b\f\"\\""#)
        #expect(try parse(#""a\/b \u00e9 \ud83d\ude00""#) == .string("a/b é 😀"))
    }

    @Test func membersAreWrittenInOrder() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", Int64.min)
            json.member("b", Int64.max)
            json.member("c", 0)
            json.member("d", 10)
            json.member("e", nil as String?)
            json.memberIfPresent("f", nil as String?)
            json.memberIfPresent("g", "x")
            json.array("h", of: [true, false]) { $0.value($1) }
            json.object("i") { _ in }
            json.key(escaping: "j\"")
            json.value(plain: 2) { text in text.update(repeating: UInt8(ascii: "z")) }
            json.key("k")
            json.value(sorted: ["b": "", "B": "", "": "\u{1F}"])
        }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"a":-9223372036854775808,"b":9223372036854775807,"c":0,"d":10,"e":null,"g":"x","#
                + #""h":[true,false],"i":{},"j\"":"zz","k":{"":"\u001f","B":"","b":""}}"#)
    }

    @Test func numbersAndFlagsComeAsText() {
        #expect(JSONValue.string(" 42 ").integer == 42 && JSONValue.number("4.2").integer == nil)
        #expect(JSONValue.string("Yes").flag == true && JSONValue.number("0").flag == false)
        #expect(JSONValue.string("maybe").flag == nil && JSONValue.null.flag == nil)
    }

    @Test func textIsFoundWhereverItIs() throws {
        let json = try parse(#"{"a":[{"b":"x\u0000"}]}"#)
        #expect(json.containsText { $0.utf8.contains(0) } && json.containsText { $0 == "b" })
        #expect(!json.containsText { $0 == "c" })
    }
}
