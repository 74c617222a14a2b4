import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DepotHTTP

/// A request reaches its tenant, and never another one's.
@Suite struct TenantMiddlewareTests {
    /// A dialect that names the tenant in a header of its own, and shows all of them together.
    private struct Spanning: Dialect {
        var face: Origin.Face { .other("spanning") }
        var prefixes: [String] { ["/spanning"] }
        var routes: [DialectRoute] { [] }
        var tenantHeader: HTTPField.Name? { .fieldName("X-Site") }
        var spansTenants: Bool { true }
        func answer(_ error: RequestError, to call: CallHead) -> DepotDialect.Answer { .init() }
    }

    private func scope(
        _ harness: MiddlewareHarness, tenant: TenantID?, headers: HTTPFields = [:], dialect: (any Dialect)? = nil
    ) async throws -> Result<Call.Scope, RequestError> {
        let sent = try await harness.send(
            headers: headers, through: [TenantMiddleware(station: harness.station, domain: "")],
            prepare: { context in
                var caller = MiddlewareHarness.caller
                caller.tenant = tenant
                context.caller = .success(caller)
                context.dialect = dialect
            })
        return try #require(sent.seen).scope
    }

    @Test func aTokensTenantIsTheOnlyOne() async throws {
        try await MiddlewareHarness.run { harness in
            let west = try await harness.station.store.createTenant(
                slug: "west", name: "West", actor: Actor(kind: .station, name: "test"), origin: Origin(face: .daemon)
            ).id
            #expect(try await scope(harness, tenant: west).get() == .tenant(west))
            #expect(try await scope(harness, tenant: nil).get() == .tenant(.standard))
            #expect(try await scope(harness, tenant: nil, headers: [.tenant: "West"]).get() == .tenant(west))
            let other = try await scope(harness, tenant: .standard, headers: [.tenant: "west"])
            #expect(throws: RequestError.self) { try other.get() }
            let unknown = try await scope(harness, tenant: nil, headers: [.tenant: "east"])
            #expect(throws: RequestError.self) { try unknown.get() }
        }
    }

    @Test func aDialectMayNameItOrSpanThemAll() async throws {
        try await MiddlewareHarness.run { harness in
            let west = try await harness.station.store.createTenant(
                slug: "west", name: "West", actor: Actor(kind: .station, name: "test"), origin: Origin(face: .daemon)
            ).id
            let site: HTTPFields = [.fieldName("X-Site"): "west"]
            #expect(try await scope(harness, tenant: nil, dialect: Spanning()).get() == .everything)
            #expect(try await scope(harness, tenant: nil, headers: site, dialect: Spanning()).get() == .tenant(west))
            let other = try await scope(harness, tenant: .standard, headers: site, dialect: Spanning())
            #expect(throws: RequestError.self) { try other.get() }
            #expect(try await scope(harness, tenant: nil, headers: site).get() == .tenant(.standard))
        }
    }
}
