import Foundation

/// The figures of a Snipe-IT client.
struct DialectFigures {
    static let lookupsName = "Snipe-IT lookups by tag per second"
    static let pageName = "Snipe-IT page of 50, a term that few have"
    static let pageGoal = ReportRow.Goal.atMost(5)
    private static let prefix = "/api/v1/hardware"
    private static let turns = 4
    /// The number of clients for the latency of a single user.
    private static let clients = 1
    /// The number of clients that share the daemon under load.
    private static let manyClients = 16

    let seconds: Double

    /// Measures lookups by tag against the constant reply of the same server.
    func lookups(_ daemon: DaemonProcess, _ seed: Seed) async throws -> ReportRow {
        try await Lookups(seconds: seconds, name: Self.lookupsName, path: Self.prefix + "/bytag/")
            .measure(daemon, seed)
    }

    /// Measures pages of a search alternately with lookups by tag: a search that finds a hundred assets, and one that finds
    /// all.
    func pages(_ daemon: DaemonProcess, _ seed: Seed) async throws -> [ReportRow] {
        let few = try Self.terms(in: seed)
        return [
            try await page(Self.pageName, few, daemon, seed),
            try await page("Snipe-IT page of 50, a term that all have", ["Notebook"], daemon, seed),
        ]
    }

    /// Returns numbers of three digits, each of which occurs in at least a hundred names.
    private static func terms(in seed: Seed) throws -> [String] {
        guard seed.assets >= 10_000 else { throw BenchError("a term needs 10,000 assets to be found on a full page") }
        return (100...999).map { "Notebook \($0)" }
    }

    private func page(
        _ name: String, _ terms: [String], _ daemon: DaemonProcess, _ seed: Seed
    ) async throws -> ReportRow {
        let requests = terms.map { term in
            let search = term.replacingOccurrences(of: " ", with: "%20")
            return HTTPRequest.bytes(
                "GET", "\(Self.prefix)?limit=50&offset=0&search=\(search)", token: seed.token)
        }
        let meter = OthersMeter(daemons: [daemon.pid])
        let alone = try await self.times(Self.clients, requests, daemon, seed)
        let many = try await self.times(Self.manyClients, requests, daemon, seed)
        var details = [
            "p99 ms": alone.page.p99 / 1000, "ratio with \(Self.manyClients) clients": many.ratio,
            "daemon µs of processor each": alone.processor,
        ]
        if let request = requests.first {
            details["ms after a change"] = try await afterChange(request, daemon, seed) / 1000
        }
        return ReportRow(
            name, ours: .init(alone.page.median / 1000, "ms"), limit: .init(alone.lookup.median / 1000, "ms"),
            goal: Self.pageGoal, othersCores: meter.cores(), details: details)
    }

    private struct Times {
        var page: Samples
        var lookup: Samples
        /// The daemon's processor time for a page in microseconds.
        var processor: Double
        var ratio: Double { lookup.median > 0 ? page.median / lookup.median : 0 }
    }

    /// Measures pages and lookups alternately, with a number of concurrent clients.
    private func times(
        _ clients: Int, _ requests: [[UInt8]], _ daemon: DaemonProcess, _ seed: Seed
    ) async throws -> Times {
        let load = Load(endpoint: .port(daemon.port), clients: clients)
        let slice = seconds / Double(Self.turns)
        var (pages, lookups) = (Load.Result(), Load.Result())
        var processor = 0.0
        // Round 0 warms up.
        for turn in 0...Self.turns {
            let begun = processSeconds(daemon.pid)
            let page = try await load.run(seconds: slice) { client in
                var next = client &* 31
                return {
                    next += 1
                    return requests[next % requests.count]
                }
            }
            let used = processSeconds(daemon.pid) - begun
            let lookup = try await load.run(
                seconds: slice, source: Lookups.random(seed, path: Self.prefix + "/bytag/"))
            guard turn > 0 else { continue }
            (pages, lookups) = (pages + page, lookups + lookup)
            processor += used
        }
        return Times(
            page: Samples(pages.samples), lookup: Samples(lookups.samples),
            processor: processor / Double(max(1, pages.rate.count)) * 1e6)
    }

    /// Returns the median time in microseconds of a page whose total is not cached, since each is the first after a change.
    private func afterChange(_ request: [UInt8], _ daemon: DaemonProcess, _ seed: Seed) async throws -> Double {
        let port = daemon.port
        let samples = try await onThread("bench") {
            let changes = DaemonFigures.alternating(seed, asset: seed.assets)
            let connection = try HTTPConnection(.port(port))
            return try (0..<20).map { _ in
                guard try connection.status(of: changes()) == 200 else { throw BenchError("a change gives no 200") }
                let begun = monotonic()
                guard try connection.status(of: request) == 200 else { throw BenchError("a page gives no 200") }
                return monotonic() - begun
            }
        }
        return Samples(samples).median
    }
}
