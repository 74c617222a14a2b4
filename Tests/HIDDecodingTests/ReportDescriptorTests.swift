import DepotTestKit
import HIDDecoding
import Testing

/// The rules that parsers get wrong.
@Suite struct ReportDescriptorTests {
    private func parse(_ hex: String) throws -> ReportDescriptor {
        try ReportDescriptor(parsing: try bytes(hex.filter { $0 != " " }))
    }

    private func folder(_ name: String) throws -> CorpusCase {
        try #require(CorpusCase.all.first { $0.name == name })
    }

    @Test func theRealScanner() throws {
        let descriptor = try ReportDescriptor(parsing: try folder("0c2e_0db3_ean13").descriptor)
        #expect(descriptor.isBarcodeScanner)
        #expect(!descriptor.isKeyboard)
        #expect(descriptor.inputReportLength() == 64)
        #expect(descriptor.inputReportLengths == [2: 64, 0xF0: 64])
        #expect(descriptor.bitCount(.output, id: 4) == 8)
        #expect(descriptor.hasOutputReport(0xF0))
        #expect(!descriptor.hasFeatureReport(0xFE))
        let data = try #require(descriptor.fields.first { $0.usage(ofElement: 0) == Usage(0x8C, 0xFE) })
        #expect((data.bitOffset, data.count, data.elementBits) == (32, 56, 8))
        let vendor = try #require(descriptor.fields.first { $0.usage(ofElement: 0)?.page == 0xFF66 })
        #expect(vendor.bitOffset == 480)
        let beep = try #require(descriptor.fields.first { $0.type == .output && $0.reportID == 4 })
        #expect(beep.usage(ofElement: 3) == Usage(0x8C, 0x86))
        #expect(beep.usage(ofElement: 7) == Usage(0x8C, 0x86))
    }

    @Test func theBootKeyboard() throws {
        let descriptor = try ReportDescriptor(parsing: try folder("05e0_1200_us_wedge").descriptor)
        #expect(descriptor.isKeyboard)
        #expect(!descriptor.isBarcodeScanner)
        #expect(descriptor.inputReportLength() == 8)
        #expect(!descriptor.hasNumberedInput)
    }

    @Test func aScannerCollectionWithoutDataIsNone() throws {
        let descriptor = try parse("058C 0902 A101 0914 8504 1500 2501 7501 9508 0960 9102 C0")
        #expect(!descriptor.isBarcodeScanner)
        let description = ScannerDescription.fixture(
            kind: .hidPOS, descriptor: try bytes("058C0902A101091485041500250175019508096091" + "02C0"))
        #expect(throws: DescriptorError.noScannedData) { try ScannerDecoder(description, wedge: WedgeOptions()) }
    }

    @Test func logicalMaximumIsSignedOnlyBelowANegativeMinimum() throws {
        let byte = try parse("0501 0900 A101 1500 25FF 7508 9501 0930 8102 C0")
        #expect(byte.fields.first?.logicalMaximum == 255)
        let signed = try parse("0501 0900 A101 1581 257F 7508 9501 0930 8106 C0")
        #expect(signed.fields.first?.logicalMinimum == -127)
        #expect(signed.fields.first?.logicalMaximum == 127)
        #expect(throws: DescriptorError.badLogicalRange(at: 14)) {
            try parse("0501 0900 A101 1505 2504 7508 9501 8102 C0")
        }
    }

    @Test func usagesTakeThePageOfTheMainItem() throws {
        // 09 30 under page 01, then page 8C: short usages not yet used on 8C move there; a long one stays.
        let late = try parse("0501 A101 7508 9502 1500 25FF 0B3B000100 09FE 058C 8102 C0")
        #expect(late.fields.first?.usage(ofElement: 0) == Usage(0x01, 0x3B))
        #expect(late.fields.first?.usage(ofElement: 1) == Usage(0x8C, 0xFE))
        let mixed = try parse("A101 7508 9502 1500 25FF 0501 093B 058C 09FE 8102 C0")
        #expect(mixed.fields.first?.usage(ofElement: 0) == Usage(0x01, 0x3B))
        #expect(mixed.fields.first?.usage(ofElement: 1) == Usage(0x8C, 0xFE))
    }

    @Test func usageListAndRangeInOneItemKeepTheirOrder() throws {
        let descriptor = try parse("058C A101 7508 9505 1500 25FF 0950 19FB 29FD 8102 C0")
        let usages = (0..<5).map { descriptor.fields.first?.usage(ofElement: $0)?.id }
        #expect(usages == [0x50, 0xFB, 0xFC, 0xFD, 0xFD])
    }

    @Test func onlyTheFirstDelimiterSetCounts() throws {
        let descriptor = try parse("0501 A101 7508 9501 A901 0930 A900 A901 0931 A900 8102 C0")
        #expect(descriptor.fields.first?.usage(ofElement: 0) == Usage(0x01, 0x30))
        #expect(descriptor.fields.first?.usage(ofElement: 1) == Usage(0x01, 0x30))
    }

    @Test func localItemsEndAtEveryMainItem() throws {
        let descriptor = try parse("0501 0906 A101 7508 9501 0930 A102 8102 C0 C0")
        #expect(descriptor.fields.isEmpty)
        #expect(descriptor.inputReportLength() == 1)
    }

    @Test func reportIDIsGlobalAndSurvivesNothingButPop() throws {
        let descriptor = try parse("0501 0906 A101 8501 7508 9501 A4 8502 0930 8102 B4 0931 8102 C0 000000")
        #expect(descriptor.fields.map(\.reportID) == [2, 1])
        #expect(descriptor.inputReportLengths == [1: 2, 2: 2])
    }

    @Test func longItemsAreSkipped() throws {
        let descriptor = try parse("0501 FE0210AABB 0906 A101 C0")
        #expect(descriptor.isKeyboard)
    }

    @Test(
        arguments: [
            ("", DescriptorError.empty),
            ("0501 0906 A1", .truncated(at: 4)),
            ("FE0510AA", .truncated(at: 0)),
            ("A101", .unclosed),
            ("A901", .unclosed),
            ("C0", .unbalanced(at: 0)),
            ("B4", .unbalanced(at: 0)),
            ("A900", .unbalanced(at: 0)),
            ("8500", .badReportID(at: 0)),
            ("860001", .badReportID(at: 0)),
            ("760101", .badReportSize(at: 0)),
            ("97FFFFFFFF", .badReportCount(at: 0)),
            ("E501", .unknownItem(at: 0)),
        ] as [(String, DescriptorError)])
    func refuses(_ hex: String, _ error: DescriptorError) throws {
        #expect(throws: error) { try parse(hex) }
        #expect(error.message.hasSuffix("."))
    }

    @Test func limits() throws {
        #expect(throws: DescriptorError.tooLong(bytes: 4097)) {
            try ReportDescriptor(parsing: [UInt8](repeating: 0, count: 4097))
        }
        #expect(throws: DescriptorError.nestedTooDeep(at: 64)) {
            try ReportDescriptor(parsing: (0..<33).flatMap { _ in [0xA1, 0x00] as [UInt8] })
        }
        #expect(throws: DescriptorError.reportTooLong(id: 0)) {
            try parse("7508 960030 1900 2AFFFF 8102 8102")
        }
        let fields = try bytes("75019501") + (0..<257).flatMap { _ in [0x09, 0x30, 0x81, 0x02] as [UInt8] }
        #expect(throws: DescriptorError.tooManyFields(id: 0)) { try ReportDescriptor(parsing: fields) }
    }

    @Test func aUsageRangeTimesACountIsNotExpanded() throws {
        let descriptor = try parse("0507 A101 7501 960030 1B00000700 2BFFFFFF7F 8102 C0")
        #expect(descriptor.fields.first?.usage(ofElement: 12_287) == Usage(0x07, 12_287))
    }
}
