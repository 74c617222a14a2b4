import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// The command line in front of a daemon of a later version.
@Suite struct NewerDaemonTests {
    private static let answers = [
        "status": #"""
        {"version":"9.0","api_version":"1","station":"depot","started_at":"2026-11-21T03:22:41.123Z",
        "now":"2026-11-21T03:22:46.123Z","uptime_seconds":5,"tenants":1,"last_event":9,"last_scan":5,"moons":2,
        "scanners":{"ready":1,"failing":0,"unplugged":0,"asleep":1},"lanes":1,
        "today":{"scans":1,"transitions":0,"refusals":0},"inventory":{"assets":1,"deployed":0,"people":0},
        "database":{"path":"/d","bytes":1,"journal_mode":"cloud","synchronous":"full","schema_version":"9"},
        "queues":[],"problems":[{"code":"tired","message":"Zzz."}]}
        """#,
        "events": #"""
        {"events":[{"number":9,"station":"depot","sequence":9,"operation":"0193a1b2-c3d4-7e5f-8901-23456789abcd",
        "tenant_id":1,"at":"2026-11-21T03:22:41.123Z","kind":"borrowed","changes":[],"facts":{},
        "actor":{"kind":"robot","name":"R2"},"origin":{"face":"fridge"},"outcome":"postponed",
        "to":{"holder":"team:7","name":"Kitchen","deleted":false},"message":"It comes later."}],"last":9}
        """#,
        "scans": #"""
        {"scans":[{"number":5,"id":"0193a1b2-c3d4-7e5f-8901-23456789abcd","at":"2026-11-21T03:22:41.123Z",
        "raw":"49542d31","text":"IT-1","outcome":"postponed","message":"It comes later.","colour":"red",
        "ended_by":"blink"},{"number":6,"id":"0193a1b2-c3d4-7e5f-8901-23456789abce","outcome":"unknown","raw":"49",
        "at":"2026-11-21T03:22:41.123Z","text":"I","message":"No such code.","ended_by":"silence"}],"last":6}
        """#,
        "lanes": #"""
        {"lanes":[{"id":1,"name":"Lane 1","connected":true,"mode":"loan","last":{"lane_id":1,"outcome":"postponed",
        "scan":"0193a1b2-c3d4-7e5f-8901-23456789abcd","at":"2026-11-21T03:22:41.123Z","message":"Later.",
        "code":"IT-1","candidates":[]}}]}
        """#,
        "scanners": #"""
        {"scanners":[{"identity":"usb:0c2e:S1","lane_id":1,"name":"Voyager","usb_id":"0c2e:0db3","port":"1-4.2",
        "kind":"hid_laser","state":"asleep","since":"2026-11-21T03:22:41.123Z","scans":3,"problems":1}]}
        """#,
    ]

    @Test(arguments: [
        ("status", ["cloud", "Zzz."]), ("events", ["postponed", "It comes later."]),
        ("scans", ["postponed", "It comes later."]), ("lanes", ["loan"]), ("scanners", ["hid_laser", "asleep"]),
    ])
    func itIsShownInItsOwnWords(_ command: String, _ words: [String]) async throws {
        let daemon = try CannedDaemon(Self.answers)
        defer { daemon.stop() }
        for format in [[], ["--json"]] {
            let shown = try await Shell.run(
                Programs.path("depotctl"), [command, "--socket", daemon.path] + format)
            #expect(shown.status == 0, "\(shown.errors)")
            for word in words { #expect(shown.output.contains(word), "\(shown.output)") }
        }
    }

    @Test func aCodeThatNothingEndedIsMarked() async throws {
        let daemon = try CannedDaemon(Self.answers)
        defer { daemon.stop() }
        let shown = try await Shell.run(Programs.path("depotctl"), ["scans", "--socket", daemon.path])
        let lines = shown.output.split(separator: "\n")
        #expect(lines.map { $0.contains("(silence)") } == [false, true], "\(shown.output)")
        let json = try await Shell.run(Programs.path("depotctl"), ["scans", "--json", "--socket", daemon.path])
        #expect(json.output.contains(#""ended_by" : "silence""#), "\(json.output)")
    }
}

/// Answers each request on a Unix socket with the text for the last part of its path.
private final class CannedDaemon: Sendable {
    let path: String
    private let listener: Int32

    init(_ answers: [String: String]) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("canned-\(UUID())").path
        self.path = path
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(listener, 16) == 0)
        let thread = Thread {
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { return }
                Self.answer(peer, answers)
                close(peer)
            }
        }
        thread.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }

    private static func answer(_ peer: Int32, _ answers: [String: String]) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.contains("\r\n\r\n") {
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += String(decoding: buffer[0..<count], as: UTF8.self)
        }
        let target = request.split(separator: " ")[1].prefix { $0 != "?" }
        let body = answers[target.split(separator: "/").last.map(String.init) ?? ""] ?? "{}"
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(StationAPI.versionHeader): \(StationAPI.version)\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array((head + body).utf8)
        _ = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
