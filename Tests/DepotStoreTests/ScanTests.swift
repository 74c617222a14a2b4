import DepotModel
import DepotStore
import Testing

/// The scan journal: what it says is what the ledger and the answer say.
struct ScanTests {
    /// The scan's row in the journal.
    private func row(_ id: UniqueID, _ store: DepotStore) throws -> JournalledScan {
        try #require(try store.scans(since: ScanNumber(rawValue: 0), limit: 100).first { $0.id == id })
    }

    @Test func theWordsForARefusalAreTheSameEverywhereAndForGood() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1").asset.id
        try await fixture.apply(.checkout(to: .person(ada.id)), asset)
        var wanted = scan(
            "IT-1", outcome: .applied, message: "Ada gets it.",
            intent: .init(asset: asset, kind: .checkout(to: .person(ada.id))))
        wanted.onRefusal = { (.alreadySo, "Ada has it already (\($0.code)).") }
        let receipt = try await fixture.tenant.commit(wanted)
        #expect(receipt.refusal?.code == .alreadyDeployed && !receipt.wasRepeat)
        wanted.onRefusal = { _ in (.refused, "Something else.") }
        let again = try await fixture.tenant.commit(wanted)
        #expect(again.wasRepeat && again.number == receipt.number && again.event == receipt.event)
        #expect(again.refusal?.code == .alreadyDeployed && again.refusal?.facts == receipt.refusal?.facts)
        let row = try row(wanted.id, fixture.store)
        let event = try #require(try fixture.store.event(receipt.event.number))
        #expect(
            [receipt.outcome, again.outcome, row.outcome, event.outcome] == [
                .alreadySo, .alreadySo, .alreadySo, .alreadySo,
            ])
        let reason: String? = "already_deployed"
        #expect([receipt.reason, again.reason, row.reason, event.facts["reason"]] == [reason, reason, reason, reason])
        let message: String? = "Ada has it already (already_deployed)."
        #expect([receipt.message, again.message, row.message, event.message] == [message, message, message, message])
        #expect(try await fixture.store.verify().problems.isEmpty)
    }
}
