import HIDDecoding
import Testing

/// Every recorded or constructed device through the pure decoder.
@Suite struct CorpusTests {
    @Test func everyFolderIsReadable() {
        #expect(CorpusFolder.names.count >= 24)
        #expect(CorpusFolder.all.map(\.name) == CorpusFolder.names)
        for folder in CorpusFolder.all {
            let source = folder.header["source"] ?? ""
            #expect(source.hasPrefix("captured: ") || source.hasPrefix("constructed: "), "\(folder.name)")
        }
    }

    @Test(arguments: CorpusFolder.all.filter { $0.header["layout"] == "us" && $0.header["expect"] == nil })
    func decodesAsExpected(_ folder: CorpusFolder) throws {
        var decoder = try ScannerDecoder(try folder.description(), wedge: WedgeOptions())
        var decoded: [Decoded] = []
        for step in folder.steps {
            switch step {
            case .report(let at, let report):
                decoded += decoder.feed(HIDReport(report, at: at))
            case .expire(let at):
                decoded += decoder.quiet(until: max(at, decoder.deadline ?? at))
            case .unplug:
                decoded += decoder.disconnect()
            }
        }
        #expect(decoded.map(Outcome.init) == folder.expected)
        #expect(decoder.deadline == nil)
    }

    @Test(arguments: CorpusFolder.all.filter { $0.header["expect"] == "descriptor_error" })
    func refusesTheDescriptor(_ folder: CorpusFolder) throws {
        let description = try folder.description()
        #expect(throws: DescriptorError.self) { try ScannerDecoder(description, wedge: WedgeOptions()) }
    }
}
