import DepotAPI
import DepotEngine
import DepotModel
import DepotStore
import Foundation
import IncidentIQ
import SnipeIT
import Testing

/// Lists of large rows: a page ends early and says so, and whoever goes on misses nothing.
@Suite struct ListBoundTests {
    private static let large = String(repeating: "x", count: 65_000)

    /// Assets of nearly a MiB each.
    private func fill(_ station: TestStation, count: Int) async throws {
        for index in 0..<count {
            var draft = AssetDraft(tag: "BIG-\(index)")
            for field in 0..<15 { draft.custom["field \(field)"] = Self.large }
            _ = try await station.store.tenant().createAsset(
                draft,
                ChangeRequest(
                    operation: station.station.newOperation(), actor: Actor(kind: .user, name: "t"),
                    origin: Origin(face: .socket), at: station.station.now()))
        }
    }

    @Test func assetsEndEarlyAndSayHowToGoOn() async throws {
        try await TestStation.run { station in
            try await fill(station, count: 6)
            let first = try await station.tcp("GET", "assets?limit=200", token: station.viewer)
            let page = try first.json(AssetsReply.self)
            #expect(page.assets.count == 4 && page.total == 6 && page.truncated == true)
            #expect(first.body.count < 5 << 20)
            let rest = try await station.tcp("GET", "assets?limit=200&offset=4", token: station.viewer)
            #expect(try rest.json(AssetsReply.self).assets.map(\.asset.tag) == ["BIG-4", "BIG-5"])
            #expect(!rest.text.contains("truncated"))
        }
    }

    /// Their clients go on by page numbers: what is behind a cut they would never see, and take for deleted.
    @Test func aDialectsPageIsWholeOrRefused() async throws {
        try await TestStation.run(dialects: [SnipeIT(), IncidentIQ()]) { station in
            try await fill(station, count: 6)
            let refused = try await station.tcp("GET", "/api/v1/hardware?limit=50", token: station.viewer)
            #expect(refused.status == 503 && refused.text.contains("too large"), "\(refused.text)")
            let page = try await station.tcp("GET", "/api/v1/hardware?limit=3", token: station.viewer)
            #expect(page.status == 200 && page.text.contains("BIG-5"))
            let other = try await station.tcp(
                "POST", "/api/v1.0/assets", token: station.viewer, body: #"{"Paging":{"PageSize":50}}"#)
            #expect(other.status == 503, "\(other.text.prefix(300))")
        }
    }

    @Test func eventsAndHistoriesEndEarly() async throws {
        try await TestStation.run { station in
            try await fill(station, count: 1)
            let id = try #require(try station.store.tenant().asset(tag: "BIG-0")?.asset.id)
            for round in 0..<5 {
                let fields = (0..<15).map { #""custom.field \#($0)":"\#(Self.large)\#(round)""# }
                let edit = try await station.socket(
                    "PATCH", "assets/\(id)", body: #"{"fields":{\#(fields.joined(separator: ","))}}"#)
                #expect(edit.status == 200)
            }
            let first = try await station.tcp("GET", "events?limit=1000", token: station.viewer)
            let page = try first.json(EventsReply.self)
            #expect(page.truncated == true && page.events.last?.number == page.last)
            #expect(first.body.count < 5 << 20)
            var last = page.last
            var isTruncated = true
            while isTruncated {
                let next = try await station.tcp("GET", "events?limit=1000&since=\(last)", token: station.viewer)
                    .json(EventsReply.self)
                (last, isTruncated) = (next.last, next.truncated ?? false)
            }
            #expect(last == station.store.lastEvent)
            let history = try await station.tcp("GET", "assets/\(id)/history", token: station.viewer)
            #expect(try history.json(HistoryReply.self).truncated == true)
        }
    }

    @Test func longCodesAreCutAndTheJournalStaysSmall() async throws {
        try await TestStation.run { station in
            let code = String(repeating: "x", count: 1_000_000)
            for index in 0..<20 {
                let answer = try await station.tcp(
                    "POST", "scans", token: station.operator, body: #"{"code":"\#(code)\#(index)"}"#)
                #expect(try answer.json(ScanResult.self).outcome == .tooLong)
            }
            let answer = try await station.tcp("GET", "scans?limit=1000", token: station.viewer)
            let reply = try answer.json(ScansReply.self)
            #expect(reply.scans.count == 20 && reply.truncated == nil)
            #expect(reply.scans[0].length == 1_000_001 && reply.scans[0].raw.count == 8192)
            #expect(answer.body.count < 20 * 16_384)
            #expect(try station.store.figures(since: Timestamp(milliseconds: 0)).databaseBytes < 2 << 20)
        }
    }

    @Test func theCheckIsInTheStatus() async throws {
        try await TestStation.run { station in
            let before = try await station.tcp("GET", "status", token: station.viewer).json(StatusReply.self)
            #expect(before.verifiedAt == nil && before.verifyProblems == nil)
            #expect(try await station.socket("POST", "verify").status == 200)
            let after = try await station.tcp("GET", "status", token: station.viewer).json(StatusReply.self)
            #expect(after.verifyProblems == 0 && after.verifiedAt.map { $0 <= after.now } == true)
        }
    }

    @Test func aTokenIsNotMadeTwiceUnderOneKeyAndThatIsSaid() async throws {
        try await TestStation.run { station in
            let (body, key) = (#"{"name":"ci","role":"viewer"}"#, ["Idempotency-Key": "k-1"])
            #expect(try await station.socket("POST", "tokens", body: body, headers: key).status == 201)
            let again = try await station.socket("POST", "tokens", body: body, headers: key)
            #expect(again.status == 409 && again.text.contains("already created by this very request"))
            let other = try await station.socket("POST", "tokens", body: body)
            #expect(other.status == 409 && !other.text.contains("very request"))
            // after the first was revoked the key makes another
            #expect(try await station.socket("DELETE", "tokens/ci").status == 200)
            #expect(try await station.socket("POST", "tokens", body: body, headers: key).status == 201)
        }
    }
}
