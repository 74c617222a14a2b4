import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import SnipeIT
import Testing

@testable import DepotHTTP

/// A dry run is one where it can be, and never a change by mistake.
@Suite struct DryRunMiddlewareTests {
    @Test(arguments: [
        ("true", HTTPRequest.Method.post, "/station/v1/transitions", true as Bool?),
        ("TRUE", .patch, "/station/v1/assets/1", true), ("false", .post, "/station/v1/backup", false),
        ("true", .get, "/station/v1/status", true), ("true", .post, "/station/v1/backup", nil),
        ("yes", .post, "/station/v1/transitions", nil), ("", .post, "/station/v1/transitions", nil),
    ])
    func itIsTriedOrRefused(
        _ wanted: String, _ method: HTTPRequest.Method, _ path: String, _ isDryRun: Bool?
    ) async throws {
        try await MiddlewareHarness.run { harness in
            let sent = try await harness.send(
                method, path, headers: [.dryRun: wanted], through: [DryRunMiddleware(errors: harness.errors)])
            #expect(sent.seen?.isDryRun == isDryRun)
            #expect(sent.response.status == (isDryRun == nil ? .badRequest : .ok))
        }
    }

    @Test func aDialectTriesEverything() async throws {
        try await MiddlewareHarness.run { harness in
            let sent = try await harness.send(
                .post, "/api/v1/hardware", headers: [.dryRun: "true"],
                through: [DryRunMiddleware(errors: harness.errors)], prepare: { $0.dialect = SnipeIT() })
            #expect(sent.seen?.isDryRun == true)
        }
    }
}
