import ATech
import DepotAPI
import DepotDialect
import DepotModel
import IssueAsset
import Logging
import Testing

@testable import DepotHTTP

/// Bodies: who may send how much, how fast, and what comes of broken ones.
@Suite struct BodyTests {
    private static let dialects: [any Dialect] = [IssueAsset(), ATech()]

    /// A request whose body is announced; what follows is the beginning of it.
    private func head(_ path: String, _ token: String?, _ length: String, _ rest: String = "") -> [UInt8] {
        let access = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let type = path.hasSuffix("csv") ? "multipart/form-data; boundary=x" : "application/json"
        return Array(
            ("POST \(path) HTTP/1.1\r\nHost: d\r\n\(access)Content-Type: \(type)\r\n\(length)\r\n\r\n" + rest).utf8)
    }

    @Test(arguments: ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
    func whoMayNotIsRefusedBeforeHisBody(_ length: String) async throws {
        try await TestStation.run(dialects: Self.dialects, { $0.connections.closeDelay = .milliseconds(20) }) {
            station in
            for path in ["/api/assets", "/api/assets/import/csv", "/station/v1/assets"] {
                for (token, status) in [(nil, 401), ("depot_none", 401), (station.viewer, 403)] {
                    let answer = try await station.raw(head(path, token, length))
                    #expect(answer.status == status, "\(path) \(answer.text)")
                    #expect(answer.headers["connection"] == "close")
                }
            }
        }
    }

    @Test func aSmallBodyThatNobodyReadsEndsNothing() async throws {
        try await TestStation.run(dialects: Self.dialects) { station in
            let wire = try Wire(.tcp(station.port))
            defer { wire.close() }
            wire.send(head("/station/v1/assets", nil, "Content-Length: 4"))
            let refused = try await wire.answer()
            #expect(refused.status == 401 && refused.headers["connection"] == nil)
            wire.send(Array("null".utf8) + requestBytes("GET", "/health", [:], nil))
            #expect(try await wire.answer().status == 200)
        }
    }

    @Test func aBodyThatNobodyReadsIsNotWaitedForLong() async throws {
        try await TestStation.run(dialects: Self.dialects, { $0.connections.body = .milliseconds(100) }) { station in
            let answer = try await station.raw(head("/station/v1/assets", nil, "Content-Length: 4"))
            #expect(answer.status == 401)
        }
    }

    @Test func aStrangerToAnOpenDialectMaySendLittle() async throws {
        try await TestStation.run(dialects: [IssueAsset(open: true), ATech()]) { station in
            #expect(try await station.raw(head("/api/assets", nil, "Content-Length: 65537")).status == 413)
            let issue =
                #"{"employee_name":"Ada","employee_email":"a@b.example","asset_type":"Laptop","asset_model":"L"}"#
            let padded = issue + String(repeating: " ", count: 60_000)
            let taken = try await station.tcp("POST", "/api/assets", body: padded)
            #expect(taken.status == 201, "\(taken.text)")
            let known = try await station.tcp(
                "POST", "/api/assets", token: station.admin, body: issue + String(repeating: " ", count: 70_000))
            #expect(known.status == 201, "\(known.text)")
        }
    }

    private static let broken = [
        "xyz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n", "2\n{}\n0\n\n", "2\r\n{}ABC\r\n0\r\n\r\n",
        "2;\u{0}=1\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}", "2\r\n{}\r\n0\r\nT: \(String(repeating: "y", count: 100_000))\r\n\r\n",
        "2\r\n{}\r\n0\r\nbad trailer\r\n\r\n",
    ]

    @Test func brokenFramingIsABadRequest() async throws {
        let log = LogRecorder()
        try await TestStation.run(dialects: Self.dialects, log: log) { station in
            for path in ["/api/assets", "/api/assets/import/csv", "/station/v1/assets"] {
                for body in Self.broken {
                    for token in [station.admin, nil] {
                        let answer = try await station.raw(head(path, token, "Transfer-Encoding: chunked", body))
                        #expect(
                            answer.status == (token == nil ? 401 : 400), "\(path) \(body.prefix(30)) \(answer.text)")
                        #expect(answer.headers["connection"] == "close", "\(path) \(body.prefix(30))")
                        #expect(!answer.text.contains("HTTP/1.1 4"), "answered twice: \(answer.text)")
                        if token != nil, path.hasPrefix("/station") { #expect(answer.code == .badRequest) }
                    }
                }
                let unknown = try await station.raw(head(path, station.admin, "Transfer-Encoding: gzip", "zzz"))
                #expect(unknown.status == 400, "\(path) \(unknown.text)")
            }
        }
        #expect(log.lines(from: .error).isEmpty, "\(log.lines(from: .error))")
    }

    @Test func anUploadThatStopsIsCutOff() async throws {
        try await TestStation.run(dialects: Self.dialects, { $0.connections.body = .milliseconds(100) }) { station in
            let wire = try Wire(.tcp(station.port))
            defer { wire.close() }
            wire.send(head("/api/assets/import/csv", station.admin, "Content-Length: 100000", "--x\r\n"))
            try await onThread { while wire.receive() != nil {} }
            #expect(try await station.socket("GET", "status").status == 200)
        }
    }

    @Test func anUploadThatCrawlsIsRefused() async throws {
        try await TestStation.run(
            dialects: Self.dialects,
            {
                $0.connections.grace = .zero
                $0.connections.slowest = 1 << 40
            }
        ) { station in
            let answer = try await station.raw(
                head("/api/assets/import/csv", station.admin, "Content-Length: 100000", "--x\r\n"))
            #expect(answer.status == 400 && answer.text.contains("too slowly"), "\(answer.text)")
        }
    }
}
