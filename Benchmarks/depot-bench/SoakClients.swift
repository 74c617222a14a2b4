import DepotAPI
import Foundation
import Glibc

/// The clients of a soak, each of which continues until the time is up, whatever the answers.
struct SoakClients: Sendable {
    let port: Int
    private let seed: Seed
    private let counts: SoakCounts
    private let end: UInt64
    private let readers: CostlyReaders

    init(_ daemon: DaemonProcess, _ seed: Seed, _ counts: SoakCounts, until end: UInt64) throws {
        port = daemon.port
        self.seed = seed
        self.counts = counts
        self.end = end
        readers = try CostlyReaders(4, at: .port(port), administrator: seed.administrator)
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await readers.run() }
            for client in 0..<4 { add(&group, "change", DaemonFigures.alternating(seed, asset: client + 1)) }
            for client in 0..<2 {
                add(&group, "scan", ReaderFigures.scans(seed))
                add(&group, "lookup", Lookups.random(seed, path: "\(StationAPI.prefix)/assets/bytag/")(client))
            }
            add(&group, "list") { get("\(StationAPI.prefix)/assets?limit=200") }
            add(&group, "export") { get("/api/assets/export/csv") }
            add(&group, "nobody") { HTTPRequest.bytes("GET", "/api/assets", token: "depot_nonsense") }
            add(&group, "nonsense") { Array("GET / HTTP/9.9\r\nContent-Length: x\r\n\r\n".utf8) }
            add(&group, "keyed question") {
                HTTPRequest.bytes("GET", "/api/v1/users?search=\(UInt32.random(in: 0...99_999))", token: seed.token)
            }
            for _ in 0..<4 { group.addTask { try await half("/api/assets/export/csv") } }
            for _ in 0..<4 { group.addTask { try await half("\(StationAPI.prefix)/events?since=0", isStream: true) } }
            group.addTask { try await idle() }
            try await Self.until(end)
            readers.stop()
            try await group.waitForAll()
        }
    }

    private func get(_ path: String) -> [UInt8] { HTTPRequest.bytes("GET", path, token: seed.administrator) }

    private static func until(_ end: UInt64) async throws {
        try await onThread("soak") {
            let now = monotonic()
            guard end > now else { return }
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .nanoseconds(Int(end - now)))
        }
    }

    /// Runs a client that repeats requests, over a new connection after each that ended.
    private func add(
        _ group: inout ThrowingTaskGroup<Void, any Error>, _ name: String, _ source: @escaping Load.Source
    ) {
        let next = Source(next: source)
        group.addTask {
            try await onThread(name) {
                while monotonic() < end {
                    do {
                        let connection = try HTTPConnection(.port(port), timeout: 60)
                        while monotonic() < end {
                            let status = try connection.status(of: next.next())
                            counts.add("\(name) \(status)")
                            if name == "change", status == 200 { counts.add("change acknowledged") }
                        }
                    } catch {
                        counts.add("\(name) closed")
                    }
                }
            }
        }
    }

    // @unchecked: called on the thread of its client only.
    private struct Source: @unchecked Sendable { let next: Load.Source }

    /// Runs a client that requests a long answer, reads the beginning and then stalls for as long as it may.
    private func half(_ path: String, isStream: Bool = false) async throws {
        let request = HTTPRequest.bytes(
            "GET", path, token: seed.administrator, accept: isStream ? StationAPI.eventStream : "*/*")
        try await onThread("half") {
            while monotonic() < end {
                do {
                    let socket = try StreamSocket(.port(port), timeout: 60)
                    try socket.send(request[...])
                    _ = try socket.read(64)
                    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 20)
                    counts.add("half read")
                } catch {
                    counts.add("half closed")
                }
            }
        }
    }

    /// Opens connections that send nothing and are abandoned.
    private func idle() async throws {
        try await onThread("idle") {
            while monotonic() < end {
                var sockets: [StreamSocket] = []
                for _ in 0..<200 {
                    do { sockets.append(try StreamSocket(.port(port), timeout: 1)) } catch {
                        counts.add("idle refused")
                    }
                }
                _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 5)
                counts.add("200 idle connections")
            }
        }
    }
}
