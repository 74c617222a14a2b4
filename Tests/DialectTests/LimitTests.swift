import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Requests per minute, TLS, and pages of another origin.
@Suite struct LimitTests {
    @Test func tooManyRequestsAreAnsweredInEachShape() async throws {
        try await Depot.with { depot in
            for (path, check) in [
                ("/api/v1/hardware", { $0.object["status"] as? String == "error" && $0.object["messages"] != nil }),
                ("/api/assets", { $0.object["detail"] is String }),
                ("/api/v1.0/assets", { $0.object["StatusCode"] as? Int == 429 && $0.object["RetryAfter"] is Int }),
                ("/station/v1/assets", { $0.object["error"] != nil || $0.object["code"] != nil }),
            ] as [(String, (SeedAnswer) -> Bool)] {
                let token = try await depot.daemon.token("slow \(path)", role: .viewer, rate: 2)
                for _ in 0..<2 { #expect(try await depot.call("GET", path, token: token).status == 200) }
                let answer = try await depot.call("GET", path, token: token)
                #expect(answer.status == 429 && check(answer), "\(path): \(answer.status) \(answer.body)")
                #expect((Int(answer.headers["retry-after"] ?? "") ?? 0) > 0, "\(answer.headers)")
            }
            let limited = try await depot.call("GET", "/api/v1/hardware")
            #expect(limited.headers["x-ratelimit-limit"] == "600" && limited.headers["x-ratelimit-remaining"] != nil)
        }
    }

    /// A form in a page needs no preflight, so that whoever leaves Issue Asset open must not leave it open to pages.
    @Test func anOpenDialectIsNotOpenToForeignPages() async throws {
        try await Depot.with(configuration: "dialects: {issue_asset: {open: true}}") { depot in
            let http = depot.daemon.http
            let body =
                #"{"employee_name":"A","employee_email":"a@b.example","asset_type":"Laptop","asset_model":"M"}"#
            func issue(_ page: [String: String], token: String? = nil) async throws -> HTTPReply {
                let headers = page.merging(["Content-Type": "text/plain"]) { $1 }
                return try await depot.daemon.http(
                    "POST", "/api/assets", token: token, headers: headers, body: Array(body.utf8))
            }
            let before = try await depot.daemon.client.status().lastEvent
            for page in [
                ["Origin": "http://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
                ["Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"],
            ] {
                let refused = try await issue(page)
                #expect(refused.status == 403 && refused.object["detail"] is String, "\(page): \(refused.text)")
                for path in ["/api/assets/search", "/api/device-history/a@b.example"] {
                    let read = try await depot.daemon.http("GET", path, headers: page)
                    #expect(read.status == 403 && read.object["detail"] is String, "\(page) \(path): \(read.text)")
                }
            }
            #expect(try await depot.daemon.client.status().lastEvent == before)
            for page in [[:], ["Origin": http], ["Origin": http, "Sec-Fetch-Site": "same-origin"]] {
                #expect(try await issue(page).status == 201, "\(page)")
            }
            #expect(try await issue(["Origin": "http://evil.example"], token: depot.token).status == 201)
            // its picture is for everybody, wherever it is shown
            let picture = try await depot.daemon.http(
                "GET", "/api/assets/1/qr", headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(picture.status == 200)
        }
    }

    @Test func wrongSecretsAreCountedByAddressHoweverTheyCome() async throws {
        for header in [["Authorization": "Bearer depot_wrong"], ["Cookie": "a=b; depot_screen=depot_wrong"]] {
            try await Depot.with(configuration: "http: {rate_limit_per_minute: 3}") { depot in
                var answers: [Int] = []
                for _ in 0..<5 {
                    answers.append(try await depot.daemon.http("GET", "/station/v1/status", headers: header).status)
                }
                #expect(answers == [401, 401, 401, 429, 429], "\(header)")
            }
        }
    }

    /// At the most talkative level too.
    @Test func noSecretIsInTheLog() async throws {
        try await Depot.with(configuration: "log: {level: trace}") { depot in
            let offer = try await depot.daemon.client.pairScreen()
            let code = try #require(offer.url.split(separator: "/").last.map(String.init))
            for path in [
                "//pair/\(code)", "/pair%2f\(code)", "/./pair/\(code)", "/PAIR/\(code)", "/pair/\(code)/", "/\(code)",
                "/station/v1/assets?search=\(code)", "/station/v1/tokens/\(depot.token)", "/?token=\(depot.token)",
            ] {
                let answer = try await depot.daemon.http("GET", path, token: depot.token)
                #expect(answer.headers["set-cookie"] == nil, "\(path)")
            }
            let paired = try await depot.daemon.http("GET", "/pair/\(code)")
            let cookie = try #require(paired.headers["set-cookie"]?.prefix { $0 != ";" }.split(separator: "=").last)
            let status = try await depot.daemon.http(
                "GET", "/station/v1/status", headers: ["Cookie": "depot_screen=\(cookie)"])
            #expect(status.status == 200)
            let log = try String(contentsOf: depot.daemon.log, encoding: .utf8)
            #expect(log.contains("path=/pair/…"))
            for secret in [code, depot.token, String(cookie)] { #expect(!log.contains(secret)) }
        }
    }

    @Test func tlsIsServedWithTheConfiguredCertificate() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depot-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.path + "/cert.pem", folder.path + "/key.pem")
        let made = try await Shell.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                "-out",
                certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        try #require(made.status == 0, "\(made.errors)")
        let configuration = "http:\n  tls_certificate: \(certificate)\n  tls_key: \(key)\n"
        var options = DaemonFixture.Options()
        options.configuration = configuration
        try await DaemonFixture.with(options: options) { daemon in
            #expect(daemon.http.hasPrefix("https://"))
            let token = try await daemon.token("tests", role: .viewer)
            let answer = try await Shell.run(
                "curl",
                [
                    "-s", "-D", "-", "--cacert", certificate, "-H", "Authorization: Bearer \(token)",
                    daemon.http + "/api/v1/hardware",
                ])
            #expect(answer.output.contains(#"{"total":0,"rows":[]}"#), "\(answer.output)\(answer.errors)")
            #expect(answer.output.lowercased().contains("strict-transport-security: max-age=31536000\r\n"))
            let local = try await Shell.run(
                "curl", ["-s", "-D", "-", "--unix-socket", daemon.socket, "http://depot/station/v1/status"])
            #expect(local.output.contains(" 200 ") && !local.output.lowercased().contains("strict-transport-security"))
            let plain = try await Shell.run(
                "curl", ["-s", daemon.http.replacingOccurrences(of: "https", with: "http") + "/health"])
            #expect(plain.status != 0 || !plain.output.contains("ok"))
        }
    }
}
