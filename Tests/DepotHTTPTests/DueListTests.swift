import DepotAPI
import DepotEngine
import DepotModel
import Testing

/// Lists of assets that should be back, or audited.
@Suite struct DueListTests {
    @Test func assetsAreListedByTheDayThatIsDue() async throws {
        try await TestStation.run { station in
            _ = try await station.socket("POST", "people", body: #"{"name":"Ada"}"#)
            let today = station.station.now().date
            for (tag, back, audit) in [("LATE", -1, -1), ("TODAY", 0, 0), ("SOON", 3, 3), ("FAR", 30, 30)] {
                let id = try await station.asset(tag)
                let edit = try await station.socket(
                    "PATCH", "assets/\(id)", body: #"{"fields":{"next_audit":"\#(today.advanced(byDays: audit))"}}"#)
                #expect(edit.status == 200, "\(edit.text)")
                let out = try await station.socket(
                    "POST", "transitions",
                    body: """
                        {"kind":"checkout","asset":{"asset_tag":"\(tag)"},"to":{"person":1},
                        "expected_checkin":"\(today.advanced(byDays: back))"}
                        """)
                #expect(out.status == 200, "\(out.text)")
            }
            let counted = try await station.socket(
                "POST", "transitions", body: #"{"kind":"audit","asset":{"asset_tag":"FAR"}}"#)
            #expect(counted.status == 200)
            _ = try await station.asset("HOME")
            func tags(_ query: String) async throws -> Set<String> {
                let answer = try await station.socket("GET", "assets?\(query)")
                return Set(try answer.json(AssetsReply.self).assets.map(\.asset.tag))
            }
            #expect(try await tags("overdue=true") == ["LATE"])
            #expect(try await tags("due=0") == ["LATE", "TODAY"])
            #expect(try await tags("due=3") == ["LATE", "TODAY", "SOON"])
            #expect(try await tags("due=3&overdue=true") == ["LATE"])
            #expect(try await tags("audit_due=3") == ["LATE", "TODAY", "SOON"])
            #expect(try await tags("not_audited_since=\(today)") == ["LATE", "TODAY", "SOON", "HOME"])
            #expect(try await tags("overdue=false").count == 5)
            for query in ["overdue=yes", "due=-1", "due=x", "audit_due=99999", "not_audited_since=yesterday"] {
                #expect(try await station.socket("GET", "assets?\(query)").status == 400, "\(query)")
            }
        }
    }
}
