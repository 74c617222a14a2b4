import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// A page of another origin gets nothing that a browser adds by itself.
@Suite struct ForeignOriginMiddlewareTests {
    private func status(
        _ harness: MiddlewareHarness, _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields,
        over transport: Transport = .tcp
    ) async throws -> HTTPResponse.Status {
        try await harness.send(
            method, path, headers: headers,
            through: [
                RouteMiddleware(routes: harness.table, dialects: harness.dialects),
                ErrorMiddleware(errors: harness.errors),
                ForeignOriginMiddleware(origins: OwnOrigins(publicURL: "https://depot.example", isTLS: false)),
            ], prepare: { $0.transport = transport }
        ).response.status
    }

    @Test func aForeignPageIsRefusedUnlessItHasAToken() async throws {
        try await MiddlewareHarness.run { harness in
            let foreign: HTTPFields = [.origin: "https://evil.example"]
            let withToken: HTTPFields = [.origin: "https://evil.example", .authorization: "Bearer x"]
            let requests: [(String, HTTPFields, Transport, HTTPResponse.Status)] = [
                ("/station/v1/assets", foreign, .tcp, .forbidden),
                ("/station/v1/assets", [.secFetchSite: "cross-site"], .tcp, .forbidden),
                ("/station/v1/assets", [.origin: "https://depot.example"], .tcp, .ok),
                ("/station/v1/assets", [:], .tcp, .ok), ("/station/v1/assets", withToken, .tcp, .ok),
                ("/station/v1/assets", foreign, .unixSocket, .ok),
                // open to everybody, and only a look
                ("/health", foreign, .tcp, .ok),
            ]
            for (path, headers, transport, expected) in requests {
                let answered = try await status(harness, .get, path, headers, over: transport)
                #expect(answered == expected, "\(path) \(headers)")
            }
        }
    }
}
