import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import DepotHTTP

/// The same change under the same key is made once.
@Suite struct IdempotencyMiddlewareTests {
    private func send(
        _ harness: MiddlewareHarness, _ body: String, access: Access = .operator, isDryRun: Bool = false
    ) async throws -> (response: TestResponse, seen: StationContext?) {
        try await harness.send(
            .post, "/station/v1/people", headers: [.idempotencyKey: "k-1"], body: body,
            through: [
                RouteMiddleware(routes: harness.table, dialects: harness.dialects),
                ErrorMiddleware(errors: harness.errors),
                IdempotencyMiddleware(retries: Retries(station: harness.station), errors: harness.errors),
            ],
            prepare: { context in
                var caller = MiddlewareHarness.caller
                caller.access = access
                context.caller = .success(caller)
                context.isDryRun = isDryRun
            },
            route: { request, context in
                Response(status: .created, body: ResponseBody(byteBuffer: try await request.body.collect(upTo: 100)))
            })
    }

    @Test func theSecondTimeTheRouteIsNotAsked() async throws {
        try await MiddlewareHarness.run { harness in
            let first = try await send(harness, "{}")
            let again = try await send(harness, "{}")
            #expect(first.seen != nil && again.seen == nil)
            #expect(again.response.status == .created && again.response.body == first.response.body)
            #expect(again.response.headers[.fieldName("Idempotency-Replayed")] == "true")
            let other = try await send(harness, "{ }")
            #expect(other.response.status == .conflict && other.seen == nil)
        }
    }

    @Test func whatChangesNothingIsNotKept() async throws {
        try await MiddlewareHarness.run { harness in
            for _ in 0..<2 {
                let question = try await send(harness, "{}", access: .viewer)
                let dryRun = try await send(harness, "{}", isDryRun: true)
                #expect(question.seen != nil && dryRun.seen != nil)
            }
        }
    }
}
