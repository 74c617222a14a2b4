import HIDDecoding
import Testing

@testable import ScannerUSB

@Suite struct FeedbackTests {
    @Test func declaredBeepsAreTheirBitsOfTheirReport() throws {
        let feedback = Feedback(try ReportDescriptor(parsing: hidPOS), vendor: 0x0c2e)
        #expect(feedback.reports(for: .refused).map(\.bytes) == [[0x04, 0x04]])
        #expect(feedback.reports(for: .done).map(\.bytes) == [[0x04, 0x08]])
        #expect(feedback.reports(for: .repeated).map(\.bytes) == [[0x04, 0x08], [0x04, 0x08]])
        // Without a sound of its own, what nobody knows sounds as what is refused.
        #expect(feedback.reports(for: .unknown) == feedback.reports(for: .refused))
    }

    @Test func whatIsNotDeclaredIsNeverSent() throws {
        for descriptor in [bootKeyboard, vendorPage] {
            let feedback = Feedback(try ReportDescriptor(parsing: descriptor), vendor: 0x0c2e)
            #expect(ScannerSignal.allCases.allSatisfy { feedback.reports(for: $0).isEmpty })
        }
    }

    @Test func honeywellsCommandReportBeeps() throws {
        // an output report FD of 8 bytes beside the scanned data
        let commands: [UInt8] = [
            0x06, 0xff, 0xff, 0x85, 0xfd, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08, 0x09, 0x02, 0x91, 0x02,
        ]
        let descriptor = Array(vendorPage.dropLast()) + commands + [0xc0]
        let parsed = try ReportDescriptor(parsing: descriptor)
        #expect(
            Feedback(parsed, vendor: 0x0c2e).reports(for: .done).map(\.bytes) == [[0xfd, 3, 0x16, 7, 0x0d, 0, 0, 0, 0]])
        #expect(Feedback(parsed, vendor: 0x0c2e).reports(for: .refused).isEmpty)
        #expect(Feedback(parsed, vendor: 0x05e0).reports(for: .done).isEmpty)
    }

    @Test func ledsAreTurnedOffWhereThereAreSome() throws {
        #expect(ledsOffReport(try ReportDescriptor(parsing: bootKeyboard))?.bytes == [0])
        #expect(ledsOffReport(nil)?.bytes == [0])
        let withoutLEDs = Array(bootKeyboard.prefix(28)) + Array(bootKeyboard.suffix(17))
        #expect(ledsOffReport(try ReportDescriptor(parsing: withoutLEDs)) == nil)
    }
}
