import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// The command line against the real daemon, as an administrator uses it.
@Suite struct ControlTests {
    /// Every key in a JSON document, but for those of facts, which are names of things.
    private func keys(_ value: Any) -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1)) } }
        guard let object = value as? [String: Any] else { return [] }
        return object.reduce(into: Set(object.keys)) { keys, item in
            if item.key != "facts", item.key != "custom" { keys.formUnion(self.keys(item.value)) }
        }
    }

    @Test func aDayAtTheCommandLine() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            #expect(try await daemon.depotctl("location", "add", "Depot", "--code", "LOC:D").status == 0)
            #expect(try await daemon.depotctl("person", "add", "Sarah Chen", "--badge", "BADGE:7").status == 0)
            #expect(try await daemon.depotctl("asset", "add", "IT-0042", "--name", "MacBook Pro 16").status == 0)
            let checkout = try await daemon.depotctl("checkout", "IT-0042", "--to", "BADGE:7")
            #expect(checkout.status == 0, "\(checkout.errors)")
            let again = try await daemon.depotctl("checkout", "IT-0042", "--to", "Sarah Chen")
            #expect(again.status == 1)
            #expect(again.errors.contains("Sarah Chen"))
            #expect(try await daemon.depotctl("checkout", "IT-9999", "--to", "BADGE:7").status == 3)
            #expect(try await daemon.depotctl("undo").status == 0)
            #expect(try await daemon.depotctl("transfer", "IT-0042", "--to", "LOC:D").status == 0)
            #expect(try await daemon.depotctl("checkin", "IT-0042").status == 0)
            #expect(try await daemon.depotctl("audit", "IT-0042").status == 0)
            let history = try await daemon.depotctl("history", "IT-0042")
            for word in ["created", "checkout", "undo", "transfer", "checkin", "audit"] {
                #expect(history.output.contains(word), "\(history.output)")
            }
            let scan = try await daemon.depotctl("scan", "IT-0042")
            #expect(scan.status == 1)
            #expect(scan.output.contains("Scan your badge, then IT-0042 again."))
            #expect(try await daemon.depotctl("mode", "2", "lookup").status == 0)
            #expect(try await daemon.depotctl("resolve", "IT-0042").output.contains("asset tag"))
            #expect(try await daemon.depotctl("verify").status == 0)
            #expect(try await daemon.depotctl("no-such-command").status == 64)
        }
    }

    @Test func everyTableFitsEightyColumnsAndEveryJSONIsJSON() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            _ = try await daemon.scan("A", "BADGE:7")
            _ = try await daemon.scan("A", "IT-1")
            let page = try String(
                contentsOf: Programs.repository.appendingPathComponent("docs/station-api.md"), encoding: .utf8)
            let commands: [[String]] = [
                ["status"], ["scanners"], ["lanes"], ["asset", "list"], ["asset", "show", "IT-1"], ["person", "list"],
                ["location", "list"], ["history", "IT-1"], ["scans"], ["events"], ["token", "list"], ["verify"],
                ["resolve", "IT-1"], ["version"],
            ]
            for command in commands {
                let arguments = command + ["--socket", daemon.socket]
                let table = try await Shell.run(Programs.path("depotctl"), arguments)
                #expect(table.status == 0, "\(command): \(table.errors)")
                let wide = table.output.split(separator: "\n").filter { $0.count > 80 }
                #expect(wide.isEmpty, "\(command): \(wide)")
                let json = try await Shell.run(Programs.path("depotctl"), arguments + ["--json"])
                let object = try? JSONSerialization.jsonObject(with: Data(json.output.utf8))
                #expect(object != nil, "\(command) --json: \(json.output)\(json.errors)")
                let undocumented = keys(object as Any).filter { !page.contains("`\($0)`") }
                #expect(undocumented.isEmpty, "\(command) --json: not in docs/station-api.md: \(undocumented.sorted())")
            }
        }
    }

    @Test func anImportTellsEachBadRowByItsLineAndKeepsTheGoodOnes() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("assets-\(UUID()).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try "asset_tag,name,purchase_cost\nC-1,\"Cart, big\",12.50\nC-2,Bad,12.5.0\nC-1,Twice,\nC-3,Good,1\n"
            .write(to: file, atomically: true, encoding: .utf8)
        try await DaemonFixture.with { daemon in
            let dry = try await daemon.depotctl("asset", "import", file.path, "--dry-run")
            #expect((dry.output + dry.errors).contains("3"), "\(dry.output)\(dry.errors)")
            #expect(try await daemon.client.assets().total == 0)
            let result = try await daemon.depotctl("asset", "import", file.path)
            let said = result.output + result.errors
            #expect(said.contains("3") && said.contains("4"), "\(said)")
            #expect(try await daemon.client.assets().assets.map(\.asset.tag).sorted() == ["C-1", "C-3"])
            #expect(try await daemon.client.asset(tag: "C-1").asset.name == "Cart, big")
        }
    }

    @Test func aTokenOpensTheHTTPAPIAndARevokedOneDoesNot() async throws {
        try await DaemonFixture.with { daemon in
            let made = try await daemon.depotctl("token", "create", "ci", "--role", "viewer", "--json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any])
            let secret = try #require(object["secret"] as? String)
            try await DepotClient.with(.url(daemon.http), token: secret) { client throws(ErrorReply) in
                _ = try await client.status()
            }
            #expect(try await daemon.depotctl("token", "revoke", "ci").status == 0)
            await #expect(throws: ErrorReply.self) {
                try await DepotClient.with(.url(daemon.http), token: secret) { client throws(ErrorReply) in
                    _ = try await client.status()
                }
            }
            #expect(try !String(contentsOf: daemon.log, encoding: .utf8).contains(secret))
        }
    }

    @Test func aBackupOpensAndVerifies() async throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("depot-backup-\(UUID())")
        defer { try? FileManager.default.removeItem(at: copy) }
        let events = try await DaemonFixture.with(options: Stock.options) { daemon in
            try await Stock.fill(daemon)
            try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
            let file = copy.appendingPathComponent("depot.sqlite").path
            #expect(try await daemon.depotctl("backup", file).status == 0)
            #expect(try await daemon.depotctl("backup", file).status != 0, "a backup never overwrites")
            return try await daemon.client.status().lastEvent
        }
        var options = DaemonFixture.Options()
        options.folder = copy
        try await DaemonFixture.with(options: options) { daemon in
            let report = try await daemon.client.verify()
            #expect(report.isSound)
            #expect(report.lastNumber >= events)
        }
    }
}
