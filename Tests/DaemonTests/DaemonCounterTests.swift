import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// The table of the counter through the real daemon, row by row, in the words that a person reads.
@Suite struct DaemonCounterTests {
    /// A second scan is an answer at once: nobody waits for the duplicate window here.
    private static func options(_ more: String = "") -> DaemonFixture.Options {
        var options = Stock.options
        options.configuration =
            "scanners:\n  inter_key_timeout_ms: 500\ncounter:\n  duplicate_window_ms: 0\n" + more
        return options
    }

    /// The day of today as the counter says it.
    private var today: String {
        let parts = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)).date
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(parts.day) \(months[parts.month - 1])"
    }

    /// Scans the codes at the scanner, each of which must be answered so.
    private func expect(
        _ daemon: DaemonFixture, _ scans: [(code: String, outcome: ScanOutcome?, message: String)]
    ) async throws {
        for (code, outcome, message) in scans {
            let event = try await daemon.scan("A", code)
            #expect(event.message == message, "\(code)")
            #expect(event.outcome == outcome, "\(code)")
        }
    }

    private func lane(_ daemon: DaemonFixture) async throws -> LaneStatus {
        try #require(try await daemon.client.lanes().lanes.first { $0.scanner == "usb:05e0:A-7001" })
    }

    @Test func theTable() async throws {
        try await DaemonFixture.with(options: Self.options()) { daemon in
            try await Stock.fill(daemon)
            try await Stock.add(daemon, "IT-9", serial: "IT-1")
            let day = today
            try await expect(
                daemon,
                [
                    ("IT-2", .refused, "Not checked out. Scan your badge, then IT-2 again."),
                    ("BADGE:7", .shown, "Assets scanned now will be checked out to Sarah Chen."),
                    (
                        "IT-1", nil,
                        "IT-1 (Thing IT-1) is checked out to Sarah Chen. “IT-1” is also the serial number of IT-9 (Thing IT-9)."
                    ),
                    ("IT-2", nil, "IT-2 (Thing IT-2) is checked out to Sarah Chen."),
                    ("IT-2", .alreadySo, "IT-2 (Thing IT-2) is already with Sarah Chen."),
                    ("DEPOT:DONE", .shown, "Sarah Chen: 2 out, 2 still out."),
                    ("IT-2", nil, "IT-2 (Thing IT-2) is back from Sarah Chen."),
                    ("BADGE:7", .shown, "Assets scanned now will be checked out to Sarah Chen."),
                    (
                        "IT-1", .alreadySo,
                        "Still out to you since \(day). Bringing it back? Scan it again. “IT-1” is also the serial number of IT-9 (Thing IT-9)."
                    ),
                    (
                        "IT-1", nil,
                        "IT-1 (Thing IT-1) is back from Sarah Chen. “IT-1” is also the serial number of IT-9 (Thing IT-9)."
                    ),
                    ("IT-3", nil, "IT-3 (Thing IT-3) is checked out to Sarah Chen."),
                    ("BADGE:8", .shown, "Sarah Chen: 1 out, 1 back. Now: Tom Okafor."),
                    (
                        "IT-3", .refused,
                        "IT-3 (Thing IT-3) has been out to Sarah Chen since \(day). To bring it back, scan DONE, then IT-3. To take it over, scan TRANSFER, your badge, then IT-3."
                    ),
                    (
                        "DEPOT:UNDO", .refused,
                        "Nothing was done for Tom Okafor yet. An operator can undo older changes: sign on, then scan UNDO again."
                    ),
                    ("DEPOT:DONE", .shown, "Nothing was done for Tom Okafor."),
                    ("IT-3", nil, "IT-3 (Thing IT-3) is back from Sarah Chen."),
                    ("DEPOT:UNDO", nil, "Undone: checkin of IT-3 (Thing IT-3); it is with Sarah Chen again."),
                    ("DEPOT:UNDO", nil, "Done again: IT-3 (Thing IT-3) is back from Sarah Chen."),
                ])
            let lane = try await lane(daemon)
            #expect(lane.id.rawValue <= 2 && lane.name == "Lane \(lane.id)")
            #expect(lane.session == nil && lane.last?.tone == .done)
        }
    }

    @Test func whatIsOutToSomebodyElseIsAskedAbout() async throws {
        try await DaemonFixture.with(options: Self.options("  transfer: ask\n")) { daemon in
            try await Stock.fill(daemon)
            let day = today
            try await expect(
                daemon,
                [
                    ("BADGE:7", .shown, "Assets scanned now will be checked out to Sarah Chen."),
                    ("IT-1", nil, "IT-1 (Thing IT-1) is checked out to Sarah Chen."),
                    ("BADGE:8", .shown, "Sarah Chen: 1 out. Now: Tom Okafor."),
                    (
                        "IT-1", .refused,
                        "IT-1 (Thing IT-1) has been out to Sarah Chen since \(day). Taking it over? Scan it again."
                    ),
                    ("IT-1", nil, "IT-1 (Thing IT-1) was transferred from Sarah Chen to Tom Okafor."),
                    ("DEPOT:DONE", .shown, "Tom Okafor: 1 transferred, 1 still out."),
                ])
        }
    }

    @Test func policiesNeedAnOperatorsConsent() async throws {
        try await DaemonFixture.with(options: Self.options("  limit_per_person: 1\n")) { daemon in
            try await Stock.fill(daemon)
            #expect(try await daemon.depotctl("asset", "block", "IT-1", "being recalled").status == 0)
            #expect(try await daemon.depotctl("person", "block", "2", "unpaid fees").status == 0)
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await expect(
                daemon,
                [
                    ("BADGE:8", .refused, "Tom Okafor is blocked: unpaid fees. Ask an operator to sign on."),
                    ("BADGE:7", .shown, "Assets scanned now will be checked out to Sarah Chen."),
                    (
                        "IT-1", .refused,
                        "IT-1 (Thing IT-1) is blocked: being recalled. Ask an operator to sign on."
                    ),
                    ("IT-2", nil, "IT-2 (Thing IT-2) is checked out to Sarah Chen."),
                    (
                        "IT-3", .refused,
                        "Sarah Chen already has 1 asset, and one person may not have more. Bring one back first, or ask an operator to sign on."
                    ),
                    ("DEPOT:OPERATOR:BADGE:8", .shown, "Tom Okafor has signed on as the operator."),
                ])
            let allowed = try await daemon.scan("A", "IT-1")
            #expect(allowed.kind == .checkout && allowed.actor.name == "Tom Okafor")
            #expect(allowed.facts["override"] == "blocked" && allowed.facts["override_by"] == "Tom Okafor")
            #expect(try await daemon.depotctl("asset", "unblock", "IT-1").status == 0)
            #expect(try await daemon.client.asset(tag: "IT-1").asset.blocked == nil)
            #expect(try await daemon.depotctl("person", "unblock", "2").status == 0)
            #expect(try await daemon.client.person(PersonID(rawValue: 2)).blocked == nil)
        }
    }

    @Test func aPowerCutLosesNothingOfTheConversation() async throws {
        try await DaemonFixture.with(options: Self.options()) { daemon in
            try await Stock.fill(daemon)
            for code in ["DEPOT:MODE:CHECKOUT", "DEPOT:OPERATOR:BADGE:8", "BADGE:7", "IT-1", "IT-2"] {
                _ = try await daemon.scan("A", code)
            }
            let before = try await lane(daemon)
            try await daemon.crashAndRestart()
            let after = try await lane(daemon)
            #expect(after.mode == .checkout && after.homeMode == .counter)
            #expect(after.operatorName == "Tom Okafor" && after.holder?.name == "Sarah Chen")
            #expect(after.session == before.session && after.session?.counts.out == 2)
            #expect(after.undo == before.undo && after.undo != nil)
            #expect(after.deadline != nil && after.modeUntil != nil)
            try await daemon.bench.play(BenchStep.word("await", "A"))
            try await daemon.untilSettled(2)
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await expect(
                daemon,
                [
                    ("DEPOT:UNDO", nil, "Undone: checkout of IT-2 (Thing IT-2) to Sarah Chen."),
                    ("IT-3", nil, "IT-3 (Thing IT-3) is checked out to Sarah Chen."),
                    ("DEPOT:DONE", .shown, "Sarah Chen: 2 out, 2 still out."),
                ])
        }
    }

    @Test func lanesAreShownAndRenamed() async throws {
        try await DaemonFixture.with(options: Self.options()) { daemon in
            try await Stock.fill(daemon)
            for code in ["BADGE:7", "IT-1", "IT-2"] { _ = try await daemon.scan("A", code) }
            let lane = try await lane(daemon)
            let renamed = try await daemon.depotctl("lane", "rename", "\(lane.id)", "Front desk")
            #expect(renamed.output == "Lane \(lane.id) is now called Front desk.\n")
            let shown = try await daemon.depotctl("lanes")
            #expect(shown.output.contains("Front desk") && shown.output.contains("2 out"))
            #expect(shown.output.contains("HOME") && shown.output.contains("Typed"))
            try await daemon.crashAndRestart()
            #expect(try await self.lane(daemon).name == "Front desk")
        }
    }
}
