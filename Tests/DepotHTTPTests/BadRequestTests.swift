import DepotAPI
import DepotHTTP
import DepotModel
import Testing

/// Whatever comes in: an error reply of the right kind, never 500, and the station goes on.
@Suite struct BadRequestTests {
    private static let notHTTP = [
        "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "FLY / HTTP/1.1\r\nHost: d\r\n\r\n",
        "GET / HTTP/1.1\r\nHost d\r\n\r\n", "POST /station/v1/scans HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzzz", "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\nX: \(String(repeating: "y", count: 100_000))\r\n\r\n",
    ]
    private static let broken = [
        "assets/bytag/%", "assets/bytag/%G1", "assets/bytag/%ff", "assets/bytag/%00", "assets?limit=0",
        "assets?limit=1001", "assets?limit=x", "assets?limit=-5", "assets?limit=\(String(repeating: "9", count: 400))",
        "assets?offset=-1", "assets?colour=red", "assets?limit=1&limit=2", "assets?sort=colour", "assets?order=up",
        "assets?lifecycle=lost", "assets?holder=7", "assets?holder=person:x", "assets?search=%ff", "events?since=-1",
        "events?since=1e3", "scans?limit=100000", "resolve", "resolve?code=", "resolve?code=%00", "status?x=1",
    ]
    private static let unknown = [
        "assets/0", "assets/-1", "assets/x", "assets/99", "assets/\(String(repeating: "9", count: 400))",
        "assets/1e3", "assets/99/history", "assets/bytag/none", "people/99", "locations/99", "assets/bytag/%E2%82%AC",
        "assets/bytag/..%2F..%2Fetc", "nonsense", "", "assets/1/2/3",
    ]
    private static let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    private static let deepObject =
        String(repeating: #"{"asset":"#, count: 600) + "1" + String(repeating: "}", count: 600)
    private static let bodies = [
        "", "{", "null", "[]", "7", #""text""#, "{}", #"{"kind":1}"#, deep, deepObject, #"{"code":\#(deep)}"#,
        #"{"asset_tag":1e400}"#, #"{"asset_tag":[1]}"#, #"{"asset_tag":"\u0000"}"#, #"{"name":null}"#,
        #"{"mode":"flying"}"#, #"{"name":{"a":1}}"#, "{\"asset_tag\":\"a\0b\"}", #"{"nonsense":true}"#,
        #"{"id":\#(String(repeating: "9", count: 400))}"#, #"{"asset_tag":"\ud800"}"#,
        #"{"kind":"checkin","asset":{"id":1,"serial":"x"}}"#, #"{"kind":"checkout","asset":{"id":1},"to":{"x":1}}"#,
        #"{"fields":[1]}"#, #"{"path":"relative"}"#,
    ]
    private static let posts = [
        "transitions", "assets", "people", "locations", "tokens", "lanes/1001/mode", "lanes/1001/choose", "backup",
    ]

    @Test func brokenBodiesAreNamed() async throws {
        try await TestStation.run { station in
            for path in Self.posts {
                for body in Self.bodies {
                    let answer = try await station.socket("POST", path, body: body)
                    #expect(answer.status == 400, "\(path) \(body.prefix(60)): \(answer.status) \(answer.text)")
                    #expect(answer.code == .badRequest)
                }
            }
            let unknown = try await station.socket("POST", "people", body: #"{"name":"A","shoe_size":41}"#)
            #expect(unknown.text.contains("shoe_size"))
            #expect(try await station.socket("GET", "people").json(PeopleReply.self).total == 0)
        }
    }

    @Test func anyBytesMayBeScannedAndNothingMoves() async throws {
        try await TestStation.run { station in
            for raw in ["00", "ff", "1d1d", String(repeating: "41", count: 8192), "4954"] {
                let answer = try await station.socket("POST", "scans", body: #"{"raw":"\#(raw)"}"#)
                #expect(try answer.json(ScanResult.self).outcome.isFault, "\(raw.prefix(20))")
            }
            for body in ["{}", #"{"raw":"4"}"#, #"{"raw":"41","code":"A"}"#, #"{"code":"A","lane_id":"x"}"#] {
                #expect(try await station.socket("POST", "scans", body: body).status == 400, "\(body)")
            }
            let nowhere = try await station.socket("POST", "scans", body: #"{"code":"A","lane_id":999}"#)
            #expect(nowhere.status == 404)
        }
    }

    @Test func unknownThingsAreNotFound() async throws {
        try await TestStation.run { station in
            for path in Self.unknown {
                let answer = try await station.socket("GET", path)
                #expect(answer.status == 404, "\(answer.text)")
                #expect(answer.code == .notFound)
            }
        }
    }

    @Test func brokenPathsAndQueriesAreBadRequests() async throws {
        try await TestStation.run { station in
            for path in Self.broken {
                let answer = try await station.socket("GET", path)
                #expect(answer.status == 400, "\(answer.text)")
                #expect(answer.code == .badRequest)
            }
        }
    }

    @Test func otherMethodsOfAKnownPathAreNamed() async throws {
        try await TestStation.run { station in
            let answer = try await station.socket("PUT", "assets/1")
            #expect(answer.status == 405)
            #expect(answer.code == .methodNotAllowed)
            #expect(answer.headers["allow"] == "DELETE, GET, HEAD, PATCH")
            #expect(try await station.socket("PROPFIND", "status").headers["allow"] == "GET, HEAD")
            #expect(try await station.socket("OPTIONS", "backup").headers["allow"] == "POST")
        }
    }

    @Test func headAnswersAsGetWithoutABody() async throws {
        try await TestStation.run { station in
            for path in ["status", "events", "assets"] {
                let answer = try await station.socket("HEAD", path, headers: ["Accept": "text/event-stream"])
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
            }
            let missing = try await station.socket("HEAD", "assets/9")
            #expect(missing.status == 404)
            #expect(missing.body.isEmpty)
        }
    }

    @Test func largeBodiesAreRefusedWithoutReadingThem() async throws {
        try await TestStation.run({ $0.maximumBody = 4096 }) { station in
            let large = #"{"name":"\#(String(repeating: "x", count: 10_000))"}"#
            let announced = try await station.socket("POST", "people", body: large)
            #expect(announced.status == 413)
            #expect(announced.code == .tooLarge)
            var chunked = "POST /station/v1/people HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer \(station.admin)\r\n"
            chunked += "Transfer-Encoding: chunked\r\n\r\n"
            for _ in 0..<200 { chunked += "400\r\n\(String(repeating: "x", count: 1024))\r\n" }
            let answer = try await station.raw(Array(chunked.utf8))
            #expect(answer.status == 413)
        }
    }

    @Test func everyRequestSaysOnceWhichHostItIsFor() async throws {
        try await TestStation.run { station in
            func status(_ head: String) async throws -> Int {
                try await station.raw(Array((head + "\r\nConnection: close\r\n\r\n").utf8)).status
            }
            for head in [
                "GET /health HTTP/1.1", "GET /health HTTP/1.1\r\nHost: a\r\nHost: a",
                "GET /health HTTP/1.0\r\nHost: a\r\nHost: b",
                "GET /health HTTP/1.1\r\nHost: a, b", "GET /health HTTP/1.1\r\nHost: a/b",
                "GET /health HTTP/1.1\r\nHost: u@a",
                "GET http://depot/health HTTP/1.1", "GET http:///health HTTP/1.1\r\nHost: a",
                "GET http://u@depot/health HTTP/1.1\r\nHost: a",
            ] {
                #expect(try await status(head) == 400, "\(head)")
            }
            for head in [
                "GET /health HTTP/1.1\r\nHost: depot:8480", "GET /health HTTP/1.1\r\nHost: [::1]:80",
                "GET /health HTTP/1.0",
                "GET /health HTTP/1.1\r\nHost:", "GET http://depot/health HTTP/1.1\r\nHost: other",
                "GET HTTP://depot:80/health?x=1 HTTP/1.1\r\nHost: other", "GET http://depot/health HTTP/1.0",
            ] {
                #expect(try await status(head) == 200, "\(head)")
            }
            // the second on a connection as well, and nothing behind it counts
            let pipelined = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
            let wire = try Wire(.tcp(station.port))
            defer { wire.close() }
            wire.send(Array(pipelined.utf8))
            #expect(try await onThread { wire.receive() } != nil)
            wire.send(Array("GET /health HTTP/1.1\r\n\r\n\(pipelined)".utf8))
            let rest = try await onThread {
                var bytes: [UInt8] = []
                while let part = wire.receive() { bytes += part }
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(rest.hasPrefix("HTTP/1.1 400 ") && !rest.contains(" 200 "), "\(rest)")
        }
    }

    /// RFC 9112 §3.2.2: the target's authority counts, and not the header.
    @Test func aTargetOfAbsoluteFormNamesItsHost() async throws {
        try await TestStation.run { station in
            let made = try await station.socket(
                "POST", "tenants", body: #"{"slug":"acme","name":"Acme","hosts":["it.acme.example"]}"#)
            #expect(made.status == 201, "\(made.text)")
            func status(_ target: String, host: String) async throws -> Int {
                let head = "GET \(target)/station/v1/assets HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
                return try await station.raw(Array("\(head)Authorization: Bearer \(station.viewer)\r\n\r\n".utf8))
                    .status
            }
            #expect(try await status("", host: "it.acme.example") == 403)
            #expect(try await status("http://it.acme.example", host: "depot") == 403)
            #expect(try await status("http://depot", host: "it.acme.example") == 200)
        }
    }

    @Test func whatIsNotHTTPIsAnsweredAndClosed() async throws {
        try await TestStation.run { station in
            for text in Self.notHTTP {
                let answer = try await station.raw(Array(text.utf8))
                #expect(answer.status == 400)
                #expect(answer.code == .badRequest)
                #expect(try await station.tcp("GET", "/health").status == 200)
            }
        }
    }
}
