import DepotModel
import Testing

/// The files of handhelds that remember their scans.
@Suite struct HandheldFileTests {
    private static let now = Timestamp(milliseconds: 1_795_262_400_000)

    private func read(
        _ text: String, _ adjust: (inout HandheldFile.Options) -> Void = { _ in }
    ) throws -> [HandheldFile.Line] {
        var options = HandheldFile.Options()
        adjust(&options)
        return try HandheldFile.read(Array(text.utf8), options, now: Self.now).lines
    }

    @Test(
        arguments: [
            "2026-11-21T10:00:05Z,IT-1", "2026-11-21 10:00:05,IT-1", "IT-1,2026-11-21 10:00:05",
            "IT-1;2026-11-21;10:00:05", "IT-1\t21.11.2026 10:00:05", "21/11/2026 10:00:05,IT-1",
            "IT-1,20261121100005", "IT-1,1795255205", "IT-1,1795255205000", "2026-11-21T11:00:05+01:00;]C1;IT-1",
            "2026-11-21 10:00:05 IT-1", "IT-1 2026-11-21 10:00:05", "]C1,IT-1,2026/11/21 10:00:05",
            "\u{FEFF}Barcode,Time,Type\r\nIT-1,2026-11-21 10:00:05,]C1\r\n",
            "date;time;code\n21.11.26;10:00:05;IT-1", "\"IT-1\",\"2026-11-21 10:00:05\"",
            "Code\tTimestamp\nIT-1\t20261121T100005", "IT-1,2026-11-21 10:00:05 AM",
        ])
    func theUsualForms(_ text: String) throws {
        let lines = try read(text)
        #expect(lines.map(\.code) == ["IT-1"] && lines.map(\.problem) == [nil], "\(lines)")
        #expect(lines.first?.at?.description == "2026-11-21T10:00:05.000Z")
    }

    @Test func monthFirstAndTheTimeZoneAreTheCallersToSay() throws {
        let american = try read("11/21/2026 1:30 PM,IT-1") { $0.isMonthFirst = true }
        #expect(american.first?.problem?.contains("future") == true)
        let morning = try read("11/21/2026 01:30 AM,IT-1") { $0.isMonthFirst = true }
        #expect(morning.first?.at?.description == "2026-11-21T01:30:00.000Z")
        let berlin = try read("2026-11-21 10:00,IT-1") { $0.utcOffsetMinutes = 60 }
        #expect(berlin.first?.at?.description == "2026-11-21T09:00:00.000Z")
        // A day that does not exist is no time.
        #expect(try read("11/21/2026 10:00,IT-1").first?.problem == "“11/21/2026 10:00” is not a time.")
    }

    @Test func codesAloneAreEnough() throws {
        let lines = try read("IT-1\nIT-2\r\n\r\n0123456789\nA B C\n")
        #expect(lines.map(\.code) == ["IT-1", "IT-2", "0123456789", "A B C"])
        #expect(lines.allSatisfy { $0.at == nil && $0.problem == nil })
        #expect(lines.map(\.number) == [1, 2, 4, 5])
    }

    @Test func linesAreInTheOrderOfTheirTimes() throws {
        let lines = try read("IT-3,2026-11-21 10:03\nIT-1,2026-11-21 10:01\nNEXT,\nIT-2,2026-11-21 10:02\n")
        #expect(lines.map(\.code) == ["IT-1", "NEXT", "IT-2", "IT-3"])
        #expect(lines.map(\.number) == [2, 3, 4, 1])
    }

    @Test func aWrongClockIsCorrected() throws {
        let text = "REF,2020-01-01 00:10\nIT-1,2020-01-01 00:15\n"
        let reference = try #require(Timestamp("2026-11-21T10:00:00Z"))
        let lines = try read(text) { $0.reference = .init(code: "REF", at: reference) }
        #expect(lines.map(\.code) == ["IT-1"])
        #expect(lines.first?.at?.description == "2026-11-21T10:05:00.000Z")
        let fast = try read("IT-1,2026-11-21 12:30") { $0.clockOffset = 3_600_000 }
        #expect(fast.first?.at?.description == "2026-11-21T11:30:00.000Z" && fast.first?.problem == nil)
        #expect(throws: DepotError.self) {
            _ = try read("IT-1,2026-11-21 12:30") { $0.reference = .init(code: "REF", at: reference) }
        }
        #expect(throws: DepotError.self) { _ = try read("REF\n") { $0.reference = .init(code: "REF", at: reference) } }
    }

    @Test func brokenLinesAreRejectedOneByOne() throws {
        let lines = try read(
            "code,time\nIT-1,2026-11-21 10:00\n,2026-11-21 10:01\nIT-2,yesterday\nIT-3,2027-01-01 00:00\n"
                + "IT-4,1970-01-01 00:01\nIT-5,2026-11-21 10:02\n"
        ) { $0.rejected = [7] }
        let problems = Dictionary(uniqueKeysWithValues: lines.map { ($0.number, $0.problem) })
        #expect(problems[2] == .some(nil))
        #expect(problems[3] == "There is no code.")
        #expect(problems[4] == "“yesterday” is not a time.")
        #expect(problems[5]??.contains("in the future") == true)
        #expect(problems[6]??.contains("too early") == true)
        #expect(problems[7] == "Rejected by the request.")
    }

    @Test func wrongEncodingsAreSaidOrRead() throws {
        func lines(_ bytes: [UInt8]) throws -> [HandheldFile.Line] {
            try HandheldFile.read(bytes, HandheldFile.Options(), now: Self.now).lines
        }
        func utf16(_ text: String, low: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for unit in text.utf16 {
                let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
                bytes += low == 0 ? pair : pair.reversed()
            }
            return bytes
        }
        #expect(try lines([0xFF, 0xFE] + utf16("IT-1\r\n", low: 0)).map(\.code) == ["IT-1"])
        #expect(try lines([0xFE, 0xFF] + utf16("IT-ü", low: 1)).map(\.code) == ["IT-ü"])
        #expect(throws: DepotError.self) { _ = try lines([0x49, 0, 0x54, 0]) }
        // One line in another encoding is rejected, and the others are read.
        let latin = Array("IT-1\nIT-".utf8) + [0xFC] + Array("\nIT-3\n".utf8)
        #expect(try lines(latin).map { $0.problem == nil } == [true, false, true])
        for bytes: [UInt8] in [[0xFF, 0xFE], [0xFF, 0xFE, 0x41], [0xEF, 0xBB, 0xBF], [0x0A], [0x22]] {
            #expect(try lines(bytes).allSatisfy { $0.code.isEmpty }, "\(bytes)")
        }
    }

    @Test func theSameScanHasOneIdentityInEveryFile() throws {
        let once = try read("IT-1,2026-11-21 10:00\nIT-1,2026-11-21 10:00\nIT-2,2026-11-21 10:01\n")
        #expect(Set(once.map(\.identity)).count == 3)
        let longer = try read(
            "IT-2,2026-11-21 10:01\nIT-1,2026-11-21 10:00\nIT-1,2026-11-21 10:00\nIT-4,2026-11-21 10:05\n"
        ) { $0.clockOffset = 1000 }
        #expect(Set(once.map(\.identity)).isSubset(of: Set(longer.map(\.identity))))
    }

    @Test func anyBytesAreReadWithoutATrap() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789-:/.;,\t \n\r\"TZ+IT]C\u{0}".utf8) + [0xFF, 0xC3, 0x80]
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            _ = try? HandheldFile.read(bytes, HandheldFile.Options(), now: Self.now)
        }
    }

    @Test func aHundredThousandLines() throws {
        var text = ""
        for number in 0..<100_000 { text += "2026-11-21 10:00:\(number % 50 + 10),IT-\(number)\n" }
        let lines = try read(text)
        #expect(lines.count == 100_000 && lines.allSatisfy { $0.problem == nil })
        #expect(throws: DepotError.self) { _ = try read(String(repeating: "X\n", count: 200_001)) }
    }
}
