import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// A request has one identity: in the response, for its route and as its change.
@Suite struct RequestIDMiddlewareTests {
    @Test func theResponseNamesTheRequestAsTheRouteKnowsIt() async throws {
        try await MiddlewareHarness.run { harness in
            let chain = [RequestIDMiddleware(station: harness.station)]
            let first = try await harness.send(through: chain)
            let seen = try #require(first.seen)
            #expect(first.response.headers[.requestID] == seen.requestID)
            #expect(seen.requestID == seen.operation.description)
            let second = try await harness.send(through: chain)
            #expect(second.response.headers[.requestID] != seen.requestID)
        }
    }
}
