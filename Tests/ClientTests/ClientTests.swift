import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Programs that were written for Snipe-IT, unchanged, against the real daemon.
@Suite(.serialized) struct SnipeITClientTests {
    /// The scripts; each says in its first lines which client it uses.
    private static let scripts = [
        "client_snipepy", "client_controller", "client_pythonapi", "client_cairn", "client_eosl", "client_mdm",
    ]

    @Test(arguments: scripts)
    func aRealClientGetsWhatItReliesOn(_ script: String) async throws {
        try await DaemonFixture.with("client \(script)", options: Python.options) { fixture in
            let token = try await fixture.token("client", role: .admin)
            let result = try await Python.run("\(script).py", [fixture.http, token])
            #expect(result.status == 0, "\(script): \(result.output.suffix(3000))\(result.errors.suffix(5000))")
        }
    }

    @Test func everyScriptIsRun() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Python.scripts.path)
        let clients = files.filter { $0.hasPrefix("client_") && $0.hasSuffix(".py") }.map { $0.dropLast(3) }
        #expect(clients.map(String.init).sorted() == Self.scripts.sorted())
    }
}

/// What the daemon says about itself, held against what it does.
@Suite(.serialized) struct OpenAPIDocumentTests {
    @Test func theServedDocumentIsValid() async throws {
        try await DaemonFixture.with(options: Python.options) { fixture in
            let result = try await Python.run("check_openapi.py", [fixture.http])
            #expect(result.status == 0, "\(result.output.suffix(3000))\(result.errors.suffix(5000))")
        }
    }

    @Test func whatIsAnsweredIsWhatTheDocumentSays() async throws {
        try await DaemonFixture.with(options: Python.options) { fixture in
            let token = try await fixture.token("schemathesis", role: .admin)
            let result = try await Python.run("schemathesis.sh", [fixture.http, token])
            #expect(result.status == 0, "\(result.output.suffix(12_000))\(result.errors.suffix(2000))")
        }
    }
}

/// The virtual environment that `make clients` makes, and the scripts that run in it.
private enum Python {
    static let scripts = Programs.repository.appendingPathComponent("Tests/Clients")
    private static let folder = Programs.repository.appendingPathComponent(".build/venv/bin")

    /// A daemon that counts no requests, with time for a slow machine.
    static var options: DaemonFixture.Options {
        var options = DaemonFixture.Options()
        options.configuration = "http:\n  rate_limit_per_minute: 0\n"
        options.timeLimit = 900
        return options
    }

    /// Runs a script of Tests/Clients to its end.
    static func run(_ script: String, _ arguments: [String]) async throws -> Shell.Result {
        let python = folder.appendingPathComponent("python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw KitError("there is no \(python); “make clients” makes it")
        }
        let path = scripts.appendingPathComponent(script).path
        let isPython = script.hasSuffix(".py")
        return try await Shell.run(
            isPython ? python : "/bin/sh", [path] + arguments,
            environment: ["DEPOT_VENV": folder.path, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"])
    }
}
