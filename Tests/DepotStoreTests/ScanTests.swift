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

    @Test func whatEndedACodeIsKept() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1").asset.id
        var facts: [String?] = []
        for end in ["enter", "tab", "report", "silence", nil] {
            var wanted = scan("IT-1", outcome: .unknown, message: "?")
            wanted.endedBy = end
            facts.append(try await fixture.tenant.commit(wanted).event.facts["ended_by"])
            #expect(try row(wanted.id, fixture.store).endedBy == end)
        }
        // what nothing ended is worth telling: it may be half a code
        #expect(facts == [nil, nil, nil, "silence", nil])
        var audit = scan("IT-1", outcome: .applied, message: "Counted.", intent: .init(asset: asset, kind: .audit()))
        audit.endedBy = "silence"
        let counted = try await fixture.tenant.commit(audit)
        #expect(counted.event.kind == .audit && counted.event.facts["ended_by"] == "silence")
        var refused = scan("IT-1", message: "", intent: .init(asset: asset, kind: .checkin()))
        refused.endedBy = "silence"
        let first = try await fixture.tenant.commit(refused)
        #expect(first.event.facts["ended_by"] == "silence")
        #expect(try await fixture.tenant.commit(refused).refusal == first.refusal)
    }

    @Test func aLaneLearnsWhatItsScannerEndsCodesWith() async throws {
        let fixture = try Fixture()
        let lane = try await fixture.store.lane(forScanner: "usb:05e0:X").id
        let other = try await fixture.store.lane(forScanner: "usb:05e0:Y").id
        var known: [[String?]] = []
        for terminator in [nil, "tab", nil, "enter"] {
            var wanted = scan("IT-1", outcome: .unknown, message: "?")
            (wanted.lane, wanted.terminator) = (lane, terminator)
            _ = try await fixture.tenant.commit(wanted)
            known.append(try fixture.store.lanes().map(\.terminator))
        }
        #expect(known == [[nil, nil], ["tab", nil], ["tab", nil], ["enter", nil]])
        let store = try await fixture.reopened()
        #expect(try await store.lane(forScanner: "usb:05e0:X").terminator == "enter")
        #expect(try await store.lane(forScanner: "usb:05e0:Y").id == other)
        await store.close()
    }
}
