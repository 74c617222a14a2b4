import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Each corpus folder through the bench, the real libusb, the daemon and the socket: what the journal says must be what
/// the decoder was expected to say.
@Suite struct CorpusDaemonTests {
    @Test(arguments: CorpusCase.all)
    func isJournalledAsExpected(_ item: CorpusCase) async throws {
        var options = DaemonFixture.Options()
        let id = String(item.name.prefix(9)).replacing("_", with: ":")
        let wedges = item.kind == "hid_pos" ? "[]" : "[\"\(id)\"]"
        options.configuration =
            "scanners:\n  layout: \(item.layout)\n  wedges: \(wedges)\n  inter_key_timeout_ms: 500\n"
        options.plugged = [plug(item)]
        if item.header["expect"] == "descriptor_error" { options.scanners = 0 }
        try await DaemonFixture.with(options: options) { daemon in
            guard item.header["expect"] != "descriptor_error" else {
                // Noise from a device that no table knows is nobody's scanner: it is left alone.
                #expect(try await daemon.client.scanners().scanners.isEmpty)
                return
            }
            try await daemon.follow()
            _ = try await daemon.next { $0.kind == .scannerConnected }
            try await daemon.bench.play(BenchStep.word("await", "S"))
            let expected = item.expected.filter { if case .reply = $0 { false } else { true } }
            let awaited = try await play(item, daemon)
            for _ in awaited..<max(awaited, expected.count) { _ = try await daemon.nextScan() }
            let scans = try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans
            let seen: [CorpusCase.Expected] = try scans.map { scan in
                scan.outcome == .broken
                    ? .broken(try bytes(scan.raw), reason: scan.reason ?? "")
                    : .scan(try bytes(scan.raw), symbology: scan.symbology)
            }
            #expect(seen == expected.map(kept))
            for (scan, whole) in zip(scans, expected) {
                let length = scan.length ?? scan.raw.count / 2
                if case .scan(let bytes, _) = whole { #expect(length >= bytes.count) }
            }
        }
    }

    /// As the journal has it: of a long code the beginning.
    private func kept(_ expected: CorpusCase.Expected) -> CorpusCase.Expected {
        guard case .scan(let bytes, let symbology) = expected else { return expected }
        return .scan(KeptCode(bytes).bytes, symbology: symbology)
    }

    private func plug(_ item: CorpusCase) -> String {
        let size = item.steps.compactMap { if case .report(let report) = $0.step { report.count } else { nil } }.max()
        var extra: [String: Any] = ["max_packet": max(8, size ?? 8)]
        // The bench has a descriptor of its own for what has none.
        if !item.descriptor.isEmpty { extra["descriptor"] = hex(item.descriptor) }
        return BenchStep.plug(
            "S", kind: item.kind == "hid_pos" ? "pos" : "wedge", vid: String(item.name.prefix(4)),
            pid: String(item.name.dropFirst(5).prefix(4)), port: "1", serial: "CORPUS-1", extra: extra)
    }

    /// Reports between two waits go out in one burst, as a fast scanner sends them.
    ///
    /// - Returns: how many scans were awaited on the way.
    private func play(_ item: CorpusCase, _ daemon: DaemonFixture) async throws -> Int {
        var burst: [String] = []
        var awaited = 0
        func flush() async throws {
            guard !burst.isEmpty else { return }
            try await daemon.bench.play(BenchStep.reports("S", burst), BenchStep.word("drain", "S"))
            burst = []
        }
        for (_, step) in item.steps {
            switch step {
            case .report(let report): burst.append(hex(report))
            case .expire:
                // What follows comes after the daemon's own time-out, which shows as the scan it ends.
                try await flush()
                _ = try await daemon.nextScan()
                awaited += 1
            case .unplug:
                try await flush()
                try await daemon.bench.play(BenchStep.word("unplug", "S"))
            }
        }
        try await flush()
        return awaited
    }
}
