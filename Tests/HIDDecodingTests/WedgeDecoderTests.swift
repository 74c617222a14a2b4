import HIDDecoding
import Testing

/// What the corpus does not say about typing.
@Suite struct WedgeDecoderTests {
    @Test func severalReportsInOneTransfer() throws {
        var typist = try Typist()
        typist.report([0, 0, 0x04, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [0, 0, 0x04, 0x28, 0, 0, 0, 0])
        #expect(typist.decoded == [.text("aa")])
    }

    @Test func timesAreThoseOfFirstAndLastReport() throws {
        var decoder = try ScannerDecoder(.fixture(kind: .keyboardWedge, descriptor: []), wedge: WedgeOptions())
        #expect(decoder.feed(HIDReport([0, 0, 4, 0, 0, 0, 0, 0], at: 500)).isEmpty)
        let decoded = decoder.feed(HIDReport([0, 0, 0x28, 0, 0, 0, 0, 0], at: 900))
        #expect(decoded == [.scan(RawScan(bytes: [0x61], endedBy: .enter, firstReportAt: 500, lastReportAt: 900))])
        #expect(decoder.deadline == nil)
    }

    // MARK: Terminators and pauses

    @Test func silenceEndsACodeEvenIfNobodyAskedForIt() throws {
        var typist = try Typist()
        typist.type("ab")
        typist.pause(600_000)
        typist.type("cd")
        #expect(typist.decoded == [.text("ab")])
        typist.silence()
        #expect(typist.decoded == [.text("ab"), .text("cd")])
    }

    @Test func silenceBeforeTheDeadlineDoesNothing() throws {
        var typist = try Typist()
        typist.type("ab")
        let deadline = try #require(typist.decoder.deadline)
        #expect(typist.decoder.quiet(until: deadline - 1).isEmpty)
        #expect(typist.decoder.deadline == deadline)
    }

    @Test func aTerminatorAfterTheSilenceIsNotAnEmptyScan() throws {
        var typist = try Typist()
        typist.type("ab")
        typist.pause(600_000)
        typist.enter()
        typist.silence()
        #expect(typist.decoded == [.text("ab")])
        #expect(typist.decoder.profile.terminator == .enter)
    }

    @Test func aPauseBreaksACodeThatNeedsATerminator() throws {
        var typist = try Typist(WedgeOptions(requiresTerminator: true))
        typist.type("ab")
        typist.silence(3_000_000)
        #expect(typist.decoded == [.broken("the terminator did not come", Array("ab".utf8))])
    }

    @Test func doubleTerminatorsAreOneUnlessPressedApart() throws {
        var typist = try Typist()
        typist.type("a")
        typist.enter()
        typist.enter()
        typist.press(0x0D, 0x01)  // Control+J: the LF of CR LF
        #expect(typist.decoded == [.text("a")])
        typist.pause(400_000)
        typist.enter()
        typist.silence()
        #expect(typist.decoded == [.text("a"), .text("")])
        typist.pause(400_000)
        typist.type("b")
        typist.enter()
        #expect(typist.decoded == [.text("a"), .text(""), .text("b")])
    }

    @Test func controlMAtTheEndOfACodeWithoutTerminatorIsASuffix() throws {
        var typist = try Typist()
        typist.type("a")
        typist.press(0x10, 0x01)
        typist.press(0x0D, 0x01)
        typist.silence()
        #expect(typist.decoded == [.text("a")])
    }

    // MARK: ALT codes

    @Test(
        arguments: [
            ([0x62, 0x5A, 0x5D, 0x5A], "ü"),  // Alt+0252
            ([0x59, 0x5A, 0x61], "ü"),  // Alt+129, code page 437
            ([0x57, 0x08, 0x06], "ì"),  // Alt + ec
            ([0x57, 0x04, 0x1F], "¢"),  // Alt + a2
            ([0x60, 0x5B, 0x5E, 0x5C], "€"),  // Alt+8364
            ([0x5E, 0x5D], "A"),  // Alt+65
            ([0x62, 0x59, 0x5A, 0x60], "€"),  // Alt+0128
        ] as [([UInt8], String)])
    func altCodes(_ keys: [UInt8], _ text: String) throws {
        for modifier: UInt8 in [0x04, 0x40] {
            var typist = try Typist()
            typist.keys(modifier)
            for key in keys {
                typist.keys(modifier, key)
                typist.keys(modifier)
            }
            typist.enter()
            #expect(typist.decoded == [.text(text)])
        }
    }

    @Test func altDigitsRollOverEachOther() throws {
        var typist = try Typist()
        typist.keys(0x04, 0x62)
        typist.keys(0x04, 0x62, 0x60)
        typist.keys(0x04, 0x60, 0x5B)
        typist.keys(0x04, 0x5B)
        typist.enter()
        #expect(typist.decoded == [.text("S")])
    }

    @Test func chordsWithReleasedDigitsBetween() throws {
        var typist = try Typist()
        for _ in 0..<2 {
            typist.keys(0x04, 0x62, 0x5C, 0x61)
            typist.keys(0x04)
        }
        typist.keys(0, 0x28)
        #expect(typist.decoded == [.text("11")])
    }

    @Test func codePagesAreConfigurable() throws {
        var typist = try Typist(WedgeOptions(ansiCodePage: .latin1, oemCodePage: .cp850))
        typist.alt(0x59, 0x5D, 0x5D)  // Alt+155: ø in 850, ¢ in 437
        typist.press(0x04)
        typist.alt(0x62, 0x59, 0x5A, 0x60)  // Alt+0128
        typist.enter()
        #expect(typist.decoded == [.text("øa\u{80}")])
    }

    @Test func anALTCodeWithoutCharacterBreaksTheCode() throws {
        var typist = try Typist()
        typist.type("a")
        typist.alt(0x5D, 0x5D, 0x5A, 0x61, 0x5E)  // Alt+55296, half of a surrogate pair
        typist.type("b")
        typist.enter()
        typist.type("c")
        typist.enter()
        #expect(typist.decoded == [.broken("an ALT code without a character", Array("ab".utf8)), .text("c")])
    }

    @Test func moreDigitsThanAnyCharacterHas() throws {
        var typist = try Typist()
        typist.keys(0x04)
        for _ in 0..<5000 {
            typist.keys(0x04, 0x61)
            typist.keys(0x04)
        }
        typist.enter()
        #expect(typist.decoded == [.broken("an ALT code without a character", [])])
    }

    // MARK: Modifiers and layouts

    private static let german = KeyboardLayout(
        name: "de",
        keys: [
            0x04: .init(plain: .text("a"), shift: .text("A")),
            0x08: .init(plain: .text("e"), shift: .text("E"), altGr: .text("€")),
            0x14: .init(plain: .text("q"), shift: .text("Q"), altGr: .text("@")),
            0x26: .init(plain: .text("9"), shift: .text(")"), altGr: .text("]")),
            0x2D: .init(plain: .text("ß"), shift: .text("?"), altGr: .text("\\")),
            0x2E: .init(plain: .dead("´"), shift: .dead("`")),
            0x34: .init(plain: .text("ä"), shift: .text("Ä")),
            0x63: .init(plain: .text(",")),
        ])

    @Test func altGrIsRightAltOrControlWithAlt() throws {
        var typist = try Typist(WedgeOptions(layout: Self.german))
        typist.press(0x14, 0x40)
        typist.press(0x14, 0x05)
        typist.press(0x14, 0x41)
        typist.press(0x26, 0x05)
        typist.press(0x26, 0x41)
        typist.press(0x30, 0x01)
        typist.enter()
        #expect(typist.decoded == [.text("@@@]\u{1D}\u{1D}")])
    }

    @Test func capsLockTurnsLettersOnly() throws {
        var typist = try Typist(WedgeOptions(layout: Self.german))
        typist.press(0x39)
        for key: UInt8 in [0x04, 0x34, 0x2D, 0x26] { typist.press(key) }
        typist.press(0x04, 0x02)
        typist.press(0x39)
        typist.press(0x04)
        typist.press(0x63)
        typist.enter()
        #expect(typist.decoded == [.text("AÄß9aa,")])
    }

    @Test func deadKeys() throws {
        var typist = try Typist(WedgeOptions(layout: Self.german))
        typist.press(0x2E)
        typist.press(0x08)
        typist.press(0x2E, 0x02)
        typist.press(0x04)
        typist.press(0x2E)
        typist.press(0x2C)
        typist.press(0x2E)
        typist.press(0x14)
        typist.press(0x2E)
        typist.press(0x2E)
        typist.press(0x2E)
        typist.enter()
        #expect(typist.decoded == [.text("éà´´q´´")])
    }

    @Test func aKeyTheLayoutDoesNotHaveBreaksTheCode() throws {
        var typist = try Typist(WedgeOptions(layout: Self.german))
        typist.press(0x04)
        typist.press(0x10)
        typist.press(0x04)
        typist.enter()
        #expect(typist.decoded == [.broken("a key without a character in this layout", Array("aa".utf8))])
    }

    @Test func shortcutsAndFunctionKeysTypeNothing() throws {
        var typist = try Typist(WedgeOptions(controlKeys: [0x41: 0x1D]))
        typist.press(0x43)
        typist.type("a")
        typist.press(0x0E, 0x08)
        typist.press(0x0E, 0x04)
        typist.press(0x41)
        typist.type("b")
        typist.enter()
        #expect(typist.decoded == [.text("a\u{1D}b")])
    }

    @Test func controlCharactersOfScannerManuals() throws {
        var typist = try Typist()
        let keys: [UInt8] = [0x1F, 0x04, 0x2F, 0x31, 0x30, 0x23, 0x2D]
        for key in keys { typist.press(key, 0x10) }
        typist.press(0x29)
        typist.press(0x2A)
        typist.enter()
        #expect(typist.decoded == [.scan([0, 1, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x1B, 0x08], symbology: nil)])
    }

    // MARK: Loss

    @Test func disconnectForgetsKeysAndCapsLock() throws {
        var typist = try Typist()
        typist.press(0x39)
        typist.keys(0, 0x04)
        #expect(
            typist.decoder.disconnect().map(Outcome.init) == [
                .broken("unplugged in the middle of a code", Array("A".utf8))
            ])
        #expect(typist.decoder.disconnect().isEmpty)
        typist.keys(0, 0x04)
        typist.enter()
        #expect(typist.decoded == [.text("a")])
    }
}
