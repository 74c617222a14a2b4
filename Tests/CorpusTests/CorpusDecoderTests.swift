import DepotTestKit
import Foundation
import HIDDecoding
import ScannerUSB
import Testing

/// Each corpus folder through the pure decoder, with the layout that libxkbcommon makes.
@Suite struct CorpusDecoderTests {
    @Test func theCorpusIsThere() throws {
        #expect(CorpusCase.all.count >= 24 && CorpusCase.all.map(\.name) == CorpusCase.names)
        for item in CorpusCase.all {
            let source = item.header["source"] ?? ""
            #expect(source.hasPrefix("captured") || source.hasPrefix("constructed"), "\(item): says where it is from")
        }
    }

    @Test(arguments: CorpusCase.all)
    func decodesAsExpected(_ item: CorpusCase) throws {
        var wedge = WedgeOptions()
        wedge.layout = try LayoutCompiler.layout(named: item.layout)
        let description = ScannerDescription(
            identity: item.name, vendorID: item.vendor, productID: item.product, manufacturer: nil, product: nil,
            serial: nil, port: "1-1", interface: 0, kind: item.kind == "hid_pos" ? .hidPOS : .keyboardWedge,
            reportDescriptor: item.descriptor)
        guard item.header["expect"] != "descriptor_error" else {
            #expect(throws: DescriptorError.self) { try ScannerDecoder(description, wedge: wedge) }
            return
        }
        var decoder = try ScannerDecoder(description, wedge: wedge)
        var decoded: [Decoded] = []
        for (at, step) in item.steps {
            switch step {
            case .report(let report): decoded += decoder.feed(HIDReport(report, at: at))
            case .expire: decoded += decoder.quiet(until: max(at, decoder.deadline ?? at))
            case .unplug: decoded += decoder.disconnect()
            }
        }
        let seen: [CorpusCase.Expected] = decoded.map {
            switch $0 {
            case .scan(let scan): .scan(scan.bytes, symbology: scan.symbology)
            case .broken(let bytes, let reason): .broken(bytes, reason: reason)
            case .reply(let bytes): .reply(bytes)
            case .flood(let bytes): .broken(bytes, reason: "flood")
            case .unread(let codes): .broken([], reason: "\(codes) unread")
            }
        }
        #expect(seen == item.expected)
        #expect(decoder.deadline == nil)
    }
}
