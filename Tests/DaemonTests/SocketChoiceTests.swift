import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Which daemon `depotctl` asks when nobody says which: the system's, else the caller's own in this folder.
@Suite struct SocketChoiceTests {
    /// A folder to be in, whose `.depot` has a daemon.
    private func inFolder(_ body: (URL, DaemonFixture) async throws -> Void) async throws {
        let folder = URL(fileURLWithPath: "/dev/shm/depot-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = DaemonFixture.Options()
        options.folder = folder.appendingPathComponent(".depot")
        try await DaemonFixture.with(options: options) { try await body(folder, $0) }
    }

    /// Runs a script where /run has nothing but, perhaps, a folder as /run/depotd.
    private func run(_ script: String, in folder: URL, system: URL? = nil, environment: [String: String] = [:])
        async throws -> Shell.Result
    {
        let mounts = """
            mount -t tmpfs none /run
            if [ -n "$SYSTEM" ]; then mkdir /run/depotd && mount --bind "$SYSTEM" /run/depotd; fi
            """
        let arguments = (getuid() == 0 ? [] : ["--map-root-user"]) + ["--mount", "sh", "-ec", "\(mounts)\n\(script)"]
        let variables = ["SYSTEM": system?.path ?? "", "DEPOTCTL": Programs.path("depotctl"), "DEPOT_SOCKET": ""]
        return try await Shell.run(
            "unshare", arguments, in: folder, environment: variables.merging(environment) { _, new in new })
    }

    private static let status = "exec \"$DEPOTCTL\" status --json"

    @Test func theCallersOwnIsUsedWhereThereIsNoOther() async throws {
        try await inFolder { folder, daemon in
            let own = try await run(Self.status, in: folder)
            #expect(own.status == 0 && own.errors.isEmpty, "\(own.errors)")
            #expect(own.output.contains(daemon.database), "\(own.output)")
        }
    }

    @Test func theSystemsGoesFirst() async throws {
        try await inFolder { _, daemon in
            let here = daemon.folder.appendingPathComponent("here")
            let planted = here.appendingPathComponent(".depot")
            try FileManager.default.createDirectory(at: planted, withIntermediateDirectories: true)
            let socket = planted.appendingPathComponent("depotd.sock").path
            // A socket that nobody listens at.
            let script = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\".depot/depotd.sock\")'; "
            let system = try await run(script + Self.status, in: here, system: daemon.folder)
            #expect(system.status == 0 && system.errors.isEmpty, "\(system.errors)")
            #expect(system.output.contains(daemon.database), "\(system.output)")
            let named = try await run(
                Self.status, in: here, system: daemon.folder, environment: ["DEPOT_SOCKET": socket])
            #expect(named.status == 6, "\(named.output)")
            let given = try await run(Self.status + " --socket \(socket)", in: here, system: daemon.folder)
            #expect(given.status == 6, "\(given.output)")
        }
    }

    @Test(
        .enabled(if: getuid() == 0, "only root gives files away"),
        arguments: ["chown 65534 .depot", "chown 65534 .depot/depotd.sock"])
    func somebodyElsesIsNotUsed(_ theft: String) async throws {
        try await inFolder { folder, daemon in
            let other = try await run("\(theft)\n\(Self.status)", in: folder)
            #expect(other.status == 6)
            #expect(other.errors.contains("./.depot/depotd.sock is ignored"), "\(other.errors)")
            #expect(other.errors.contains(StationAPI.standardSocket), "\(other.errors)")
            let given = try await run(Self.status + " --socket .depot/depotd.sock", in: folder)
            #expect(given.status == 0 && given.output.contains(daemon.database), "\(given.errors)")
        }
    }
}
