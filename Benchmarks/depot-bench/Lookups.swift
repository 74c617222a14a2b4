import DepotAPI
import Foundation

/// Measures lookups by tag alternately with the cheapest answer of the same server, so that both meet the same conditions.
struct Lookups {
    static let name = "lookups by tag per second"
    static let goal = ReportRow.Goal.atLeast(0.5)
    static let flatName = "lookups, ten times the assets"
    static let flatGoal = ReportRow.Goal.atLeast(1 / 1.3)
    private static let readers = 16
    private static let turns = 4

    let seconds: Double
    var name = Lookups.name
    /// The beginning of the path, before the tag.
    var path = "\(StationAPI.prefix)/assets/bytag/"

    /// Measures the rate of lookups against that of the constant reply.
    func measure(_ daemon: DaemonProcess, _ seed: Seed) async throws -> ReportRow {
        let load = Load(endpoint: .port(daemon.port), clients: Self.readers)
        let constant = HTTPRequest.bytes("GET", "/health/live", token: seed.token)
        let status = try await onThread("bench") { try HTTPConnection(load.endpoint).status(of: constant) }
        guard status == 200 else { throw BenchError("GET /health/live, the constant reply, gives \(status)") }
        let meter = OthersMeter(daemons: [daemon.pid])
        var cost = Cost(daemon)
        let (ours, limit) = try await inTurns(
            { [seconds, path] in
                cost.begin()
                let result = try await load.run(
                    seconds: seconds / Double(Self.turns), source: Self.random(seed, path: path))
                cost.end(result.rate.count)
                return result
            },
            { [seconds] in
                try await load.run(seconds: seconds / Double(Self.turns)) { _ in { constant } }
            })
        let samples = Samples(ours.samples)
        return ReportRow(
            name, ours: .init(ours.rate.perSecond, "/s"), limit: .init(limit.rate.perSecond, "/s"),
            goal: Self.goal, othersCores: meter.cores(),
            details: [
                "clients": Double(Self.readers), "p50 µs": samples.median, "p99 µs": samples.p99,
                "daemon µs of processor each": cost.each,
            ])
    }

    /// Measures the rate with the larger database against that with the smaller one.
    func flatness(
        _ daemon: DaemonProcess, _ seed: Seed, larger: DaemonProcess, _ largerSeed: Seed
    ) async throws -> ReportRow {
        let small = Load(endpoint: .port(daemon.port), clients: Self.readers)
        let large = Load(endpoint: .port(larger.port), clients: Self.readers)
        let meter = OthersMeter(daemons: [daemon.pid, larger.pid])
        let (ours, limit) = try await inTurns(
            { [seconds, path] in
                try await large.run(
                    seconds: seconds / Double(Self.turns), source: Self.random(largerSeed, path: path))
            },
            { [seconds, path] in
                try await small.run(seconds: seconds / Double(Self.turns), source: Self.random(seed, path: path))
            })
        return ReportRow(
            Self.flatName, ours: .init(ours.rate.perSecond, "/s"), limit: .init(limit.rate.perSecond, "/s"),
            goal: Self.flatGoal, othersCores: meter.cores(), details: ["assets": Double(largerSeed.assets)])
    }

    /// Runs both once to warm up, and then alternately several times.
    private func inTurns(
        _ first: () async throws -> Load.Result, _ second: () async throws -> Load.Result
    ) async throws -> (Load.Result, Load.Result) {
        _ = try await first()
        _ = try await second()
        var sums = (Load.Result(), Load.Result())
        for _ in 0..<Self.turns {
            sums.0 = sums.0 + (try await first())
            sums.1 = sums.1 + (try await second())
        }
        return sums
    }

    /// Returns requests for random assets, which differ only in the digits of the tag.
    static func random(_ seed: Seed, path prefix: String) -> @Sendable (Int) -> Load.Source {
        let tag = Seed.tag(1)
        let template = HTTPRequest.bytes("GET", prefix + tag, token: seed.token)
        let lastDigit = "GET \(prefix)\(tag)".utf8.count - 1
        let assets = seed.assets
        return { client in
            var request = template
            var state = UInt64(client + 1) &* 0x9E37_79B9_7F4A_7C15
            return {
                // xorshift64 is random enough to defeat the processor's caches.
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                var number = Int(state % UInt64(assets)) + 1
                for position in 0..<7 {
                    request[lastDigit - position] = UInt8(ascii: "0") + UInt8(number % 10)
                    number /= 10
                }
                return request
            }
        }
    }

    /// The processor time of a request in microseconds.
    private struct Cost {
        private let pid: pid_t
        private var begun = 0.0
        private var seconds = 0.0
        private var requests = 0

        init(_ daemon: DaemonProcess) { pid = daemon.pid }

        mutating func begin() { begun = processSeconds(pid) }

        mutating func end(_ count: Int) {
            seconds += processSeconds(pid) - begun
            requests += count
        }

        var each: Double { requests > 0 ? seconds / Double(requests) * 1e6 : 0 }
    }
}
