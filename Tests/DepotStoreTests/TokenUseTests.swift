import DepotModel
import Synchronization
import Testing

@testable import DepotStore

/// The time of a token's last use.
struct TokenUseTests {
    @Test func theLastUseOfATokenIsKeptToTheMinute() async throws {
        let fixture = try Fixture()
        let made = try await fixture.store.createToken(
            name: "till", role: .viewer, tenant: .standard, expires: nil, actor: .test, origin: .test)
        #expect(try fixture.store.tokens().first?.lastUsedAt == nil)
        func use(_ store: DepotStore, _ at: Timestamp) async throws -> Timestamp? {
            _ = try store.authenticate(token: made.secret, at: at)
            await store.tokenUses.withLock { $0.newest }?.value
            return try store.tokens().first?.lastUsedAt
        }
        let soon = noon.advanced(byMilliseconds: 59_999)
        let later = noon.advanced(byMilliseconds: 60_000)
        #expect(try await use(fixture.store, noon) == noon)
        #expect(try await use(fixture.store, soon) == noon)
        let store = try await fixture.reopened()
        #expect(try await use(store, soon) == noon)
        #expect(try await use(store, later) == later)
        // a clock that was set back does not make it older
        #expect(try await use(store, noon) == later)
        await store.close()
    }
}
