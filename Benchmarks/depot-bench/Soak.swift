import DepotAPI
import Foundation
import Glibc
import Synchronization

/// Runs all kinds of load at once at the real daemon for some minutes, and shows its resources before, during and after,
/// and whether the ledger has everything that was acknowledged.
struct Soak {
    let depotd: String
    let minutes: Int
    private static let assets = 20_000
    /// The time in seconds within which pending work ends after the time is up; the daemon then cancels the rest.
    private static let rest = 75.0

    func run() async throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let seed = try await Seed.create(in: try workspace.subfolder("soak"), assets: Self.assets)
        let daemon = try DaemonProcess(program: depotd, folder: seed.folder, sockets: workspace.sockets)
        defer { daemon.stop() }
        Output.write("minute\tMiB\tfiles\tthreads\n")
        try report("before", daemon)
        let counts = SoakCounts()
        let clients = try SoakClients(daemon, seed, counts, until: monotonic() + UInt64(minutes) * 60_000_000_000)
        async let work: Void = clients.run()
        for minute in 1...max(1, minutes) {
            try await Self.wait(60)
            try report("\(minute)", daemon)
        }
        try await work
        try await Self.wait(Self.rest)
        try report("after", daemon)
        let events = try await onThread("soak") {
            let connection = try HTTPConnection(.port(clients.port), timeout: 600)
            let answer = try connection.answer(
                to: HTTPRequest.bytes("POST", StationAPI.prefix + "/verify", token: seed.administrator, body: "{}"))
            return try JSONDecoder().decode(VerifyReply.self, from: Data(answer.body))
        }
        Output.write(counts.table)
        Output.write(
            "verify: \(events.events) events, \(events.problems.count) problems; "
                + "\(counts["change acknowledged"]) changes acknowledged\n")
    }

    private func report(_ name: String, _ daemon: DaemonProcess) throws {
        let resident = Double(try residentKibibytes(daemon.pid).all) / 1024
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.pid)/fd").count
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.pid)/task").count
        Output.write("\(name)\t\(Int(resident.rounded()))\t\(descriptors)\t\(threads)\n")
    }

    private static func wait(_ seconds: Double) async throws {
        try await onThread("soak") {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + seconds)
        }
    }
}

/// The counts of the clients' outcomes, by name.
final class SoakCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }

    subscript(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }

    /// The counts, one line each.
    var table: String {
        counts.withLock { $0.sorted { $0.key < $1.key } }.map { "\($0.value)\t\($0.key)\n" }.joined()
    }
}
