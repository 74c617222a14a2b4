import DepotModel
import Sheets
import Testing

/// Sheets as spreadsheets and other programs save them.
@Suite struct SheetReaderTests {
    @Test func headingsOfOtherProgramsAreRecognized() throws {
        let sheet = try read(
            "Serial Number,Model Name,Purchase Date,Asset Name,ASSET TAG,Colour\nS1,M1,2024-01-02,N1,T1,red\n")
        #expect(sheet.texts(.serial) == ["S1"] && sheet.texts(.model) == ["M1"] && sheet.texts(.name) == ["N1"])
        #expect(sheet.days(.purchaseDate) == ["2024-01-02"] && sheet.texts(.tag) == ["T1"])
        #expect(sheet.layout.assumed.unused == ["Colour"])
    }

    @Test func columnsAreMappedAndLeftOut() throws {
        let sheet = try read("Inv.-Nr.,Serial,Farbe,Notes\nT1,S1,red,n\n") {
            $0.map = ["inv nr": "asset_tag", "Farbe": "custom.Colour"]
            $0.ignored = ["notes"]
        }
        #expect(sheet.texts(.tag) == ["T1"] && sheet.texts(.notes) == [nil])
        #expect(sheet.rows[0].cells.contains { $0.target == .custom("Colour") && $0.value == .text("red") })
        #expect(sheet.layout.assumed.unused == ["Notes"])
        #expect(refusal(Array("a,b\n".utf8)) { $0.map = ["c": "asset_tag"] }?.message.contains("no column “c”") == true)
        #expect(
            refusal(Array("a,b\n".utf8)) { $0.map = ["a": "colour"] }?.message.contains("no field “colour”") == true)
        #expect(refusal(Array("name,serial\n".utf8))?.message == "The file has no column asset_tag.")
        #expect(refusal(Array("asset_tag,Asset_Tag\n".utf8))?.message == "The file has two columns asset_tag.")
    }

    @Test func theBetterHeadingWins() throws {
        let sheet = try read("Asset ID,Asset Tag,Full Name,assigned_to\n7,T1,Ada,Bob\n")
        #expect(sheet.texts(.tag) == ["T1"] && sheet.texts(.assignee) == ["Bob"])
        #expect(sheet.layout.assumed.unused == ["Asset ID", "Full Name"])
    }

    @Test(arguments: [1, 2, 3, 65_536])
    func everyEncodingAndSeparatorIsFoundOut(piece: Int) throws {
        let text = "Asset Tag;Name;Notes\r\nA-1;Größe – “M”;x\r\nA-2;Zoë;😀\r\n"
        func bytes(_ units: some Sequence<UInt16>, bigEndian: Bool) -> [UInt8] {
            units.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        }
        let files: [(String, [UInt8])] = [
            ("utf-8", Array(text.utf8)), ("utf-8", [0xEF, 0xBB, 0xBF] + Array(text.utf8)),
            ("utf-16le", [0xFF, 0xFE] + bytes(text.utf16, bigEndian: false)),
            ("utf-16be", [0xFE, 0xFF] + bytes(text.utf16, bigEndian: true)),
            ("utf-16le", bytes(text.utf16, bigEndian: false)), ("utf-16be", bytes(text.utf16, bigEndian: true)),
        ]
        for (encoding, file) in files {
            let sheet = try read(file, piece: piece)
            #expect(sheet.layout.assumed.encoding.value == encoding)
            #expect(sheet.layout.assumed.separator.value == "semicolon")
            #expect(sheet.texts(.name) == ["Größe – “M”", "Zoë"] && sheet.texts(.notes) == ["x", "😀"])
        }
        let windows = Array("asset_tag\tname\nA\tGr".utf8) + [0xF6, 0xDF, 0x65, 0x20, 0x93, 0x4D, 0x94, 0x20, 0x80]
        let sheet = try read(windows, piece: piece)
        #expect(sheet.layout.assumed.encoding.value == "windows-1252" && sheet.texts(.name) == ["Größe “M” €"])
        #expect(sheet.layout.assumed.separator.value == "tab")
        #expect(try read("asset_tag|name\nA|b,c;d\n", piece: piece).texts(.name) == ["b,c;d"])
        #expect(try read("sep=;\nasset_tag;name\nA;b\n", piece: piece).rows.map(\.row) == [2])
    }

    @Test func aRowThatIsNoTextIsRefusedAlone() throws {
        let bytes = Array("asset_tag,name\nA,é\nB,ö\nC,".utf8) + [0xFF, 0x0A] + Array("D,ü\n".utf8)
        let sheet = try read(bytes)
        #expect(sheet.layout.assumed.encoding.value == "utf-8")
        #expect(sheet.texts(.tag) == ["A", "B", "D"] && sheet.problems == ["4/4: The row is not valid UTF-8."])
        let odd = try read([0xFF, 0xFE] + Array("a\0s\0s\0e\0t\0_\0t\0a\0g\0\n\0A\0\n\0B".utf8))
        #expect(odd.texts(.tag) == ["A"] && odd.problems.count == 1)
    }

    @Test(arguments: [
        ("purchase_cost,27,83|1234,5|0,99|1.234,56|12,34 €", "27.83|1234.50|0.99|1234.56|12.34"),
        ("purchase_cost,$1,450.00|7|1,000|12.5", "1450.00|7.00|1000.00|12.50"),
        ("purchase_cost,CHF 1'234.50|99.-|1’000", "1234.50|99.00|1000.00"),
        ("purchase_cost,1 234,56|1\u{202F}000,00|5", "1234.56|1000.00|5.00"),
        ("purchase_cost,1,234|12,345,678", "1234.00|12345678.00"),
        ("purchase_cost,1.25|0.1250000|USD 3", "1.25|0.1250|3.00"),
    ])
    func amountsAreReadInOneWay(_ cells: String, _ expected: String) throws {
        let parts = cells.split(separator: "|").map(String.init)
        let first = parts[0].dropFirst("purchase_cost,".count)
        let column = [String(first)] + parts.dropFirst()
        let text = "asset_tag\tpurchase_cost\n" + column.enumerated().map { "T\($0.offset)\t\($0.element)\n" }.joined()
        let sheet = try read(text)
        #expect(sheet.amounts(.purchaseCost).map { $0 ?? "?" }.joined(separator: "|") == expected, "\(sheet.problems)")
    }

    @Test func anAmountWrittenInAnotherWayIsTheErrorOfItsRow() throws {
        let sheet = try read("asset_tag;purchase_cost\nA;1,50\nB;2,75\nC;1,234.56\nD;-3\nE;1,23,4\n")
        #expect(sheet.amounts(.purchaseCost) == ["1.50", "2.75"])
        #expect(
            sheet.problems == [
                "4/4: Invalid purchase_cost '1,234.56': the decimal mark of this column is a comma",
                "5/5: Invalid purchase_cost '-3'", "6/6: Invalid purchase_cost '1,23,4'",
            ])
        #expect(sheet.layout.assumed.decimals.map(\.value) == ["comma"])
        #expect(sheet.layout.assumed.decimals.map(\.reason) == ["“1,50”"])
        let given = try read("asset_tag;purchase_cost\nA;1,234\n") { $0.decimal = .comma }
        #expect(given.amounts(.purchaseCost) == ["1.2340"] && given.layout.assumed.decimals.first?.reason == "given")
    }

    @Test func datesOfAColumnHaveOneOrder() throws {
        let text =
            "asset_tag,purchase_date,warranty_expiry\nA,23/10/2022,1/2/2025\nB,05/06/2024,3/4/2025\nC,06/10/2022,\n"
        let sheet = try read(text)
        #expect(sheet.days(.purchaseDate) == ["2022-10-23", "2024-06-05", "2022-10-06"])
        #expect(sheet.days(.warrantyExpiry) == ["2025-02-01", "2025-04-03", nil])
        #expect(sheet.layout.assumed.dates.map(\.reason) == ["“23/10/2022”", "as in “purchase_date”"])
        let american = try read("asset_tag,purchase_date\nA,05/06/2024\nB,1/13/2024\nC,13/1/2024\nD,1/14/24\n")
        #expect(american.days(.purchaseDate) == ["2024-05-06", "2024-01-13", "2024-01-14"])
        #expect(
            american.problems == [
                "4/4: Invalid purchase_date '13/1/2024': the dates of this column begin with the month"
            ])
        let untold = "asset_tag,purchase_date\nA,05/06/2024\n"
        #expect(try read(untold).days(.purchaseDate) == ["2024-05-06"])
        #expect(try read(untold).layout.assumed.dates.first?.reason == "the file does not tell")
        #expect(try read(untold) { $0.dates = .dayFirst }.days(.purchaseDate) == ["2024-06-05"])
    }

    @Test(arguments: [
        ("15.01.2023", "2023-01-15"), ("2022-10-23 00:00:00", "2022-10-23"), ("2022-10-23T00:00:00Z", "2022-10-23"),
        ("44857", "2022-10-23"), ("44857.5", "2022-10-23"), ("2022/10/23", "2022-10-23"), ("20221023", "2022-10-23"),
        ("23 Oct 2022", "2022-10-23"), ("Sun Oct 23, 2022", "2022-10-23"), ("23-Oct-22", "2022-10-23"),
        ("23.10.22", "2022-10-23"), ("10/23/2022 12:30 PM", "2022-10-23"), ("\u{A0}2022-10-23 ", "2022-10-23"),
        ("2022-10-23T00:00:00.000+02:00", "2022-10-23"),
    ])
    func datesOfEveryForm(_ cell: String, _ expected: String) throws {
        #expect(try read("asset_tag\tpurchase_date\nA\t\(cell)\n").days(.purchaseDate) == [expected])
    }

    @Test(arguments: ["2023", "32.01.2023", "1/2", "soon", "2024-02-30", "1234567890", "99", "1/2/3/4", "12:30"])
    func whatIsNoDateIsAnError(_ cell: String) throws {
        #expect(try read("asset_tag\tpurchase_date\nA\t\(cell)\n").problems == ["2/2: Invalid purchase_date '\(cell)'"])
    }

    @Test func blankCellsSayNothingAndWordsClear() throws {
        let sheet = try read(
            "asset_tag,serial,assigned_to,purchase_date\nA, ,,0000-00-00\nB,-,available,-\nC,\\-,- ,\n")
        #expect(sheet.rows[0].cells.count == 1)
        #expect(
            sheet.rows[1][.serial] == .clear && sheet.rows[1][.assignee] == .clear
                && sheet.rows[1][.purchaseDate] == .clear)
        #expect(sheet.rows[2][.serial] == .text("-") && sheet.rows[2][.assignee] == .clear)
    }

    @Test func mangledNumbersAreWarnedOf() throws {
        let sheet = try read("asset_tag,serial\nA,3.54962E+15\nB,\"3,54962E+15\"\nC,5E10\n")
        #expect(sheet.rows.map(\.warnings.count) == [1, 1, 0])
    }

    @Test func rowsAndLinesAreThoseOfTheFile() throws {
        let sheet = try read("asset_tag,notes,status,x\n\nA,\"1\n2\",,\n,,,\nB,,,,more\nC,\"open,,\nD,,,\nE,\"a\"b,,\n")
        #expect(sheet.rows.map { [$0.row, $0.line] } == [[3, 3], [7, 8]])
        #expect(
            sheet.problems == [
                "5/6: There are more cells than columns: 'more'", "6/7: There is text after a closing quote.",
                "8/9: There is text after a closing quote.",
            ])
        #expect(sheet.layout.rows == 5)
    }

    @Test func aStrayQuoteInAThousandRowsCostsItsRow() throws {
        var text = "asset_tag,name,serial\n"
        for number in 1...1000 {
            text += number == 500 ? "T-500,\"Screen 24,S500\n" : "T-\(number),\"a, b\",S\(number)\n"
        }
        let sheet = try read(text)
        #expect(sheet.rows.count + sheet.problems.count == 1000 && sheet.layout.rows == 1000)
        #expect(sheet.problems.count == 1 && sheet.problems[0].hasPrefix("501/501: "))
    }

    @Test(arguments: [
        (Array("PK\u{3}\u{4}......[Content_Types].xml".utf8), "an Excel workbook"), (Array("%PDF-1.7\n".utf8), "a PDF"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], "an old Excel workbook"),
        (Array("<!DOCTYPE html><table>".utf8), "a web page"), (Array("[{\"asset_tag\":1}]".utf8), "JSON"),
        ([0x1F, 0x8B, 8], "gzip"), ([], "empty"), (Array("\n \n".utf8), "no text"),
        (Array(String(repeating: "a,", count: 10_000).utf8) + [0x0A], "more than 1000 fields"),
    ])
    func whatIsNoSheetIsNamed(_ bytes: [UInt8], _ words: String) {
        #expect(refusal(bytes)?.message.contains(words) == true, "\(refusal(bytes)?.message ?? "-")")
    }

    @Test func damageIsAnErrorOfItsRow() throws {
        let nul = try read("asset_tag,name\nA,x\0y\nB,z\rC,w\r\nD,\"cut")
        #expect(nul.texts(.tag) == ["B", "C"])
        #expect(nul.problems == ["2/2: name contains a NUL character.", "5/5: A quoted field does not end."])
    }
}
