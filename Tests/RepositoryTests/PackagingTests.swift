import DepotTestKit
import Foundation
import Testing

/// The unit, the users and the udev rules, by systemd's and udev's own checkers.
@Suite struct PackagingTests {
    static let top = Programs.repository

    /// A copy of the unit whose program is the one just built, since the checker wants it to exist.
    private func unit() throws -> (folder: URL, path: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depotd-unit-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = try String(contentsOf: Self.top.appendingPathComponent("systemd/depotd.service"), encoding: .utf8)
        let path = folder.appendingPathComponent("depotd.service").path
        try text.replacing("/usr/libexec/depotd", with: Programs.path("depotd"))
            .write(toFile: path, atomically: true, encoding: .utf8)
        return (folder, path)
    }

    @Test func systemdAcceptsTheUnit() async throws {
        let (folder, path) = try unit()
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try await Shell.run("systemd-analyze", ["verify", "--man=no", path])
        #expect(result.status == 0, "\(result.errors)")
        #expect(!result.errors.contains("depotd.service"), "\(result.errors)")
    }

    @Test func theUnitIsHardened() async throws {
        let (folder, path) = try unit()
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try await Shell.run("systemd-analyze", ["security", "--offline=yes", "--no-pager", path])
        let line = try #require(result.output.split(separator: "\n").last { $0.contains("Overall exposure level") })
        let figure = try #require(line.split(separator: ":").last?.split(separator: " ").first.flatMap { Double($0) })
        #expect(figure <= 1.5, "\(line)")
    }

    @Test func sysusersAndTmpfilesAreAccepted() async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("depotd-root-\(UUID())")
        try FileManager.default.createDirectory(
            at: root.appendingPathComponent("etc"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let users = try await Shell.run(
            "systemd-sysusers",
            ["--root=\(root.path)", Self.top.appendingPathComponent("systemd/depotd.sysusers").path])
        #expect(users.status == 0, "\(users.errors)")
        let groups = try String(contentsOf: root.appendingPathComponent("etc/group"), encoding: .utf8)
        #expect(groups.contains("depot:") && groups.contains("depot-scanner:"))
        let files = try await Shell.run(
            "systemd-tmpfiles",
            ["--create", "--root=\(root.path)", Self.top.appendingPathComponent("systemd/depotd.tmpfiles").path])
        #expect(files.status == 0 || getuid() != 0, "\(files.errors)")
    }

    /// udev reads its rules from fixed folders, so the checker runs in a mount namespace where ours is the only new one.
    private func udevComplaints(_ rules: String) async throws -> [String] {
        let script = """
            set -e
            mount -t tmpfs none /run
            mkdir -p /run/udev/rules.d
            cat > /run/udev/rules.d/60-depotd.rules
            (cat /etc/group; echo depot-scanner:x:64999:) > /run/group
            mount --bind /run/group /etc/group
            udevadm test --action=add /sys/devices/virtual/mem/null
            """
        let arguments = (getuid() == 0 ? [] : ["--map-root-user"]) + ["--mount", "sh", "-c", script]
        let result = try await Shell.run("unshare", arguments, input: rules)
        #expect(result.status == 0, "\(result.errors)")
        return (result.output + result.errors).split(separator: "\n").map(String.init)
            .filter { $0.contains("60-depotd.rules:") }
    }

    @Test func udevAcceptsTheRules() async throws {
        let rules = try String(contentsOf: Self.top.appendingPathComponent("udev/60-depotd.rules"), encoding: .utf8)
        #expect(try await udevComplaints(rules).isEmpty)
        #expect(try await !udevComplaints(rules + "NOSUCHKEY==\"1\", GROUP=\"x\"\n").isEmpty)
        #expect(!rules.contains("bInterface"), "a rule for interfaces would match every keyboard")
    }
}
