import DepotModel
import Testing

@testable import DepotStore

/// What reads may cost, and that nobody waits for those of others.
struct ReadBudgetTests {
    /// A search that looks at every asset for every one of its texts.
    private static let costly: AssetQuery = {
        var query = AssetQuery()
        query.predicate = .any(["qx", "zq", "xz", "wq", "vq", "yx", "jq", "kx"].map { .phrase($0) })
        return query
    }()

    private func filled() async throws -> Fixture {
        let fixture = try Fixture()
        let request = ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon)
        _ = try await fixture.tenant.importAssets(
            (1...2000).map { number in
                var draft = AssetDraft(tag: "NB-\(number)")
                draft.notes = "notes of \(number)"
                return ImportRow(line: number, draft: draft, columns: [.notes])
            }, request)
        return fixture
    }

    private func code(_ body: () throws -> Void) -> DepotError.Code? {
        do { try body() } catch { return (error as? DepotError)?.code }
        return nil
    }

    @Test func whatCostsMoreThanItMayIsGivenUp() async throws {
        let fixture = try await filled()
        let budget = ReadBudget.request(.short)
        ReadBudget.$current.withValue(budget) {
            #expect(code { _ = try fixture.tenant.assets(Self.costly) } == .tooExpensive)
            #expect(budget.isExceeded)
            // the rest of the same answer is given up at once
            #expect(code { _ = try fixture.store.tenants() } == .tooExpensive)
        }
        try ReadBudget.$current.withValue(.request(.long)) { _ = try fixture.tenant.assets(Self.costly) }
        _ = try fixture.tenant.assets(Self.costly)
    }

    @Test func aLookupCostsNothingWorthALook() async throws {
        let fixture = try await filled()
        let budget = ReadBudget.request(.short)
        let found = try ReadBudget.$current.withValue(budget) {
            try fixture.tenant.find([LookupKey(.tag, "NB-77")]).flatMap(\.entities)
        }
        #expect(found.count == 1)
        #expect(budget.spent == .zero)
    }

    @Test func eachPageOfAnAnswerMayCostAsMuch() async throws {
        let fixture = try await filled()
        let budget = ReadBudget.pages()
        try ReadBudget.$current.withValue(budget) {
            _ = try fixture.tenant.assets(Self.costly)
            let first = budget.spent
            #expect(first > .zero)
            _ = try fixture.store.tenants()
            #expect(budget.spent < first)
        }
    }

    @Test func aStopEndsEverybodysReadsButTheLanes() async throws {
        let fixture = try await filled()
        fixture.store.stopReading()
        ReadBudget.$current.withValue(.request(.long)) {
            #expect(code { _ = try fixture.tenant.assets(Self.costly) } == .storeUnavailable)
        }
        await #expect(throws: DepotError.self) { _ = try await fixture.store.verify() }
        let found = try ReadBudget.$current.withValue(.own) {
            try fixture.tenant.find([LookupKey(.tag, "NB-77")]).flatMap(\.entities)
        }
        #expect(found.count == 1)
    }

    @Test func aQuestionLooksForSoManyTexts() async throws {
        let fixture = try Fixture()
        var query = AssetQuery()
        query.predicate = .any((0...100).map { .contains(.notes, "text \($0)") })
        #expect(code { _ = try fixture.tenant.assets(query) } == .badRequest)
        query.predicate = .any((0..<100).map { .contains(.notes, "text \($0)") })
        #expect(code { _ = try fixture.tenant.assets(query) } == nil)
    }
}
