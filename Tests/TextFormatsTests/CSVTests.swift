import Testing
import TextFormats

/// CSV files as programs and as spreadsheets write them.
@Suite struct CSVTests {
    private func records(_ text: String, _ options: CSVReader.Options, piece: Int = .max) -> [CSVRecord] {
        records(Array(text.utf8), options, piece: piece)
    }

    private func records(_ bytes: [UInt8], _ options: CSVReader.Options, piece: Int = .max) -> [CSVRecord] {
        var reader = CSVReader(options)
        var result: [CSVRecord] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            result += reader.feed(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        return result + reader.finish()
    }

    @Test(arguments: [
        ("a,b\r\n1,2\r\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a,b\n1,2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a,\n,b\n", [(1, ["a", ""]), (2, ["", "b"])]),
        ("\"a,\"\"b\"\"\"\n", [(1, ["a,\"b\""])]),
        ("\"x\r\ny\",1\nz,2\n", [(1, ["x\r\ny", "1"]), (3, ["z", "2"])]),
        ("a\n\n\r\nb\n", [(1, ["a"]), (4, ["b"])]),
        ("\u{FEFF}a\n", [(1, ["a"])]),
        ("\u{FEFF}\"a\"\n", [(1, ["a"])]),
        ("ä,日本\n", [(1, ["ä", "日本"])]),
        ("a,", [(1, ["a", ""])]),
        ("\"a\"", [(1, ["a"])]),
        ("", []),
        ("\n", []),
        ("\r\n\r\n", []),
    ])
    func bothReadWhatIsByTheStandard(_ text: String, _ expected: [(Int, [String])]) {
        for options in [CSVReader.Options.strict, .lenient] {
            for piece in [Int.max, 1, 2, 3] {
                #expect(
                    records(text, options, piece: piece) == expected.map { .row(line: $0.0, fields: $0.1) },
                    "pieces of \(piece)")
            }
        }
    }

    @Test(
        arguments: [
            ("a\"b\n1\n", "There is a quote inside a field that does not begin with one.", ["a\"b"]),
            ("\"a\"b\n1\n", "There is text after a closing quote.", nil),
            ("a\rb\n1\n", "There is a carriage return without a line feed.", ["a"]),
        ] as [(String, String, [String]?)])
    func brokenRecordsAreReportedAndReadingGoesOn(_ text: String, _ reason: String, _ lenient: [String]?) {
        for piece in [Int.max, 1] {
            #expect(
                records(text, .strict, piece: piece) == [
                    .broken(line: 1, reason: reason), .row(line: 2, fields: ["1"]),
                ])
            let first: CSVRecord = lenient.map { .row(line: 1, fields: $0) } ?? .broken(line: 1, reason: reason)
            #expect(records(text, .lenient, piece: piece).first == first)
        }
    }

    @Test func brokenAtTheEnd() {
        for options in [CSVReader.Options.strict, .lenient] {
            #expect(
                records("a\n\"b\nc", options) == [
                    .row(line: 1, fields: ["a"]), .broken(line: 2, reason: "A quoted field does not end."),
                ])
        }
        let reason = "There is a carriage return without a line feed."
        #expect(records("a\r", .strict) == [.broken(line: 1, reason: reason)])
        #expect(records("a\n\r", .strict) == [.row(line: 1, fields: ["a"]), .broken(line: 2, reason: reason)])
        #expect(records("a\r", .lenient) == [.row(line: 1, fields: ["a"])])
    }

    @Test func blankRecordsAreData() {
        #expect(
            records(",\n\"\"\n \t\n", .strict) == [
                .row(line: 1, fields: ["", ""]), .row(line: 2, fields: [""]), .row(line: 3, fields: [" \t"]),
            ])
        #expect(records("\"\"", .strict) == [.row(line: 1, fields: [""])])
        #expect(records(",\n\"\"\n \t\n\r\n\n , \n", .lenient).isEmpty)
    }

    @Test(arguments: [1, 2, 3, 5, Int.max])
    func linesAreThoseOfTheFile(piece: Int) {
        let text =
            "\u{FEFF}a,b\r\n\r\n\"x\r\ny\",\"\"\"\"\n\rlast,1\r,\r\n5\" disk,\"\"\n\"open\" x,1\nz,\"no end\nmore"
        #expect(
            records(text, .lenient, piece: piece) == [
                .row(line: 1, fields: ["a", "b"]), .row(line: 3, fields: ["x\r\ny", "\""]),
                .row(line: 6, fields: ["last", "1"]), .row(line: 8, fields: ["5\" disk", ""]),
                .broken(line: 9, reason: "There is text after a closing quote."),
                .broken(line: 10, reason: "A quoted field does not end."),
            ])
    }

    @Test func invalidUTF8BreaksItsRecordOnly() {
        let broken = CSVRecord.broken(line: 1, reason: "The row is not valid UTF-8.")
        for bytes in [[0x61, 0xFF, 0x2C, 0x62, 0x0A, 0x63, 0x0A], [0x62, 0x2C, 0xFF, 0x0A, 0x63, 0x0A]] as [[UInt8]] {
            #expect(records(bytes, .strict) == [broken, .row(line: 2, fields: ["c"])])
            #expect(records(bytes, .lenient) == [broken, .row(line: 2, fields: ["c"])])
        }
        // The beginning of a byte order mark is none.
        #expect(records([0xEF, 0xBB, 0x61, 0x0A], .strict) == [broken])
        #expect(records([0xEF, 0xBB], .strict) == [broken])
    }

    @Test func sizesAreLimited() {
        let long = String(repeating: "x", count: CSVReader.maximumField)
        #expect(
            records("a,\(long)\nb", .lenient) == [.row(line: 1, fields: ["a", long]), .row(line: 2, fields: ["b"])])
        // A line inside a quoted field that is too long is no record.
        let tooLong = records("a,\"\(long)\nx\",\nb", .strict, piece: 4096)
        #expect(tooLong.count == 2)
        #expect(tooLong.last == .row(line: 3, fields: ["b"]))
        let many = records(String(repeating: long + ",", count: 17) + "\nb\n", .strict)
        #expect(many.first == .broken(line: 1, reason: "The row is longer than 1048576 bytes."))
        #expect(many.last == .row(line: 2, fields: ["b"]))
        let wide = records(String(repeating: "a,", count: 1000) + "b\nc", .lenient)
        #expect(wide.last == .row(line: 2, fields: ["c"]))
        #expect(wide.first == .broken(line: 1, reason: "The row has more than 1000 fields."))
    }

    @Test func whatIsWrittenIsReadAgain() {
        let fields = ["a", "", " b ", "c,d", "say \"hi\"", "x\r\ny", "=1+1", "ä"]
        var csv = CSVWriter()
        for field in fields { csv.field(field) }
        csv.endRecord()
        csv.field(nil)
        csv.field("z")
        csv.endRecord()
        #expect(
            String(decoding: csv.bytes, as: UTF8.self)
                == "a,,\" b \",\"c,d\",\"say \"\"hi\"\"\",\"x\r\ny\",=1+1,ä\r\n,z\r\n")
        for options in [CSVReader.Options.strict, .lenient] {
            #expect(records(csv.bytes, options) == [.row(line: 1, fields: fields), .row(line: 3, fields: ["", "z"])])
        }
    }

    // MARK: Resuming

    private var sheet: CSVReader.Options {
        var options = CSVReader.Options.lenient
        options.resumesAfterBrokenQuotes = true
        return options
    }

    private func lines(_ text: String, piece: Int) -> [String] {
        records(text, sheet, piece: piece).map { record in
            switch record {
            case .row(let line, let fields): "\(line) \(fields.joined(separator: "|"))"
            case .broken(let line, let reason): "\(line) ! \(reason)"
            }
        }
    }

    @Test(arguments: [1, 2, 7, Int.max])
    func aStrayQuoteCostsItsLine(piece: Int) {
        let text = "t,n,x\nA,1,2\nB,\"1,2\nC,1,2\n\nD,\"ok\r\nok\",2\nE,1,2\n"
        #expect(
            lines(text, piece: piece) == [
                "1 t|n|x", "2 A|1|2", "3 ! There is text after a closing quote.", "4 C|1|2",
                "6 D|ok\r\nok|2", "8 E|1|2",
            ])
        #expect(
            lines("t,n\nA,1\nB,\"cut\r\nC,2\r\nfree text\r\n", piece: piece) == [
                "1 t|n", "2 A|1", "3 ! A quoted field does not end.", "4 C|2",
                "5 ! The row has 1 of 2 fields, after a quote that does not end.",
            ])
    }

    @Test(arguments: [1, 3, Int.max])
    func twoStrayQuotesDoNotHideWhatIsBetween(piece: Int) {
        let text = "t,n,x,y\nA,\"1,2,3\nB,1,2,3\nC,1,2,3\nD,1,2,3\"\nE,\"a\nb\",2,3\n"
        #expect(
            lines(text, piece: piece) == [
                "1 t|n|x|y", "2 ! A quoted field ends lines later, after what looks like rows.", "3 B|1|2|3",
                "4 C|1|2|3", "5 D|1|2|3\"", "6 E|a\nb|2|3",
            ])
    }

    @Test func aRowOfOtherSeparatorsIsRead() {
        var options = sheet
        options.separator = UInt8(ascii: ";")
        options.reportsEmptyLines = true
        #expect(
            records("a;b,c\n\n1;\"2;3\"", options) == [
                .row(line: 1, fields: ["a", "b,c"]), .row(line: 2, fields: [""]), .row(line: 3, fields: ["1", "2;3"]),
            ])
    }

    /// However quotes lie, every line is in a record or named.
    @Test func randomQuotesNeverHideALine() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let rows = (1...30).map { number in "T-\(number),a,b,c,d" }
            var text = "t,a,b,c,d\n" + rows.joined(separator: "\n") + "\n"
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let at = text.indices.randomElement(using: &random) ?? text.startIndex
                text.insert(contentsOf: ["\"", "\"\"", ",\"", "\","].randomElement(using: &random) ?? "", at: at)
            }
            let found = records(text, sheet)
            #expect(found == records(text, sheet, piece: 5))
            var covered: Set<Int> = []
            for record in found {
                switch record {
                case .broken(let line, _): covered.insert(line)
                case .row(let line, let fields):
                    for offset in 0...fields.joined().count(where: { $0.isNewline }) { covered.insert(line + offset) }
                }
            }
            #expect(covered.isSuperset(of: 1...31), "\(text)")
        }
    }
}
