import DepotDialect
import DepotStore
import HTTPTypes
import Hummingbird
import Synchronization
import Testing

@testable import DepotHTTP

/// A route says on whose threads it reads, and over whose connections.
@Suite struct ReadLimitMiddlewareTests {
    @Test(arguments: [
        (HTTPRequest.Method.get, "/station/v1/assets", Transport.tcp, ReadBudget.Place.shared),
        (.post, "/station/v1/transitions", .tcp, .shared), (.post, "/api/assets/import/csv", .tcp, .long),
        (.post, "/station/v1/transitions", .unixSocket, .own), (.get, "/station/v1/status", .unixSocket, .own),
        (.get, "/nowhere", .tcp, .shared),
    ])
    func aRouteReadsAtItsPlace(
        _ method: HTTPRequest.Method, _ path: String, _ transport: Transport, _ place: ReadBudget.Place
    ) async throws {
        try await MiddlewareHarness.run { harness in
            let seen = Mutex<[ReadBudget.Place?]>([])
            _ = try await harness.send(
                method, path,
                through: [
                    RouteMiddleware(routes: harness.table, dialects: harness.dialects), ReadLimitMiddleware(),
                ],
                prepare: { context in
                    context.transport = transport
                    context.caller = .success(MiddlewareHarness.caller)
                },
                route: { _, _ in
                    seen.withLock { $0.append(ReadBudget.current?.place) }
                    return Response(status: .ok)
                })
            #expect(seen.withLock { $0 } == [place])
        }
    }
}
