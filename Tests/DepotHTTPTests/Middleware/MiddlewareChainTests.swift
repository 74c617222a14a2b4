import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SnipeIT
import Testing

@testable import DepotHTTP

/// The order of the chain: what an error's response still has, though it was refused halfway.
@Suite struct MiddlewareChainTests {
    private func answers(
        _ harness: MiddlewareHarness, _ requests: [(uri: String, headers: HTTPFields)]
    ) async throws -> [TestResponse] {
        let router = StationRouter(
            station: harness.station, dialects: [SnipeIT()],
            settings: HTTPSettings(socketPath: nil, host: "", port: 0), logger: harness.logger)
        let responder = ConnectionContextResponder(
            base: router.responder(), transport: .tcp, connections: router.connections, maximumBody: 1 << 20)
        return try await Application(responder: responder, logger: harness.logger).test(.router) { client in
            var answers: [TestResponse] = []
            for request in requests {
                answers.append(try await client.execute(uri: request.uri, method: .get, headers: request.headers))
            }
            return answers
        }
    }

    @Test func whatIsRefusedIsNamedLoggedAndInNoCache() async throws {
        try await MiddlewareHarness.run { harness in
            let log = LogRecorder()
            var harness = harness
            harness.logger = log.logger
            let refused: [(uri: String, headers: HTTPFields)] = [
                ("/station/v1/assets", [:]), ("/nowhere", [:]), ("/station/v1/assets", [.dryRun: "perhaps"]),
                ("/station/v1/assets", [.origin: "https://evil.example"]),
            ]
            let answers = try await answers(harness, refused)
            #expect(answers.map(\.status.code) == [401, 404, 400, 403])
            for answer in answers {
                let id = try #require(answer.headers[.requestID])
                #expect(String(buffer: answer.body).contains(id))
                #expect(log.lines(from: .trace).contains { $0.contains(id) })
                #expect(answer.headers[.cacheControl] == "no-store" && answer.headers[.apiVersion] != nil)
            }
        }
    }

    @Test func aDialectTellsDryRunAndRateWithItsErrors() async throws {
        try await MiddlewareHarness.run { harness in
            let token = try await harness.token(.viewer, rate: 1)
            let headers: HTTPFields = [.authorization: "Bearer \(token)", .dryRun: "true"]
            let answers = try await answers(
                harness, [("/api/v1/nowhere", headers), ("/api/v1/nowhere", headers)])
            #expect(answers.map(\.status.code) == [404, 429])
            #expect(answers.map { $0.headers[.dryRun] } == ["true", "true"])
            #expect(answers[0].headers[.fieldName("X-RateLimit-Remaining")] == "0")
        }
    }
}
