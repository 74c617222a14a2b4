import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// A peer that may not use the control socket gets nothing from it, open routes neither.
@Suite struct ControlSocketMiddlewareTests {
    @Test(arguments: [Transport.tcp, .unixSocket])
    func onlyTheSocketNeedsACaller(_ transport: Transport) async throws {
        try await MiddlewareHarness.run { harness in
            let chain: [any MiddlewareProtocol<Request, Response, StationContext>] = [
                ErrorMiddleware(errors: harness.errors), ControlSocketMiddleware(),
            ]
            let stranger = try await harness.send(
                through: chain,
                prepare: { context in
                    context.transport = transport
                    context.caller = .failure(.forbidden("no"))
                })
            #expect(stranger.response.status == (transport == .tcp ? .ok : .forbidden))
            let known = try await harness.send(
                through: chain,
                prepare: { context in
                    context.transport = transport
                    context.caller = .success(MiddlewareHarness.caller)
                })
            #expect(known.response.status == .ok)
        }
    }
}
