import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOEmbedded
import Testing

@testable import DepotHTTP

/// A token has requests in progress on so many connections, and no more.
@Suite struct WorkLimitMiddlewareTests {
    @Test func oneConnectionTooManyIsTurnedAway() async throws {
        try await MiddlewareHarness.run { harness in
            var limits = ConnectionLimits()
            limits.perToken = 1
            let connections = Connections(limits, most: 8, logger: TestStation.quietLogger)
            let chain: [any MiddlewareProtocol<Request, Response, StationContext>] = [
                ErrorMiddleware(errors: harness.errors), WorkLimitMiddleware(connections: connections),
            ]
            let opened = (0..<2).map { _ in
                Connection(channel: EmbeddedChannel(), peer: nil, transport: .tcp, limits: limits)
            }
            func status(_ connection: Connection, _ id: String) async throws -> HTTPResponse.Status {
                try await harness.send(
                    through: chain,
                    prepare: { context in
                        context.connection = connection
                        context.caller = .success(MiddlewareHarness.caller)
                        context.callerID = id
                    }
                ).response.status
            }
            let first = try await status(opened[0], "one")
            #expect(first == .ok)
            let tooMany = try await status(opened[1], "one")
            #expect(tooMany == .serviceUnavailable)
            let other = try await status(opened[1], "other")
            #expect(other == .ok)
            connections.workEnds(on: opened[0])
            connections.workEnds(on: opened[1])
            let later = try await status(opened[1], "one")
            #expect(later == .ok)
        }
    }
}
