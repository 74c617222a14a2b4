import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// Finding out who asks refuses nobody: that is for the routes.
@Suite struct AuthenticationMiddlewareTests {
    private func caller(
        _ harness: MiddlewareHarness, _ headers: HTTPFields, over transport: Transport = .tcp
    ) async throws -> Result<Caller, RequestError> {
        let middleware = AuthenticationMiddleware(station: harness.station, peers: PeerPolicy(group: "none"))
        let sent = try await harness.send(headers: headers, through: [middleware]) { $0.transport = transport }
        let seen = try #require(sent.seen)
        if case .success(let caller) = seen.caller { #expect(seen.callerID == caller.identity) }
        return seen.caller
    }

    @Test func aTokenIsItsCaller() async throws {
        try await MiddlewareHarness.run { harness in
            let token = try await harness.token(.operator)
            let caller = try await caller(harness, [.authorization: "Bearer \(token)"]).get()
            #expect(caller.actor == Actor(kind: .token, name: "operator") && caller.access == .operator)
            #expect(caller.tenant == .standard)
        }
    }

    @Test func whatOpensNothingIsNobody() async throws {
        try await MiddlewareHarness.run { harness in
            let token = try await harness.token(.viewer)
            let wrong: [HTTPFields] = [
                [:], [.authorization: "Bearer nothing"], [.authorization: "Basic \(token)"],
                [.cookie: "\(AuthenticationMiddleware.cookie)=\(token)"],
            ]
            for headers in wrong {
                let caller = try await caller(harness, headers)
                #expect(throws: RequestError.self) { try caller.get() }
            }
            let screen = try await harness.token(.screen)
            let cookie = try await caller(harness, [.cookie: "\(AuthenticationMiddleware.cookie)=\(screen)"]).get()
            #expect(cookie.access == .screen && cookie.limit == 0)
        }
    }

    @Test func aTokenSaysNothingOnTheSocket() async throws {
        try await MiddlewareHarness.run { harness in
            let token = try await harness.token(.admin)
            let caller = try await caller(harness, [.authorization: "Bearer \(token)"], over: .unixSocket)
            #expect(throws: RequestError.self) { try caller.get() }
        }
    }
}
