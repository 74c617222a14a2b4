import Foundation
import Testing

/// Random scanners, codes, pauses and faults: whatever happens, what counts is what was typed.
///
/// `SEED=n` plays one scenario and tells it as a timeline; `SEEDS=n` plays more than the usual 10,000.
@Suite struct ScannerModelTests {
    private static let environment = ProcessInfo.processInfo.environment

    private struct Result {
        var counts = Oracle.Counts()
        var failures: [String] = []
    }

    private static func play(seed: UInt64, _ mutation: Mutation? = nil) throws -> Result {
        let scenario = Scenario(seed: seed)
        var result = Result()
        result.counts.seeds = 1
        for typing in scenario.typings {
            var reading = try ReadingThread(scenario, typing, mutation)
            try reading.run()
            let oracle = Oracle(scenario, typing, reading.log, reading.subject.rows)
            result.counts = result.counts + oracle.counts
            guard !oracle.violations.isEmpty else { continue }
            let timeline = mutation == nil ? Timeline.text(scenario, typing, reading.log, reading.subject.rows) : ""
            result.failures.append("SEED=\(seed): \(oracle.violations.joined(separator: "; "))\n\(timeline)")
        }
        return result
    }

    private static func play(_ seeds: StrideTo<UInt64>) throws -> Result {
        try seeds.reduce(into: Result()) { sum, seed in
            let result = try play(seed: seed)
            sum.counts = sum.counts + result.counts
            sum.failures += result.failures
        }
    }

    @Test func whatCountsIsWhatWasTyped() async throws {
        if let seed = Self.environment["SEED"].flatMap({ UInt64($0) }) {
            for failure in try Self.play(seed: seed).failures { Issue.record("\(failure)") }
            return
        }
        let seeds = Self.environment["SEEDS"].flatMap { UInt64($0) } ?? 10_000
        let tasks = 4
        let sum = try await withThrowingTaskGroup(of: Result.self) { group in
            for task in 0..<tasks { group.addTask { try Self.play(stride(from: UInt64(task), to: seeds, by: tasks)) } }
            return try await group.reduce(into: Result()) { sum, result in
                sum.counts = sum.counts + result.counts
                sum.failures += result.failures
            }
        }
        for failure in sum.failures.prefix(5) { Issue.record("\(failure)") }
        #expect(sum.failures.count == 0)
        // An oracle that excuses everything proves nothing.
        let counts = sum.counts
        #expect(counts.seeds == seeds)
        #expect(counts.certain * 5 > counts.typed * 2, "\(counts)")
        #expect(counts.accepted >= counts.certain, "\(counts)")
        #expect(counts.broken * 20 > counts.typed, "\(counts)")
    }

    @Test(arguments: Mutation.allCases)
    func theModelFinds(_ mutation: Mutation) throws {
        let found = try (0..<3_000 as Range<UInt64>).contains { try !Self.play(seed: $0, mutation).failures.isEmpty }
        #expect(found)
    }
}
