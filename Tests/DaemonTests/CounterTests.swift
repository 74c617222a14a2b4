import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// The main job, from the trigger to the ledger, through the real daemon, the real libusb and the real SQLite.
@Suite struct CounterTests {
    @Test func badgeAndLaptopOnBothKindsOfScanner() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            #expect(try await daemon.scan("A", "BADGE:7").outcome == .shown)
            let checkout = try await daemon.scan("A", "IT-1")
            #expect(checkout.kind == .checkout)
            #expect(checkout.to?.name == "Sarah Chen")
            // The other lane has its own holder.
            #expect(try await daemon.scan("B", "IT-2").outcome == .refused)
            #expect(try await daemon.scan("B", "BADGE:8").outcome == .shown)
            let refused = try await daemon.scan("B", "IT-1")
            #expect(refused.outcome == .refused)
            #expect(refused.message?.contains("Sarah Chen") == true)
            #expect(try await daemon.scan("B", "IT-2", aim: "]C0").kind == .checkout)
            let asset = try await daemon.client.asset(tag: "IT-1")
            #expect(asset.holder?.name == "Sarah Chen")
            #expect(asset.asset.lifecycle == .deployed)
            let scans = try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans
            #expect(scans.map(\.outcome) == [.shown, .applied, .refused, .shown, .refused, .applied])
        }
    }

    @Test func twoCodesInOneReadAreTwoScans() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try await daemon.bench.play(
                BenchStep.scan("A", "BADGE:7"), BenchStep.scan("A", "IT-1"), BenchStep.scan("A", "IT-2"),
                BenchStep.word("drain", "A"))
            #expect(try await daemon.nextScan().outcome == .shown)
            #expect(try await daemon.nextScan().asset?.tag == "IT-1")
            #expect(try await daemon.nextScan().asset?.tag == "IT-2")
        }
    }

    @Test func aScannerKeepsItsLaneThroughReplugAndRestart() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            let before = try await daemon.client.scanners().scanners
            try await daemon.bench.play(BenchStep.word("unplug", "B"))
            _ = try await daemon.next { $0.kind == .scannerDisconnected }
            let moved = BenchStep.plug("B", kind: "pos", vid: "0c2e", pid: "0db3", port: "5", serial: "B-7002")
            try await daemon.bench.play(moved, BenchStep.word("await", "B"))
            let back = try await daemon.next { $0.kind == .scannerConnected }
            let lane = before.first { $0.serial == "B-7002" }?.lane
            #expect(back.origin.lane == lane)
            try await daemon.crashAndRestart()
            try await daemon.bench.play(BenchStep.word("await", "B"))
            let after = try await daemon.client.lanes().lanes
            #expect(after.first { $0.scanner?.contains("B-7002") == true }?.id == lane)
        }
    }

    @Test func halfACodeIsJournalledAndNeverApplied() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            _ = try await daemon.scan("A", "BADGE:7")
            // "IT-1" without its Enter: i, t, -, 1 with shift where needed.
            try await daemon.bench.play(
                BenchStep.reports(
                    "A",
                    [
                        "02000c0000000000", "0000000000000000", "0200170000000000", "0000000000000000",
                        "00002d0000000000", "0000000000000000", "00001e0000000000", "0000000000000000",
                    ]), BenchStep.word("drain", "A"), BenchStep.word("unplug", "A"))
            let broken = try await daemon.nextScan()
            #expect(broken.outcome == .broken)
            #expect(try await daemon.client.asset(tag: "IT-1").holder == nil)
            let scan = try #require(try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans.last)
            #expect(scan.raw == "49542d31")
        }
    }

    @Test func aPlainKeyboardIsLeftAlone() async throws {
        var options = Stock.options
        options.plugged.append(
            BenchStep.plug(
                "K", kind: "wedge", vid: "046d", pid: "c31c", port: "4", serial: nil, extra: ["plain": true]))
        options.scanners = 2
        try await DaemonFixture.with(options: options) { daemon in
            try await Stock.fill(daemon)
            let scanners = try await daemon.client.scanners().scanners
            #expect(scanners.count == 2)
        }
    }

    @Test func aCleanStopGivesTheScannersBackToTheKernel() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try await daemon.bench.play(
                BenchStep.word("kill", "TERM"), BenchStep.word("reattached", "A"), BenchStep.word("reattached", "B"),
                BenchStep.word("wait"))
        }
    }

    @Test(arguments: ["stall", "error", "overflow", "protocol"])
    func aFaultIsShownAndTheScannerReadsOn(_ fault: String) async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try await daemon.bench.play(BenchStep.fault("A", fault))
            _ = try await daemon.next { $0.kind == .scannerFailed }
            try await daemon.bench.play(BenchStep.word("await", "A"))
            // What comes at once may be the rest of what the fault cost; scanned again, it counts.
            var outcomes = [try await daemon.scan("A", "IT-1").outcome]
            while outcomes.last == .broken, outcomes.count < 3 {
                outcomes.append(try await daemon.scan("A", "IT-1").outcome)
            }
            #expect(outcomes.last == .refused, "\(outcomes)")
            // The other scanner never noticed.
            #expect(try await daemon.scan("B", "IT-2").outcome == .refused)
            let scanners = try await daemon.client.scanners().scanners
            #expect(scanners.allSatisfy { $0.state == .ready })
            #expect(scanners.contains { $0.problems == 1 })
        }
    }

    @Test func aBusyScannerIsReportedAndTakenWhenItIsFree() async throws {
        var options = Stock.options
        options.plugged[0] = BenchStep.plug(
            "A", kind: "wedge", vid: "05e0", pid: "1200", port: "1", serial: "A-7001", extra: ["busy": true])
        try await DaemonFixture.with(options: options) { daemon in
            try await daemon.follow()
            let failed = try await daemon.next { $0.kind == .scannerFailed }
            #expect(failed.facts["problem"] == "busy")
            try await daemon.bench.play(BenchStep.word("release", "A"), BenchStep.word("await", "A"))
            _ = try await daemon.next { $0.kind == .scannerConnected && $0.facts["scanner"] == "usb:05e0:A-7001" }
            try await Stock.fill(daemon)
            try await daemon.untilSettled(2)
            #expect(try await daemon.scan("A", "IT-1").outcome == .refused)
        }
    }

    @Test func aHoneywellScannerIsSwitchedOn() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            // Feature report FE = 01, without which it sends nothing in HID POS.
            try await daemon.bench.play(#"{"written":{"scanner":"B","hex":"fe01"}}"#)
        }
    }

    @Test func aGermanScannerTypesZAndY() async throws {
        var options = Stock.options
        options.configuration = "scanners:\n  layout: de\n"
        options.plugged[0] = BenchStep.plug(
            "A", kind: "wedge", vid: "05e0", pid: "1200", port: "1", serial: "A-7001", extra: ["layout": "de"])
        try await DaemonFixture.with(options: options) { daemon in
            try await Stock.fill(daemon, tags: ["ZY-Ä/1"])
            #expect(try await daemon.scan("A", "BADGE:7").outcome == .shown)
            #expect(try await daemon.scan("A", "ZY-Ä/1").asset?.tag == "ZY-Ä/1")
        }
    }
}
