import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Requests per minute, and TLS.
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
                    "-s", "--cacert", certificate, "-H", "Authorization: Bearer \(token)",
                    daemon.http + "/api/v1/hardware",
                ])
            #expect(answer.output.contains(#"{"total":0,"rows":[]}"#), "\(answer.output)\(answer.errors)")
            let plain = try await Shell.run(
                "curl", ["-s", daemon.http.replacingOccurrences(of: "https", with: "http") + "/health"])
            #expect(plain.status != 0 || !plain.output.contains("ok"))
        }
    }
}
