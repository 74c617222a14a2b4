import DepotModel
import DepotTestKit
import Foundation
import Testing

/// The counter screen in a real browser, paired with the real daemon, with scanners plugged in.
@Suite(.serialized) struct BrowserTests {
    /// Any number of lanes is readable and fits, on a phone as on a wall.
    @Test(arguments: [1, 2, 3, 4, 8])
    func everyScreenIsFilledAndNoneOverflows(_ lanes: Int) async throws {
        try await Browser.run(
            "layout.py", [String(lanes)], scanners: lanes, name: "layout \(lanes)",
            lane: "The lane of those who have more names than others, beside the door")
    }

    @Test(arguments: ["counter.py", "touch.py", "keyboard.py", "connection.py", "hostile.py", "flood.py"])
    func theScreenIsWhatPeopleRelyOn(_ script: String) async throws {
        try await Browser.run(script, [], scanners: 2, name: script)
    }

    @Test func nothingOfAPersonIsLeftAfterTheTimeout() async throws {
        try await Browser.run(
            "privacy.py", [], scanners: 1, name: "privacy.py", configuration: "counter: {holder_timeout_s: 5}")
    }

    @Test func everyScriptIsRun() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Browser.scripts.path)
        let scripts = files.filter { $0.hasSuffix(".py") }.sorted()
        let run = ["connection", "counter", "flood", "hostile", "keyboard", "layout", "privacy", "station", "touch"]
        #expect(scripts == run.map { "\($0).py" })
    }
}

/// A script of Tests/Browser and the daemon that it looks at.
private enum Browser {
    static let scripts = Programs.repository.appendingPathComponent("Tests/Browser")

    /// Runs a script to its end, and does at the counter what it asks for.
    ///
    /// - Parameters:
    ///   - lane: the name of the second scanner's lane.
    ///   - configuration: further sections of the configuration.
    static func run(
        _ script: String, _ arguments: [String], scanners: Int, name: String, lane: String = "Window",
        configuration: String = ""
    ) async throws {
        let python = Programs.repository.appendingPathComponent(".build/venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw KitError("there is no \(python); “make clients” makes it")
        }
        let names = ["A", "B", "C", "D", "E", "F", "G", "H"].prefix(scanners)
        var options = DaemonFixture.Options()
        options.timeLimit = 900
        options.plugged = names.enumerated().map { index, name in
            BenchStep.plug(name, kind: "wedge", vid: "05e0", pid: "1200", port: "\(index + 1)", serial: "\(name)-7001")
        }
        // The emulated scanners share two processors with a browser: a hiccup of theirs is no end of a code.
        options.configuration = """
            station: {name: "Main depot"}
            http: {rate_limit_per_minute: 0}
            scanners:
              inter_key_timeout_ms: 1000
              devices:
                - {identity: "usb:05e0:B-7001", name: "\(lane)"}
            \(configuration)
            """
        try await DaemonFixture.with(name, options: options) { daemon in
            for name in names { try await daemon.bench.play(BenchStep.word("await", name)) }
            let path = scripts.appendingPathComponent(script).path
            let token = try await daemon.token("script", role: .admin)
            let result = try await Shell.converse(
                python, [path, daemon.http, token] + arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"]
            ) { question in
                await answer(question, daemon)
            }
            #expect(result.status == 0, "\(script) \(arguments): \(result.errors.suffix(8000))")
        }
    }

    /// Returns the answer to a question of a script: `{"bench": STEP}` or `{"depotctl": [ARGUMENT]}`.
    private static func answer(_ question: String, _ daemon: DaemonFixture) async -> String {
        do {
            let object = try JSONSerialization.jsonObject(with: Data(question.utf8)) as? [String: Any] ?? [:]
            if let step = object["bench"] {
                try await daemon.bench.play(try text(step))
                return "{}"
            }
            if let arguments = object["depotctl"] as? [String] {
                let result = try await daemon.depotctl(arguments)
                guard result.status == 0 else { throw KitError("depotctl \(arguments): \(result.errors)") }
                return try text(["output": result.output])
            }
            throw KitError("nobody knows what is asked: \(question)")
        } catch {
            return (try? text(["error": "\(error)"])) ?? #"{"error":"?"}"#
        }
    }

    private static func text(_ object: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }
}
