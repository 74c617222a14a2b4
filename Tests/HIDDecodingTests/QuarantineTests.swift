import HIDDecoding
import Testing

/// A piece of a code is never a code: what people type, lose and pull, as values.
@Suite struct QuarantineTests {
    private func broken(_ reason: String, _ text: String) -> Outcome { .broken(reason, Array(text.utf8)) }

    /// A scanner that has shown that it ends its codes with Enter.
    private func typistWithEnter() throws -> Typist {
        var typist = try Typist()
        typist.type("ok")
        typist.enter()
        typist.silence(1_000_000)
        typist.decoded = []
        return typist
    }

    // MARK: The scanner's own pace

    @Test(arguments: [1_000, 90_000, 110_000, 130_000, 400_000, 600_000, 900_000] as [UInt64])
    func aSlowScannerIsReadWhole(_ gap: UInt64) throws {
        var typist = try Typist()
        for _ in 0..<4 {
            for key in ["1", "0", "4", "7"] {
                typist.type(key)
                typist.pause(gap)
            }
            typist.enter()
            typist.silence(3_000_000)
        }
        #expect(typist.decoded == Array(repeating: .text("1047"), count: 4))
    }

    @Test func aSlowScannerWithoutTerminatorIsReadWhole() throws {
        var typist = try Typist()
        for _ in 0..<3 {
            for key in ["1", "0", "4", "7"] {
                typist.type(key)
                typist.pause(130_000)
            }
            typist.silence(3_000_000)
        }
        #expect(typist.decoded == Array(repeating: .text("1047"), count: 3))
    }

    @Test func aScannerThatBecameSlowIsReadAgainAfterOneBrokenCode() throws {
        var typist = try typistWithEnter()
        for _ in 0..<3 {
            for key in ["1", "0", "4", "7"] {
                typist.type(key)
                typist.pause(260_000)
            }
            typist.enter()
            typist.silence(3_000_000)
        }
        #expect(typist.decoded == [broken("the terminator did not come", "1047"), .text("1047"), .text("1047")])
    }

    @Test func whatIsConfiguredWins() throws {
        var typist = try Typist(WedgeOptions(interKeyTimeoutMicroseconds: 30_000))
        typist.type("ab")
        typist.pause(40_000)
        typist.type("cd")
        typist.silence()
        #expect(typist.decoded == [.text("ab"), .text("cd")])
    }

    @Test func howACodeEndedIsSaid() throws {
        var decoder = try ScannerDecoder(.fixture(kind: .keyboardWedge, descriptor: []), wedge: WedgeOptions())
        _ = decoder.feed(HIDReport([0, 0, 4, 0, 0, 0, 0, 0], at: 0))
        _ = decoder.feed(HIDReport([0, 0, 5, 0, 0, 0, 0, 0], at: 1000))
        guard case .scan(let silent)? = decoder.quiet(until: 5_000_000).first else {
            Issue.record("no scan")
            return
        }
        #expect(silent.endedBy == .silence)
        let tab = decoder.feed(HIDReport([0, 0, 4, 0x2B, 0, 0, 0, 0], at: 6_000_000))
        guard case .scan(let tabbed)? = tab.first else {
            Issue.record("no scan")
            return
        }
        #expect(tabbed.endedBy == .tab)
    }

    // MARK: Silence and stops

    @Test func silenceInTheMiddleIsNeverACode() throws {
        var typist = try typistWithEnter()
        typist.type("10")
        typist.pause(700_000)
        typist.type("47")
        typist.enter()
        typist.silence(1_000_000)
        typist.type("1047")
        typist.enter()
        #expect(typist.decoded == [broken("the terminator did not come", "1047"), .text("1047")])
    }

    @Test func afterHalfACodeWithoutARestAPersonIsTold() throws {
        var typist = try typistWithEnter()
        typist.type("10")
        typist.silence(2_500_000)
        #expect(typist.decoded == [broken("the terminator did not come", "10")])
        // It may still be the rest.
        typist.type("47")
        typist.enter()
        typist.silence(1_000_000)
        typist.type("7")
        typist.enter()
        #expect(typist.decoded.dropFirst() == [broken("the terminator did not come", "47"), .text("7")])
    }

    @Test(arguments: [false, true], [300_000, 1_000_000, 5_000_000] as [UInt64])
    func aStoppedProcessCutsNothing(_ isNew: Bool, _ stop: UInt64) throws {
        var typist = isNew ? try Typist() : try typistWithEnter()
        typist.type("10")
        typist.stop(stop)
        typist.type("47")
        typist.enter()
        typist.silence(3_000_000)
        // The Enter at the end tells of a new scanner too that it was one code.
        #expect(typist.decoded == [.text("1047")])
    }

    @Test func aNewScannerWithoutTerminatorAroundAStopIsNotJudgedByHalf() throws {
        var typist = try Typist()
        typist.type("10")
        typist.stop(2_000_000)
        typist.type("47")
        typist.silence(3_000_000)
        typist.type("33")
        typist.silence(3_000_000)
        #expect(typist.decoded == [broken("a pause that nobody saw", "1047"), .text("33")])
    }

    @Test func twoCodesWithoutTerminatorAroundAStopAreNotJoined() throws {
        var typist = try Typist()
        typist.type("10")
        typist.silence(1_000_000)
        typist.type("10")
        typist.stop(2_000_000)
        typist.type("47")
        typist.silence(3_000_000)
        typist.type("33")
        typist.silence(3_000_000)
        #expect(typist.decoded == [.text("10"), broken("a pause that nobody saw", "1047"), .text("33")])
    }

    // MARK: What a pace is learnt from

    private func slowCode(_ typist: inout Typist, _ gap: UInt64) {
        for key in ["1", "0", "4", "7"] {
            typist.type(key)
            typist.pause(gap)
        }
    }

    @Test func oneKeySaysNothingOfThePace() throws {
        var typist = try Typist()
        typist.type("7")
        typist.silence(3_000_000)
        slowCode(&typist, 130_000)
        typist.silence(3_000_000)
        #expect(typist.decoded == [.text("7"), .text("1047")])
    }

    @Test func whatAScannerHadKeptSaysNothingOfItsPace() throws {
        var typist = try Typist()
        typist.decoder.attach(at: typist.now)
        typist.type("47")
        typist.enter()
        typist.type("1047")
        typist.enter()
        typist.pause(100_000)
        slowCode(&typist, 100_000)
        typist.enter()
        #expect(typist.decoded.dropFirst() == [.text("1047"), .text("1047")])
    }

    @Test func whatWasHeldBackByAStopSaysNothingOfThePace() throws {
        var typist = try Typist()
        typist.type("1")
        typist.stop(400_000)
        typist.type("047")
        typist.silence(3_000_000)
        slowCode(&typist, 100_000)
        typist.silence(3_000_000)
        #expect(typist.decoded == [.text("1047"), .text("1047")])
    }

    @Test func whatCameInQuarantineSaysNothingOfThePace() throws {
        var typist = try Typist()
        typist.decoder.interrupt(.lostReports, at: typist.now)
        typist.type("47")
        typist.silence(2_000_000)
        slowCode(&typist, 100_000)
        typist.silence(3_000_000)
        #expect(typist.decoded == [broken("reports were lost", "47"), .text("1047")])
        // Nor do the gaps between codes.
        typist.decoded = []
        typist.decoder.interrupt(.lostReports, at: typist.now)
        for text in ["10", "47"] {
            typist.type(text)
            typist.pause(900_000)
        }
        typist.silence(2_000_000)
        for text in ["10", "1"] {
            typist.type(text)
            typist.silence(1_500_000)
        }
        #expect(typist.decoded == [broken("reports were lost", "1047"), .text("10"), .text("1")])
    }

    @Test func afterAStopAQuietAttachSaysLess() throws {
        var typist = try Typist()
        typist.decoder.attach(at: typist.now)
        let stopped = typist.now + 60_000
        typist.pause(1_060_000)
        // Both were in the kernel; the rest was in the scanner and comes as fast as it can.
        for key: UInt8 in [0x21, 0] {
            typist.decoded += typist.decoder.feed(
                HIDReport([0, 0, key, 0, 0, 0, 0, 0], since: stopped, at: typist.now)
            ).map(Outcome.init)
        }
        typist.type("7")
        typist.enter()
        typist.silence(2_000_000)
        #expect(typist.decoded == [broken("it may have begun before the scanner was read", "47")])
    }

    @Test func aPaceIsLearntFromCodesAfterLongSilences() throws {
        var typist = try Typist()
        for _ in 0..<2 {
            // So long that nobody looked any more when the first key came.
            typist.stop(10_000_000)
            typist.type("1047")
            typist.enter()
        }
        typist.type("1")
        #expect(typist.decoder.deadline == typist.now - 1_000 + 250_000)
    }

    // MARK: Losses

    @Test func aKeyWhoseReleaseWasLostIsNewAgain() throws {
        var typist = try Typist()
        typist.keys(0, 0x1E)
        typist.decoder.interrupt(.lostReports, at: typist.now)
        typist.silence(2_000_000)
        typist.type("1047")
        typist.silence(2_000_000)
        #expect(typist.decoded == [broken("reports were lost", "1"), .text("1047")])
    }

    @Test func aCapsLockThatWasLostInvertsNothing() throws {
        var typist = try typistWithEnter()
        typist.press(0x39)
        typist.type("a")
        typist.decoder.interrupt(.lostReports, at: typist.now)
        typist.press(0x39)
        typist.press(0x39)
        typist.press(0x39)
        typist.type("b")
        typist.enter()
        typist.silence(1_000_000)
        typist.type("c")
        typist.enter()
        #expect(typist.decoded.last == .text("c"))
    }

    @Test(arguments: [Interruption.lostReports, .overflow, .stall, .busError])
    func nothingCountsUntilATerminatorAndAQuietGap(_ interruption: Interruption) throws {
        var typist = try typistWithEnter()
        typist.type("10")
        typist.decoder.interrupt(interruption, at: typist.now)
        typist.decoder.attach(at: typist.now + 300_000)
        typist.pause(700_000)
        typist.type("47")
        typist.enter()
        typist.type("7")
        typist.enter()
        #expect(typist.decoded.isEmpty && !typist.decoder.isSettled)
        typist.silence(1_000_000)
        #expect(typist.decoded.count == 1)
        guard case .broken(_, let bytes)? = typist.decoded.first else { return }
        #expect(bytes == Array("1047\r7".utf8))
        typist.type("1")
        typist.enter()
        #expect(typist.decoded.last == .text("1"))
    }

    @Test func withoutTerminatorASecondOfQuietEndsIt() throws {
        var typist = try Typist()
        typist.type("ok")
        typist.silence(1_000_000)
        typist.type("10")
        typist.decoder.interrupt(.stall, at: typist.now)
        typist.pause(700_000)
        typist.type("47")
        let last = typist.now - 1000
        #expect(typist.decoder.quiet(until: last + 999_999).isEmpty)
        typist.silence()
        #expect(typist.decoded == [.text("ok"), broken("the endpoint stalled", "1047")])
    }

    @Test func aShortReportIsALoss() throws {
        var typist = try typistWithEnter()
        typist.type("1")
        typist.report([0, 0, 0x27])
        typist.type("47")
        typist.enter()
        typist.silence(1_000_000)
        #expect(typist.decoded == [broken("a report was too short", "147")])
    }

    @Test func aStallOfAScannerThatWasSilentCostsNothing() throws {
        var typist = try typistWithEnter()
        typist.decoder.interrupt(.stall, at: typist.now)
        typist.decoder.attach(at: typist.now + 50_000)
        typist.silence(2_000_000)
        typist.type("47")
        typist.enter()
        #expect(typist.decoded == [.text("47")])
    }

    // MARK: Attach

    @Test func whatAScannerHadKeptBeginsInTheMiddle() throws {
        var typist = try Typist()
        typist.decoder.attach(at: typist.now)
        typist.type("47")
        typist.enter()
        typist.type("1047")
        typist.enter()
        #expect(
            typist.decoded == [broken("it may have begun before the scanner was read", "47"), .text("1047")])
    }

    @Test func aCodeBehindAQuietGapIsWholeFromTheFirst() throws {
        for quiet: UInt64 in [60_000, 600_000, 5_000_000] {
            var typist = try Typist()
            typist.decoder.attach(at: typist.now)
            typist.pause(quiet)
            typist.type("1047")
            typist.enter()
            #expect(typist.decoded == [.text("1047")], "\(quiet)")
        }
    }

    @Test func aSlowScannerThatWasTypingAtTheAttachIsNotQuiet() throws {
        var typist = try Typist()
        typist.decoder.attach(at: typist.now)
        typist.pause(130_000)
        typist.type("4")
        typist.pause(130_000)
        typist.type("7")
        typist.pause(130_000)
        typist.enter()
        #expect(typist.decoded == [broken("it may have begun before the scanner was read", "47")])
    }

    @Test func aReplugInTheMiddleOfACode() throws {
        var typist = try typistWithEnter()
        typist.type("10")
        typist.decoded += typist.decoder.disconnect().map(Outcome.init)
        typist.decoder.attach(at: typist.now)
        typist.type("47")
        typist.enter()
        typist.type("1047")
        typist.enter()
        #expect(
            typist.decoded == [
                broken("unplugged in the middle of a code", "10"),
                broken("it may have begun before the scanner was read", "47"), .text("1047"),
            ])
    }

    // MARK: Terminators in front, and inside

    @Test(arguments: [500, 1_000_000] as [UInt64], [false, true])
    func enterInFrontOfEachCodeIsLearnt(_ pause: UInt64, _ isBehindToo: Bool) throws {
        var typist = try Typist()
        for text in ["1047", "10", "47", "104"] {
            typist.enter()
            typist.type(text)
            if isBehindToo { typist.enter() }
            if pause > 1000 { typist.silence(pause) }
        }
        typist.silence(2_000_000)
        #expect(typist.decoded == ["1047", "10", "47", "104"].map { .text($0) })
    }

    @Test func enterInFrontIsToldFromBehindAfterTwoSilences() throws {
        var typist = try Typist()
        typist.decoder.attach(at: typist.now)
        for text in ["47", "1", "7"] {
            typist.type(text)
            typist.enter()
        }
        // It looked as if Enter stood behind.
        for text in ["1047", "10", "1", "47", "104"] {
            typist.type(text)
            typist.silence(3_000_000)
            typist.enter()
        }
        typist.silence(3_000_000)
        #expect(typist.decoded.suffix(2) == [.text("47"), .text("104")])
    }

    @Test func enterInFrontAndBehindIsNotTakenForOneInFront() throws {
        var typist = try typistWithEnter()
        typist.decoder.interrupt(.lostReports, at: typist.now)
        for text in ["47", "1", "04"] {
            typist.enter()
            typist.type(text)
            typist.enter()
        }
        typist.enter()
        typist.type("1")
        typist.silence(2_500_000)
        typist.type("04")
        typist.enter()
        typist.silence(1_000_000)
        typist.enter()
        typist.type("1")
        typist.silence(2_500_000)
        typist.type("04")
        typist.enter()
        typist.silence(1_000_000)
        #expect(typist.decoded.allSatisfy { if case .broken = $0 { true } else { false } })
    }

    @Test func enterInFrontParts() throws {
        var typist = try Typist()
        for text in ["47", "1", "7"] {
            typist.enter()
            typist.type(text)
        }
        // Whether it was silent for 50 ms nobody saw; the Enter tells all the same.
        typist.stop(60_000)
        typist.enter()
        typist.type("1047")
        typist.silence(3_000_000)
        #expect(typist.decoded == ["47", "1", "7", "1047"].map { .text($0) })
    }

    @Test func aTabInACodeOfAScannerThatEndsThemWithEnter() throws {
        var typist = try typistWithEnter()
        typist.type("10")
        typist.press(0x2B)
        typist.type("47")
        typist.enter()
        #expect(typist.decoded == [.text("10\t47")])
        typist.type("10")
        typist.press(0x2B)
        typist.silence(1_000_000)
        typist.type("47")
        typist.enter()
        typist.silence(1_000_000)
        #expect(typist.decoded.last == broken("the terminator did not come", "10\t47"))
    }

    @Test func aScannerThatWasSetUpAnewIsReadAgain() throws {
        var typist = try typistWithEnter()
        for _ in 0..<4 {
            typist.type("47")
            typist.press(0x2B)
            typist.silence(3_000_000)
        }
        #expect(typist.decoded.last == .text("47"))
        #expect(typist.decoder.profile.terminator == .tab)
    }

    @Test func theTerminatorOutlivesAReplug() throws {
        let profile = try typistWithEnter().decoder.profile
        var decoder = try ScannerDecoder(
            .fixture(kind: .keyboardWedge, descriptor: []), wedge: WedgeOptions(), profile: profile)
        _ = decoder.feed(HIDReport([0, 0, 0x1E, 0, 0, 0, 0, 0], at: 1000))
        _ = decoder.feed(HIDReport([0, 0, 0, 0, 0, 0, 0, 0], at: 2000))
        let decoded = decoder.quiet(until: 60_000_000)
        #expect(decoded.map(Outcome.init) == [broken("the terminator did not come", "1")])
    }

    @Test func aSecondTerminatorEndsAQuarantineToo() throws {
        for second: (UInt8, UInt8) in [(0x0D, 0x01), (0x2B, 0), (0x28, 0)] {
            var typist = try typistWithEnter()
            for code in ["10", "47", "1047"] {
                if code == "10" { typist.decoder.interrupt(.lostReports, at: typist.now) }
                typist.type(code)
                typist.enter()
                typist.press(second.0, second.1)
                typist.silence(1_000_000)
            }
            #expect(typist.decoded.count == 3, "\(second)")
            #expect(typist.decoded.dropFirst() == [.text("47"), .text("1047")])
            #expect(typist.decoder.profile.terminator == .enter)
        }
    }

    @Test func aLineBreakInACodeOfASilentScannerIsNoTerminator() throws {
        var typist = try Typist()
        typist.type("47")
        typist.silence(1_000_000)
        typist.type("10")
        typist.enter()
        typist.type("47")
        typist.silence(1_000_000)
        typist.type("47")
        typist.silence(1_000_000)
        #expect(typist.decoded.last == .text("47"))
        #expect(typist.decoder.profile.terminator == nil)
    }

    @Test func twoCodesThatCameTooFastTeachNoPace() throws {
        var typist = try Typist()
        typist.type("1047")
        typist.silence(1_000_000)
        let before = typist.decoder.profile.slowestGap
        typist.type("10")
        typist.pause(45_000)
        typist.type("47")
        typist.silence(1_000_000)
        #expect(typist.decoder.profile.slowestGap ?? 0 <= 4 * (before ?? 0))
    }

    @Test func aSilentScannerThatHiccupsIsReadWhole() throws {
        var typist = try Typist()
        typist.type("1047")
        typist.silence(1_000_000)
        typist.type("10")
        typist.pause(200_000)
        typist.type("47")
        typist.silence(1_000_000)
        #expect(typist.decoded == [.text("1047"), .text("1047")])
    }

    @Test func aTerminatorInFrontAndBehindStaysOne() throws {
        var typist = try Typist()
        for _ in 0..<2 {
            typist.enter()
            typist.type("47")
            typist.enter()
            typist.silence(1_000_000)
        }
        for _ in 0..<4 {
            typist.enter()
            typist.type("10")
            typist.silence(3_000_000)
        }
        #expect(typist.decoded.prefix(2) == [.text("47"), .text("47")])
        #expect(!typist.decoded.contains(.text("10")))
    }

    @Test func anErrorOfAScannerThatWasSilentMayHaveCostABeginning() throws {
        var typist = try typistWithEnter()
        typist.pause(5_000_000)
        typist.decoder.interrupt(.busError, at: typist.now)
        typist.type("47")
        typist.enter()
        typist.type("1047")
        typist.enter()
        #expect(
            typist.decoded == [broken("it may have begun before the scanner was read", "47"), .text("1047")])
    }

    @Test func anErrorRightAfterAnAttachLeavesNothingBehind() throws {
        var typist = try typistWithEnter()
        typist.decoder.attach(at: typist.now)
        typist.decoder.interrupt(.busError, at: typist.now + 10_000)
        typist.decoder.attach(at: typist.now + 400_000)
        typist.silence(10_000_000)
        #expect(typist.decoder.isSettled)
        typist.type("1047")
        typist.enter()
        #expect(typist.decoded == [.text("1047")])
    }

    // MARK: Without end

    @Test func aCodeThatNeverEndsIsSaidOnceAndBounded() throws {
        var typist = try Typist()
        for _ in 0..<20_000 { typist.press(0x04) }
        #expect(typist.decoded.count == 1)
        typist.silence(1_000_000)
        typist.type("1047")
        typist.enter()
        #expect(typist.decoded.count == 2)
        #expect(typist.decoded.last == .text("1047"))
    }

    @Test func aFloodOfCodesIsSaidOnce() throws {
        var typist = try Typist()
        for _ in 0..<20_000 {
            typist.press(0x04)
            typist.enter()
        }
        #expect(typist.decoded.count < 2_500)
        #expect(typist.decoded.filter { if case .broken("flood", _) = $0 { true } else { false } }.count == 1)
    }
}
