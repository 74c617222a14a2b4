import DepotTestKit
import Foundation
import Testing

/// The Incident IQ document: a `curl` command, a Python program, and requests in JSON.
struct IncidentIQSeed {
    var depot: Depot
    static let site = "https://your-site.incidentiq.com"

    func run(_ table: SeedTable) async throws {
        let document = try SeedDocument("incident-iq")
        _ = try await depot.call("POST", "/api/v1/categories", #"{"name":"Chromebook","category_type":"asset"}"#)
        let category = try #require(
            (try await depot.call("GET", "/api/v1/categories?name=Chromebook").object["rows"] as? [[String: Any]])?
                .first?["id"] as? Int)
        let model = try await depot.call(
            "POST", "/api/v1/models", #"{"name":"Chromebook 14","category_id":\#(category)}"#)
        let number = try #require((model.object["payload"] as? [String: Any])?["id"] as? Int, "\(model.body)")
        for (tag, serial) in [("CHR-12345", "5CD1234XYZ"), ("CHR-12346", "5CD1234XYY")] {
            let made = try await depot.call(
                "POST", "/api/v1/hardware",
                #"{"asset_tag":"\#(tag)","serial":"\#(serial)","model_id":\#(number),"status_id":2,"assigned_user":7}"#)
            try #require(made.object["status"] as? String == "success", "\(made.body)")
        }
        let headers = [
            "SiteId": try await site(), "ProductId": "88df910c-91aa-e711-80c2-0004ffa00010", "Client": "ApiClient",
        ]
        func send(_ operation: String, _ method: String, _ path: String, _ body: String? = nil) async throws
            -> SeedAnswer
        {
            let answer = try await depot.call(method, "/api/v1.0" + path, body, headers: headers)
            table.add("Incident IQ", operation, "\(method) /api/v1.0\(path)" + (body.map { " " + $0 } ?? ""), answer)
            return answer
        }
        func items(_ answer: SeedAnswer) -> [[String: Any]] { answer.object["Items"] as? [[String: Any]] ?? [] }

        let curl = try await SeedAnswer.curl(
            try #require(document.curlCommands.first), places(headers["SiteId"] ?? ""))
        #expect(curl.status == 200, "\(curl.body)")
        #expect((curl.object["Paging"] as? [String: Any])?["TotalRows"] as? Int == 2, "\(curl.body)")
        try await python(document, headers["SiteId"] ?? "")
        let filters = try #require(document.blocks("bash").first?.split(separator: "'").dropFirst().first)
        let query = try await send("query", "POST", "/assets?$s=50&$p=0", String(filters))
        #expect(items(query).count == 2, "\(query.body)")

        let byTag = try await send("by tag", "GET", "/assets/assettag/CHR-12345")
        let asset = try #require(items(byTag).first?["AssetId"] as? String)
        #expect(try await send("by id", "GET", "/assets/\(asset)").status == 200)
        let serial = try #require(document.blocks("json").first { $0.contains("serialnumber") })
        let found = try await send("by serial", "POST", "/assets", serial)
        #expect(items(found).map { $0["AssetTag"] as? String } == ["CHR-12345"], "\(found.body)")
        let updated = try await send("update", "PUT", "/assets/\(asset)", #"{"Notes":"new keyboard"}"#)
        #expect(updated.status == 200, "\(updated.body)")

        let owner = try await depot.call("GET", "/station/v1/people/3").object["uuid"] as? String ?? ""
        let block = try #require(document.blocks("json").first { $0.contains("ToOwnerId") })
        let body = block.drop { $0 != "{" }.replacingOccurrences(of: "ASSET_GUID_HERE", with: asset)
            .replacingOccurrences(of: "NEW_OWNER_GUID_HERE", with: owner)
        let transfer = try await send("transfer", "POST", "/assets/checkouts/checkout-or-transfer", body)
        #expect(transfer.status == 200 && items(transfer).count == 2, "\(transfer.body)")
        #expect(
            (try await depot.call("GET", "/station/v1/assets/bytag/CHR-12345").object["holder"] as? [String: Any])?[
                "name"] as? String == "Person 3")
        let ticket = try #require(document.blocks("json").first { $0.contains("Broken screen") })
            .replacingOccurrences(of: "asset-guid-here", with: asset)
        let made = try await send("ticket", "POST", "/tickets/new", ticket)
        #expect((200...201).contains(made.status), "\(made.body)")
        let tickets = try await send("tickets of an asset", "GET", "/assets/\(asset)/tickets")
        #expect(items(tickets).first?["Subject"] as? String == "Broken screen", "\(tickets.body)")
    }

    /// The tenant's own GUID.
    private func site() async throws -> String {
        let tenants = try await depot.call("GET", "/station/v1/tenants").object["tenants"] as? [[String: Any]]
        return try #require(tenants?.first?["uuid"] as? String)
    }

    private func places(_ site: String) -> [(String, String)] {
        [(Self.site, depot.daemon.http), ("YOUR_API_TOKEN", depot.token), ("YOUR_SITE_ID", site)]
    }

    /// The document's Python program, as it is written there.
    private func python(_ document: SeedDocument, _ site: String) async throws {
        var program = try #require(document.blocks("python").first)
        for (place, value) in places(site) { program = program.replacingOccurrences(of: place, with: value) }
        let interpreter = Programs.repository.appendingPathComponent(".build/venv/bin/python").path
        let result = try await Shell.run(interpreter, ["-c", program])
        #expect(result.status == 0 && result.output.contains("Found 2 assets"), "\(result.output)\(result.errors)")
    }
}
