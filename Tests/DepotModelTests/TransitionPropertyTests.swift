import DepotModel
import Testing

/// Random lives of an asset, the same in every run.
@Suite struct TransitionPropertyTests {
    @Test(arguments: 0..<40) func randomLivesKeepTheInvariants(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var asset = Fixture.asset()
        var events: [LedgerEvent] = []
        var before: [Asset] = []
        var applied = 0
        for step in 0..<250 {
            let kind = randomKind(newest: Int64(events.count), &random)
            let time = Timestamp(milliseconds: Fixture.now.milliseconds + Int64(step))
            var facts = Fixture.facts(for: kind, on: asset)
            facts.newestEvent = events.last?.number
            if case .undo(let number) = kind { facts.undone = events.first { $0.number == number } }
            do throws(Refusal) {
                let result = try TransitionRules.apply(Fixture.transition(kind, at: time), to: asset, facts: facts)
                try check(result, after: asset, kind, time)
                if case .undo(let number) = kind { expectRestored(result.asset, before[Int(number.rawValue) - 1]) }
                before.append(asset)
                asset = result.asset
                events.append(Fixture.event(result, number: Int64(events.count + 1)))
                applied += 1
            } catch {
                // A refusal is the same again, and says why.
                #expect(throws: error) {
                    try TransitionRules.apply(Fixture.transition(kind, at: time), to: asset, facts: facts)
                }
                #expect(!error.message.isEmpty)
            }
        }
        #expect(applied > 50)
        #expect(asset.version == 3 + Int64(applied))
        replayBackwards(asset, events, to: Fixture.asset())
    }

    private func check(
        _ result: AppliedTransition, after asset: Asset, _ kind: Transition.Kind, _ time: Timestamp
    ) throws(Refusal) {
        let new = result.asset
        #expect(new.version == asset.version + 1)
        #expect(new.updatedAt == time)
        #expect(new.id == asset.id && new.uuid == asset.uuid && new.tenant == asset.tenant)
        #expect(!new.tag.isEmpty)
        #expect((new.lifecycle == .deployed) == (new.holder != nil && new.deletedAt == nil))
        #expect((new.lifecycle == .deleted) == (new.deletedAt != nil))
        #expect(result.changes == new.changes(since: asset))
        if result.kind != .undo {
            #expect((result.kind == .deleted) == (asset.deletedAt == nil && new.deletedAt != nil))
            #expect(new.checkoutCount >= asset.checkoutCount && new.checkinCount >= asset.checkinCount)
        }
        // Who had it and who has it are told by every event that moved it, and by no other.
        let moved = new.holder != asset.holder
        #expect(result.from?.holder == (moved ? asset.holder : nil))
        #expect(result.to?.holder == (moved ? new.holder : nil))
        switch kind {
        case .checkout, .transfer, .checkin: #expect(moved)
        case .undo: break
        default: #expect(!moved)
        }
    }

    private func expectRestored(_ asset: Asset, _ earlier: Asset) {
        var earlier = earlier
        earlier.version = asset.version
        earlier.updatedAt = asset.updatedAt
        #expect(asset == earlier)
    }

    /// The ledger alone leads back to the beginning, whatever the undo rule allows.
    private func replayBackwards(_ asset: Asset, _ events: [LedgerEvent], to first: Asset) {
        var asset = asset
        for change in events.reversed().flatMap(\.changes) {
            if let field = AssetField(rawValue: change.field) {
                #expect(asset[field] == change.to)
                let isSet = asset.set(field, to: change.from, label: { Fixture.labels[$0] })
                #expect(isSet)
            } else {
                let name = String(change.field.dropFirst(FieldChange.customPrefix.count))
                #expect(asset.custom[name] == change.to)
                asset.custom[name] = change.from
            }
        }
        asset.version = first.version
        asset.updatedAt = first.updatedAt
        #expect(asset == first)
    }

    private func randomKind(newest: Int64, _ random: inout SplitMix) -> Transition.Kind {
        let holders = Fixture.holders + [Fixture.gone]
        let holder = holders[Int.random(in: 0..<holders.count, using: &random)].holder
        let location = [nil, Fixture.home, Fixture.elsewhere, LocationID(rawValue: 99)][
            Int.random(in: 0..<4, using: &random)]
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<4: return .checkout(to: holder, expectedCheckin: CalendarDate(daysSinceEpoch: 20_800))
        case 4..<8: return .checkin(location: location)
        case 8..<10: return .transfer(to: holder)
        case 10..<12: return .audit(location: location, moves: Bool.random(using: &random))
        case 12..<14: return .edit(randomFields(&random))
        case 14: return .delete
        case 15..<17: return .restore
        default: return .undo(EventNumber(rawValue: max(1, newest - Int64.random(in: 0...1, using: &random))))
        }
    }

    private func randomFields(_ random: inout SplitMix) -> [String: String?] {
        let choices: [(String, String?)] = [
            ("asset_tag", "IT-\(random.next() % 100)"), ("asset_tag", " "), ("name", nil),
            ("serial", "S\(random.next() % 9)"),
            ("status_id", "1"), ("status_id", "\(random.next() % 6)"), ("purchase_cost", "\(random.next() % 1000).5"),
            ("location_id", "4"), ("default_location_id", nil), ("custom.a", "1"), ("custom.a", nil), ("notes", "…"),
        ]
        var fields: [String: String?] = [:]
        for _ in 0..<2 {
            let (name, value) = choices[Int.random(in: 0..<choices.count, using: &random)]
            fields.updateValue(value, forKey: name)
        }
        return fields
    }
}
