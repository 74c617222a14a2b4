import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Synchronization
import Testing

/// Power cuts under load: what was acknowledged is there, once; what was not is whole or absent.
@Suite struct CrashTests {
    /// How often the daemon is killed; `make soak` asks for more.
    static let kills = ProcessInfo.processInfo.environment["DEPOT_KILLS"].flatMap(Int.init) ?? 50

    /// What somebody was told is done.
    private final class Acknowledged: Sendable {
        let operations = Mutex<Set<UniqueID>>([])
        let ticks = Inbox<Void>()

        func note(_ operation: UniqueID) {
            if operations.withLock({ $0.insert(operation).inserted }) { ticks.push(()) }
        }
    }

    @Test func nothingAcknowledgedIsLostAndNothingIsTwice() async throws {
        var random = SystemRandomNumberGenerator()
        let moments = (0..<Self.kills).map { _ in Int.random(in: 1...40, using: &random) }
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon, tags: (0..<6).map { "IT-\($0)" })
            let acknowledged = Acknowledged()
            var ledger = Ledger()
            for moment in moments {
                try await load(daemon, acknowledged, killAfter: moment)
                try await check(daemon, acknowledged, &ledger, moments)
            }
        }
    }

    /// Four HTTP clients and two scanners at work, until that many were told that they are done; then SIGKILL.
    private func load(_ daemon: DaemonFixture, _ acknowledged: Acknowledged, killAfter count: Int) async throws {
        let last = try await daemon.client.status().lastEvent
        let events: StationEvents = try await daemon.client.events(since: last)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Whoever watches is told of the scanners' transitions here.
                do {
                    for try await case .event(let event) in events { acknowledged.note(event.operation) }
                } catch {}
            }
            for index in 0..<4 {
                group.addTask { await self.handOverAndBack("IT-\(index)", daemon, acknowledged) }
            }
            try await daemon.bench.play(
                BenchStep.scan("A", "BADGE:7"), BenchStep.scan("A", "IT-4"), BenchStep.scan("A", "DEPOT:UNDO"),
                BenchStep.scan("B", "BADGE:8"), BenchStep.scan("B", "IT-5"), BenchStep.scan("B", "DEPOT:UNDO"))
            for _ in 0..<count { _ = await acknowledged.ticks.next() }
            try await daemon.crashAndRestart()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func handOverAndBack(_ tag: String, _ daemon: DaemonFixture, _ acknowledged: Acknowledged) async {
        var out = true
        while !Task.isCancelled {
            let request = TransitionRequest(
                kind: out ? .checkout : .checkin, asset: .tag(tag), to: out ? .badge("BADGE:7") : nil)
            do throws(ErrorReply) {
                let reply = try await daemon.client.apply(request)
                acknowledged.note(reply.event.operation)
                out.toggle()
            } catch {
                // Refused: it stands the other way since the last cut. Anything else: the daemon is gone.
                guard error.error.code == .refused else { return }
                out.toggle()
            }
        }
    }

    /// What the ledger holds, read on from cut to cut; that what was read before is still there, the chain shows.
    private struct Ledger {
        var last = EventNumber(rawValue: 0)
        var seen: [UniqueID: Int] = [:]
    }

    private func check(
        _ daemon: DaemonFixture, _ acknowledged: Acknowledged, _ ledger: inout Ledger, _ moments: [Int]
    ) async throws {
        while true {
            let events = try await daemon.client.events(since: ledger.last, limit: 1000).events
            guard let last = events.last else { break }
            for event in events { ledger.seen[event.operation, default: 0] += 1 }
            ledger.last = last.number
        }
        let told = acknowledged.operations.withLock { $0 }
        let seen = ledger.seen
        let wrong = told.filter { seen[$0] != 1 }
        #expect(wrong.isEmpty, "killed after \(moments)")
        #expect(seen.values.allSatisfy { $0 == 1 })
        let report = try await daemon.client.verify()
        #expect(report.isSound, "killed after \(moments): \(report.problems)")
    }
}
