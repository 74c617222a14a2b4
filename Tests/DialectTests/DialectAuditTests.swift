import DepotModel
import Foundation
import Testing

/// An applied walk is told by every dialect in its own words, with the place.
@Suite struct DialectAuditTests {
    @Test func everyFaceTellsOfAWalk() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            let room = try await depot.call(
                "POST", "/station/v1/locations", #"{"name":"Walked room","code":"W-1"}"#)
            #expect(room.status == 201, "\(room.body)")
            let asset = try await depot.call(
                "POST", "/station/v1/assets", #"{"asset_tag":"W-0001","location":"W-1"}"#)
            let id = try #require((asset.object["asset"] as? [String: Any])?["id"] as? Int)
            let guid = try #require((asset.object["asset"] as? [String: Any])?["uuid"] as? String)
            let started = try await depot.call("POST", "/station/v1/audits", #"{"location":"W-1"}"#)
            let walk = try #require((started.object["audit"] as? [String: Any])?["id"] as? Int)
            for step in [("scans", #"{"code":"W-0001"}"#), ("close", "{}"), ("apply", "{}")] {
                let answer = try await depot.call("POST", "/station/v1/audits/\(walk)/\(step.0)", step.1)
                #expect(answer.status == 200, "\(answer.body)")
            }
            let activity = try await depot.call(
                "GET", "/api/v1/reports/activity?item_type=asset&item_id=\(id)&action_type=audit")
            let row = try #require((activity.object["rows"] as? [[String: Any]])?.first)
            #expect((row["location"] as? [String: Any])?["name"] as? String == "Walked room")
            let snipe = try await depot.call("GET", "/api/v1/hardware/\(id)").object
            #expect(snipe["last_audit_date"] is [String: Any] && snipe["next_audit_date"] is [String: Any])
            let verified = try await depot.call("GET", "/api/v1.0/assets/\(guid)/verifications")
            let item = try #require((verified.object["Items"] as? [[String: Any]])?.first)
            #expect(item["LocationName"] as? String == "Walked room" && item["IsSuccessful"] as? Bool == true)
            let history = try await depot.call("GET", "/api/assets/\(id)/history").array
            #expect(history.map { $0["action"] as? String } == ["audit"])
            #expect(history.first?["location"] as? String == "Walked room")
        }
    }
}
