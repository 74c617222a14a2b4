import HIDDecoding
import Testing

@testable import ScannerUSB

/// HID 1.11 appendix B.1: the boot keyboard.
let bootKeyboard: [UInt8] = [
    0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95,
    0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05,
    0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19,
    0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
]

/// A published HID POS descriptor: input report 2, output report 4 with the beeps (127 bytes).
let hidPOS: [UInt8] = [
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
    0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, 0x95, 0x03, 0x05, 0x8c, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81,
    0x02, 0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x02, 0x06, 0x66, 0xff, 0x95, 0x02, 0x09, 0x00, 0x81, 0x02, 0x05,
    0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0xff, 0x81, 0x02, 0xc0, 0x09, 0x14, 0xa1, 0x02, 0x85, 0x04, 0x15,
    0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0x5f, 0x09, 0x60, 0x09, 0x85, 0x09, 0x86, 0x91, 0x86, 0xc0, 0xc0,
]

/// A vendor page, as IBM/OEM, SNAPI and many gadgets have it.
let vendorPage: [UInt8] = [
    0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x19, 0x00, 0x29, 0xff, 0x15, 0x00, 0x25, 0xff, 0x95, 0x01, 0x75, 0x08,
    0x81, 0x02, 0xc0,
]

private func interface(
    _ number: UInt8 = 0, boot: UInt8, class interfaceClass: UInt8 = 3, readable: Bool = true
) -> InterfaceFacts {
    InterfaceFacts(
        number: number, interfaceClass: interfaceClass, subclass: boot == 0 ? 0 : 1, bootProtocol: boot,
        interruptIn: readable ? EndpointFacts(address: 0x81, maxPacket: 8) : nil)
}

private func decide(
    _ ids: (UInt16, UInt16), _ interfaces: [InterfaceFacts], wedges: [String] = [], ignored: [String] = []
) -> Adoption {
    let settings = ScannerUSBSettings(
        wedges: wedges.compactMap(USBMatch.init), ignored: ignored.compactMap(USBMatch.init))
    return Adoption.decide(DeviceFacts(vendor: ids.0, product: ids.1, interfaces: interfaces), settings: settings)
}

@Suite struct AdoptionTests {
    @Test func aPlainKeyboardIsNeverLookedAt() {
        let keyboard = decide((0x046d, 0xc31c), [interface(boot: 1), interface(1, boot: 0)])
        #expect(keyboard == .ignored)
        #expect(decide((0x046d, 0xc52b), [interface(boot: 2), interface(1, boot: 0)]) == .ignored)
    }

    @Test func aKnownWedgeIsAdoptedWhateverItsDescriptorSays() throws {
        let adoption = decide((0x05e0, 0x1200), [interface(boot: 1)])
        let candidate = try #require(adoption.candidates.first)
        #expect(Adoption.kind(of: candidate, descriptor: bootKeyboard) == .keyboardWedge)
        #expect(Adoption.kind(of: candidate, descriptor: vendorPage) == .keyboardWedge)
        #expect(Adoption.kind(of: candidate, descriptor: []) == .keyboardWedge)
        #expect(Adoption.kind(of: candidate, descriptor: hidPOS) == .hidPOS)
    }

    @Test func theSettingsMakeAnyKeyboardAWedge() throws {
        let adoption = decide((0x046d, 0xc31c), [interface(boot: 1)], wedges: ["046d:c31c"])
        let candidate = try #require(adoption.candidates.first)
        #expect(Adoption.kind(of: candidate, descriptor: bootKeyboard) == .keyboardWedge)
        #expect(adoption.isExpected)
    }

    @Test func hidPOSIsAdoptedByItsDescriptorAlone() throws {
        let adoption = decide((0x1234, 0x5678), [interface(boot: 0)])
        let candidate = try #require(adoption.candidates.first)
        #expect(Adoption.kind(of: candidate, descriptor: hidPOS) == .hidPOS)
        #expect(Adoption.kind(of: candidate, descriptor: bootKeyboard) == nil)
        #expect(Adoption.kind(of: candidate, descriptor: vendorPage) == nil)
        #expect(Adoption.kind(of: candidate, descriptor: []) == nil)
        #expect(Adoption.kind(of: candidate, descriptor: [0xff, 0x00, 0x81]) == nil)
        #expect(!adoption.isExpected)
    }

    @Test func theDescriptorIsBelievedMoreThanTheTable() throws {
        let adoption = decide((0x05e0, 0x1300), [interface(boot: 0)])
        let candidate = try #require(adoption.candidates.first)
        #expect(Adoption.kind(of: candidate, descriptor: hidPOS) == .hidPOS)
    }

    @Test func withoutAnInterruptEndpointThereIsNothingToRead() {
        #expect(decide((0x05e0, 0x1200), [interface(boot: 1, readable: false)]).candidates.isEmpty)
    }

    @Test func anIgnoredDeviceStaysIgnored() {
        #expect(decide((0x05e0, 0x1200), [interface(boot: 1)], ignored: ["05e0:*"]) == .ignored)
        #expect(
            decide((0x05e0, 0x1200), [interface(boot: 1)], wedges: ["05e0:1200"], ignored: ["05e0:1200"]) == .ignored)
    }

    @Test(
        arguments: [
            (0x05e0, 0x1900, KnownScanner.Mode.snapi), (0x05e0, 0x0600, .simpleCOM), (0x05e0, 0x1300, .oem),
            (0x05f9, 0x1206, .oem), (0x0c2e, 0x0700, .serial), (0x1eab, 0x8206, .serial),
            (0x05f9, 0x5204, .configuration),
        ] as [(UInt16, UInt16, KnownScanner.Mode)])
    func aScannerInAModeThatIsNotReadIsNamed(vendor: UInt16, product: UInt16, mode: KnownScanner.Mode) {
        let serial = interface(boot: 0, class: mode == .serial ? 10 : 3)
        guard case .unsupportedMode(let known) = decide((vendor, product), [serial]).diagnosis else {
            Issue.record("not told")
            return
        }
        #expect(known.mode == mode)
        #expect(known.mode.switchHint?.isEmpty == false)
    }

    @Test func idsOfChipMakersNeedAPersonsWord() {
        let unasked = decide((0x0416, 0xc141), [interface(boot: 1)])
        #expect(unasked.candidates.isEmpty && unasked.diagnosis == .unconfirmedWedge)
        let asked = decide((0x0416, 0xc141), [interface(boot: 1)], wedges: ["0416:c141"])
        #expect(asked.candidates.count == 1 && asked.diagnosis == .nothing)
    }

    @Test func anUnlistedKeyboardOfAScannerMakerIsMentioned() {
        let adoption = decide((0x05e0, 0xabcd), [interface(boot: 1)])
        #expect(adoption.candidates.isEmpty && adoption.diagnosis == .unconfirmedWedge)
    }

    @Test func aMouseBesideAWedgeIsLeftAlone() {
        let adoption = decide((0x05e0, 0x1200), [interface(boot: 1), interface(1, boot: 2)])
        #expect(adoption.candidates.map(\.interface.number) == [0])
    }
}

@Suite struct KnownScannerTests {
    @Test func noIdsStandTwiceInTheTable() {
        let ids = knownScanners.map { "\($0.vendor):\($0.product.map(String.init) ?? "*")" }
        #expect(Set(ids).count == ids.count)
    }

    @Test(
        arguments: [
            (0x05e0, 0x1200, KnownScanner.Mode.keyboard), (0x0c2e, 0x0db3, .hidPOS), (0x23d0, 0x0c01, .hidPOS),
            (0x1eab, 0x9903, .keyboard), (0x1eab, 0x9906, .serial), (0x1eab, 0x9910, .hidPOS),
        ] as [(UInt16, UInt16, KnownScanner.Mode)])
    func modesFollowTheIds(vendor: UInt16, product: UInt16, mode: KnownScanner.Mode) {
        #expect(KnownScanner.named(vendor: vendor, product: product)?.mode == mode)
    }

    @Test func aKeyboardMakerIsNotInTheTable() {
        #expect(KnownScanner.named(vendor: 0x046d, product: 0xc31c) == nil)
        #expect(KnownScanner.named(vendor: 0x1eab, product: 0x0001) == nil)
    }
}

@Suite struct DescriptorLengthTests {
    @Test func theReportDescriptorsLengthIsFoundBehindTheInterface() {
        #expect(reportDescriptorLength(inExtra: [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 0x3f, 0x01]) == 0x13f)
        #expect(reportDescriptorLength(inExtra: [3, 0x24, 0, 9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0]) == 63)
    }

    @Test func brokenBytesGiveNoLength() {
        let whole: [UInt8] = [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0]
        for length in 0..<whole.count { #expect(reportDescriptorLength(inExtra: Array(whole.prefix(length))) == 0) }
        #expect(reportDescriptorLength(inExtra: [0, 0, 0]) == 0)
        #expect(reportDescriptorLength(inExtra: [255, 0x21, 0x22]) == 0)
    }
}
