import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// The folder of the database: one daemon at a time, and no first start where there was one before.
@Suite struct StateFolderTests {
    private func withFolder<Result>(_ body: (DaemonFixture.Options) async throws -> Result) async throws -> Result {
        var options = DaemonFixture.Options()
        let folder = URL(fileURLWithPath: "/dev/shm/depot-\(UUID().uuidString.prefix(8))")
        options.folder = folder
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(options)
    }

    /// A start that is not expected to last; where it does, its status is 124 (timeout(1)).
    private func start(_ folder: URL?, _ arguments: String...) async throws -> Shell.Result {
        let folder = try #require(folder)
        return try await Shell.run(
            "timeout",
            ["20", Programs.path("depotd"), "--state-dir", folder.path, "--http", "127.0.0.1:0"] + arguments)
    }

    @Test func aSecondDaemonIsRefusedWithTheFirstOnesProcess() async throws {
        try await DaemonFixture.with { daemon in
            let process = try #require(daemon.process)
            let command = try String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
            #expect(command.contains("depotd") && command.contains(daemon.folder.path))
            let socket = daemon.folder.appendingPathComponent("other.sock").path
            let second = try await start(daemon.folder, "--socket", socket)
            #expect(second.status == 1)
            #expect(second.errors.contains("code: conflict"), "\(second.errors)")
            #expect(second.errors.contains("(process \(process))") && second.errors.contains(daemon.folder.path))
            _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-1"))
            let report = try await daemon.client.verify()
            #expect(report.isSound)
            // Somebody cleans up: that makes no room for a second one.
            let lock = daemon.folder.appendingPathComponent("depotd.lock")
            let kept = daemon.folder.appendingPathComponent("kept")
            try FileManager.default.moveItem(at: lock, to: kept)
            let third = try await start(daemon.folder, "--socket", socket)
            #expect(third.status == 1 && third.errors.contains("code: conflict"), "\(third.errors)")
            try FileManager.default.removeItem(at: lock)
            try FileManager.default.moveItem(at: kept, to: lock)
            let mode = try FileManager.default.attributesOfItem(atPath: daemon.folder.path + "/depotd.lock")
            #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test func aKilledDaemonLeavesNoLock() async throws {
        try await DaemonFixture.with { daemon in
            let first = daemon.process
            try await daemon.crashAndRestart()
            #expect(daemon.process != nil && daemon.process != first)
            let text = try String(contentsOfFile: daemon.folder.path + "/depotd.lock", encoding: .utf8)
            #expect(text.contains(/^[0-9]+ *\ndatabase made 20\d\d-\d\d-\d\d, file \d+ *\n$/), "\(text)")
        }
    }

    @Test func aDatabaseThatIsGoneIsNoFirstStart() async throws {
        try await withFolder { options in
            try await DaemonFixture.with(options: options) { daemon in
                _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-1"))
            }
            let folder = try #require(options.folder)
            let database = folder.appendingPathComponent("depot.sqlite")
            let kept = folder.appendingPathComponent("kept")
            try FileManager.default.moveItem(at: database, to: kept)
            let gone = try await start(folder)
            #expect(gone.status == 1)
            #expect(gone.errors.contains("\(database.path) is gone"), "\(gone.errors)")
            #expect(gone.errors.contains("code: store_unusable") && gone.errors.contains("--new"))
            #expect(!FileManager.default.fileExists(atPath: database.path))
            try Data().write(to: database)
            let empty = try await start(folder)
            #expect(empty.status == 1)
            #expect(empty.errors.contains("\(database.path) is empty"), "\(empty.errors)")
            #expect(try Data(contentsOf: database).isEmpty)
            try FileManager.default.removeItem(at: database)
            try FileManager.default.moveItem(at: kept, to: database)
            try await DaemonFixture.with(options: options) { daemon in
                let assets = try await daemon.client.status().inventory.assets
                #expect(assets == 1)
            }
        }
    }

    @Test func aBackupWithTheLogOfAnotherIsNotOpened() async throws {
        try await withFolder { options in
            let folder = try #require(options.folder)
            let (database, backup) = (folder.path + "/depot.sqlite", folder.path + "/backup")
            try await DaemonFixture.with(options: options) { daemon in
                _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-1"))
                #expect(try await daemon.depotctl("backup", backup).status == 0)
                _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-2"))
                // as a power cut leaves it
                try await daemon.crashAndRestart()
                for end in ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: database + end, toPath: folder.path + "/kept" + end)
                }
            }
            try FileManager.default.removeItem(atPath: database)
            try FileManager.default.moveItem(atPath: backup, toPath: database)
            try FileManager.default.moveItem(atPath: folder.path + "/kept-wal", toPath: database + "-wal")
            let refused = try await start(folder)
            #expect(refused.status == 1 && refused.errors.contains("code: store_unusable"), "\(refused.errors)")
            #expect(refused.errors.contains("-wal"), "\(refused.errors)")
            try FileManager.default.removeItem(atPath: database + "-wal")
            try await DaemonFixture.with(options: options) { daemon in
                let assets = try await daemon.client.status().inventory.assets
                #expect(assets == 1)
            }
        }
    }

    /// Somebody cleans the folder while the daemon runs: what the file said is said again.
    @Test func aLockFileThatIsRemovedIsWrittenAgain() async throws {
        try await withFolder { options in
            let folder = try #require(options.folder)
            let lock = folder.appendingPathComponent("depotd.lock")
            try await DaemonFixture.with(options: options) { daemon in
                let noted = try String(contentsOf: lock, encoding: .utf8)
                for harm in [{ try FileManager.default.removeItem(at: lock) }, { try Data().write(to: lock) }] {
                    try harm()
                    try await daemon.untilFolder { (try? String(contentsOf: lock, encoding: .utf8)) == noted }
                    let second = try await start(folder, "--socket", folder.path + "/other.sock")
                    #expect(second.status == 1 && second.errors.contains("code: conflict"), "\(second.errors)")
                }
                #expect(try String(contentsOf: daemon.log, encoding: .utf8).contains("it is written again"))
            }
            try FileManager.default.removeItem(at: folder.appendingPathComponent("depot.sqlite"))
            let gone = try await start(folder)
            #expect(gone.status == 1 && gone.errors.contains("code: store_unusable"), "\(gone.errors)")
        }
    }

    /// `cp backup depot.sqlite` under the running daemon.
    @Test func aDatabaseThatIsWrittenOverIsNotGoneOnWith() async throws {
        try await withFolder { options in
            let folder = try #require(options.folder)
            let (database, backup) = (folder.path + "/depot.sqlite", folder.path + "/backup")
            try await DaemonFixture.with(options: options) { daemon in
                for number in 0..<50 {
                    _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-\(number)"))
                }
                #expect(try await daemon.depotctl("backup", backup).status == 0)
                _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-NEW"))
                try await daemon.follow(since: try await daemon.client.status().lastEvent)
                let size = try Data(contentsOf: URL(fileURLWithPath: database)).count
                _ = try await Shell.run("truncate", ["-s", ">\(size)", backup])
                let copied = try await Shell.run("dd", ["if=\(backup)", "of=\(database)", "conv=notrunc"])
                #expect(copied.status == 0)
                _ = try await daemon.nextHealth { $0.problems.contains { $0.message.contains("was overwritten") } }
                #expect(try await daemon.http("GET", "/health").status == 503)
                await #expect(throws: (any Error).self) {
                    _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-LOST"))
                }
                let status = try await daemon.depotctl("status")
                #expect((status.output + status.errors).contains("was overwritten"), "\(status)")
            }
            let refused = try await start(folder)
            #expect(refused.status == 1 && refused.errors.contains("-wal"), "\(refused.errors)")
            for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + end) }
            try await DaemonFixture.with(options: options) { daemon in
                #expect(try await daemon.client.status().inventory.assets == 50)
                let report = try await daemon.client.verify()
                #expect(report.isSound)
            }
        }
    }

    @Test func newStartsAnEmptyOneAndKeepsOneThatIsThere() async throws {
        try await withFolder { options in
            try await DaemonFixture.with(options: options) { daemon in
                _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-1"))
            }
            let folder = try #require(options.folder)
            try FileManager.default.removeItem(at: folder.appendingPathComponent("depot.sqlite"))
            var options = options
            options.arguments = ["--new"]
            try await DaemonFixture.with(options: options) { daemon in
                let assets = try await daemon.client.status().inventory.assets
                #expect(assets == 0)
                _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-2"))
            }
            try await DaemonFixture.with(options: options) { daemon in
                let assets = try await daemon.client.status().inventory.assets
                #expect(assets == 1)
            }
        }
    }

    @Test func aDatabaseOfAnEarlierVersionIsNotedAtItsNextStart() async throws {
        try await withFolder { options in
            try await DaemonFixture.with(options: options) { _ in }
            let folder = try #require(options.folder)
            try FileManager.default.removeItem(at: folder.appendingPathComponent("depotd.lock"))
            try await DaemonFixture.with(options: options) { _ in }
            try FileManager.default.removeItem(at: folder.appendingPathComponent("depot.sqlite"))
            let gone = try await start(folder)
            #expect(gone.status == 1 && gone.errors.contains("code: store_unusable"), "\(gone.errors)")
        }
    }
}
