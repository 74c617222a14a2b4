import DepotAPI
import DepotHTTP
import DepotModel
import Testing

/// Who may do what, on which door.
@Suite struct AccessTests {
    private static let browserHeaders = ["Origin", "Referer"]
    /// A GET that each role may or may not see, and a POST for each role.
    private static let routes: [(method: String, path: String, body: String?, viewer: Int, operator: Int, admin: Int)] =
        [
            ("GET", "status", nil, 200, 200, 200),
            ("GET", "lanes", nil, 200, 200, 200),
            ("GET", "scanners", nil, 200, 200, 200),
            ("GET", "scans", nil, 200, 200, 200),
            ("GET", "events", nil, 200, 200, 200),
            ("GET", "resolve?code=IT-1", nil, 200, 200, 200),
            ("GET", "assets", nil, 200, 200, 200),
            ("GET", "people", nil, 200, 200, 200),
            ("GET", "locations", nil, 200, 200, 200),
            ("GET", "/metrics", nil, 200, 200, 200),
            ("GET", "tokens", nil, 403, 403, 200),
            ("POST", "scans", #"{"code":"IT-1"}"#, 403, 200, 200),
            ("POST", "transitions", #"{"kind":"checkin","asset":{"id":9}}"#, 403, 404, 404),
            ("POST", "transitions/7/undo", nil, 403, 404, 404),
            ("POST", "assets", #"{"asset_tag":"A"}"#, 403, 201, 409),
            ("POST", "people", #"{"name":"Ada","badge":"1"}"#, 403, 201, 409),
            ("POST", "locations", #"{"name":"Room","code":"R"}"#, 403, 201, 409),
            ("POST", "tokens", #"{"name":"t","role":"viewer"}"#, 403, 403, 201),
            ("POST", "screens/pair", nil, 403, 403, 201),
            ("POST", "lanes/1001/mode", #"{"mode":"checkin"}"#, 403, 200, 200),
            ("POST", "lanes/1001/done", nil, 403, 200, 200),
            ("POST", "lanes/1001/undo", nil, 403, 200, 200),
            (
                "POST", "lanes/1001/choose", #"{"scan":"0193a1b2-c3d4-7e5f-8901-23456789abcd","kind":"asset","id":1}"#,
                403, 409, 409
            ),
            ("PATCH", "lanes/1001", #"{"name":"Desk"}"#, 403, 403, 200),
            ("GET", "find?q=x", nil, 200, 200, 200),
            ("POST", "verify", nil, 403, 403, 200),
            ("POST", "backup", #"{"path":"/tmp/x"}"#, 403, 403, 403),
        ]

    @Test func everyRouteKnowsItsRoles() async throws {
        try await TestStation.run { station in
            for route in Self.routes {
                let nobody = try await station.tcp(route.method, route.path, body: route.body)
                #expect(nobody.status == 401, "\(route.path)")
                #expect(nobody.code == .unauthenticated)
                #expect(nobody.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                let wrong = try await station.tcp(route.method, route.path, token: "depot_nonsense", body: route.body)
                #expect(wrong.status == 401, "\(route.path)")
                for (token, expected) in [
                    (station.viewer, route.viewer), (station.operator, route.operator), (station.admin, route.admin),
                ] {
                    let answer = try await station.tcp(route.method, route.path, token: token, body: route.body)
                    #expect(answer.status == expected, "\(route.method) \(route.path): \(answer.text)")
                    #expect(answer.headers["depot-api-version"] == StationAPI.version)
                    #expect(answer.headers["x-request-id"].flatMap(UniqueID.init) != nil)
                    if expected >= 400 { #expect(answer.code != nil) }
                }
            }
        }
    }

    @Test func theOwnUserIsAdministratorOnTheSocket() async throws {
        try await TestStation.run { station in
            #expect(try await station.socket("GET", "tokens").status == 200)
            let made = try await station.socket("POST", "assets", body: #"{"asset_tag":"IT-1"}"#)
            let event = try made.json(TransitionReply.self).event
            #expect(event.actor.kind == .user)
            #expect(event.origin.face == .socket)
            #expect(event.origin.request == made.headers["x-request-id"])
        }
    }

    @Test func browsersAreTurnedAwayFromTheSocket() async throws {
        try await TestStation.run { station in
            for header in Self.browserHeaders {
                let answer = try await station.socket("GET", "status", headers: [header: "http://evil.example/"])
                #expect(answer.status == 403)
                #expect(answer.code == .forbidden)
            }
        }
    }

    /// What a browser adds when a page of another origin asks, and when one of the station does.
    private static let foreign: [[String: String]] = [
        ["Origin": "http://evil.example"], ["Origin": "null"], ["Origin": "https://depot"],
        ["Origin": "http://depot:81"],
        ["Origin": "http://depot.evil.example"], ["Origin": "file://"], ["Sec-Fetch-Site": "cross-site"],
        ["Sec-Fetch-Site": "same-site"], ["Origin": "http://depot", "Sec-Fetch-Site": "Cross-Site"],
    ]
    private static let own: [[String: String]] = [
        [:], ["Origin": "http://depot"], ["Origin": "HTTP://Depot:80"], ["Sec-Fetch-Site": "same-origin"],
        ["Sec-Fetch-Site": "none"], ["Origin": "https://counter.example", "Sec-Fetch-Site": "same-origin"],
    ]

    @Test func aPageOfAnotherOriginGetsNothingWithoutAToken() async throws {
        try await TestStation.run({ $0.publicURL = "https://counter.example/" }) { station in
            let cookie = "depot_screen=\(try await station.token(.screen))"
            for page in Self.foreign where page["Origin"] != "https://depot" {
                var headers = page
                headers["Cookie"] = cookie
                for (method, path) in [("GET", "status"), ("GET", "events"), ("HEAD", "lanes"), ("POST", "scans")] {
                    let answer = try await station.tcp(method, path, headers: headers)
                    #expect(answer.status == 403, "\(page) \(path)")
                    if method != "HEAD" { #expect(answer.code == .forbidden) }
                    #expect(try await station.tcp(method, path, headers: page).status == 403)
                }
                // what everybody may see, a link on another page may lead to
                for path in ["/", "/screen/main.js", "/screen/screen.css", "/health", "/openapi.yaml"] {
                    #expect(try await station.tcp("GET", path, headers: headers).status == 200, "\(page) \(path)")
                }
                #expect(try await station.tcp("GET", "/pair/none", headers: headers).status == 404)
                #expect(try await station.tcp("OPTIONS", "status", headers: headers).status == 405)
                #expect(try await station.tcp("GET", "/nowhere", headers: headers).status == 404)
                // a token is added by nobody but who has it
                let known = try await station.tcp("GET", "status", token: station.viewer, headers: page)
                #expect(known.status == 200, "\(page)")
                #expect(known.headers.keys.allSatisfy { !$0.hasPrefix("access-control-") })
            }
            for page in Self.own {
                var headers = page
                headers["Cookie"] = cookie
                #expect(try await station.tcp("GET", "status", headers: headers).status == 200, "\(page)")
                #expect(try await station.tcp("GET", "status", headers: page).status == 401, "\(page)")
            }
        }
    }

    @Test func withoutAPublicURLTheSchemeIsTheStationsOwn() async throws {
        try await TestStation.run { station in
            let cookie = "depot_screen=\(try await station.token(.screen))"
            for (origin, status) in [("http://depot", 200), ("https://depot", 403), ("https://counter.example", 403)] {
                let answer = try await station.tcp("GET", "status", headers: ["Cookie": cookie, "Origin": origin])
                #expect(answer.status == status, "\(origin)")
            }
        }
    }

    @Test func whatIsNotForEverybodyIsInNoCache() async throws {
        try await TestStation.run { station in
            let asset = try await station.asset("IT-1")
            for path in [
                "status", "assets", "assets/\(asset)", "people", "events", "scans", "assets/99", "nowhere", "/metrics",
            ] {
                let answer = try await station.tcp("GET", path, token: station.viewer)
                #expect(answer.headers["cache-control"] == "no-store", "\(path)")
            }
            #expect(try await station.tcp("GET", "assets").headers["cache-control"] == "no-store")
            let made = try await station.tcp("POST", "people", token: station.operator, body: #"{"name":"Ada"}"#)
            #expect(made.status == 201 && made.headers["cache-control"] == "no-store")
            for (path, expected) in [
                ("/screen/main.js", "no-cache"), ("/screen/screen.css", "no-cache"), ("/", "no-store"),
                ("/health", nil),
                ("/health/live", nil), ("/openapi.yaml", nil),
            ] as [(String, String?)] {
                let answer = try await station.tcp("GET", path)
                #expect(answer.status == 200 && answer.headers["cache-control"] == expected, "\(path)")
                #expect(answer.headers["strict-transport-security"] == nil)
            }
        }
    }

    @Test func aRevokedTokenOpensNothing() async throws {
        try await TestStation.run { station in
            let path = "tokens/viewer"
            #expect(try await station.tcp("GET", "assets", token: station.viewer).status == 200)
            let revoked = try await station.socket("DELETE", path)
            #expect(try revoked.json(TokenInfo.self).revokedAt != nil)
            #expect(try await station.tcp("GET", "assets", token: station.viewer).status == 401)
            #expect(try await station.socket("DELETE", path).status == 404)
        }
    }

    @Test func healthNeedsNobodyAndSaysNothing() async throws {
        try await TestStation.run { station in
            let answer = try await station.tcp("GET", "/health")
            #expect(answer.status == 200)
            #expect(try answer.json(StationHealth.self) == StationHealth())
        }
    }

    @Test func metricsCountRequestsByStatus() async throws {
        try await TestStation.run { station in
            _ = try await station.tcp("GET", "/nowhere")
            let metrics = try await station.tcp("GET", "/metrics", token: station.viewer)
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(metrics.text.contains(#"depot_http_requests_total{status="404"} 1"#))
        }
    }
}
