import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Synchronization
import Testing

/// The person at the counter waits for nobody who reads or breaks something elsewhere.
@Suite struct CounterUnderLoadTests {
    /// A search that looks at every asset for every one of its texts.
    private static let costly: String = {
        let pairs = "qzjxvkwy".flatMap { first in "abcdef".map { "\(first)\($0)" } }
        let text = pairs.joined(separator: " OR ")
        return "/api/v1/hardware?search=" + text.replacingOccurrences(of: " ", with: "%20")
    }()

    private static let costlyFacets: [UInt8] = {
        let pairs = "qzjxvkwyfh".flatMap { first in "abcdefgh".map { "\(first)\($0)" } }
        let facets = pairs.map { "{\"Facet\":\"assetname\",\"Value\":\"\($0)\"}" }
        return Array("{\"Filters\":[\(facets.joined(separator: ","))]}".utf8)
    }()

    private static func fill(_ daemon: DaemonFixture, _ count: Int) async throws {
        let admin = try await daemon.token("import", role: .admin)
        var sheet = "asset_tag,name,notes\n"
        for number in 1...count { sheet += "N-\(number),Laptop \(number),in room \(number % 300)\n" }
        let form =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n"
            + sheet + "\r\n--x--\r\n"
        let reply = try await daemon.http(
            "POST", "/api/assets/import/csv", token: admin,
            headers: ["Content-Type": "multipart/form-data; boundary=x"], body: Array(form.utf8))
        #expect(reply.status == 200)
    }

    @Test func readersDelayNobodyElse() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try await Self.fill(daemon, 6000)
            let tokens = [
                try await daemon.token("reader 1", role: .viewer), try await daemon.token("reader 2", role: .viewer),
            ]
            let viewer = try await daemon.token("viewer", role: .viewer)
            #expect(try await daemon.scan("A", "BADGE:7").outcome == .shown)
            let answered = Answered()
            try await withThrowingTaskGroup(of: Void.self) { searches in
                for number in 0..<8 {
                    searches.addTask {
                        let reply =
                            number < 4
                            ? try await daemon.http("GET", Self.costly, token: tokens[number % 2])
                            // what a client says of its body is nothing that lets it go on for longer
                            : try await daemon.http(
                                "POST", "/api/v1.0/assets", token: tokens[number % 2],
                                headers: ["Content-Type": "multipart/x"], body: Self.costlyFacets)
                        answered.add(reply.status)
                    }
                }
                #expect(try await daemon.scan("A", "IT-1").kind == .checkout)
                #expect(try await daemon.scan("A", "IT-2").kind == .checkout)
                #expect(try await daemon.client.status().lanes > 0)
                #expect(try await daemon.http("GET", "/health/live").status == 200)
                let lookup = try await daemon.http("GET", "/api/v1/hardware/bytag/N-77", token: viewer)
                #expect(lookup.status == 200)
                // each caller has one search at a time, and none of these waited for it
                #expect(answered.statuses.count <= 4)
                try await searches.waitForAll()
            }
            #expect(answered.statuses.count == 8)
            #expect(Set(answered.statuses).isSubset(of: [200, 503]))
        }
    }

    @Test func aStopWaitsForNoReader() async throws {
        let readers = try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try await Self.fill(daemon, 3000)
            let token = try await daemon.token("reader", role: .viewer)
            return (0..<6).map { _ in Task { try? await daemon.http("GET", Self.costly, token: token).status } }
        }
        // the fixture has seen it end with status 0; what was asked got no answer, or one that says why
        for reader in readers { #expect([nil, 0, 200, 503].contains(await reader.value)) }
    }

    @Test func aDatabaseThatIsTakenAwayIsSaidEverywhereAndNothingIsAcknowledged() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            let (file, away) = (daemon.folder.path + "/depot.sqlite", daemon.folder.path + "/away")
            #expect(try await daemon.http("GET", "/health").status == 200)
            guard rename(file, away) == 0 else { throw KitError("the database cannot be moved") }
            #expect(try await daemon.nextHealth { $0.state == .failing }.problems.first?.code == .storeUnavailable)
            let health = try await daemon.http("GET", "/health")
            #expect(health.status == 503)
            #expect(String(decoding: health.bytes, as: UTF8.self).contains("depot.sqlite"))
            #expect(try await daemon.client.status().problems.map(\.code) == [.storeUnavailable])
            let refused = try await daemon.depotctl("checkout", "IT-1", "--to", "BADGE:7")
            #expect(refused.status == ExitStatus.storeUnavailable.rawValue)
            #expect(try await daemon.client.asset(tag: "IT-1").holder == nil)
            guard rename(away, file) == 0 else { throw KitError("the database cannot be moved back") }
            #expect(try await daemon.nextHealth { $0.state == .ok }.problems == [])
            #expect(try await daemon.scan("A", "BADGE:7").outcome == .shown)
            #expect(try await daemon.scan("A", "IT-1").kind == .checkout)
        }
    }

    private final class Answered: Sendable {
        private let list = Mutex<[Int]>([])
        var statuses: [Int] { list.withLock { $0 } }
        func add(_ status: Int) { list.withLock { $0.append(status) } }
    }
}
