import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Text is data: it goes in and comes out the same, or is refused with a sentence.
@Suite struct HostileTextTests {
    static let texts = [
        "<script>alert(1)</script>", "'; DROP TABLE asset; --", "=cmd()|' /C calc'!A0", "../../etc/passwd", "😀👩‍👩‍👧‍👦 ﷽",
        "a\"b\\c/d", "%s%n{{7*7}}${x}", "line\nbreak\ttab", String(repeating: "ü", count: 10_000),
    ]

    @Test func hostileTextSurvivesEveryDialect() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            try await depot.stock()
            for (number, text) in Self.texts.enumerated() {
                let json = String(
                    decoding: try JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed),
                    as: UTF8.self)
                let tag = "H-\(number)"
                let made = try await depot.call(
                    "POST", "/api/v1/hardware",
                    #"{"asset_tag":"\#(tag)","model_id":1,"status_id":2,"notes":\#(json),"serial":"S\#(number)"}"#)
                try #require(made.object["status"] as? String == "success", "\(made.body)")
                let flat = try #require(made.object["payload"] as? [String: Any])
                #expect(flat["notes"] as? String == text)
                let id = try #require(flat["id"] as? Int)
                let atech = try await depot.call("GET", "/api/assets/\(id)")
                #expect(atech.object["notes"] as? String == text, "ATech: \(atech.body.prefix(200))")
                let iiq = try await depot.call("GET", "/api/v1.0/assets/assettag/\(tag)")
                let item = (iiq.object["Items"] as? [[String: Any]])?.first
                #expect(item?["Notes"] as? String == text, "Incident IQ: \(iiq.body.prefix(200))")
                let station = try await depot.call("GET", "/station/v1/assets/\(id)")
                #expect(station.object["notes"] as? String == text)
            }
            let export = try await depot.call("GET", "/api/assets/export/csv")
            for text in Self.texts where !text.contains("\"") {
                #expect(export.body.contains(text), "not in the export: \(text.prefix(40))")
            }
        }
    }

    @Test func idsAsTextAndMoneyIsExact() async throws {
        try await Depot.with { depot in
            try await depot.stock()
            for (number, cost) in ["1450", "\"1450.10\"", "0.1", "\"90071992547409.93\""].enumerated() {
                let made = try await depot.call(
                    "POST", "/api/assets",
                    #"{"asset_tag":"M-\#(number)","name":"m","status":"available","category_id":"1","location_id":"2","purchase_cost":\#(cost)}"#
                )
                #expect((200...201).contains(made.status), "\(made.body)")
                let wanted = ["1450.00", "1450.10", "0.10", "90071992547409.93"][number]
                #expect(made.object["purchase_cost"] as? String == wanted, "\(made.body)")
            }
            let snipe = try await depot.call("GET", "/api/v1/hardware/bytag/M-3")
            #expect(snipe.object["purchase_cost"] as? String == "90,071,992,547,409.93")
            let bad = try await depot.call(
                "POST", "/api/assets", #"{"asset_tag":"M-9","name":"m","status":"available","purchase_cost":1e400}"#)
            #expect(bad.status == 422 && bad.object["detail"] != nil, "\(bad.status) \(bad.body)")
            let date = try await depot.call(
                "POST", "/api/assets",
                #"{"asset_tag":"M-9","name":"m","status":"available","purchase_date":"2024-02-30"}"#)
            #expect(date.status == 422, "\(date.status) \(date.body)")
        }
    }
}
