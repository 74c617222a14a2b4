import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// A token of one tenant never reads or changes another, whichever dialect it speaks.
@Suite struct IsolationTests {
    @Test func noDialectLeadsIntoAnotherTenant() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            let daemon = depot.daemon
            let acme = try await daemon.tenant("acme", hosts: ["it.acme.example"])
            let theirs = Depot(
                daemon: daemon, token: try await daemon.token("theirs", role: .admin, tenant: "acme"),
                host: "acme.depot.example")
            try await depot.stock()
            _ = try await depot.call(
                "POST", "/api/assets", #"{"asset_tag":"OURS-1","name":"ours","status":"available"}"#)
            let made = try await theirs.call(
                "POST", "/api/assets", #"{"asset_tag":"THEIRS-1","serial":"SN-T","name":"theirs","status":"available"}"#
            )
            let id = try #require(made.object["id"] as? Int, "\(made.status) \(made.body)")
            let person = try await theirs.call(
                "POST", "/api/employees", #"{"name":"Tom Acme","email":"tom@acme.example"}"#)
            let employee = try #require(person.object["id"] as? Int, "\(person.body)")
            let guids =
                try await theirs.call("GET", "/api/v1.0/assets/assettag/THEIRS-1").object["Items"] as? [[String: Any]]
            let guid = try #require(guids?.first?["AssetId"] as? String)
            let before = try await daemon.client.status().lastEvent

            let reads = [
                "/api/v1/hardware", "/api/v1/hardware/\(id)", "/api/v1/hardware/bytag/THEIRS-1",
                "/api/v1/hardware/byserial/SN-T", "/api/v1/hardware?search=theirs", "/api/v1/users",
                "/api/v1/users/\(employee)",
                "/api/v1/users/\(employee)/assets", "/api/v1/reports/activity", "/api/v1/hardware/selectlist",
                "/api/assets", "/api/assets/\(id)", "/api/assets/\(id)/history", "/api/assets/export/csv",
                "/api/employees",
                "/api/assets?tenant=acme", "/api/assets/search", "/api/device-history/tom@acme.example",
                "/api/v1.0/assets", "/api/v1.0/assets/\(guid)", "/api/v1.0/assets/assettag/THEIRS-1",
                "/api/v1.0/assets/serial/SN-T", "/api/v1.0/users", "/station/v1/assets/\(id)",
                "/station/v1/events?since=0",
            ]
            for path in reads {
                let answer = try await depot.call("GET", path)
                #expect(
                    !answer.body.contains("\"theirs\"") && !answer.body.contains("Tom Acme")
                        && !answer.body.contains("\"THEIRS-1\""),
                    "\(path): \(answer.body.prefix(300))")
                #expect(answer.status < 500)
            }
            for (method, path, body) in [
                ("PATCH", "/api/v1/hardware/\(id)", #"{"name":"x"}"#), ("DELETE", "/api/v1/hardware/\(id)", nil),
                ("POST", "/api/v1/hardware/\(id)/checkout", #"{"assigned_user":1,"checkout_to_type":"user"}"#),
                ("POST", "/api/v1/hardware/bytag/THEIRS-1/checkin", "{}"), ("DELETE", "/api/assets/\(id)", nil),
                ("POST", "/api/v1/hardware/\(id)/audit", "{}"), ("DELETE", "/api/v1/users/\(employee)", nil),
                ("POST", "/api/assets/\(id)/checkout", #"{"employee_id":1}"#),
                ("POST", "/api/assets/\(id)/return", "{}"),
                ("DELETE", "/api/v1.0/assets/\(guid)", nil), ("POST", "/api/v1.0/assets/\(guid)", #"{"Notes":"x"}"#),
                ("POST", "/api/v1.0/assets/checkouts/checkin", #"{"AssetId":"\#(guid)"}"#),
                ("POST", "/api/v1.0/tickets/new", #"{"Subject":"x","AssetId":"\#(guid)"}"#),
            ] as [(String, String, String?)] {
                let answer = try await depot.call(method, path, body)
                let isRefused = answer.status >= 400 || answer.object["status"] as? String == "error"
                #expect(isRefused && answer.status < 500, "\(method) \(path): \(answer.status) \(answer.body)")
            }
            #expect(try await daemon.client.status().lastEvent == before)

            // what names the other tenant is refused, in each shape
            let across = Depot(daemon: daemon, token: depot.token, host: "acme.depot.example")
            let root = Depot(daemon: daemon, token: theirs.token)
            for path in ["/api/v1/hardware", "/api/assets", "/api/v1.0/assets"] {
                #expect(try await across.call("GET", path).status == 403)
                #expect([400, 403].contains(try await root.call("GET", path).status))
            }
            let site = try await depot.call("GET", "/api/v1.0/assets", headers: ["SiteId": acme.uuid.description])
            #expect(site.status == 403 && site.object["StatusCode"] as? Int == 403)
            #expect(
                try await root.call("GET", "/api/v1.0/assets", headers: ["SiteId": acme.uuid.description]).status == 200
            )
            #expect(try await root.call("GET", "/api/assets").object["detail"] != nil)
        }
    }

    @Test func anMSPTokenSeesAllOnTheRootDomainAndOneElsewhere() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            let daemon = depot.daemon
            for slug in ["acme", "beta"] {
                try await daemon.tenant(slug)
                let token = try await daemon.token(slug, role: .admin, tenant: slug)
                let made = try await Depot(daemon: daemon, token: token, host: "\(slug).depot.example").call(
                    "POST", "/api/assets", #"{"asset_tag":"\#(slug)-1","name":"n","status":"available"}"#)
                try #require(made.status < 300, "\(made.body)")
            }
            let msp = Depot(daemon: daemon, token: try await daemon.token("msp", role: .msp))
            func tags(_ answer: SeedAnswer) -> [String] { answer.array.compactMap { $0["asset_tag"] as? String } }
            #expect(tags(try await msp.call("GET", "/api/assets")) == ["acme-1", "beta-1"])
            #expect(tags(try await msp.call("GET", "/api/assets?tenant=beta")) == ["beta-1"])
            let beta = Depot(daemon: daemon, token: msp.token, host: "beta.depot.example")
            #expect(tags(try await beta.call("GET", "/api/assets")) == ["beta-1"])
            #expect(try await beta.call("GET", "/api/v1/hardware").object["total"] as? Int == 1)
            let id = try #require(try await beta.call("GET", "/api/assets").array.first?["id"] as? Int)
            let out = try await msp.call("GET", "/api/assets/\(id)")
            #expect(out.object["asset_tag"] as? String == "beta-1", "\(out.body)")
            #expect(try await msp.call("GET", "/api/assets?tenant=nobody").status == 404)
            #expect(try await msp.call("GET", "/api/v1/hardware?tenant=beta").object["total"] as? Int == 1)
            #expect(try await msp.call("GET", "/api/v1/hardware").object["total"] as? Int == 0)
            #expect(
                try await msp.call("POST", "/api/assets", #"{"asset_tag":"x","name":"n","status":"available"}"#).status
                    == 400)
        }
    }
}
