import DepotAPI
import Foundation

/// The figures that are measured at the real daemon, over its sockets.
struct DaemonFigures {
    let program: String
    let workspace: Workspace
    let seconds: Double

    // MARK: - Start

    static let startEmptyName = "start → ready, new database"
    static let startFullName = "start → ready, large database"
    static let startGoal = ReportRow.Goal.atMost(1)
    private static let starts = 7

    /// Measures the time from before the process exists to its readiness message, alternately in a new folder and on the
    /// seeded database.
    func start(_ seed: Seed) async throws -> [ReportRow] {
        let meter = OthersMeter()
        var empty: [UInt64] = []
        var full: [UInt64] = []
        for round in 0..<Self.starts {
            let folder = try workspace.subfolder("start-\(round)")
            empty.append(try await startTime(folder))
            full.append(try await startTime(seed.folder))
        }
        let others = meter.cores()
        return [(Self.startEmptyName, Samples(empty)), (Self.startFullName, Samples(full))].map { name, samples in
            ReportRow(
                name, ours: .init(samples.median / 1000, "ms"), limit: .init(100, "ms"), goal: Self.startGoal,
                othersCores: others, details: ["slowest of \(Self.starts) ms": samples.quantile(1) / 1000])
        }
    }

    private func startTime(_ folder: String) async throws -> UInt64 {
        let (program, sockets) = (program, workspace.sockets)
        return try await onThread("bench") {
            let daemon = try DaemonProcess(program: program, folder: folder, sockets: sockets)
            defer { daemon.stop() }
            return UInt64(daemon.startMilliseconds * 1e6)
        }
    }

    // MARK: - Memory

    static let memoryName = "memory after start"
    static let memoryGoal = ReportRow.Goal.atMost(1)

    /// Measures the resident memory of a daemon that has just started, after one status request.
    func memory(_ daemon: DaemonProcess, _ seed: Seed) throws -> ReportRow {
        let meter = OthersMeter(daemons: [daemon.pid])
        let connection = try HTTPConnection(.port(daemon.port))
        let answer = try connection.answer(
            to: HTTPRequest.bytes("GET", StationAPI.prefix + "/status", token: seed.token))
        guard answer.status == 200 else { throw BenchError("GET status gives \(answer.status)") }
        let resident = try residentKibibytes(daemon.pid)
        return ReportRow(
            Self.memoryName, ours: .init(Double(resident.all) / 1024, "MiB"), limit: .init(40, "MiB"),
            goal: Self.memoryGoal, othersCores: meter.cores(),
            details: ["anonymous MiB": Double(resident.anonymous) / 1024])
    }

    // MARK: - Transitions

    static let transitionsName = "durable transitions per second"
    static let transitionsGoal = ReportRow.Goal.atLeast(1.5)
    private static let writers = 32
    private static let turns = 3

    /// Measures checkouts and checkins over HTTP, each client with its own asset, alternately with one raw connection.
    func transitions(_ daemon: DaemonProcess, _ seed: Seed) async throws -> ReportRow {
        let slice = seconds / Double(Self.turns)
        let load = Load(endpoint: .port(daemon.port), clients: Self.writers)
        let folder = try workspace.subfolder("raw-transitions")
        let meter = OthersMeter(daemons: [daemon.pid])
        // Each round has assets of its own, which are available; round 0 warms up.
        _ = try await load.run(seconds: slice / 2) { Self.alternating(seed, asset: $0 + 1) }
        var limit = try await Self.rawCommits(folder, slice)
        var ours = Load.Result()
        var processor = 0.0
        for turn in 1...Self.turns {
            let begun = processSeconds(daemon.pid)
            ours =
                ours
                + (try await load.run(seconds: slice) {
                    Self.alternating(seed, asset: $0 + 1 + turn * Self.writers)
                })
            processor += processSeconds(daemon.pid) - begun
            limit = limit + (try await Self.rawCommits(folder, slice))
        }
        let samples = Samples(ours.samples)
        return ReportRow(
            Self.transitionsName, ours: .init(ours.rate.perSecond, "/s"), limit: .init(limit.perSecond, "/s"),
            goal: Self.transitionsGoal, othersCores: meter.cores(),
            details: [
                "clients": Double(Self.writers), "p50 ms": samples.median / 1000, "p99 ms": samples.p99 / 1000,
                "daemon µs of processor each": processor / Double(max(1, ours.rate.count)) * 1e6,
            ])
    }

    private static func rawCommits(_ folder: String, _ seconds: Double) async throws -> Rate {
        try await onThread("raw") { try RawCommits(folder: folder).run(seconds: seconds) }
    }

    /// Checks one asset out and in, alternately.
    static func alternating(_ seed: Seed, asset: Int) -> Load.Source {
        let selector = "\"asset\":{\"asset_tag\":\"\(Seed.tag(asset))\"}"
        let requests = [
            "{\"kind\":\"checkout\",\(selector),\"to\":{\"person\":\(seed.person)}}",
            "{\"kind\":\"checkin\",\(selector)}",
        ].map { HTTPRequest.bytes("POST", StationAPI.prefix + "/transitions", token: seed.token, body: $0) }
        var turn = 1
        return {
            turn = 1 - turn
            return requests[turn]
        }
    }
}
