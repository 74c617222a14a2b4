import DepotAPI
import DepotModel
import DepotTestKit
import Testing

/// A walk through a room with two scanners, and a power cut in the middle of it.
@Suite struct DaemonAuditTests {
    private func fill(_ daemon: DaemonFixture) async throws {
        try await Stock.fill(daemon, tags: [])
        _ = try await daemon.client.createLocation(CreateLocationRequest(name: "Room 102", code: "LOC:R102"))
        for (tag, room) in [("C-1", "LOC:R101"), ("C-2", "LOC:R101"), ("C-3", "LOC:R101"), ("L-1", "LOC:R102")] {
            var request = CreateAssetRequest(tag: tag)
            request.location = room
            _ = try await daemon.client.createAsset(request)
        }
        try await daemon.follow(since: try await daemon.client.status().lastEvent)
    }

    private func walk(_ daemon: DaemonFixture, of scanner: String) async throws -> AuditWalkStatus? {
        try await daemon.client.lanes().lanes.first { $0.scanner?.contains(scanner) == true }?.walk
    }

    @Test func twoScannersCountInOneWalkThroughAPowerCutAndAReplug() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await fill(daemon)
            _ = try await daemon.scan("A", "DEPOT:MODE:AUDIT")
            let early = try await daemon.scan("A", "C-1")
            #expect(early.outcome == .refused && early.message?.hasPrefix("Scan the location's label first") == true)
            #expect(
                try await daemon.scan("A", "LOC:R101").message?.hasPrefix("The walk of Room 101 has started") == true)
            _ = try await daemon.scan("B", "DEPOT:MODE:AUDIT")
            #expect(try await daemon.scan("B", "LOC:R101").message?.hasPrefix("The walk of Room 101 goes on") == true)
            #expect(try await daemon.scan("A", "C-1").outcome == .applied)
            let repeated = try await daemon.scan("B", "C-1")
            #expect(repeated.outcome == .alreadySo && repeated.message == "C-1 was counted a moment ago.")
            #expect(try await daemon.scan("B", "L-1").facts["reason"] == "misplaced")
            #expect(try await daemon.scan("B", "X-9").outcome == .unknown)
            // What was acknowledged is there, and the walk goes on.
            try await daemon.crashAndRestart()
            try await daemon.bench.play(BenchStep.word("await", "A"), BenchStep.word("await", "B"))
            try await daemon.untilSettled(2)
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            let open = try await daemon.client.audit(AuditWalkID(rawValue: 1))
            let counts = AuditCounts(expected: 3, found: 1, misplaced: 1, unknown: 1, repeated: 1)
            #expect(open.audit.counts == counts && open.audit.state == .open)
            _ = try await daemon.scan("A", "DEPOT:MODE:AUDIT")
            #expect(
                try await daemon.scan("A", "LOC:R101").message
                    == "The walk of Room 101 goes on: 1 of 3 found, 2 missing, 1 belongs elsewhere, 1 unknown.")
            #expect(try await daemon.scan("A", "C-2").outcome == .applied)
            #expect(try await daemon.scan("A", "DEPOT:UNDO").message?.hasPrefix("C-2 is no longer counted") == true)
            #expect(try await daemon.scan("A", "C-2").outcome == .applied)
            let done = try await daemon.scan("A", "DEPOT:DONE")
            #expect(done.message == "Room 101: 2 of 3 found, 1 missing, 1 belongs elsewhere, 1 unknown.")
            #expect(try await walk(daemon, of: "A-7001")?.found == 2)
            // What is counted over HTTP is shown at the lane.
            let other = try await daemon.client.scan(AuditWalkID(rawValue: 1), AuditScanRequest(code: "C-3"))
            #expect(other.audit.found == 3)
            let closed = try await daemon.client.closeAudit(AuditWalkID(rawValue: 1))
            #expect(closed.audit.counts.missing == 0)
            #expect(try await daemon.scan("A", "C-1").outcome == .refused)
            #expect(try await walk(daemon, of: "A-7001")?.state == .closed)
            #expect(try await daemon.client.verify().problems.isEmpty)
        }
    }

    @Test func theCommandLineWalks() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await fill(daemon)
            func run(_ arguments: String...) async throws -> Shell.Result {
                try await daemon.depotctl(["audit"] + arguments)
            }
            #expect(try await run("C-1").output.contains("C-1 was audited."))
            #expect(try await run("mark", "C-2").status == 0)
            #expect(try await run("start", "--location", "Room 101").output.contains("Walk 1 has started"))
            #expect(try await run("start", "--location", "Room 101").status != 0)
            #expect(try await run("scan", "1", "C-1", "L-1").output.contains("L-1 belongs at Room 102"))
            #expect(try await run("list").output.contains("Room 101"))
            #expect(try await run("show", "1", "--verdict", "missing").output.contains("C-2"))
            #expect(try await run("pause", "1").output.contains("paused"))
            #expect(try await run("resume", "1").status == 0)
            #expect(try await run("close", "1").output.contains("1 of 3 found, 2 missing, 1 belongs elsewhere"))
            #expect(try await run("report", "1").output.contains("C-3"))
            #expect(try await run("report", "1", "--format", "html").output.hasPrefix("<!doctype html>"))
            #expect(try await run("apply", "1", "--misplaced", "move").output.contains("Applied to 2 assets."))
            #expect(try await daemon.client.asset(tag: "L-1").location?.name == "Room 101")
            #expect(try await run("undo", "1").output.contains("Undone for 2 assets."))
            #expect(try await run("policy").status == 0)
        }
    }
}
