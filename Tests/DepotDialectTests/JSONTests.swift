import DepotDialect
import DepotModel
import Testing

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
        "123456789012345678901234567890.000000000000000001",
    ])
    func whatIsReadIsWrittenTheSame(_ text: String) throws {
        #expect(written(.plain, try parse(text)) == text)
    }

    @Test(arguments: [
        "", "{", "}", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", ".5", "1e", "+1", "nul", "\"\u{1}\"",
        "\"\\x\"",
        "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\u12g4\"", "[1] 2", "\"open",
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65), String(repeating: "[", count: 100_000),
    ])
    func whatIsNoJSONIsRefusedWithItsPlace(_ text: String) {
        #expect(throws: Problem.self) { try parse(text) }
        do {
            _ = try parse(text)
        } catch Problem.brokenJSON(let message) {
            #expect(message.contains("at byte"))
        } catch {
            Issue.record("another error: \(error)")
        }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: Problem.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: Problem.self) { try JSONValue(parsing: [0x22, 0xC0, 0x80, 0x22]) }
    }

    @Test func anObjectWithTooManyMembersIsRefused() throws {
        let many = (0...10_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(throws: Problem.self) { try parse("{\(many)}") }
    }

    @Test func asPHPWritesIt() throws {
        #expect(written(.ascii, .string("a/b é 😀 \u{7F}\n")) == #""a\/b \u00e9 \ud83d\ude00 \u007f\n""#)
        #expect(try parse(#""a\/b \u00e9 \ud83d\ude00""#) == .string("a/b é 😀"))
    }

    @Test func idsAndMoneyComeAsNumberOrText() throws {
        #expect(JSONValue.number("42").id(as: AssetID.self)?.rawValue == 42)
        #expect(JSONValue.string(" 42 ").id(as: AssetID.self)?.rawValue == 42)
        for other in ["0", "-1", "4.2", "1e400", "99999999999999999999", "x", ""] {
            #expect(JSONValue.string(other).id(as: AssetID.self) == nil, "\(other)")
        }
        #expect(JSONValue.number("0.10").money?.description == "0.10")
        #expect(JSONValue.number("1e400").money == nil)
        #expect(JSONValue.string("2024-02-29").day?.description == "2024-02-29")
        #expect(JSONValue.string("2023-02-29").day == nil)
        #expect(JSONValue.string("2024-01-15T09:30:00Z").day?.description == "2024-01-15")
        #expect(JSONValue.string("Yes").flag == true && JSONValue.number("0").flag == false)
    }

    @Test func theBodyWinsOverTheQueryAndListsGather() throws {
        var input = JSONObject()
        input.merge(try QueryItems(parsing: "a=1&b[]=x&b[]=y&c=%41+z&=50"))
        guard case .object(let body) = try parse(#"{"a":2}"#) else { return }
        input.override(with: body)
        #expect(input["a"] == .number("2"))
        #expect(input["b"] == .array([.string("x"), .string("y")]))
        #expect(input["c"] == .string("A z"))
        for broken in ["a=%zz", "a=%00", "a=%ff", String(repeating: "a&", count: 2000)] {
            #expect(throws: Problem.self) { try QueryItems(parsing: broken) }
        }
    }
}
