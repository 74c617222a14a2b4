import DepotAPI
import DepotModel
import Testing

@Suite struct CSVReaderTests {
    private func records(_ text: String, piece: Int = .max) -> [CSVRecord] { records(Array(text.utf8), piece: piece) }

    private func records(_ bytes: [UInt8], piece: Int = .max) -> [CSVRecord] {
        var reader = CSVReader()
        var result: [CSVRecord] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            result += reader.feed(rest.prefix(piece))
            rest = rest.dropFirst(piece)
        }
        return result + reader.finish()
    }

    @Test(arguments: [
        ("a,b\r\n1,2\r\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a,b\n1,2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a,\n,\n", [(1, ["a", ""]), (2, ["", ""])]),
        ("\"a,\"\"b\"\"\"\n", [(1, ["a,\"b\""])]),
        ("\"x\r\ny\",1\nz,2\n", [(1, ["x\r\ny", "1"]), (3, ["z", "2"])]),
        ("a\n\n\r\nb\n", [(1, ["a"]), (4, ["b"])]),
        ("\"\"\n", [(1, [""])]),
        ("\"\"", [(1, [""])]),
        ("\u{FEFF}a\n", [(1, ["a"])]),
        ("\u{FEFF}\"a\"\n", [(1, ["a"])]),
        ("ä,日本\n", [(1, ["ä", "日本"])]),
        ("a,", [(1, ["a", ""])]),
        ("", []),
        ("\n", []),
    ])
    func rows(_ text: String, _ expected: [(Int, [String])]) {
        for piece in [Int.max, 1, 2, 3] {
            #expect(
                records(text, piece: piece) == expected.map { .row(line: $0.0, fields: $0.1) }, "pieces of \(piece)")
        }
    }

    @Test(arguments: [
        ("a\"b\n1\n", "a quote inside a field that does not begin with one"),
        ("\"a\"b\n1\n", "text after a closing quote"),
        ("a\rb\n1\n", "a carriage return without a line feed"),
    ])
    func brokenRecordsAreReportedAndReadingGoesOn(_ text: String, _ reason: String) {
        for piece in [Int.max, 1] {
            #expect(records(text, piece: piece) == [.broken(line: 1, reason: reason), .row(line: 2, fields: ["1"])])
        }
    }

    @Test func brokenAtTheEnd() {
        #expect(
            records("a\n\"b\nc") == [
                .row(line: 1, fields: ["a"]), .broken(line: 2, reason: "a quoted field that does not end"),
            ])
        #expect(records("a\r") == [.broken(line: 1, reason: "a carriage return without a line feed")])
    }

    @Test func invalidUTF8BreaksItsRecordOnly() {
        #expect(
            records([0x61, 0xFF, 0x2C, 0x62, 0x0A, 0x63, 0x0A])
                == [.broken(line: 1, reason: "not valid UTF-8"), .row(line: 2, fields: ["c"])])
        #expect(
            records([0x62, 0x2C, 0xFF, 0x0A, 0x63, 0x0A])
                == [.broken(line: 1, reason: "not valid UTF-8"), .row(line: 2, fields: ["c"])])
        // The beginning of a byte order mark is none.
        #expect(records([0xEF, 0xBB, 0x61, 0x0A]) == [.broken(line: 1, reason: "not valid UTF-8")])
    }

    @Test func aRecordIsBounded() {
        let long = String(repeating: "x", count: CSVReader.maximumRecord + 1)
        let result = records("\(long)\nb\n", piece: 4096)
        #expect(result.count == 2)
        #expect(result.last == .row(line: 2, fields: ["b"]))
    }

    private func complaint(_ header: [String], _ row: [String]? = nil) -> String? {
        do throws(DepotError) {
            let columns = try AssetImport(header: header)
            if let row { _ = try columns.request(row) }
            return nil
        } catch {
            return error.message
        }
    }

    @Test func importRows() throws {
        let columns = try AssetImport(header: ["asset_tag", " purchase_cost", "purchase_date", "custom.colour", "name"])
        let request = try columns.request([" IT-1 ", "1450.5", "2026-11-21", "red", ""])
        #expect(request.tag == "IT-1")
        #expect(request.purchaseCost == Money("1450.50"))
        #expect(request.purchaseDate == CalendarDate("2026-11-21"))
        #expect(request.custom == ["colour": "red"])
        #expect(request.name == nil)
    }

    @Test func importComplaints() {
        #expect(complaint(["serial"]) == "Line 1: the column “asset_tag” is missing.")
        #expect(complaint(["asset_tag", "asset_tag"]) == "Line 1: two columns “asset_tag”.")
        #expect(complaint(["asset_tag", "holder"]) == "Line 1: unknown column “holder”.")
        #expect(complaint(["asset_tag", "operation"]) == "Line 1: unknown column “operation”.")
        #expect(complaint(["asset_tag", "name"], ["a"]) == "1 field, the header has 2.")
        #expect(complaint(["asset_tag", "name"], [" ", "x"]) == "asset_tag is empty.")
        #expect(
            complaint(["asset_tag", "purchase_date"], ["a", "21.11.2026"])
                == "purchase_date: “21.11.2026” is not a day (YYYY-MM-DD).")
        #expect(
            complaint(["asset_tag", "purchase_cost"], ["a", "1,450"])
                == "purchase_cost: “1,450” is not an amount such as 1450.00.")
        #expect(
            complaint(["asset_tag", "warranty_months"], ["a", "1201"])
                == "warranty_months: “1201” is not a number of months from 0 to 1200.")
        #expect(complaint(["asset_tag", "status_id"], ["a", "0"]) == "status_id: “0” is not an id.")
    }
}
