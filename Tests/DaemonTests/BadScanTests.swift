import DepotAPI
import DepotModel
import DepotTestKit
import Testing

/// Every kind of bad scan has its own outcome in the journal, an event and an answer, and moves nothing.
@Suite struct BadScanTests {
    @Test func eachHasItsOwnOutcomeAndMovesNothing() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try await Stock.add(daemon, "TW-1", serial: "TWIN")
            try await Stock.add(daemon, "TW-2", serial: "TWIN")
            _ = try await daemon.scan("B", "BADGE:8")
            _ = try await daemon.scan("B", "IT-3")
            let before = try await daemon.client.assets().assets
            let events = try await daemon.client.status().lastEvent
            // First, because an Enter right after another is the same terminator twice.
            #expect(try await daemon.scan("A", "").outcome == .empty)
            #expect(try await daemon.scan("A", "NO-SUCH").outcome == .unknown)
            #expect(try await daemon.scan("A", "BADGE:99").outcome == .unknownBadge)
            #expect(try await daemon.scan("A", "TWIN").outcome == .ambiguous)
            _ = try await daemon.scan("A", "BADGE:7")
            #expect(try await daemon.scan("A", "IT-3").outcome == .refused)
            #expect(try await daemon.scan("B", String(repeating: "9", count: 5000)).outcome == .tooLong)
            #expect(try await daemon.scan("B", "IT\u{1}3").outcome == .controlCharacters)
            let after = try await daemon.client.assets().assets
            #expect(after == before)
            let journal = try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans
            #expect(Set(journal.map(\.outcome)).isSuperset(of: [.unknown, .ambiguous, .empty, .refused, .tooLong]))
            // Each left exactly one event, and each event its own sentence.
            let told = try await daemon.client.events(since: events).events.filter { $0.kind == .scan }
            #expect(told.count == 8)
            #expect(Set(told.compactMap(\.message)).count == 8)
        }
    }

    @Test func bytesThatAreNoTextAreJournalledAsTheyCame() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            // HID POS, report 2: three bytes of data, FF FE 41, no AIM identifier.
            let report = "0203000000fffe41" + String(repeating: "00", count: 56)
            try await daemon.bench.play(BenchStep.reports("B", [report]), BenchStep.word("drain", "B"))
            #expect(try await daemon.nextScan().outcome == .invalidText)
            let scan = try #require(try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans.last)
            #expect(scan.raw == "fffe41")
            #expect(scan.text == nil)
        }
    }

    @Test func aDescriptorOfNoiseIsReportedAndTheDaemonGoesOn() async throws {
        var options = Stock.options
        options.plugged.append(
            BenchStep.plug(
                "N", kind: "pos", vid: "0c2e", pid: "0b81", port: "6", serial: "N-1",
                extra: ["descriptor": "058c0902a101ffffff750895"]))
        options.scanners = 3
        try await DaemonFixture.with(options: options) { daemon in
            try await daemon.follow()
            let failed = try await daemon.next { $0.kind == .scannerFailed }
            #expect(failed.facts["problem"] == "descriptor")
            try await Stock.fill(daemon)
            #expect(try await daemon.scan("A", "IT-1").outcome == .refused)
        }
    }

    @Test func aScannerThatRepeatsItselfWithoutEndIsAFewRows() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            let before = try await daemon.client.status().database.bytes
            let steps = (0..<500).map { _ in BenchStep.scan("B", "IT-1") }
            try await daemon.bench.play(contentsOf: steps + [BenchStep.word("drain", "B")])
            try await daemon.bench.play(BenchStep.scan("B", "THE-LAST"), BenchStep.word("drain", "B"))
            _ = try await daemon.next { $0.kind == .scan && $0.outcome == .unknown }
            let journal = try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans
            // on a busy machine a pause of more than a window may be between two of them
            #expect(journal.count < 50, "\(journal.count)")
            #expect(journal.reduce(0) { $0 + 1 + ($1.repeats ?? 0) } == 501)
            #expect(try await daemon.client.status().database.bytes < before + 512 << 10)
            #expect(try await daemon.depotctl("scans").output.contains(" more)"))
            #expect(try await daemon.depotctl("verify").status == 0)
            #expect(try await daemon.depotctl("status").output.contains("no problems"))
        }
    }
}
