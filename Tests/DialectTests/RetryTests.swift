import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Retries, stale versions and dry runs, the same on every face.
@Suite struct RetryTests {
    @Test func aKeyedRequestIsAnsweredTheSameAgainEvenAfterACrash() async throws {
        try await Depot.with { depot in
            try await depot.stock()
            let requests = [
                ("/api/v1/hardware", #"{"asset_tag":"K-1","model_id":1,"status_id":2}"#),
                ("/api/assets", #"{"asset_tag":"K-2","name":"k","status":"available"}"#),
                ("/api/v1.0/assets/new", #"{"AssetTag":"K-3"}"#),
                (
                    "/api/assets",
                    #"{"employee_name":"A","employee_email":"a@b.example","asset_type":"Laptop","asset_model":"M"}"#
                ),
                ("/station/v1/people", #"{"name":"Keyed"}"#),
            ]
            var answers: [SeedAnswer] = []
            for (number, request) in requests.enumerated() {
                let answer = try await depot.call(
                    "POST", request.0, request.1, headers: ["Idempotency-Key": "key-\(number)"])
                #expect(answer.status < 300, "\(request): \(answer.body)")
                answers.append(answer)
            }
            let last = try await depot.daemon.client.status().lastEvent
            try await depot.daemon.crashAndRestart()
            let again = Depot(daemon: depot.daemon, token: depot.token)
            for (number, request) in requests.enumerated() {
                let answer = try await again.call(
                    "POST", request.0, request.1, headers: ["Idempotency-Key": "key-\(number)"])
                #expect(answer.status == answers[number].status && answer.body == answers[number].body)
            }
            #expect(try await depot.daemon.client.status().lastEvent == last)
            let other = try await again.call(
                "POST", "/api/assets", #"{"asset_tag":"K-9","name":"k","status":"available"}"#,
                headers: ["Idempotency-Key": "key-1"])
            #expect(
                [400, 409].contains(other.status) && other.object["detail"] != nil, "\(other.status) \(other.body)")
        }
    }

    /// A question under a key is asked again: nothing of it is kept, whoever asks.
    @Test func questionsAreNotKept() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            try await depot.stock()
            func kept() async throws -> Int {
                let count =
                    "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM request_key').fetchone()[0])"
                let result = try await Shell.run("python3", ["-c", count, depot.daemon.database])
                return try #require(Int(result.output.filter(\.isNumber)), "\(result.errors)")
            }
            let questions = [
                ("/api/v1.0/assets", #"{"Filters":[{"Facet":"assetname","Value":"a"}]}"#),
                ("/api/v1.0/assets/search", "{}"),
                ("/api/v1.0/assets/models", "{}"), ("/api/v1.0/users", "{}"), ("/api/v1.0/nowhere", "{}"),
                ("/api/auth/login", "{}"),
            ]
            for number in 0..<300 {
                let (path, body) = questions[number % questions.count]
                let answer = try await depot.call(
                    "POST", path, body, headers: ["Idempotency-Key": "question-\(number)"])
                #expect(answer.status < 500 && answer.headers["idempotency-replayed"] == nil, "\(path): \(answer.body)")
            }
            #expect(try await kept() == 0)
            let key = ["Idempotency-Key": "change"]
            let create = (path: "/api/v1.0/assets/new", body: #"{"AssetTag":"K-1"}"#)
            let first = try await depot.call("POST", create.path, create.body, headers: key)
            let again = try await depot.call("POST", create.path, create.body, headers: key)
            #expect(first.status == again.status && first.body == again.body && first.status < 300, "\(first.body)")
            #expect(again.headers["idempotency-replayed"] == "true")
            #expect(try await kept() == 1)
            // an answer that was no success is one too
            let refused = try await depot.call(
                "POST", create.path, create.body, headers: ["Idempotency-Key": "another"])
            #expect(refused.status >= 400 && refused.status < 500)
            #expect(try await kept() == 2)
        }
    }

    @Test func aStaleVersionIsRefusedOnEveryFace() async throws {
        try await Depot.with { depot in
            try await depot.stock()
            let made = try await depot.call(
                "POST", "/api/v1/hardware", #"{"asset_tag":"V-1","model_id":1,"status_id":2}"#)
            let id = try #require((made.object["payload"] as? [String: Any])?["id"] as? Int)
            let item = try await depot.call("GET", "/api/v1.0/assets/assettag/V-1").object["Items"] as? [[String: Any]]
            let guid = try #require(item?.first?["AssetId"] as? String)
            let reads = [
                "/api/v1/hardware/\(id)", "/api/assets/\(id)", "/api/v1.0/assets/\(guid)", "/station/v1/assets/\(id)",
            ]
            for path in reads {
                let answer = try await depot.call("GET", path)
                #expect(answer.headers["etag"] == "\"1\"", "\(path): \(answer.headers)")
            }
            let stale = ["If-Match": "\"7\""]
            for (method, path, body) in [
                ("PATCH", "/api/v1/hardware/\(id)", #"{"name":"x"}"#),
                ("POST", "/api/v1/hardware/\(id)/checkout", #"{"checkout_to_type":"user","assigned_user":1}"#),
                ("DELETE", "/api/v1/hardware/\(id)", nil),
                ("POST", "/api/assets/\(id)/checkout", #"{"employee_id":1}"#),
                ("POST", "/api/v1.0/assets/\(guid)", #"{"Notes":"x"}"#),
                ("PATCH", "/api/assets/\(id)", #"{"comments":"x"}"#),
            ] as [(String, String, String?)] {
                let answer = try await depot.call(method, path, body, headers: stale)
                #expect(answer.status == 412, "\(method) \(path): \(answer.status) \(answer.body)")
            }
            let fresh = try await depot.call(
                "PATCH", "/api/v1/hardware/\(id)", #"{"name":"x"}"#, headers: ["If-Match": "\"1\""])
            #expect(fresh.object["status"] as? String == "success" && fresh.headers["etag"] == "\"2\"", "\(fresh.body)")
        }
    }

    @Test func aDryRunAnswersAndLeavesNoTrace() async throws {
        try await Depot.with { depot in
            try await depot.stock()
            let made = try await depot.call(
                "POST", "/api/v1/hardware", #"{"asset_tag":"D-1","model_id":1,"status_id":2}"#)
            let id = try #require((made.object["payload"] as? [String: Any])?["id"] as? Int)
            let before = try await depot.daemon.client.status().lastEvent
            let dry = ["Depot-Dry-Run": "true"]
            let checkout = try await depot.call(
                "POST", "/api/assets/\(id)/checkout", #"{"employee_id":7}"#, headers: dry)
            #expect(checkout.status == 200 && checkout.object["status"] as? String == "deployed", "\(checkout.body)")
            let issue = try await depot.call(
                "POST", "/api/assets",
                #"{"employee_name":"A","employee_email":"a@b.example","asset_type":"Laptop","asset_model":"M"}"#,
                headers: dry)
            #expect(issue.status == 201, "\(issue.body)")
            let deleted = try await depot.call("DELETE", "/api/v1/hardware/\(id)", headers: dry)
            #expect(deleted.object["status"] as? String == "success")
            let refused = try await depot.call("POST", "/api/assets/\(id)/checkin", "{}", headers: dry)
            #expect(refused.status == 400)
            #expect(try await depot.daemon.client.status().lastEvent == before)
            #expect(try await depot.call("GET", "/api/assets/\(id)").object["status"] as? String == "available")
            #expect(try await depot.call("GET", "/api/employees").array.count == 8)
        }
    }

    @Test func aKeyKeepsNoSecretAndNoDryRun() async throws {
        try await Depot.with { depot in
            try await depot.stock()
            let key = ["Idempotency-Key": "one"]
            let made = try await depot.call(
                "POST", "/station/v1/tokens", #"{"name":"kept","role":"viewer"}"#, headers: key)
            let secret = try #require(made.object["secret"] as? String, "\(made.body)")
            for file in ["depot.sqlite", "depot.sqlite-wal"] {
                let path = depot.daemon.folder.appendingPathComponent(file)
                let bytes = try Data(contentsOf: path)
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "the secret is in \(file)")
            }
            let asset = #"{"asset_tag":"S-1","name":"s","status":"available"}"#
            var tried = ["Idempotency-Key": "two", "Depot-Dry-Run": "true"]
            #expect(try await depot.call("POST", "/api/assets", asset, headers: tried).status == 201)
            tried["Depot-Dry-Run"] = nil
            #expect(try await depot.call("POST", "/api/assets", asset, headers: tried).status == 201)
            #expect(try await depot.call("GET", "/api/assets").array.count == 1)
        }
    }

    @Test func aPlaceToWhichAnAssetComesBackIsNotDeleted() async throws {
        try await Depot.with { depot in
            try await depot.stock()
            let made = try await depot.call(
                "POST", "/api/assets", #"{"asset_tag":"P-1","name":"p","status":"available","location_id":5}"#)
            let id = try #require(made.object["id"] as? Int, "\(made.body)")
            #expect(try await depot.call("POST", "/api/assets/\(id)/checkout", #"{"employee_id":7}"#).status == 200)
            let deleted = try await depot.call("DELETE", "/station/v1/locations/5")
            #expect(deleted.status == 409 && deleted.body.contains("in_use"), "\(deleted.body)")
            let back = try await depot.call("POST", "/api/assets/\(id)/checkin", "{}")
            #expect(back.status == 200 && back.object["status"] as? String == "available", "\(back.body)")
        }
    }
}
