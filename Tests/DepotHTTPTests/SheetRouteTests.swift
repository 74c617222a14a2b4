import DepotAPI
import DepotModel
import DepotStore
import Foundation
import Sheets
import Testing

/// Sheets over the station API.
@Suite struct SheetRouteTests {
    private func take(
        _ station: TestStation, _ path: String, _ body: String, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await station.tcp(
            "POST", "/station/v1/" + path, token: token ?? station.admin, body: body,
            headers: headers.merging(["Content-Type": "text/csv"]) { first, _ in first })
    }

    /// The text of an answer that came in chunks (RFC 9112 §7.1).
    private func text(_ answer: Answer) -> String {
        var rest = answer.body[...]
        var bytes: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0D),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16),
            size > 0
        {
            bytes += rest[(end + 2)...].prefix(size)
            rest = rest[(end + 2)...].dropFirst(size + 2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func aSheetIsImportedAndAccountedFor() async throws {
        try await TestStation.run { station in
            let text = "Asset Tag;Name;Location;Purchase Cost\nA;one;Lab;1,50\nB;two;;2,75\nB;three;;x\n"
            let dry = try await take(station, "assets/import", text, headers: ["Depot-Dry-Run": "true"])
            var trial = try dry.json(ImportAccount.self)
            #expect(trial.isDryRun && trial.rows == 3 && trial.created == 1 && trial.refused == 2, "\(dry.text)")
            #expect(trial.errors.first?.message == "There is no location “Lab”.")
            #expect(try station.store.tenant().assets(AssetQuery()).total == 0)
            let real = try await take(station, "assets/import", text)
            trial.isDryRun = false
            #expect(try real.json(ImportAccount.self) == trial)
            let all = try await take(station, "assets/import?make=locations,models&mode=create", text)
            let account = try all.json(ImportAccount.self)
            #expect(account.created == 1 && account.refused == 2 && account.made["locations"]?.names == ["Lab"])
            #expect(account.assumed.separator.value == "semicolon" && account.assumed.decimals.first?.value == "comma")
            #expect(try station.store.tenant().asset(tag: "B")?.asset.purchaseCost == Money("2.75"))
        }
    }

    @Test func optionsAreWordsAndOthersAreRefused() async throws {
        try await TestStation.run { station in
            let mapped = try await take(
                station,
                "assets/import?map=Inv.-Nr.%3Dasset_tag&map=B%3Dserial&ignore=Name&dates=day-first&decimal=comma&"
                    + "encoding=utf-8&separator=comma&make=nothing", "Inv.-Nr.,B,Name\nA,S,N\n")
            #expect(try mapped.json(ImportAccount.self).created == 1, "\(mapped.text)")
            let asset = try #require(try station.store.tenant().asset(tag: "A")?.asset)
            #expect(asset.serial == "S" && asset.name == nil)
            for query in ["mode=all", "make=cake", "encoding=latin", "dates=us", "map=x", "colour=red"] {
                let answer = try await take(station, "assets/import?" + query, "asset_tag\nX\n")
                #expect((400...422).contains(answer.status), "\(query): \(answer.text)")
            }
            let form = try await station.tcp(
                "POST", "/station/v1/assets/import", token: station.admin, body: "--x\r\n",
                headers: ["Content-Type": "multipart/form-data; boundary=x"])
            #expect(form.status == 400 && form.text.contains("not a form"))
            #expect(try await take(station, "assets/import", "asset_tag\nX\n", token: station.operator).status == 403)
            #expect(try await take(station, "assets/import", "%PDF-1.7").text.contains("a PDF document"))
            #expect(try await take(station, "assets/import", "").status == 400)
        }
    }

    @Test func exportsOfAllKindsComeBackUnchanged() async throws {
        try await TestStation.run { station in
            _ = try await take(station, "locations/import", "name,code,parent\nHead Office,HQ,\nRoom,R1,HQ\n")
            _ = try await take(station, "people/import", "name,badge,location\nAda,B1,R1\n")
            let made = try await take(
                station, "assets/import", "asset_tag,assigned_to,location,notes\nA,B1,R1,=1+1\nB,,HQ,\n")
            #expect(try made.json(ImportAccount.self).created == 2, "\(made.text)")
            for kind in ["assets", "people", "locations"] {
                for query in ["", "?excel_safe=true"] {
                    let sheet = try await station.tcp(
                        "GET", "/station/v1/\(kind)/export\(query)", token: station.viewer)
                    #expect(sheet.status == 200 && sheet.headers["content-type"] == "text/csv; charset=utf-8")
                    let again = try await take(station, "\(kind)/import", text(sheet))
                    let account = try again.json(ImportAccount.self)
                    #expect(account.unchanged == account.rows && account.rows > 0, "\(again.text)")
                }
            }
            let json = try await station.tcp("GET", "/station/v1/assets/export?format=json", token: station.viewer)
            let rows = try JSONDecoder().decode([[String: String?]].self, from: Data(text(json).utf8))
            #expect(
                rows.map { $0["asset_tag"] } == ["A", "B"] && rows[0]["assigned_to"] == "Ada"
                    && rows[0]["notes"] == "=1+1")
        }
    }

    @Test func aSheetIsLargerThanOtherBodiesAndItsKeyCounts() async throws {
        try await TestStation.run { station in
            let text =
                "asset_tag,notes\n" + (1...1800).map { "T-\($0),\(String(repeating: "n", count: 700))\n" }.joined()
            for _ in 0..<2 {
                let answer = try await take(station, "assets/import", text, headers: ["Idempotency-Key": "one"])
                #expect(try answer.json(ImportAccount.self).created == 1800, "\(answer.text.prefix(300))")
            }
        }
    }
}
