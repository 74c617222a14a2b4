import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SnipeIT
import Testing

@testable import DepotHTTP

/// Every error is an answer, in the shape of the API that was asked.
@Suite struct ErrorMiddlewareTests {
    @Test func anErrorIsAReplyWithTheRequestsID() async throws {
        try await MiddlewareHarness.run { harness in
            let sent = try await harness.send(
                through: [ErrorMiddleware(errors: harness.errors)], prepare: { $0.requestID = "r-1" },
                route: { _, _ in throw RequestError.notFound("asset", 7) })
            #expect(sent.response.status == .notFound)
            let text = String(buffer: sent.response.body)
            #expect(text.contains("r-1") && text.contains("There is no asset 7."))
        }
    }

    @Test func aDialectsClientsGetItsOwnShape() async throws {
        try await MiddlewareHarness.run { harness in
            let sent = try await harness.send(
                through: [ErrorMiddleware(errors: harness.errors)],
                prepare: { context in
                    context.dialect = SnipeIT()
                    context.isDryRun = true
                    context.rate = RateLimitState(limit: 120, remaining: 7)
                }, route: { _, _ in throw RequestError.forbidden("no") })
            #expect(String(buffer: sent.response.body).contains("This action is unauthorized."))
            #expect(sent.response.headers[.dryRun] == "true")
            #expect(sent.response.headers.contains { $0.value == "7" }, "what is left of the limit")
        }
    }

    @Test func anUnknownPathAndAnotherMethodAreToldApart() async throws {
        try await MiddlewareHarness.run { harness in
            for (path, status) in [("/nowhere", 404), ("/station/v1/assets", 405)] {
                let sent = try await harness.send(
                    .put, path, through: [ErrorMiddleware(errors: harness.errors)],
                    route: { _, _ in throw HTTPError(.notFound) })
                #expect(sent.response.status.code == status)
            }
        }
    }

    @Test func whatIsNotOursToExplainIsInTheLogOnly() async throws {
        try await MiddlewareHarness.run { harness in
            let log = LogRecorder()
            var harness = harness
            harness.logger = log.logger
            let sent = try await harness.send(
                through: [ErrorMiddleware(errors: harness.errors)], route: { _, _ in throw Secret() })
            #expect(sent.response.status == .internalServerError)
            #expect(!String(buffer: sent.response.body).contains("hunter2"))
            #expect(log.lines(from: .error).contains { $0.contains("hunter2") })
        }
    }

    private struct Secret: Error { let word = "hunter2" }
}
