import DepotAPI
import Foundation

/// The effect on scans and lookups of eight callers that repeat the most expensive request.
struct ReaderFigures {
    static let scanName = "scan p99, eight costly readers"
    static let scanGoal = ReportRow.Goal.atMost(3)
    static let lookupName = "lookups with eight costly readers"
    static let lookupGoal = ReportRow.Goal.atLeast(0.5)
    private static let readers = 8

    let seconds: Double

    /// Measures one client that scans and one that looks up, without readers and then with them.
    func measure(_ daemon: DaemonProcess, _ seed: Seed) async throws -> [ReportRow] {
        let meter = OthersMeter(daemons: [daemon.pid])
        _ = try await load(daemon, seed, seconds / 2)
        let quiet = try await load(daemon, seed, seconds)
        let readers = try CostlyReaders(Self.readers, at: .port(daemon.port), administrator: seed.administrator)
        async let reading: Void = readers.run()
        // By then the daemon knows that the request of each reader takes long.
        _ = try await load(daemon, seed, seconds / 2)
        let loaded = try await load(daemon, seed, seconds * 2)
        readers.stop()
        try await reading
        let others = meter.cores()
        let (scans, before) = (Samples(loaded.scans.samples), Samples(quiet.scans.samples))
        return [
            ReportRow(
                Self.scanName, ours: .init(scans.p99 / 1000, "ms"), limit: .init(before.p99 / 1000, "ms"),
                goal: Self.scanGoal, othersCores: others,
                details: [
                    "median ms": scans.median / 1000, "slowest ms": scans.quantile(1) / 1000,
                    "scans": Double(loaded.scans.samples.count), "readers' answers": Double(readers.answers),
                ]),
            ReportRow(
                Self.lookupName, ours: .init(loaded.lookups.rate.perSecond, "/s"),
                limit: .init(quiet.lookups.rate.perSecond, "/s"), goal: Self.lookupGoal, othersCores: others,
                details: ["p99 ms": Samples(loaded.lookups.samples).p99 / 1000]),
        ]
    }

    private func load(
        _ daemon: DaemonProcess, _ seed: Seed, _ seconds: Double
    ) async throws -> (scans: Load.Result, lookups: Load.Result) {
        let one = Load(endpoint: .port(daemon.port), clients: 1)
        async let scans = one.run(seconds: seconds) { _ in Self.scans(seed) }
        let lookups = try await one.run(
            seconds: seconds, source: Lookups.random(seed, path: "\(StationAPI.prefix)/assets/bytag/"))
        return (try await scans, lookups)
    }

    /// Scans one asset after another; each scan is looked up, journalled and committed.
    static func scans(_ seed: Seed) -> Load.Source {
        var number = 0
        return {
            number = number % seed.assets + 1
            return HTTPRequest.bytes(
                "POST", StationAPI.prefix + "/scans", token: seed.token, body: "{\"code\":\"\(Seed.tag(number))\"}")
        }
    }
}
