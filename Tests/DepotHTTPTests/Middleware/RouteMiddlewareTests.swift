import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// Everybody behind knows which route a request has, and which API.
@Suite struct RouteMiddlewareTests {
    @Test func theRouteAndTheDialectAreKnown() async throws {
        try await MiddlewareHarness.run { harness in
            let chain = [RouteMiddleware(routes: harness.table, dialects: harness.dialects)]
            let own = try #require(try await harness.send(through: chain).seen)
            #expect(own.route?.path == "/station/v1/assets" && own.route?.method == .get && own.dialect == nil)
            let other = try #require(try await harness.send(.post, "/api/v1/hardware", through: chain).seen)
            #expect(other.route?.dialects == ["snipe_it"] && other.dialect?.face == .snipeIT)
            let unknown = try #require(try await harness.send(.get, "/apix", through: chain).seen)
            #expect(unknown.route == nil && unknown.dialect == nil)
        }
    }
}
