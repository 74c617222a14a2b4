import DepotTestKit
import Foundation
import Testing

/// The model test of `ScannerModelTests` with the real daemon: what counts is what was typed, at the lane of the unit.
///
/// `SEED=n` plays one scenario, `GROUP=n` the ten of one daemon.
@Suite struct ModelBenchTests {
    private static let seedsPerDaemon = 10
    private static let only = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }

    /// The groups of seeds, each with a daemon of its own.
    static let groups =
        (only.map { Int($0) / seedsPerDaemon } ?? ProcessInfo.processInfo.environment["GROUP"].flatMap { Int($0) })
        .map { [$0] } ?? Array(0..<20)

    @Test(arguments: groups)
    func whatCountsIsWhatWasTyped(_ group: Int) async throws {
        let units = BenchUnit.units(ofGroup: group)
        var options = DaemonFixture.Options()
        options.plugged = units.map(\.plug)
        options.configuration = BenchUnit.configuration
        options.timeLimit = 600
        try await DaemonFixture.with(options: options) { daemon in
            var bench = try await ModelBench(daemon, units)
            let first = UInt64(group * Self.seedsPerDaemon)
            for seed in Self.only.map({ [$0] }) ?? Array(first..<first + UInt64(Self.seedsPerDaemon)) {
                if let failure = try await bench.play(seed: seed) { Issue.record("\(failure)") }
            }
        }
    }
}
