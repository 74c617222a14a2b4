import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// What public reports tell of scanners that book the wrong thing, through the bench, libusb and the daemon: a piece of a
/// code never counts, and a scanner never acts in another's lane.
@Suite struct ScannerCaseTests {
    /// Tags that are pieces of each other; somebody's badge makes a checkout of each that is taken for a code.
    private static let tags = ["1", "7", "10", "47", "104", "1047"]

    private func with(
        _ options: DaemonFixture.Options = Self.options, _ body: @Sendable (DaemonFixture) async throws -> Void
    ) async throws {
        try await DaemonFixture.with(options: options) { daemon in
            try await Stock.fill(daemon, tags: Self.tags)
            #expect(try await daemon.scan("A", "BADGE:7").outcome == .shown)
            try await body(daemon)
        }
    }

    /// As Stock's, with the scanner's own pace.
    private static var options: DaemonFixture.Options {
        var options = Stock.options
        options.configuration = nil
        return options
    }

    private static let enter = ["0000280000000000", "0000000000000000"]

    /// The reports of digits, without a terminator.
    private static func keys(_ digits: String) -> [String] {
        digits.utf8.flatMap { digit -> [String] in
            let usage = digit == 0x30 ? 0x27 : UInt8(digit - 0x31 + 0x1E)
            return [hex([0, 0, usage, 0, 0, 0, 0, 0]), "0000000000000000"]
        }
    }

    /// The tags that are out, sorted.
    private func out(_ daemon: DaemonFixture) async throws -> [String] {
        try await daemon.client.assets().assets.filter { $0.holder != nil }.map(\.asset.tag).sorted()
    }

    // MARK: Kind 1, a piece of a code counts as a code

    @Test(arguments: [90, 130])
    func aSlowScannerIsReadWhole(_ gap: Int) async throws {
        try await with { daemon in
            for _ in 0..<2 {
                try await daemon.bench.play(
                    BenchStep.scan("A", "1047", gap: gap), BenchStep.word("drain", "A"))
            }
            var taken: [String] = []
            while taken.count < 2 {
                let event = try await daemon.nextScan()
                if event.outcome != .broken { taken.append(event.asset?.tag ?? event.message ?? "") } else { break }
            }
            #expect(taken.allSatisfy { $0 == "1047" })
            #expect(try await out(daemon).allSatisfy { $0 == "1047" })
        }
    }

    @Test(arguments: ["error", "stall", "overflow", "protocol"])
    func halfACodeBeforeAFaultAndTheRestBehindIt(_ fault: String) async throws {
        try await with { daemon in
            try await daemon.bench.play(
                BenchStep.reports("A", Self.keys("10")), BenchStep.word("drain", "A"), BenchStep.fault("A", fault))
            _ = try await daemon.next { $0.kind == .scannerFailed }
            try await daemon.bench.play(
                BenchStep.word("await", "A"), BenchStep.reports("A", Self.keys("47") + Self.enter),
                BenchStep.word("drain", "A"))
            let broken = try await daemon.nextScan()
            #expect(broken.outcome == .broken && broken.message == "Only part of the code arrived; scan it again.")
            #expect(try await out(daemon).isEmpty)
            #expect(try await daemon.scan("A", "1047").asset?.tag == "1047")
            #expect(try await out(daemon) == ["1047"])
            let scan = try #require(try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans.dropLast().last)
            #expect(scan.text == "1047" && scan.outcome == .broken)
        }
    }

    @Test func silenceInTheMiddleBreaksTheCode() async throws {
        try await with { daemon in
            try await daemon.bench.play(
                BenchStep.reports("A", Self.keys("10")), BenchStep.word("drain", "A"))
            // Told after two seconds of silence; the rest, whenever it comes, is none of it.
            #expect(try await daemon.nextScan().outcome == .broken)
            try await daemon.bench.play(
                BenchStep.reports("A", Self.keys("47") + Self.enter), BenchStep.word("drain", "A"))
            #expect(try await daemon.nextScan().outcome == .broken)
            #expect(try await daemon.scan("A", "1047").asset?.tag == "1047")
            #expect(try await out(daemon) == ["1047"])
        }
    }

    @Test(arguments: [false, true])
    func enterInFrontOfEachCode(_ isBehindToo: Bool) async throws {
        try await DaemonFixture.with(options: Self.options) { daemon in
            try await Stock.fill(daemon, tags: Self.tags)
            for code in ["47", "1047", "10"] {
                let behind = isBehindToo ? Self.enter : []
                try await daemon.bench.play(
                    BenchStep.reports("A", Self.enter + Self.keys(code) + behind), BenchStep.word("drain", "A"))
                let event = try await daemon.nextScan()
                #expect(event.asset?.tag == code && event.outcome == .refused, "\(event.message ?? "")")
            }
            #expect(try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans.count == 3)
        }
    }

    @Test func twoCodesWithoutTerminatorAtOnceBookNothing() async throws {
        try await DaemonFixture.with(options: Self.options) { daemon in
            try await Stock.fill(daemon, tags: Self.tags)
            try await daemon.bench.play(
                BenchStep.reports("A", Self.keys("104")), BenchStep.reports("A", Self.keys("7") + Self.keys("7")),
                BenchStep.word("drain", "A"))
            let event = try await daemon.nextScan()
            #expect(event.outcome == .unknown && event.facts["ended_by"] == "silence")
        }
    }

    @Test func aDaemonThatWasStoppedCutsNothing() async throws {
        try await with { daemon in
            try await daemon.bench.play(
                BenchStep.reports("A", Self.keys("10")), BenchStep.word("drain", "A"), BenchStep.word("kill", "STOP"),
                BenchStep.reports("A", Self.keys("47") + Self.enter), BenchStep.word("pause_ms", 1200),
                BenchStep.word("kill", "CONT"), BenchStep.word("drain", "A"))
            let event = try await daemon.nextScan()
            #expect(event.asset?.tag == "1047" && event.kind == .checkout, "\(event.message ?? "")")
            #expect(try await out(daemon) == ["1047"])
        }
    }

    @Test func aCodeOfSeveralReportsAroundAStop() async throws {
        try await with { daemon in
            let long = String(repeating: "L", count: 100)
            let parts = Self.parts(long + "1047")
            try await daemon.bench.play(
                BenchStep.reports("B", [parts[0]]), BenchStep.word("drain", "B"), BenchStep.word("kill", "STOP"),
                BenchStep.reports("B", Array(parts.dropFirst())), BenchStep.word("pause_ms", 1200),
                BenchStep.word("kill", "CONT"), BenchStep.word("drain", "B"))
            _ = try await daemon.nextScan()
            let scan = try #require(try await daemon.client.scans(since: ScanNumber(rawValue: 0)).scans.last)
            #expect(scan.text == long + "1047" && scan.outcome == .unknown)
        }
    }

    /// The reports of a HID POS code, 56 bytes in each.
    private static func parts(_ text: String) -> [String] {
        var rest = Array(text.utf8)[...]
        var reports: [String] = []
        while !rest.isEmpty {
            let data = Array(rest.prefix(56))
            rest = rest.dropFirst(56)
            var report: [UInt8] = [2, UInt8(data.count)] + Array("]Q1".utf8) + data
            report += [UInt8](repeating: 0, count: 63 - report.count) + [rest.isEmpty ? 0 : 1]
            reports.append(hex(report))
        }
        return reports
    }

    @Test func whatAScannerHadKeptBeforeItWasPluggedIn() async throws {
        try await with { daemon in
            try await daemon.bench.play(BenchStep.word("unplug", "A"))
            _ = try await daemon.next { $0.kind == .scannerDisconnected }
            try await daemon.bench.play(
                Stock.wedge, BenchStep.reports("A", Self.keys("47") + Self.enter + Self.keys("1047") + Self.enter),
                BenchStep.word("await", "A"), BenchStep.word("drain", "A"))
            #expect(try await daemon.nextScan().outcome == .broken)
            #expect(try await daemon.nextScan().asset?.tag == "1047")
            #expect(try await out(daemon) == ["1047"])
        }
    }

    @Test func fortyScannersAtOnceWhileTheDiskStalls() async throws {
        var options = Stock.options
        options.timeLimit = 600
        // umockdev takes files below /dev, /dev/shm too, for devices, of which it opens fifty
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "depot-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        options.folder = folder
        options.plugged = (1...40).map { number in
            BenchStep.plug(
                "S\(number)", kind: "wedge", vid: "05e0", pid: "1200", port: "\(number)", serial: "S-70\(number)")
        }
        try await DaemonFixture.with(options: options) { daemon in
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            // Somebody holds the database for three seconds, as a slow disk would.
            let stall = """
                import sqlite3, sys, threading
                database = sqlite3.connect(sys.argv[1], isolation_level=None)
                database.execute("BEGIN IMMEDIATE")
                threading.Event().wait(3)
                database.execute("ROLLBACK")
                """
            async let stalled = Shell.run("python3", ["-c", stall, daemon.database])
            for round in 1...3 {
                try await daemon.bench.play(
                    contentsOf: (1...40).map { BenchStep.scan("S\($0)", "CODE-\($0)-\(round)") })
            }
            #expect(try await stalled.status == 0)
            for _ in 0..<120 { _ = try await daemon.nextScan() }
            let scans = try await daemon.client.scans(since: ScanNumber(rawValue: 0), limit: 1000).scans
            #expect(scans.count == 120 && scans.allSatisfy { $0.outcome == .unknown })
            for lane in Set(scans.compactMap(\.lane)) {
                let codes = scans.filter { $0.lane == lane }.compactMap { $0.text?.split(separator: "-") }
                #expect(codes.map { $0[2] } == ["1", "2", "3"])
                #expect(Set(codes.map { $0[1] }).count == 1)
            }
        }
    }

    // MARK: Kind 2, a scanner acts in another's lane

    private static func twin(_ name: String, _ port: String) -> String {
        BenchStep.plug(name, kind: "wedge", vid: "05e0", pid: "1200", port: port, serial: "08FF20150112")
    }

    /// The lane of whatever is plugged into that port.
    private func lane(atPort port: String, _ daemon: DaemonFixture) async throws -> LaneID? {
        try await daemon.client.scanners().scanners.first { $0.port == port && $0.state != .unplugged }?.lane
    }

    @Test func twinsKeepTheirLanesHoweverTheyAreReplugged() async throws {
        var options = Self.options
        options.plugged = [Self.twin("A", "1"), Self.twin("B", "2")]
        try await DaemonFixture.with(options: options) { daemon in
            try await Stock.fill(daemon, tags: Self.tags)
            let first = try #require(try await lane(atPort: "1-1", daemon))
            let second = try #require(try await lane(atPort: "1-2", daemon))
            #expect(first != second)
            let scanners = try await daemon.client.scanners().scanners
            #expect(Set(scanners.map(\.identity)) == ["port:1-1", "port:1-2"])
            #expect(scanners.allSatisfy { $0.knownBy == "port" })
            _ = try await daemon.client.setMode(.checkout, lane: first)
            _ = try await daemon.client.setMode(.checkin, lane: second)
            // Both out, and in the other way round: each port keeps its lane and its mode.
            for restarts in [false, true] {
                try await daemon.bench.play(BenchStep.word("unplug", "A"), BenchStep.word("unplug", "B"))
                for _ in 0..<2 { _ = try await daemon.next { $0.kind == .scannerDisconnected } }
                try await daemon.bench.play(
                    Self.twin("B", "2"), BenchStep.word("await", "B"), Self.twin("A", "1"), BenchStep.word("await", "A")
                )
                for _ in 0..<2 { _ = try await daemon.next { $0.kind == .scannerConnected } }
                if restarts {
                    try await daemon.crashAndRestart()
                    try await daemon.follow(since: try await daemon.client.status().lastEvent)
                    try await daemon.bench.play(BenchStep.word("await", "A"), BenchStep.word("await", "B"))
                }
                try await daemon.untilSettled(2)
                #expect(try await lane(atPort: "1-1", daemon) == first)
                #expect(try await lane(atPort: "1-2", daemon) == second)
                #expect(try await daemon.scan("A", "BADGE:7").origin.lane == first)
                #expect(try await daemon.scan("B", "1047").origin.lane == second)
            }
            let told = try await daemon.client.events(since: EventNumber(rawValue: 0)).events
                .filter { $0.facts["action"] == "scanner_identity" }
            #expect(told.count == 1)
        }
    }

    @Test func aTwinThatComesLaterMovesNobody() async throws {
        var options = Self.options
        options.plugged = [Self.twin("A", "1")]
        try await DaemonFixture.with(options: options) { daemon in
            let before = try #require(try await daemon.client.scanners().scanners.first)
            #expect(before.identity == "usb:05e0:08FF20150112")
            _ = try await daemon.client.setMode(.checkin, lane: before.lane)
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await daemon.bench.play(Self.twin("B", "2"), BenchStep.word("await", "B"))
            _ = try await daemon.next { $0.kind == .scannerConnected }
            try await daemon.untilSettled(2)
            let lanes = try await daemon.client.lanes().lanes
            #expect(lanes.first { $0.id == before.lane }?.scanner == "port:1-1")
            #expect(lanes.first { $0.id == before.lane }?.mode == .checkin)
            #expect(try await lane(atPort: "1-2", daemon) != before.lane)
        }
    }

    @Test func aTwinThatComesWhileTheDaemonIsDownMovesNobody() async throws {
        var options = Self.options
        options.plugged = [Self.twin("A", "2")]
        try await DaemonFixture.with(options: options) { daemon in
            let before = try #require(try await daemon.client.scanners().scanners.first)
            _ = try await daemon.client.setMode(.checkin, lane: before.lane)
            try await daemon.bench.play(
                BenchStep.word("kill", "TERM"), BenchStep.word("wait"), Self.twin("B", "1"), BenchStep.word("restart"))
            try await daemon.untilReady()
            try await daemon.bench.play(BenchStep.word("await", "A"), BenchStep.word("await", "B"))
            try await daemon.untilSettled(2)
            #expect(try await lane(atPort: "1-2", daemon) == before.lane)
            #expect(try await lane(atPort: "1-1", daemon) != before.lane)
        }
    }

    @Test func aTwinThatComesWhileTheOtherIsBeingOpenedMovesNobody() async throws {
        var options = Self.options
        options.plugged = [Self.twin("A", "1")]
        try await DaemonFixture.with(options: options) { daemon in
            let before = try #require(try await daemon.client.scanners().scanners.first)
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await daemon.bench.play(BenchStep.fault("A", "error", count: 4))
            _ = try await daemon.next { $0.kind == .scannerFailed }
            try await daemon.bench.play(
                Self.twin("B", "2"), BenchStep.word("await", "B"), BenchStep.word("await", "A"))
            try await daemon.untilSettled(2)
            #expect(try await lane(atPort: "1-1", daemon) == before.lane)
            #expect(try await lane(atPort: "1-2", daemon) != before.lane)
        }
    }

    @Test func oneUnitThatGoesToAnotherPortIsNoTwin() async throws {
        var options = Self.options
        options.plugged = [Self.twin("A", "1")]
        try await DaemonFixture.with(options: options) { daemon in
            let before = try #require(try await daemon.client.scanners().scanners.first)
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await daemon.bench.play(
                BenchStep.word("unplug", "A"), Self.twin("A", "4.2"), BenchStep.word("await", "A"))
            let back = try await daemon.next { $0.kind == .scannerConnected }
            #expect(back.origin.lane == before.lane)
            #expect(try await daemon.client.scanners().scanners.map(\.identity) == [before.identity])
        }
    }

    @Test func somebodySettlesWhatAScannerIsKnownBy() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            let before = try #require(try await daemon.client.scanners().scanners.first { $0.serial == "A-7001" })
            let changed = try await daemon.depotctl("scanner", "identify", before.identity, "--by", "port")
            #expect(changed.status == 0 && changed.output.contains("port:1-1"), "\(changed.errors)")
            _ = try await daemon.next { $0.facts["action"] == "scanner_moved" }
            #expect(try await daemon.client.lanes().lanes.first { $0.id == before.lane }?.scanner == "port:1-1")
            try await daemon.crashAndRestart()
            try await daemon.bench.play(BenchStep.word("await", "A"))
            try await daemon.untilSettled(2)
            #expect(try await lane(atPort: "1-1", daemon) == before.lane)
            #expect(try await daemon.client.scanners().scanners.map(\.identity).contains("port:1-1"))
            let back = try await daemon.depotctl("scanner", "identify", "port:1-1", "--by", "serial")
            #expect(back.status == 0 && back.output.contains(before.identity), "\(back.errors)")
            let nobody = try await daemon.depotctl("scanner", "identify", "usb:1234:X", "--by", "port")
            #expect(nobody.status != 0 && nobody.errors.contains("There is no scanner"))
        }
    }

    // MARK: Sound

    @Test func aScannerThatDeclaresBeepsIsHeard() async throws {
        try await with { daemon in
            // Output report 4 of the standard descriptor: 08 is the good beep, 04 the one for errors.
            func heard(_ bytes: String) async throws {
                try await daemon.bench.play(#"{"written":{"scanner":"B","type":"output","hex":"\#(bytes)"}}"#)
            }
            #expect(try await daemon.scan("B", "BADGE:7").outcome == .shown)
            try await heard("0408")
            #expect(try await daemon.scan("B", "NO-SUCH").outcome == .unknown)
            try await heard("0404")
            #expect(try await daemon.scan("B", "NO-SUCH").outcome == .duplicate)
            for _ in 0..<2 { try await heard("0408") }
        }
    }

    // MARK: Never left unread

    @Test func aScannerIsTakenAgainAfterAKill() async throws {
        try await with { daemon in
            for _ in 0..<2 {
                try await daemon.crashAndRestart()
                try await daemon.follow(since: try await daemon.client.status().lastEvent)
                try await daemon.bench.play(BenchStep.word("await", "A"), BenchStep.word("await", "B"))
                try await daemon.untilSettled(2)
                #expect(try await daemon.scan("A", "1047").outcome != .broken)
                #expect(try await daemon.client.scanners().scanners.allSatisfy { $0.state == .ready })
            }
        }
    }

    @Test func aReloadAdoptsAWedgeWithoutARestart() async throws {
        var options = Self.options
        options.configuration = "scanners:\n  wedges: []\n"
        options.plugged = [
            BenchStep.plug("A", kind: "wedge", vid: "ffff", pid: "0035", port: "1", serial: "K-1"), Stock.pos,
        ]
        options.scanners = 1
        try await DaemonFixture.with(options: options) { daemon in
            #expect(try await daemon.client.scanners().scanners.map(\.port) == ["1-2"])
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await daemon.reload("scanners:\n  wedges: [\"ffff:0035\"]\n")
            _ = try await daemon.next { $0.kind == .scannerConnected }
            try await daemon.untilSettled(2)
            #expect(try await daemon.scan("A", "NO-SUCH").outcome == .unknown)
            try await daemon.reload("scanners:\n  wedges: []\n")
            _ = try await daemon.next { $0.kind == .scannerDisconnected }
        }
    }
}
