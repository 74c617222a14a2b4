import DepotTestKit
import HIDDecoding
import Testing

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

/// No bytes from outside may stop the station.
@Suite struct DecoderPropertyTests {
    static let descriptors = Array(Set(CorpusCase.all.map(\.descriptor))).sorted { $0.lexicographicallyPrecedes($1) }

    /// Parses and, where that works, checks that no field leaves its report and no two overlap.
    private func check(_ descriptor: [UInt8]) {
        guard let parsed = try? ReportDescriptor(parsing: descriptor) else { return }
        #expect((try? ReportDescriptor(parsing: descriptor)) == parsed)
        var ends: [[Int]: Int] = [:]
        for field in parsed.fields {
            let key = [Int(field.type.rawValue), Int(field.reportID)]
            #expect(field.bitOffset >= ends[key] ?? 0)
            ends[key] = field.bitOffset + field.elementBits * field.count
            #expect(ends[key] ?? 0 <= parsed.bitCount(field.type, id: field.reportID) ?? 0)
        }
    }

    /// Feeds reports to whatever decoder the descriptor gives, and ends what is open.
    private func exercise(_ descriptor: [UInt8], _ generator: inout SeededGenerator, reports: Int) {
        let vendors: [UInt16] = [0x0C2E, 0x1EAB, 0x05E0]
        for kind in [ScannerKind.hidPOS, .keyboardWedge] {
            let description = ScannerDescription.fixture(
                kind: kind, vendor: vendors.randomElement(using: &generator) ?? 0, descriptor: descriptor)
            guard var decoder = try? ScannerDecoder(description, wedge: WedgeOptions()) else { continue }
            var at: UInt64 = 0
            for _ in 0..<reports {
                at &+= UInt64.random(in: 0...200_000, using: &generator)
                var report = generator.bytes(Int.random(in: 0...70, using: &generator))
                if !report.isEmpty, Bool.random(using: &generator) { report[0] = [1, 2, 4][Int(at % 3)] }
                for decoded in decoder.feed(HIDReport(report, at: at)) {
                    guard case .scan(let scan) = decoded else { continue }
                    #expect(scan.bytes.count <= RawScan.maximumBytes)
                    #expect(scan.firstReportAt <= scan.lastReportAt)
                }
                if let deadline = decoder.deadline { #expect(deadline >= at) }
            }
            _ = decoder.quiet(until: .max)
            #expect(decoder.deadline == nil)
            #expect(decoder.disconnect().isEmpty)
        }
    }

    @Test(arguments: descriptors)
    func everyPrefixParsesOrThrows(_ descriptor: [UInt8]) {
        for length in 0...descriptor.count { check(Array(descriptor.prefix(length))) }
    }

    @Test(arguments: descriptors)
    func mutatedDescriptorsNeverTrap(_ descriptor: [UInt8]) {
        var generator = SeededGenerator(state: 1)
        for _ in 0..<150 {
            var mutated = descriptor
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                guard let index = mutated.indices.randomElement(using: &generator) else { break }
                mutated[index] = UInt8.random(in: 0...255, using: &generator)
            }
            check(mutated)
            exercise(mutated, &generator, reports: 4)
        }
    }

    @Test func noiseNeverTraps() {
        var generator = SeededGenerator(state: 2)
        for _ in 0..<2000 { check(generator.bytes(Int.random(in: 0...200, using: &generator))) }
    }

    @Test(arguments: descriptors)
    func randomReportsNeverTrap(_ descriptor: [UInt8]) {
        var generator = SeededGenerator(state: 3)
        exercise(descriptor, &generator, reports: 400)
    }

    @Test func aRandomReportNeverGivesMoreThanItHolds() throws {
        let folder = try #require(CorpusCase.all.first { $0.name == "0c2e_0db3_ean13" })
        var decoder = try ScannerDecoder(
            .fixture(kind: .hidPOS, vendor: folder.vendor, descriptor: folder.descriptor), wedge: WedgeOptions())
        var generator = SeededGenerator(state: 4)
        for index in 0..<2000 {
            var report = [2] + generator.bytes(63)
            report.replaceSubrange(2..<5, with: Array("]Q1".utf8))
            report[63] = 0
            let decoded = decoder.feed(HIDReport(report, at: UInt64(index) * 200_000))
            guard case .scan(let scan)? = decoded.first, decoded.count == 1 else {
                Issue.record("no scan")
                continue
            }
            #expect(scan.bytes.count <= 56)
        }
    }

    @Test func typingIsTheSameHoweverReportsAreCutIntoTransfers() throws {
        for folder in CorpusCase.all where folder.header["kind"] == "keyboard_wedge" && folder.descriptor.count == 63 {
            let reports = folder.steps.compactMap { step -> [UInt8]? in
                guard case .report(let bytes) = step.step, bytes.count == 8 else { return nil }
                return bytes
            }
            var single = try Typist(descriptor: folder.descriptor)
            for report in reports.prefix(400) { single.report(report) }
            var joined = try Typist(descriptor: folder.descriptor)
            for start in stride(from: 0, to: min(reports.count, 400), by: 3) {
                joined.report(Array(reports[start..<min(start + 3, reports.count, 400)].joined()))
            }
            #expect(single.decoded == joined.decoded, "\(folder.name)")
        }
    }
}
