import DepotAPI
import DepotModel
import DepotTestKit
import Foundation

/// What the seeds' own examples talk about: the rows whose numbers stand in them.
struct Depot {
    var daemon: DaemonFixture
    /// An administrator's token of the default tenant.
    var token: String
    /// The host that requests name; nil: the daemon's address.
    var host: String?

    /// Runs the body against a real daemon with an administrator's token.
    static func with(
        _ name: String = #function, configuration: String? = nil,
        _ body: @escaping @Sendable (Depot) async throws -> Void
    ) async throws {
        var options = DaemonFixture.Options()
        options.configuration = configuration
        options.timeLimit = 600
        try await DaemonFixture.with(name, options: options) { daemon in
            try await body(Depot(daemon: daemon, token: try await daemon.token("tests", role: .admin)))
        }
    }

    /// One request over TCP; `body` is sent as JSON.
    func call(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> SeedAnswer {
        var headers = headers
        if let host { headers["Host"] = headers["Host"] ?? host }
        headers["Accept"] = headers["Accept"] ?? "application/json"
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        let answer = try await daemon.http(
            method, path, token: token ?? self.token, headers: headers, body: body.map { Array($0.utf8) })
        return SeedAnswer(
            status: answer.status, body: String(decoding: answer.bytes, as: UTF8.self), headers: answer.headers)
    }

    /// People, locations and the catalogue until the numbers that the seeds use exist.
    func stock(people: Int = 8) async throws {
        for number in 1...people {
            let name = number == 7 ? "Sarah Chen" : "Person \(number)"
            _ = try await daemon.client.createPerson(
                CreatePersonRequest(name: name, email: "p\(number)@depot.example", badge: "BADGE:\(number)"))
        }
        for name in ["Warehouse", "Head Office", "Room 3", "Room 4", "Room 5"] {
            _ = try await daemon.client.createLocation(CreateLocationRequest(name: name))
        }
        _ = try await call("POST", "/api/v1/categories", #"{"name":"Laptop","category_type":"asset"}"#)
        _ = try await call("POST", "/api/v1/manufacturers", #"{"name":"Dell"}"#)
        _ = try await call("POST", "/api/v1/models", #"{"name":"Latitude","category_id":1,"manufacturer_id":1}"#)
    }
}
