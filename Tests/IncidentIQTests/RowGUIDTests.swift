import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

@testable import IncidentIQ

@Suite struct RowGUIDTests {
    @Test(arguments: [1, 42, 1 << 40, (1 << 62) - 1] as [Int64])
    func goesThereAndBack(row: Int64) {
        for table in RowGUID.Table.allCases {
            let guid = RowGUID.guid(table, row)
            #expect(RowGUID.row(guid, table) == row)
            #expect(GUID.parse(guid.description.uppercased()) == guid)
            let others = RowGUID.Table.allCases.filter { $0 != table }
            #expect(others.allSatisfy { RowGUID.row(guid, $0) == nil })
        }
    }

    @Test func isAVersion8UUID() {
        #expect(RowGUID.guid(.model, 42).description == "6465706f-7464-8001-8000-00000000002a")
        #expect(RowGUID.guid(.known, 1).description == "6465706f-7464-800c-8000-000000000001")
    }

    @Test func foreignGUIDsAreNoRows() {
        let foreign = [
            "83a10b14-c3a9-4f3b-b104-da83276f9101", "6465706f-7464-8001-c000-00000000002a",
            "6465706f-7464-8001-8000-000000000000", "6465706f-7464-7001-8000-00000000002a",
            "00000000-0000-0000-0000-000000000000",
        ]
        for text in foreign {
            let guid = GUID.parse(text)
            #expect(guid != nil)
            #expect(RowGUID.Table.allCases.allSatisfy { table in guid.flatMap { RowGUID.row($0, table) } == nil })
        }
    }

    @Test(arguments: ["", "7", "6465706f-7464-8001-8000-00000000002", "6465706-f7464-8001-8000-00000000002a1", "é"])
    func whatIsNoGUIDIsNotRead(text: String) { #expect(GUID.parse(text) == nil) }

    @Test func knowsTheGUIDsOfTheDocumentation() {
        #expect(Known.assetsProduct.description == "88df910c-91aa-e711-80c2-0004ffa00050")
        #expect(Known.assetEntity.description == "888891ac-91aa-e711-80c2-100dffa00003")
    }

    @Test func weeksStartOnSunday() throws {
        let saturday = try #require(CalendarDate("2026-11-21"))
        let week = try #require(DateGrammar.range("range:week", today: saturday))
        #expect(week.from == CalendarDate("2026-11-15"))
        #expect(week.through == saturday)
        let old = try #require(CalendarDate("1969-12-31"))
        #expect(DateGrammar.range("range:week", today: old)?.from == CalendarDate("1969-12-28"))
        let first = try #require(CalendarDate("0001-01-01"))
        #expect(DateGrammar.range("range:lastyear", today: first) == DateGrammar.Range())
    }

    @Test func errorsHaveTheirShape() {
        let answer = IncidentIQ().answer(
            .rateLimited(retryAfter: 60), to: CallHead(method: .get, path: "/", requestID: "r"))
        let reply = DialectReply(answer)
        #expect(reply.status == 429)
        #expect(reply.text("RetryAfter") == "60")
        #expect(reply.headers[.retryAfter] == "60")
        #expect(reply.text("CorrelationId") == "r")
        #expect(reply["Errors"] == nil)
    }
}

/// A value as JSON text.
struct JSONText {
    private var json = JSONWriter()
    mutating func write(_ value: JSONValue) { json.value(value) }
    var text: String { String(decoding: json.bytes, as: UTF8.self) }
}
