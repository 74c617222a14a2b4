import DepotTestKit
import Foundation
import Testing

/// Every example request of the four documents, as it is written there, against the real daemon.
@Suite struct SeedTests {
    @Test func everyOperationOfEverySeed() async throws {
        try await Depot.with { depot in
            let table = SeedTable()
            try await depot.stock(people: 124)
            try await SnipeITSeed(depot: depot).run(table)
            try await ATechSeed(depot: depot).run(table)
            try await IncidentIQSeed(depot: depot).run(table)
            try await IssueAssetSeed(depot: depot).run(table)
            try table.check()
        }
    }
}

/// The Snipe-IT document: twelve `curl` commands.
struct SnipeITSeed {
    var depot: Depot

    func run(_ table: SeedTable) async throws {
        let commands = try SeedDocument("snipe-it").curlCommands
        try #require(commands.count == 12)
        func curl(_ index: Int, _ operation: String, id: Int = 0) async throws -> SeedAnswer {
            let answer = try await SeedAnswer.curl(
                commands[index],
                [
                    ("https://your-domain.com", depot.daemon.http), ("YOUR_API_TOKEN", depot.token),
                    ("{asset_id}", String(id)), ("{asset_tag}", "LAP-00123"), ("{serial}", "5CG0001"),
                ])
            let path = commands[index].split(separator: "\"").first { $0.hasPrefix("https://") }?.dropFirst(23) ?? ""
            let method = commands[index].split(separator: " ")[2]
            let body = commands[index].split(separator: "'").dropFirst().first.map { " " + $0 } ?? ""
            table.add("Snipe-IT", operation, "\(method) \(path)\(body)", answer)
            #expect(answer.status == 200, "\(operation): \(answer.body)")
            return answer
        }
        func success(_ answer: SeedAnswer) -> [String: Any] {
            #expect(answer.object["status"] as? String == "success", "\(answer.body)")
            return answer.object["payload"] as? [String: Any] ?? [:]
        }
        let created = success(try await curl(4, "create"))
        let id = try #require(created["id"] as? Int)
        #expect(created["asset_tag"] as? String == "LAP-00123")
        _ = try await depot.call("PATCH", "/api/v1/hardware/\(id)", #"{"serial":"5CG0001"}"#)

        let list = try await curl(0, "list")
        #expect(list.object["total"] as? Int == 1)
        let row = try #require((list.object["rows"] as? [[String: Any]])?.first)
        #expect((row["status_label"] as? [String: Any])?["status_meta"] as? String == "deployable")
        #expect(try await curl(1, "by id", id: id).object["name"] as? String == "Employee Laptop")
        #expect(try await curl(2, "by tag").object["id"] as? Int == id)
        #expect(try await curl(3, "by serial").object["total"] as? Int == 1)
        #expect(success(try await curl(5, "update", id: id))["name"] as? String == "Updated Asset Name")
        #expect(success(try await curl(7, "checkout", id: id))["asset"] as? String == "LAP-00123")
        let held = try await depot.call("GET", "/api/v1/hardware/\(id)").object
        #expect((held["assigned_to"] as? [String: Any])?["id"] as? Int == 123)
        #expect((held["last_checkout"] as? [String: Any])?["datetime"] as? String == "2024-01-15 00:00:00")
        _ = success(try await curl(8, "checkin", id: id))
        let back = try await depot.call("GET", "/api/v1/hardware/\(id)").object
        #expect((back["location"] as? [String: Any])?["id"] as? Int == 5)
        _ = success(try await curl(9, "audit", id: id))
        _ = try await depot.call("POST", "/api/v1/hardware/\(id)/audit", #"{"next_audit_date":"2020-01-01"}"#)
        #expect(try await curl(10, "audits due").object["rows"] != nil)
        #expect(try await curl(11, "audits overdue").object["total"] as? Int == 1)
        _ = success(try await curl(6, "delete", id: id))
        #expect(try await depot.call("GET", "/api/v1/hardware").object["total"] as? Int == 0)
    }
}

/// The ATech document: requests in running text, with doubled braces for single ones.
struct ATechSeed {
    var depot: Depot

    func run(_ table: SeedTable) async throws {
        let requests = try SeedDocument("atech").inlineRequests
        try #require(requests.count == 11)
        func send(_ method: String, _ path: String, _ operation: String, id: Int = 0) async throws -> SeedAnswer {
            let found = try #require(requests.first { $0.method == method && $0.path == path }, "\(method) \(path)")
            let body =
                operation == "update" ? requests.first { $0.path == "/api/assets" && $0.body != nil }?.body : found.body
            let answer = try await depot.call(method, path.replacingOccurrences(of: "{id}", with: String(id)), body)
            table.add("ATech", operation, "\(method) \(path)" + (body.map { " " + $0 } ?? ""), answer)
            return answer
        }
        let created = try await send("POST", "/api/assets", "create")
        #expect((200...201).contains(created.status), "\(created.body)")
        let id = try #require(created.object["id"] as? Int)
        #expect(created.object["purchase_cost"] as? String == "1450.00")
        let list = try await send("GET", "/api/assets", "list")
        #expect(list.array.count == 1 && list.array[0]["asset_tag"] as? String == "IT-0043")
        #expect((list.array[0]["location"] as? [String: Any])?["name"] as? String == "Head Office")
        #expect(try await send("GET", "/api/assets/{id}", "get", id: id).object["serial"] as? String == "5CG0XY9876")
        #expect(try await send("PUT", "/api/assets/{id}", "update", id: id).status == 200)
        let out = try await send("POST", "/api/assets/{id}/checkout", "check out", id: id)
        #expect(out.status == 200 && out.object["status"] as? String == "deployed", "\(out.body)")
        #expect((out.object["assigned_to"] as? [String: Any])?["name"] as? String == "Sarah Chen")
        let again = try await send("POST", "/api/assets/{id}/checkout", "check out again", id: id)
        #expect(again.status == 400 && again.object["detail"] != nil)
        let back = try await send("POST", "/api/assets/{id}/checkin", "check in", id: id)
        #expect(back.status == 200 && back.object["status"] as? String == "available", "\(back.body)")
        #expect(try await send("POST", "/api/assets/{id}/checkin", "check in again", id: id).status == 400)
        let history = try await send("GET", "/api/assets/{id}/history", "history", id: id)
        #expect(history.array.map { $0["action"] as? String } == ["checkout", "checkin"])
        #expect(history.array.map { $0["employee_name"] as? String } == ["Sarah Chen", "Sarah Chen"])
        #expect(history.array.first?["note"] as? String == "Assigned for new hire onboarding")
        let code = try await depot.daemon.http("GET", "/api/assets/\(id)/qr", token: nil)
        #expect(code.status == 200 && code.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(Array(code.bytes[16..<24]) == [0, 0, 0, 200, 0, 0, 0, 200])
        table.add("ATech", "QR code", "GET /api/assets/{id}/qr", SeedAnswer(status: code.status, body: "\u{FFFD}PNG"))
        let export = try await send("GET", "/api/assets/export/csv", "export")
        #expect(export.body.contains("IT-0043"))
        let boundary = "----depot"
        let file =
            "asset_tag,name,status\r\nIT-0050,Screen,available\r\nIT-0043,Latitude,available\r\nIT-0051,Dock,in use\r\n"
        let form =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n"
            + "Content-Type: text/csv\r\n\r\n\(file)\r\n--\(boundary)--\r\n"
        let imported = try await depot.call(
            "POST", "/api/assets/import/csv", form,
            headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"])
        table.add("ATech", "import", "POST /api/assets/import/csv (file: 3 rows, one with status “in use”)", imported)
        #expect(imported.object["created"] as? Int == 1 && imported.object["updated"] as? Int == 1, "\(imported.body)")
        let errors = imported.object["errors"] as? [[String: Any]] ?? []
        #expect(errors.count == 1 && errors.first?["row"] as? Int == 4)
        #expect(errors.first?["error"] as? String == "Invalid status 'in use'")
        #expect(try await send("DELETE", "/api/assets/{id}", "delete", id: id).status == 200)
        #expect(try await depot.call("GET", "/api/assets/\(id)/history").status == 404)
    }
}

/// The Issue Asset document: one `curl` command, and what it says about missing fields.
struct IssueAssetSeed {
    var depot: Depot

    func run(_ table: SeedTable) async throws {
        let command = try #require(try SeedDocument("issue-asset").curlCommands.first)
        let answer = try await SeedAnswer.curl(
            command + " -H 'Authorization: Bearer \(depot.token)'",
            [("http://<your-domain>", depot.daemon.http)])
        let body = command.split(separator: "'").dropFirst().first ?? ""
        table.add("Issue Asset", "issue", "POST /api/assets \(body)", answer)
        #expect(answer.status == 201 && answer.object["message"] as? String == "Asset issued", "\(answer.body)")
        let id = try #require(answer.object["id"] as? Int)
        let held = try await depot.call("GET", "/station/v1/assets/\(id)").object
        #expect(held["lifecycle"] as? String == "deployed")
        #expect((held["holder"] as? [String: Any])?["name"] as? String == "John Doe")
        let missing = try await depot.call(
            "POST", "/api/assets", #"{"employee_email":"a@b.example","asset_model":"X"}"#)
        table.add(
            "Issue Asset", "issue, fields missing", "POST /api/assets {employee_email, asset_model}", missing)
        #expect(missing.status == 400)
        #expect(missing.object["error"] as? String == "Missing fields: employee_name, asset_type")
    }
}
