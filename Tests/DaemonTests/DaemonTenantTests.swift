import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Several inventories on one station, through the real daemon: by command line, token, host and scanner.
@Suite struct DaemonTenantTests {
    /// A person and an asset of the tenant, made at the command line.
    private func stock(_ daemon: DaemonFixture, _ tenant: String, person: String) async throws {
        for arguments in [
            ["person", "add", person, "--badge", "BADGE:7"], ["asset", "add", "IT-1", "--name", "Thing of \(tenant)"],
        ] {
            let result = try await daemon.depotctl(arguments + ["--tenant", tenant])
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    private func withBoth(
        _ options: DaemonFixture.Options = DaemonFixture.Options(),
        _ body: (DaemonFixture, TenantInfo) async throws -> Void
    ) async throws {
        try await DaemonFixture.with(options: options) { daemon in
            let acme = try await daemon.tenant("acme", hosts: ["it.acme.example"], assetLimit: 50)
            try await stock(daemon, "default", person: "Sarah Chen")
            try await stock(daemon, "acme", person: "Tom Okafor")
            try await body(daemon, acme)
        }
    }

    @Test func oneTenantNeverSeesTheOthers() async throws {
        try await withBoth { daemon, acme in
            let ours = try await daemon.token("ours", role: .admin)
            let theirs = try await daemon.token("theirs", role: .admin, tenant: "acme")
            let moved = try await daemon.depotctl("checkout", "IT-1", "--to", "BADGE:7", "--tenant", "acme")
            #expect(moved.status == 0, "\(moved.errors)")
            #expect(try await daemon.depotctl("scan", "BADGE:7", "--tenant", "acme").status == 0)
            let asset = try await daemon.http("GET", "/station/v1/assets/bytag/IT-1", token: theirs)
            #expect(asset.object["name"] as? String == "Thing of acme")
            let id = try #require(asset.object["id"] as? Int)
            // The same id with the other tenant's token: it does not exist, and what is in the answer says so.
            let foreign = try await daemon.http("GET", "/station/v1/assets/\(id)", token: ours)
            #expect(foreign.status == 404)
            #expect(!foreign.text.contains("acme"))
            for path in [
                "assets", "people", "locations", "events?since=0", "scans?since=0", "lanes", "scanners", "tokens",
                "tenants", "resolve?code=BADGE:7",
            ] {
                let answer = try await daemon.http("GET", "/station/v1/\(path)", token: ours)
                #expect(answer.status == 200, "\(path): \(answer.text)")
                #expect(!answer.text.contains("acme") && !answer.text.contains("Tom Okafor"), "\(path): \(answer.text)")
            }
            let lanes = try await daemon.http("GET", "/station/v1/lanes", token: theirs)
            #expect(lanes.text.contains("Tom Okafor"))
            let events = try await daemon.http("GET", "/station/v1/events?since=0", token: theirs)
            let rows = try #require(events.object["events"] as? [[String: Any]])
            #expect(!rows.isEmpty && rows.allSatisfy { ($0["tenant_id"] as? Int64) == acme.id.rawValue })
        }
    }

    @Test func anAdministratorOfOneTenantStaysThere() async throws {
        try await withBoth { daemon, acme in
            let admin = try await daemon.token("admin", role: .admin, tenant: "acme")
            _ = try await daemon.token("ours", role: .viewer)
            func post(_ path: String, _ json: String, as token: String = admin) async throws -> HTTPReply {
                try await daemon.http("POST", "/station/v1/\(path)", token: token, json: json)
            }
            for json in [
                #"{"name":"x","role":"msp"}"#, #"{"name":"x","role":"viewer","tenant":"default"}"#,
                #"{"name":"x","role":"viewer","tenant_id":1}"#, #"{"name":"x","role":"viewer","tenant":"nobody"}"#,
            ] {
                #expect(try await post("tokens", json).status == 403, "\(json)")
            }
            let made = try await post("tokens", #"{"name":"mine","role":"viewer","rate":30}"#)
            #expect(made.status == 201)
            let token = try #require(made.object["token"] as? [String: Any])
            #expect(token["tenant"] as? String == "acme" && token["rate"] as? Int == 30)
            let names = try await daemon.http("GET", "/station/v1/tokens", token: admin).object["tokens"]
            #expect((names as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["admin", "mine"])
            #expect(try await daemon.http("DELETE", "/station/v1/tokens/ours", token: admin).status == 404)
            #expect(try await daemon.http("DELETE", "/station/v1/tokens/mine", token: admin).status == 200)

            #expect(try await post("tenants", #"{"slug":"another"}"#).status == 403)
            let path = "/station/v1/tenants/acme"
            let edit = try await daemon.http("PATCH", path, token: admin, json: #"{"asset_limit":null}"#)
            #expect(edit.status == 403)
            let own = try await daemon.http("GET", "/station/v1/tenants", token: admin).object["tenants"]
            #expect((own as? [[String: Any]])?.compactMap { $0["uuid"] as? String } == [acme.uuid.description])
            // Nor does a header take him elsewhere.
            let elsewhere = try await daemon.http(
                "GET", "/station/v1/assets", token: admin, headers: ["Depot-Tenant": "default"])
            #expect(elsewhere.status == 403 && !elsewhere.text.contains("Thing"))
        }
    }

    @Test func aTokenOfEveryTenantNamesOne() async throws {
        try await withBoth { daemon, _ in
            let msp = try await daemon.token("partner", role: .msp)
            for (tenant, name) in [("acme", "Thing of acme"), ("default", "Thing of default")] {
                let answer = try await daemon.http(
                    "GET", "/station/v1/assets/bytag/IT-1", token: msp, headers: ["Depot-Tenant": tenant])
                #expect(answer.object["name"] as? String == name, "\(answer.text)")
            }
            let unknown = try await daemon.http(
                "GET", "/station/v1/assets", token: msp, headers: ["Depot-Tenant": "nobody"])
            #expect(unknown.status == 404)
            for host in ["it.acme.example", "acme.depot.example:8480"] {
                let answer = try await daemon.http(
                    "GET", "/station/v1/assets/bytag/IT-1", token: msp, headers: ["Host": host])
                #expect(answer.object["name"] as? String == "Thing of acme", "\(host): \(answer.text)")
            }
            let tenants = try await daemon.http("GET", "/station/v1/tenants", token: msp).object["tenants"]
            #expect((tenants as? [[String: Any]])?.count == 2)
        }
    }

    @Test func tenantsAtTheCommandLine() async throws {
        try await DaemonFixture.with { daemon in
            let made = try await daemon.tenant("acme", hosts: ["IT.Acme.Example"], assetLimit: 1)
            #expect(made.hosts == ["it.acme.example"] && made.assetLimit == 1 && made.name == "acme")
            #expect(try await daemon.depotctl("tenant", "create", "acme").status == 1)
            #expect(try await daemon.depotctl("tenant", "create", "no good").status == 8)
            #expect(try await daemon.depotctl("tenant", "create", "two", "--host", "it.acme.example").status == 1)
            #expect(try await daemon.depotctl("tenant", "edit", "acme").status == 64)
            #expect(try await daemon.depotctl("tenant", "edit", "nobody", "--name", "x").status == 3)
            let edit = try await daemon.depotctl("tenant", "edit", "acme", "--name", "Acme Corp", "--no-asset-limit")
            #expect(edit.status == 0, "\(edit.errors)")
            let list = try await daemon.depotctl("tenant", "list", "--json")
            let reply = try WireJSON.decodeReply(TenantsReply.self, from: Data(list.output.utf8))
            #expect(reply.tenants.map(\.slug) == ["default", "acme"])
            #expect(reply.tenants.last?.name == "Acme Corp" && reply.tenants.last?.assetLimit == nil)
            #expect(reply.tenants.last?.hosts == ["it.acme.example"])
            #expect(try await daemon.depotctl("asset", "list", "--tenant", "nobody").status == 3)

            #expect(try await daemon.depotctl("token", "create", "a", "--role", "viewer", "--msp").status == 64)
            #expect(try await daemon.depotctl("token", "create", "a", "--msp", "--tenant", "acme").status == 64)
            #expect(try await daemon.depotctl("token", "create", "a").status == 64)
            _ = try await daemon.token("slow", role: .viewer, tenant: "acme", rate: 5)
            _ = try await daemon.token("partner", role: .msp)
            let table = try await daemon.depotctl("token", "list")
            #expect(table.output.contains("acme") && table.output.contains("every"), "\(table.output)")
            let theirs = try await daemon.depotctl("token", "list", "--tenant", "acme", "--json")
            let tokens = try WireJSON.decodeReply(TokensReply.self, from: Data(theirs.output.utf8)).tokens
            #expect(tokens.map(\.name) == ["slow"] && tokens.first?.rate == 5)
            for command in [["tenant", "list"], ["token", "list"]] {
                let lines = try await daemon.depotctl(command).output.split(separator: "\n")
                #expect(lines.allSatisfy { $0.count <= 80 }, "\(command): \(lines)")
            }
        }
    }

    @Test func aScannerBelongsToItsTenant() async throws {
        var options = Stock.options
        let settings = "scanners:\n  devices:\n    - {identity: \"usb:05e0:A-7001\", tenant: acme}\n"
        options.configuration = settings
        try await DaemonFixture.with(options: options) { daemon in
            try await daemon.follow()
            // There is no such tenant yet: the scanner is not read, and the ledger says why.
            let failed = try await daemon.next { $0.kind == .scannerFailed }
            #expect(failed.message?.contains("“acme”") == true)
            let acme = try await daemon.tenant("acme")
            _ = try await daemon.next { $0.kind == .scannerConnected && $0.facts["scanner"] == "usb:05e0:A-7001" }
            try await stock(daemon, "default", person: "Sarah Chen")
            try await stock(daemon, "acme", person: "Tom Okafor")
            try await daemon.bench.play(BenchStep.word("await", "A"), BenchStep.word("await", "B"))
            #expect(try await daemon.scan("A", "BADGE:7").tenant == acme.id)
            // The other scanner has no holder, and its asset is another one.
            let shown = try await daemon.scan("B", "IT-1")
            #expect(shown.tenant == .standard && shown.kind == .scan)
            let checkout = try await daemon.scan("A", "IT-1")
            #expect(checkout.kind == .checkout && checkout.tenant == acme.id && checkout.to?.name == "Tom Okafor")
            #expect(try await daemon.client.asset(tag: "IT-1").holder == nil)

            // A reload gives the scanner to the default tenant, once the counter is free.
            try await daemon.reload("scanners:\n  devices: []\n")
            #expect(try await daemon.scan("A", "DEPOT:DONE").tenant == acme.id)
            #expect(try await daemon.scan("A", "BADGE:7").tenant == .standard)
            let ours = try await daemon.scan("A", "IT-1")
            #expect(ours.kind == .checkout && ours.to?.name == "Sarah Chen")
            #expect(try await daemon.client.verify().isSound)
        }
    }
}
