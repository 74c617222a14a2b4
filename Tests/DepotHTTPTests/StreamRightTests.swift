import ATech
import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import DepotHTTP

/// Streams and exports last as long as their token, and nobody has all the places.
@Suite struct StreamRightTests {
    private func made(_ name: String, _ role: TokenRole, _ station: TestStation, for milliseconds: Int64? = nil)
        async throws -> String
    {
        try await station.store.createToken(
            name: name, role: role, tenant: .standard,
            expires: milliseconds.map { station.station.now().advanced(byMilliseconds: $0) },
            actor: Actor(kind: .station, name: "test"), origin: Origin(face: .daemon)
        ).secret
    }

    private func stream(_ station: TestStation, _ token: String) throws -> StreamReader {
        try StreamReader(.tcp(station.port), "events", headers: ["Authorization": "Bearer \(token)"])
    }

    @Test func aRevokedTokenEndsItsStreams() async throws {
        try await TestStation.run { station in
            let (lost, other) = (try stream(station, station.viewer), try stream(station, station.operator))
            let cookie = try await made("screen 1", .screen, station)
            let screen = try StreamReader(.tcp(station.port), "events", headers: ["Cookie": "depot_screen=\(cookie)"])
            let readers = [lost, other, screen]
            defer { for reader in readers { reader.close() } }
            for reader in readers { try await reader.opened() }
            for name in ["viewer", "screen%201"] {
                #expect(try await station.socket("DELETE", "tokens/\(name)").status == 200)
            }
            let last = station.store.lastEvent.rawValue
            #expect(try await lost.messages { _ in false }.allSatisfy { $0.id != last })
            try await screen.end()
            try await station.asset("AFTER")
            #expect(try await other.messages { $0.data.contains("AFTER") }.last?.data.contains("AFTER") == true)
            #expect(try await station.tcp("GET", "events", token: station.viewer).status == 401)
        }
    }

    @Test func anExpiredTokenEndsItsStreams() async throws {
        try await TestStation.run { station in
            let reader = try stream(station, try await made("short", .viewer, station, for: 700))
            defer { reader.close() }
            try await reader.opened()
            try await reader.end()
            #expect(station.station.events.subscriberCount == 0)
        }
    }

    /// The time of day jumps beyond the end of the token.
    @Test func aClockThatIsSetForwardEndsThemWithinASecond() throws {
        let loop = EmbeddedEventLoop()
        let clock = Mutex(Timestamp(milliseconds: 0))
        let ended = Mutex(false)
        let answers = OpenAnswers { clock.withLock { $0 } }
        let caller = Caller(
            actor: Actor(kind: .token, name: "short"), access: .viewer, tenant: .standard,
            until: Timestamp(milliseconds: 3_600_000))
        let lease = try answers.enter(caller, on: loop) { ended.withLock { $0 = true } }
        loop.advanceTime(by: .milliseconds(100))
        clock.withLock { $0 = Timestamp(milliseconds: 7_200_000) }
        loop.advanceTime(by: .seconds(1))
        #expect(ended.withLock { $0 } && lease?.isEnded == true)
    }

    @Test func aRevokedTokenCutsOffItsExport() async throws {
        try await TestStation.run(dialects: [ATech()]) { station in
            try await station.fill(megabytes: 6)
            let wire = try Wire(.tcp(station.port), room: 4096)
            defer { wire.close() }
            wire.send(requestBytes("GET", "/api/assets", ["Authorization": "Bearer \(station.viewer)"], nil))
            let first = try await onThread { wire.receive() }
            #expect(first != nil)
            #expect(try await station.socket("DELETE", "tokens/viewer").status == 200)
            let end = try await onThread {
                var bytes: [UInt8] = []
                while let part = wire.receive() { bytes = bytes.suffix(5) + part }
                return String(decoding: bytes.suffix(5), as: UTF8.self)
            }
            #expect(end != "0\r\n\r\n", "it is told from a whole one")
        }
    }

    @Test func oneTokenHasFewStreamsAndScreensHavePlaces() async throws {
        try await TestStation.run({
            $0.streams.subscribers = 8
            $0.streams.kept = 5
            $0.streams.perToken = 2
        }) { station in
            let headers = ["Accept": "text/event-stream"]
            var readers: [StreamReader] = []
            defer { for reader in readers { reader.close() } }
            func open(_ token: String) async throws {
                let reader = try stream(station, token)
                readers.append(reader)
                try await reader.opened()
            }
            try await open(station.viewer)
            try await open(station.viewer)
            let own = try await station.tcp("GET", "events", token: station.viewer, headers: headers)
            #expect(own.status == 503 && own.code == .busy, "\(own.text)")
            try await open(station.operator)
            let all = try await station.tcp("GET", "events", token: station.admin, headers: headers)
            #expect(all.status == 503 && all.code == .busy, "\(all.text)")
            for number in 1...4 { try await open(try await made("screen \(number)", .screen, station)) }
            let screen = try await station.tcp(
                "GET", "events", token: try await made("screen 5", .screen, station), headers: headers)
            #expect(screen.status == 503, "the last place is the control socket's")
            let local = try StreamReader(.unix(station.socketPath), "events", headers: [:])
            readers.append(local)
            try await local.opened()
        }
    }
}
