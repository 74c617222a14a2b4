import ATech
import DepotAPI
import DepotModel
import Logging
import NIOCore
import Testing

@testable import DepotHTTP

/// Connections: nobody has all of them, and one that does not move ends.
@Suite struct ConnectionTests {
    private func opened(_ count: Int, _ station: TestStation, sending text: String = "") throws -> [Wire] {
        try (0..<count).map { _ in
            let wire = try Wire(.tcp(station.port))
            wire.send(Array(text.utf8))
            return wire
        }
    }

    private func metric(_ name: String, _ station: TestStation) async throws -> Int {
        let text = try await station.socket("GET", "/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return try #require(line.flatMap { Int($0.split(separator: " ")[1]) })
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHo", "GET /health HTTP/1.1\r\nHost: d\r\n\r\n"])
    func idleConnectionsMakeRoom(_ text: String) async throws {
        let log = LogRecorder()
        try await TestStation.run(log: log, { $0.maximumConnections = 8 }) { station in
            let wires = try opened(40, station, sending: text)
            defer { for wire in wires { wire.close() } }
            // until no request is in work any more: each is answered, or was one too many
            if text.hasSuffix("\r\n\r\n") { for wire in wires { _ = try? await wire.answer() } }
            #expect(try await station.tcp("GET", "/health").status == 200)
            let evicted = try await metric("depot_http_connections_evicted_total", station)
            let refused = try await metric("depot_http_connections_refused_total", station)
            #expect(evicted >= 1 && evicted + refused >= 30, "\(evicted) \(refused)")
            #expect(try await metric("depot_http_connections", station) <= 10)
            #expect(log.lines(from: .warning).count == 1, "\(log.lines(from: .warning))")
        }
    }

    @Test func anAddressHasItsOwnLimit() async throws {
        try await TestStation.run({ $0.connections.loopback = 4 }) { station in
            let wires = try opened(10, station)
            defer { for wire in wires { wire.close() } }
            // accepted side by side, so one that asks may come before one that was there
            while try await metric("depot_http_connections_evicted_total", station) < 6 {}
            #expect(try await station.tcp("GET", "/health").status == 200)
        }
    }

    @Test func aMachineIsOneNetwork() throws {
        func network(_ text: String) throws -> String? {
            Connection.network(of: try SocketAddress(ipAddress: text, port: 1))
        }
        #expect(try network("192.0.2.7") == "192.0.2.7")
        #expect(try network("::1") == "::1")
        let (first, second) = (try network("::ffff:192.0.2.7"), try network("::ffff:192.0.2.8"))
        #expect(first != second)
        let (own, other) = (try network("2001:db8:0:1::1"), try network("2001:db8:0:2::1"))
        #expect(own != other)
        #expect(try network("2001:db8:0:1:ffff::2") == own)
    }

    @Test func whoseRequestsAreInWorkStaysAndOthersAreTurnedAway() async throws {
        try await TestStation.run({ $0.connections.loopback = 2 }) { station in
            var readers: [StreamReader] = []
            defer { for reader in readers { reader.close() } }
            for token in [station.viewer, station.operator] {
                let reader = try StreamReader(
                    .tcp(station.port), "events", headers: ["Authorization": "Bearer \(token)"])
                readers.append(reader)
                try await reader.opened()
            }
            let wire = try Wire(.tcp(station.port))
            defer { wire.close() }
            #expect(try await onThread { wire.receive() } == nil)
            #expect(try await metric("depot_http_connections_refused_total", station) == 1)
            try await station.asset("ON")
            for reader in readers { #expect(try await !reader.messages { $0.data.contains("ON") }.isEmpty) }
        }
    }

    /// Who asks for something and does not take it, or sends half of what he asks, makes room before somebody is turned away;
    /// who waits for news stays.
    @Test(
        .timeLimit(.minutes(15)),
        arguments: ["GET /station/v1/assets?limit=1000", "GET /api/assets/export/csv", "POST /station/v1/assets"])
    func whoMakesNoProgressMakesRoom(_ request: String) async throws {
        try await TestStation.run(
            dialects: [ATech()],
            {
                $0.connections.loopback = 3
                ($0.connections.stall, $0.connections.body) = (.seconds(3600), .seconds(3600))
                $0.connections.patience = .milliseconds(300)
            }
        ) { station in
            try await station.fill(megabytes: 6)
            let reader = try StreamReader(
                .tcp(station.port), "events", headers: ["Authorization": "Bearer \(station.viewer)"])
            defer { reader.close() }
            try await reader.opened()
            let wires = try (0..<2).map { _ in try Wire(.tcp(station.port), room: 4096) }
            defer { for wire in wires { wire.close() } }
            let body = request.hasPrefix("POST") ? "Content-Length: 9\r\n" : ""
            for wire in wires {
                let head = "\(request) HTTP/1.1\r\nHost: d\r\n\(body)Authorization: Bearer \(station.admin)\r\n\r\n"
                wire.send(Array(head.utf8))
            }
            // while the others still move, a caller has their place to himself at best
            while try await metric("depot_http_connections_evicted_total", station) < 2 {
                _ = try? await station.tcp("GET", "/health")
            }
            #expect(try await station.tcp("GET", "/health").status == 200)
            try await station.asset("ON")
            #expect(try await !reader.messages { $0.data.contains("ON") }.isEmpty)
        }
    }

    @Test func aTokenHasSoManyRequestsInWork() async throws {
        try await TestStation.run({ $0.connections.perToken = 1 }) { station in
            for _ in 0..<3 { #expect(try await station.tcp("GET", "assets", token: station.viewer).status == 200) }
            let reader = try StreamReader(
                .tcp(station.port), "events", headers: ["Authorization": "Bearer \(station.viewer)"])
            try await reader.opened()
            let more = try await station.tcp("GET", "assets", token: station.viewer)
            #expect(more.status == 503 && more.code == .busy, "\(more.text)")
            #expect(try await station.tcp("GET", "assets", token: station.operator).status == 200)
            reader.close()
            while try await station.tcp("GET", "assets", token: station.viewer).status == 503 {}
        }
    }

    /// Every kind of answer to clients that read nothing: they are ended, and nothing of it stays. One that always has
    /// less room than the station would have it take, but takes something, gets it all.
    @Test func whoReadsNothingIsCutOffAndWhoReadsSlowlyIsNot() async throws {
        try await TestStation.run(dialects: [ATech()], { $0.connections.stall = .seconds(3) }) { station in
            try await station.fill(megabytes: 6)
            let before = try await metric("depot_http_connections", station)
            var wires: [Wire] = []
            defer { for wire in wires { wire.close() } }
            let whole = "/station/v1/assets?limit=1000"
            let atOnce = Array(repeating: "/openapi.yaml", count: 50)
            for paths in [
                ["/api/assets"], ["/api/assets/export/csv"], ["/station/v1/events?since=0"], [whole], atOnce, [whole],
            ] {
                let wire = try Wire(.tcp(station.port), room: 4096)
                wires.append(wire)
                let accept = paths[0].hasPrefix("/station/v1/events") ? "text/event-stream" : "*/*"
                for path in paths {
                    let head = "GET \(path) HTTP/1.1\r\nHost: d\r\nAccept: \(accept)\r\n"
                    wire.send(Array((head + "Authorization: Bearer \(station.admin)\r\n\r\n").utf8))
                }
            }
            let answer = try await wires[5].answer()
            #expect(answer.status == 200)
            let count = answer.body.count
            #expect(count > 4_000_000)
            while try await metric("depot_http_connections", station) > before + 1 {}
        }
    }
}
