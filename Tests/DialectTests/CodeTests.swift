import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// QR codes that a phone reads, and the CSV files.
@Suite struct CodeTests {
    /// What a reader of barcodes sees on a picture.
    private func scanned(_ picture: [UInt8]) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("depot-\(UUID().uuidString).png")
        try Data(picture).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await Shell.run("zbarimg", ["-q", "--raw", file.path])
        return result.output.trimmingCharacters(in: .newlines)
    }

    @Test func theCodeHoldsTheTagOrALink() async throws {
        for (content, wanted) in [
            ("{tag}", "IT-0042"), ("https://depot.example/a/{tag}", "https://depot.example/a/IT-0042"),
        ] {
            try await Depot.with(configuration: "dialects:\n  atech:\n    qr: \"\(content)\"\n") { depot in
                let made = try await depot.call(
                    "POST", "/api/assets", #"{"asset_tag":"IT-0042","name":"m","status":"available"}"#)
                let id = try #require(made.object["id"] as? Int, "\(made.body)")
                let picture = try await depot.daemon.http("GET", "/api/assets/\(id)/qr", token: nil)
                #expect(picture.status == 200 && picture.headers["content-type"] == "image/png")
                #expect(try await scanned(picture.bytes) == wanted)
                #expect(try await depot.daemon.http("GET", "/api/assets/999/qr", token: nil).status == 404)
            }
        }
    }

    @Test func whatIsExportedIsImportedAgainUnchanged() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            try await depot.stock()
            var file =
                "asset_tag,name,manufacturer,model,serial,category,location,status,assigned_to,purchase_cost,notes\n"
            for number in 0..<2_500 {
                file += "C-\(number),\"Thing, \(number)\",Dell,M\(number % 7),S\(number),Laptop,Room \(number % 9),"
                file += number % 5 == 0 ? ",p1@depot.example," : "available,,"
                file += "\"$1,\(100 + number % 900).50\",\"say \"\"hi\"\"\nto \(number)\"\n"
            }
            let imported = try await upload(file, depot)
            #expect(imported.object["created"] as? Int == 2_500, "\(imported.body.prefix(400))")
            let export = try await depot.call("GET", "/api/assets/export/csv")
            #expect(export.headers["content-type"]?.hasPrefix("text/csv") == true)
            #expect(export.headers["content-disposition"]?.contains("attachment") == true)
            let last = try await depot.daemon.client.status().lastEvent
            let again = try await upload(export.body, depot)
            #expect(again.object["created"] as? Int == 0, "\(again.body.prefix(400))")
            #expect((again.object["errors"] as? [Any])?.isEmpty == true, "\(again.body.prefix(400))")
            #expect(try await depot.daemon.client.status().lastEvent == last, "an unchanged row left an event")
            let deployed = try await depot.call("GET", "/api/assets/export/csv?status=deployed")
            #expect(deployed.body.contains("C-5,") && !deployed.body.contains("C-6,"))
            let dry = try await upload("asset_tag\nNEW-1\n", depot, headers: ["Depot-Dry-Run": "true"])
            #expect(dry.object["created"] as? Int == 1)
            #expect(try await depot.daemon.client.status().lastEvent == last)
        }
    }

    @Test func aFullTenantTakesNoneOfAFile() async throws {
        try await Depot.with { depot in
            let made = try await depot.daemon.depotctl(
                "tenant", "create", "small", "--host", "small.depot.example", "--asset-limit", "2")
            try #require(made.status == 0, "\(made.errors)")
            let token = try await depot.daemon.token("boss", role: .admin, tenant: "small")
            let small = Depot(daemon: depot.daemon, token: token, host: "small.depot.example")
            let answer = try await upload("asset_tag\nA\nB\nC\n", small)
            #expect(answer.status == 402 && answer.object["detail"] != nil, "\(answer.status) \(answer.body)")
            #expect(try await small.call("GET", "/api/assets").array.isEmpty)
            for (tag, status) in [("A", 200...201), ("B", 200...201), ("C", 402...402)] {
                let made = try await small.call(
                    "POST", "/api/assets", #"{"asset_tag":"\#(tag)","name":"n","status":"available"}"#)
                #expect(status.contains(made.status), "\(tag): \(made.status) \(made.body)")
            }
            // what was deleted comes back only where there is room
            let first = try #require(try await small.call("GET", "/api/v1/hardware/bytag/A").object["id"] as? Int)
            _ = try await small.call("DELETE", "/api/v1/hardware/\(first)")
            #expect(
                try await small.call("POST", "/api/assets", #"{"asset_tag":"C","name":"n","status":"available"}"#)
                    .status < 300)
            let restored = try await small.call("POST", "/api/v1/hardware/\(first)/restore", "{}")
            #expect(restored.object["status"] as? String == "error", "\(restored.body)")
            #expect(try await small.call("GET", "/api/assets").array.count == 2)
        }
    }

    private func upload(_ file: String, _ depot: Depot, headers: [String: String] = [:]) async throws -> SeedAnswer {
        let form =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n"
            + file + "\r\n--b--\r\n"
        return try await depot.call(
            "POST", "/api/assets/import/csv", form,
            headers: headers.merging(["Content-Type": "multipart/form-data; boundary=b"]) { $1 })
    }
}
