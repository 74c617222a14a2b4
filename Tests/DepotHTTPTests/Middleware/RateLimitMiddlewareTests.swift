import DepotDialect
import DepotEngine
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// Each token has its requests a minute, and each address that guesses.
@Suite struct RateLimitMiddlewareTests {
    private func statuses(
        _ harness: MiddlewareHarness, _ count: Int, headers: HTTPFields = [:],
        prepare: @escaping @Sendable (inout StationContext) -> Void
    ) async throws -> [Int] {
        let middleware = RateLimitMiddleware(station: harness.station, errors: harness.errors)
        var statuses: [Int] = []
        for _ in 0..<count {
            let sent = try await harness.send(headers: headers, through: [middleware], prepare: prepare)
            statuses.append(sent.response.status.code)
            if sent.response.status == .tooManyRequests { #expect(sent.response.headers[.retryAfter] != nil) }
        }
        return statuses
    }

    @Test func theLastOnesAreTurnedAway() async throws {
        try await MiddlewareHarness.run { harness in
            let few = try await statuses(harness, 3) { context in
                var caller = MiddlewareHarness.caller
                caller.limit = 2
                context.caller = .success(caller)
                context.receivedAt = .uptimeNanoseconds(0)
            }
            #expect(few == [200, 200, 429])
            let any = try await statuses(harness, 3) { context in
                var caller = MiddlewareHarness.caller
                caller.limit = 0
                context.caller = .success(caller)
            }
            #expect(any == [200, 200, 200])
        }
    }

    @Test func whoGuessesIsCountedAndWhoOnlyLooksIsNot() async throws {
        try await MiddlewareHarness.run { harness in
            let limit = harness.station.configuration.httpRateLimit
            let guesses = try await statuses(
                harness, limit + 1, headers: [.authorization: "Bearer nothing"]
            ) { $0.receivedAt = .uptimeNanoseconds(0) }
            #expect(guesses.dropLast().allSatisfy { $0 == 200 } && guesses.last == 429)
            let looks = try await statuses(harness, limit + 1) { $0.receivedAt = .uptimeNanoseconds(0) }
            #expect(looks.allSatisfy { $0 == 200 })
        }
    }

    @Test func theSocketHasNoLimit() async throws {
        try await MiddlewareHarness.run { harness in
            let local = try await statuses(harness, 3) { context in
                var caller = MiddlewareHarness.caller
                caller.limit = 1
                context.caller = .success(caller)
                context.transport = .unixSocket
            }
            #expect(local == [200, 200, 200])
        }
    }
}
