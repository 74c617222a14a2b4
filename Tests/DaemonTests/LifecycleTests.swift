import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Starting, reloading, stopping, and refusing to.
@Suite struct LifecycleTests {
    @Test func checkNamesFileLineAndKey() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("depotd-\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try "http:\n  prot: 80\n".write(to: file, atomically: true, encoding: .utf8)
        let bad = try await Shell.run(Programs.path("depotd"), ["--config", file.path, "--check"])
        #expect(bad.status == 78)
        #expect(bad.errors.contains("\(file.path):2:3: unknown key “http.prot”"))
        let same = try await Shell.run(Programs.path("depotctl"), ["config", "check", file.path])
        #expect(same.status != 0)
        try "http:\n  port: 80\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try await Shell.run(Programs.path("depotd"), ["--config", file.path, "--check"]).status == 0)
        #expect(try await Shell.run(Programs.path("depotctl"), ["config", "check", file.path]).status == 0)
    }

    @Test func aReloadAppliesWhatItCanAndTellsTheRest() async throws {
        var options = Stock.options
        options.configuration = "log:\n  level: info\n"
        try await DaemonFixture.with(options: options) { daemon in
            try await Stock.fill(daemon)
            let file = daemon.folder.appendingPathComponent("depotd.yaml")
            try "counter:\n  location_holder: false\nstation:\n  name: other\n"
                .write(to: file, atomically: true, encoding: .utf8)
            try await daemon.bench.play(BenchStep.word("kill", "HUP"))
            try await daemon.untilReady()
            #expect(try await daemon.scan("A", "LOC:R101").outcome == .shown)
            #expect(try await daemon.client.lanes().lanes.allSatisfy { $0.holder == nil })
            let log = try String(contentsOf: daemon.log, encoding: .utf8)
            #expect(log.contains("applied=counter.location_holder"))
            #expect(log.contains("need a restart") && log.contains("station.name"))
        }
    }

    @Test func aSecondDaemonDoesNotTakeTheSocketFromTheFirst() async throws {
        try await DaemonFixture.with { daemon in
            let other = FileManager.default.temporaryDirectory.appendingPathComponent("depot-\(UUID())")
            defer { try? FileManager.default.removeItem(at: other) }
            let second = try await Shell.run(
                Programs.path("depotd"),
                ["--state-dir", other.path, "--socket", daemon.socket, "--http", "127.0.0.1:0"])
            #expect(second.status == 1)
            #expect(second.errors.contains(daemon.socket))
            _ = try await daemon.client.status()
        }
    }

    @Test func theLimitOfOpenFilesIsRaisedOrComplainedAbout() async throws {
        let unit = try String(
            contentsOf: Programs.repository.appendingPathComponent("systemd/depotd.service"), encoding: .utf8)
        let allowed = try #require(unit.firstMatch(of: /\nLimitNOFILE=(\d+)\n/)?.output.1)
        for (hard, isEnough) in [(String(allowed), true), ("300", false)] {
            var options = DaemonFixture.Options()
            options.launcher = ["sh", "-c", "ulimit -S -n 200; ulimit -H -n \(hard); exec \"$@\"", "sh"]
            try await DaemonFixture.with(options: options) { daemon in
                let process = try #require(daemon.process)
                let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
                #expect(limits.contains(try Regex("\nMax open files +\(hard) +\(hard) ")), "\(limits)")
                let log = try String(contentsOf: daemon.log, encoding: .utf8)
                #expect(log.contains("fewer files may be open") == !isEnough, "\(log)")
            }
        }
    }

    @Test func whatIsNoSocketIsNotRemoved() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depot-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("precious").path
        try "keep me".write(toFile: path, atomically: true, encoding: .utf8)
        let result = try await Shell.run(
            Programs.path("depotd"), ["--state-dir", folder.path, "--socket", path, "--http", "127.0.0.1:0"])
        #expect(result.status != 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "keep me")
    }

    @Test func theDatabaseIsDurableAndPrivate() async throws {
        try await DaemonFixture.with { daemon in
            let status = try await daemon.client.status()
            #expect(status.database.synchronous == "full")
            let attributes = try FileManager.default.attributesOfItem(atPath: daemon.database)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            let socket = try FileManager.default.attributesOfItem(atPath: daemon.socket)
            #expect((socket[.posixPermissions] as? NSNumber)?.intValue == 0o660)
        }
    }

    @Test func aDatabaseOfNoiseIsRefusedWithASentence() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depot-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let noise = Data((0..<8192).map { _ in UInt8.random(in: 0...255) })
        try noise.write(to: folder.appendingPathComponent("depot.sqlite"))
        let result = try await Shell.run(
            Programs.path("depotd"), ["--state-dir", folder.path, "--http", "127.0.0.1:0"])
        #expect(result.status == 1)
        #expect(result.errors.contains("code: store_unusable"))
        #expect(try Data(contentsOf: folder.appendingPathComponent("depot.sqlite")) == noise)
    }
}
