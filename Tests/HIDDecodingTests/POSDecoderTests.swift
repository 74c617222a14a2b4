import DepotTestKit
import HIDDecoding
import Testing

/// What the corpus does not say about HID POS.
@Suite struct POSDecoderTests {
    private func decoder(vendor: UInt16 = 0x0C2E) throws -> ScannerDecoder {
        let folder = try #require(CorpusCase.all.first { $0.name == "0c2e_0db3_ean13" })
        return try ScannerDecoder(
            .fixture(kind: .hidPOS, vendor: vendor, descriptor: folder.descriptor), wedge: WedgeOptions())
    }

    private func report(_ text: String, aim: String = "]Q1", count: UInt8? = nil, continued: Bool = false) -> [UInt8] {
        var report: [UInt8] = [2, count ?? UInt8(text.utf8.count)]
        report += Array(aim.utf8) + Array(text.utf8)
        report += Array(repeating: 0, count: 63 - report.count)
        return report + [continued ? 1 : 0]
    }

    @Test func twoReportsInOneTransferAreTwoScans() throws {
        var decoder = try decoder()
        let decoded = decoder.feed(HIDReport(report("A") + report("B"), at: 7))
        #expect(
            decoded
                == ["A", "B"].map {
                    .scan(
                        RawScan(
                            bytes: Array($0.utf8), symbology: "]Q1", endedBy: .report, firstReportAt: 7, lastReportAt: 7
                        ))
                })
    }

    @Test func aRestThatComesLateIsNoCode() throws {
        var decoder = try decoder()
        #expect(decoder.deadline == nil)
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: 1000)).isEmpty)
        #expect(decoder.deadline == 501_000)
        #expect(decoder.feed(HIDReport(report("B", continued: true), at: 400_000)).isEmpty)
        #expect(decoder.deadline == 900_000)
        #expect(decoder.quiet(until: 899_999).isEmpty)
        #expect(decoder.feed(HIDReport(report("C"), at: 900_000)).isEmpty)
        #expect(
            decoder.quiet(until: 1_400_000).map(Outcome.init) == [
                .broken("the rest of the code did not come", Array("ABC".utf8))
            ])
        #expect(
            decoder.feed(HIDReport(report("D"), at: 1_500_000)).map(Outcome.init) == [.scan([0x44], symbology: "]Q1")])
    }

    @Test func aStoppedProcessCutsNothing() throws {
        var decoder = try decoder()
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: 1000)).isEmpty)
        // Came while nobody looked: whether it was silent before it nobody knows.
        let decoded = decoder.feed(HIDReport(report("B"), since: 2000, at: 900_000))
        #expect(decoded.map(Outcome.init) == [.scan(Array("AB".utf8), symbology: "]Q1")])
    }

    @Test func whatIsDeliveredAtTheAttachMayBeTheRestOfSomething() throws {
        var decoder = try decoder()
        decoder.attach(at: 1000)
        #expect(!decoder.isSettled)
        #expect(
            decoder.feed(HIDReport(report("B"), at: 200_000)).map(Outcome.init) == [
                .broken("it may have begun before the scanner was read", [0x42])
            ])
        #expect(
            decoder.feed(HIDReport(report("C"), at: 200_100)).map(Outcome.init) == [.scan([0x43], symbology: "]Q1")])
        decoder.attach(at: 1_000_000)
        #expect(decoder.quiet(until: 1_500_000).isEmpty)
        #expect(decoder.isSettled)
        #expect(
            decoder.feed(HIDReport(report("D"), at: 1_600_000)).map(Outcome.init) == [.scan([0x44], symbology: "]Q1")])
    }

    @Test func laterPartsNeedNoIdentifier() throws {
        var decoder = try decoder(vendor: 0x1EAB)
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: 1)).isEmpty)
        let decoded = decoder.feed(HIDReport(report("B", aim: "\0\0\0"), at: 2))
        #expect(decoded.map(Outcome.init) == [.scan(Array("AB".utf8), symbology: "]Q1")])
    }

    @Test func aReplyBetweenPartsLeavesTheCodeOpen() throws {
        var decoder = try decoder()
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: 1)).isEmpty)
        #expect(decoder.feed(HIDReport(report("\u{6}", aim: "]Z6"), at: 2)) == [.reply(Array("]Z6\u{6}".utf8))])
        let decoded = decoder.feed(HIDReport(report("B"), at: 3))
        #expect(decoded.map(Outcome.init) == [.scan(Array("AB".utf8), symbology: "]Q1")])
    }

    @Test func repliesAreAVendorsHabit() throws {
        var zebra = try decoder(vendor: 0x05E0)
        #expect(
            zebra.feed(HIDReport(report("9", aim: "]X0"), at: 1)).map(Outcome.init) == [.scan([0x39], symbology: "]X0")]
        )
        var newland = try decoder(vendor: 0x1EAB)
        #expect(newland.feed(HIDReport(report("9", aim: "\0\0\0"), at: 1)) == [.reply([0, 0, 0, 0x39])])
    }

    @Test func anIdentifierWithoutBracketIsBrokenElsewhere() throws {
        var decoder = try decoder(vendor: 0x05E0)
        #expect(
            decoder.feed(HIDReport(report("A", aim: "xyz"), at: 1)).map(Outcome.init) == [
                .broken("a symbology identifier that does not begin with ]", Array("A".utf8))
            ])
    }

    @Test func anEndlessCodeIsCutAndComesOutOnce() throws {
        var decoder = try decoder()
        let part = String(repeating: "x", count: 56)
        for index in 0..<200 {
            #expect(decoder.feed(HIDReport(report(part, continued: true), at: UInt64(index))).isEmpty)
        }
        let decoded = decoder.feed(HIDReport(report("end"), at: 200))
        #expect(decoded.map(Outcome.init) == [.scan([UInt8](repeating: 0x78, count: 8192), symbology: "]Q1")])
    }

    @Test func otherReportsAreIgnored() throws {
        var decoder = try decoder()
        #expect(decoder.feed(HIDReport([0xF0] + [UInt8](repeating: 0x41, count: 63), at: 1)).isEmpty)
        #expect(decoder.feed(HIDReport([9, 9, 9], at: 1)).isEmpty)
        #expect(decoder.feed(HIDReport([], at: 1)).isEmpty)
        #expect(decoder.deadline == nil)
    }

    @Test(arguments: [Interruption.lostReports, .overflow, .stall, .busError])
    func nothingCountsAfterALossUntilACodeEndedAndItWasQuiet(_ interruption: Interruption) throws {
        var decoder = try decoder()
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: 1)).isEmpty)
        decoder.interrupt(interruption, at: 2)
        #expect(decoder.feed(HIDReport(report("B"), at: 600_000)).isEmpty)
        #expect(decoder.feed(HIDReport(report("C"), at: 700_000)).isEmpty)
        #expect(!decoder.isSettled)
        let decoded = decoder.quiet(until: 1_200_000)
        #expect(decoded.count == 1)
        guard case .broken(let bytes, _)? = decoded.first else { return }
        #expect(bytes == Array("ABC".utf8))
        #expect(
            decoder.feed(HIDReport(report("D"), at: 1_300_000)).map(Outcome.init) == [.scan([0x44], symbology: "]Q1")])
    }

    @Test func aStallOfAScannerThatWasSilentCostsNothing() throws {
        var decoder = try decoder()
        #expect(decoder.feed(HIDReport(report("A"), at: 1)).count == 1)
        decoder.interrupt(.stall, at: 600_002)
        // Quiet behind it, so nothing of a code was lost.
        #expect(decoder.quiet(until: 1_200_000).isEmpty && decoder.isSettled)
        #expect(
            decoder.feed(HIDReport(report("B"), at: 1_300_000)).map(Outcome.init) == [.scan([0x42], symbology: "]Q1")])
    }

    @Test func timeMayStandStillOrRunOut() throws {
        var decoder = try decoder()
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: .max)).isEmpty)
        #expect(decoder.deadline == .max)
        #expect(decoder.quiet(until: .max).count == 1)
        _ = decoder.disconnect()
        #expect(decoder.feed(HIDReport(report("A", continued: true), at: 1000)).isEmpty)
        #expect(decoder.feed(HIDReport(report("B"), at: 0)).count == 1)
    }
}
