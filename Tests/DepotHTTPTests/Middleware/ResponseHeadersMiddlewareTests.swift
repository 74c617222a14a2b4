import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// What protects whoever reads a response.
@Suite struct ResponseHeadersMiddlewareTests {
    @Test func whatIsNotForEverybodyIsInNoCache() async throws {
        try await MiddlewareHarness.run { harness in
            let chain: [any MiddlewareProtocol<Request, Response, StationContext>] = [
                RouteMiddleware(routes: harness.table, dialects: harness.dialects),
                ResponseHeadersMiddleware(isTLS: false),
            ]
            let own = try await harness.send(through: chain).response
            #expect(own.headers[.cacheControl] == "no-store" && own.headers[.contentTypeOptions] == "nosniff")
            #expect(own.headers[.apiVersion] != nil && own.headers[.strictTransportSecurity] == nil)
            let unknown = try await harness.send(.get, "/nowhere", through: chain).response
            #expect(unknown.headers[.cacheControl] == "no-store")
            let open = try await harness.send(.get, "/openapi.yaml", through: chain).response
            #expect(open.headers[.cacheControl] == nil)
            let cached = try await harness.send(
                through: chain,
                route: { _, _ in Response(status: .ok, headers: [.cacheControl: "no-cache"]) })
            #expect(cached.response.headers[.cacheControl] == "no-cache")
        }
    }

    @Test(arguments: [Transport.tcp, .unixSocket])
    func tlsStays(_ transport: Transport) async throws {
        try await MiddlewareHarness.run { harness in
            let sent = try await harness.send(
                through: [ResponseHeadersMiddleware(isTLS: true)], prepare: { $0.transport = transport })
            #expect((sent.response.headers[.strictTransportSecurity] != nil) == (transport == .tcp))
        }
    }
}
