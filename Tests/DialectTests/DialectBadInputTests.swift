import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// Every route of every dialect with what nobody should send.
@Suite struct DialectBadInputTests {
    /// One operation of the served document.
    struct Operation: Sendable, CustomStringConvertible {
        var method: String
        var path: String
        var isOpen: Bool
        var description: String { "\(method) \(path)" }

        /// The path with a number, or a text, in each of its places.
        func path(filledWith value: String) -> String {
            path.replacing(#/\{[^}]*\}/#, with: value)
        }

        /// Queries of Incident IQ are POSTs, and one of Snipe-IT's reads is.
        var isRead: Bool {
            method == "GET" || path == "/api/v1/fieldsets/{id}/fields"
                || path.hasPrefix("/api/v1.0")
                    && path.contains(
                        #/(v1.0/assets|locations|rooms|users|models|count|scan|get|verifications)$|search|query|/of/|all$/#
                    )
        }

        /// Whether an error has the shape that this dialect's clients read.
        func hasOwnShape(_ answer: SeedAnswer) -> Bool {
            let object = answer.object
            if path.hasPrefix("/api/v1.0") {
                return object["StatusCode"] as? Int == answer.status && object["Message"] != nil
            }
            if path.hasPrefix("/api/v1") {
                return object["status"] as? String == "error" || object["error"] != nil || object["message"] != nil
            }
            return object["detail"] != nil || object["error"] != nil
        }
    }

    /// The dialects' operations in the served OpenAPI document.
    static func operations(_ depot: Depot) async throws -> [Operation] {
        let document = try await depot.call("GET", "/openapi.yaml").body
        var operations: [Operation] = []
        var path = ""
        for line in document.split(separator: "\n") {
            if line.hasPrefix("  /"), let colon = line.lastIndex(of: ":") {
                path = line[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: " \"'"))
            } else if let match = line.wholeMatch(of: #/\ {4}(get|post|put|patch|delete):\s*/#), path.hasPrefix("/api")
            {
                operations.append(
                    Operation(
                        method: match.1.uppercased(), path: path,
                        isOpen: path.hasSuffix("/qr") || path.hasSuffix("/login")))
            }
        }
        try #require(operations.count > 100, "the document names the dialects' routes")
        return operations
    }

    @Test func nobodyWithoutATokenGetsAnythingAndNothingChanges() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            let viewer = try await depot.daemon.token("looks", role: .viewer)
            try await depot.stock()
            let before = try await depot.daemon.client.status().lastEvent
            for operation in try await Self.operations(depot) where !operation.isOpen {
                let path = operation.path(filledWith: "1")
                let body = operation.method == "GET" ? nil : "{}"
                for wrong in ["", "depot_wrong", String(depot.token.dropLast() + "x")] {
                    let answer = try await depot.call(operation.method, path, body, token: wrong)
                    #expect(answer.status == 401, "\(operation) with token “\(wrong.prefix(6))”: \(answer.status)")
                    #expect(operation.hasOwnShape(answer), "\(operation): \(answer.body)")
                }
                if !operation.isRead {
                    let answer = try await depot.call(operation.method, path, body, token: viewer)
                    #expect(
                        [403, 404, 405].contains(answer.status),
                        "\(operation) as viewer: \(answer.status) \(answer.body)")
                }
            }
            #expect(try await depot.daemon.client.status().lastEvent == before)
            let log = try String(contentsOf: depot.daemon.log, encoding: .utf8)
            #expect(!log.contains(depot.token) && !log.contains("depot_wrong"), "a token is in the log")
        }
    }

    @Test func noBodyBreaksARoute() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
            let bodies: [[UInt8]] =
                [
                    "{", "[]", "\"text\"", "3", "null", "{\"a\":}", deep, "{\"asset_tag\":\(deep)}",
                    #"{"asset_tag":1e400,"model_id":1e400,"status_id":1e400,"name":[1],"purchase_cost":1e400,"Filters":3}"#,
                    #"{"asset_tag":"a\u0000b","name":"\u0000","employee_name":"\u0000","Filters":[{"Facet":"\u0000"}]}"#,
                    #"{"model_id":"x","status_id":{},"assigned_user":-1,"category_id":true,"AssetId":7,"OwnerId":[]}"#,
                    #"{"name":"\ud800"}"#,
                ].map { Array($0.utf8) } + [[0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]]
            for operation in try await Self.operations(depot) {
                let writes = operation.method != "GET"
                for (number, body) in bodies.enumerated() where writes || number < 3 {
                    for place in ["999999", "not-an-id"] where number == 0 || place == "999999" {
                        let answer = try await depot.daemon.http(
                            operation.method, operation.path(filledWith: place), token: depot.token,
                            headers: ["Content-Type": "application/json", "Accept": "application/json"], body: body)
                        #expect(
                            answer.status < 500, "\(operation) body \(number): \(answer.status) \(text(answer.bytes))")
                    }
                }
            }
        }
    }

    @Test func aBodyOfTwentyMegabytesIsRefused() async throws {
        try await Depot.with(configuration: "http: {rate_limit_per_minute: 0}") { depot in
            let large = [UInt8](repeating: UInt8(ascii: " "), count: 20 << 20)
            for path in ["/api/v1/hardware", "/api/assets", "/api/v1.0/assets", "/api/v1.0/assets/new"] {
                let answer = try await depot.daemon.http(
                    "POST", path, token: depot.token, headers: ["Content-Type": "application/json"], body: large)
                #expect(answer.status == 413, "\(path): \(answer.status)")
            }
        }
    }

    @Test func unknownPathsAndVerbsHaveTheDialectsShape() async throws {
        try await Depot.with { depot in
            for prefix in ["/api/v1", "/api/v1/nothing", "/api/v1.0/nothing", "/api/nothing", "/api/assets/1/nothing"] {
                let answer = try await depot.call("GET", prefix)
                let operation = Operation(method: "GET", path: prefix, isOpen: false)
                #expect(
                    answer.status == 404 && operation.hasOwnShape(answer), "\(prefix): \(answer.status) \(answer.body)")
            }
            for path in ["/api/v1/hardware", "/api/v1.0/assets/count", "/api/assets"] {
                let answer = try await depot.call("DELETE", path)
                let operation = Operation(method: "DELETE", path: path, isOpen: false)
                #expect(
                    answer.status == 405 && operation.hasOwnShape(answer), "\(path): \(answer.status) \(answer.body)")
            }
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(200), as: UTF8.self) }
}
