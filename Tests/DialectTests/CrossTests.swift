import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// One inventory behind four faces: what one changes, the others tell at once in their own words.
@Suite struct CrossTests {
    /// What each face says about an asset.
    struct Views {
        var snipe: [String: Any]
        var atech: [String: Any]
        var iiq: [String: Any]
        var issue: [String: Any]

        var words: [String] {
            [
                (snipe["status_label"] as? [String: Any])?["status_meta"] as? String ?? "-",
                atech["status"] as? String ?? "-",
                (iiq["Status"] as? [String: Any])?["Name"] as? String ?? "-",
                issue["status"] as? String ?? "-",
            ]
        }

        var holders: [String?] {
            [
                (snipe["assigned_to"] as? [String: Any])?["name"] as? String,
                (atech["assigned_to"] as? [String: Any])?["name"] as? String,
                (iiq["Owner"] as? [String: Any])?["Name"] as? String,
            ]
        }
    }

    static func views(_ depot: Depot, _ tag: String) async throws -> Views {
        let snipe = try await depot.call("GET", "/api/v1/hardware/bytag/\(tag)").object
        let id = try #require(snipe["id"] as? Int)
        let atech = try await depot.call("GET", "/api/assets/\(id)").object
        let iiq = try await depot.call("GET", "/api/v1.0/assets/assettag/\(tag)").object
        let issue = try await depot.call("GET", "/api/assets/search").array.first { $0["id"] as? Int == id }
        return Views(
            snipe: snipe, atech: atech, iiq: (iiq["Items"] as? [[String: Any]])?.first ?? [:], issue: issue ?? [:])
    }

    @Test func eachFaceMovesAnAssetAndTheOthersSeeIt() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            try await depot.stock()
            try await depot.daemon.follow()
            let issued = try await depot.call(
                "POST", "/api/assets",
                #"{"employee_name":"Ada","employee_email":"ada@depot.example","asset_type":"Laptop","asset_model":"T14","asset_tag":"X-1"}"#
            )
            #expect(issued.status == 201, "\(issued.body)")
            let id = try #require(issued.object["id"] as? Int)
            var views = try await Self.views(depot, "X-1")
            #expect(views.words == ["deployed", "deployed", "In Use", "Issued"])
            #expect(views.holders == ["Ada", "Ada", "Ada"])

            #expect(
                try await depot.call("POST", "/api/v1/hardware/\(id)/checkin", "{}").object["status"] as? String
                    == "success")
            views = try await Self.views(depot, "X-1")
            #expect(views.words == ["deployable", "available", "Available", "Returned"])

            #expect(try await depot.call("POST", "/api/assets/\(id)/checkout", #"{"employee_id":7}"#).status == 200)
            views = try await Self.views(depot, "X-1")
            #expect(views.holders == ["Sarah Chen", "Sarah Chen", "Sarah Chen"])

            let guid = try #require(views.iiq["AssetId"] as? String)
            let owner = try #require(try await depot.call("GET", "/station/v1/people/3").object["uuid"] as? String)
            let moved = try await depot.call(
                "POST", "/api/v1.0/assets/checkouts/checkout-or-transfer",
                #"{"AssetId":"\#(guid)","OwnerId":"\#(owner)"}"#)
            #expect(moved.status == 200, "\(moved.body)")
            #expect(try await Self.views(depot, "X-1").holders == ["Person 3", "Person 3", "Person 3"])

            #expect(try await depot.call("POST", "/api/assets/\(id)/return", "{}").status == 200)
            #expect(try await Self.views(depot, "X-1").words == ["deployable", "available", "Available", "Returned"])

            // who, from where and why, for every one of them
            let moves = try await depot.daemon.client.history(AssetID(rawValue: Int64(id))).events
                .filter { [LedgerEvent.Kind.checkout, .checkin, .transfer].contains($0.kind) }
            #expect(moves.map(\.origin.face) == [.issueAsset, .snipeIT, .atech, .incidentIQ, .issueAsset])
            #expect(
                moves.allSatisfy { $0.actor.name == "tests" && $0.origin.address != nil && $0.origin.request != nil })
            // and pushed to whoever watches
            for move in moves { _ = try await depot.daemon.next { $0.number == move.number } }
        }
    }

    @Test func aScanAndFourClientsMoveTheSameAssets() async throws {
        var options = DaemonFixture.Options()
        options.plugged = [
            BenchStep.plug("A", kind: "wedge", vid: "05e0", pid: "1200", port: "1", serial: "A-7001")
        ]
        try await DaemonFixture.with(options: options) { daemon in
            let depot = Depot(daemon: daemon, token: try await daemon.token("tests", role: .admin))
            try await depot.stock()
            let made = try await depot.call(
                "POST", "/api/v1/hardware", #"{"asset_tag":"LAP-00123","model_id":1,"status_id":2}"#)
            try #require(made.object["status"] as? String == "success", "\(made.body)")
            try await daemon.follow(since: try await daemon.client.status().lastEvent)
            try await daemon.bench.play(BenchStep.word("await", "A"))
            _ = try await daemon.scan("A", "BADGE:7")
            _ = try await daemon.scan("A", "LAP-00123")
            let views = try await Self.views(depot, "LAP-00123")
            #expect(views.words == ["deployed", "deployed", "In Use", "Issued"])
            #expect(views.holders == ["Sarah Chen", "Sarah Chen", "Sarah Chen"])
        }
    }

    @Test func twoFacesAtOnceNeverBothWin() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            try await depot.stock()
            for round in 0..<10 {
                let made = try await depot.call(
                    "POST", "/api/v1/hardware", #"{"asset_tag":"R-\#(round)","model_id":1,"status_id":2}"#)
                let id = try #require((made.object["payload"] as? [String: Any])?["id"] as? Int)
                async let snipe = depot.call(
                    "POST", "/api/v1/hardware/\(id)/checkout", #"{"checkout_to_type":"user","assigned_user":1}"#)
                async let atech = depot.call("POST", "/api/assets/\(id)/checkout", #"{"employee_id":2}"#)
                let (first, second) = try await (snipe, atech)
                let wins = [first.object["status"] as? String == "success", second.status == 200]
                #expect(wins.count { $0 } == 1, "round \(round): \(first.body) \(second.body)")
            }
        }
    }
}
