import DepotModel
import Testing

/// Undo: the inverse of the asset's newest event, as its own event.
@Suite struct UndoTests {
    /// Applies, then undoes; the asset must be as before, but for its version and when it was changed.
    private func undone(
        _ kind: Transition.Kind, _ asset: Asset, change: (inout TransitionFacts) -> Void = { _ in }
    ) throws -> (applied: AppliedTransition, undo: AppliedTransition) {
        let applied = try Fixture.outcome(kind, asset).get()
        let event = Fixture.event(applied, number: 9)
        let undo = try Fixture.outcome(.undo(event.number), applied.asset) { facts in
            facts.undone = event
            facts.newestEvent = event.number
            change(&facts)
        }.get()
        return (applied, undo)
    }

    static let undoable: [(Transition.Kind, Asset)] = [
        (
            .checkout(to: Fixture.ada.holder, expectedCheckin: CalendarDate(year: 2027, month: 1, day: 1)),
            Fixture.asset()
        ),
        (.checkout(to: Fixture.room.holder), Fixture.asset()),
        (.transfer(to: Fixture.bob.holder), Fixture.asset(holder: Fixture.ada)),
        (.checkin(location: Fixture.elsewhere), Fixture.asset(holder: Fixture.ada)),
        (.audit(location: Fixture.elsewhere, moves: true), Fixture.asset()),
        (.audit(), Fixture.asset(holder: Fixture.ada)),
        (
            .edit(["asset_tag": "IT-1", "name": nil, "status_id": "4", "purchase_cost": "9.99", "custom.x": "1"]),
            Fixture.asset()
        ),
        (.delete, Fixture.asset(holder: Fixture.ada)), (.restore, Fixture.asset(deleted: true)),
    ]

    @Test(arguments: undoable) func undoRestoresEverythingButVersion(kind: Transition.Kind, asset: Asset) throws {
        let (applied, undo) = try undone(kind, asset)
        var expected = asset
        expected.version = asset.version + 2
        expected.updatedAt = Fixture.now
        #expect(undo.asset == expected)
        #expect(undo.kind == .undo)
        #expect(undo.undoes == EventNumber(rawValue: 9))
        if applied.asset.holder == asset.holder {
            #expect(undo.from == nil)
            #expect(undo.to == nil)
        } else {
            #expect(undo.from == applied.to)
            #expect(undo.to == applied.from)
        }
    }

    @Test func anUndoCanBeUndone() throws {
        let (applied, undo) = try undone(.checkin(), Fixture.asset(holder: Fixture.ada))
        let event = Fixture.event(undo, number: 10)
        let redo = try Fixture.outcome(.undo(event.number), undo.asset) { facts in
            facts.undone = event
            facts.newestEvent = event.number
        }.get()
        var expected = applied.asset
        expected.version += 2
        #expect(redo.asset == expected)
    }

    @Test func undoRefusesWhenSomethingHappenedSince() throws {
        let applied = try Fixture.outcome(.checkout(to: Fixture.ada.holder), Fixture.asset()).get()
        let outcome = Fixture.outcome(.undo(EventNumber(rawValue: 9)), applied.asset) { facts in
            facts.undone = Fixture.event(applied, number: 9)
            facts.newestEvent = EventNumber(rawValue: 11)
        }
        #expect(outcome.code == .happenedSince)
    }

    @Test(arguments: [LedgerEvent.Kind.created, .purged, .scan, .scannerConnected, .administration])
    func onlyTransitionsOfAnAssetThatWasThereAreUndone(kind: LedgerEvent.Kind) throws {
        let applied = try Fixture.outcome(.audit(), Fixture.asset()).get()
        var event = Fixture.event(applied, number: 9)
        event.kind = kind
        let outcome = Fixture.outcome(.undo(event.number), applied.asset) { facts in
            facts.undone = event
            facts.newestEvent = event.number
        }
        #expect(outcome.code == .notUndoable)
    }

    @Test func anotherAssetsEventIsNotUndone() throws {
        let applied = try Fixture.outcome(.audit(), Fixture.asset()).get()
        let event = Fixture.event(applied, number: 9)
        var other = applied.asset
        other.id = AssetID(rawValue: 43)
        let outcome = Fixture.outcome(.undo(event.number), other) { facts in
            facts.undone = event
            facts.newestEvent = event.number
        }
        #expect(outcome.code == .notUndoable)
    }

    @Test func nothingGoesBackToAHolderDeletedMeanwhile() throws {
        let applied = try Fixture.outcome(.checkin(), Fixture.asset(holder: Fixture.ada)).get()
        let outcome = Fixture.outcome(.undo(EventNumber(rawValue: 9)), applied.asset) { facts in
            facts.undone = Fixture.event(applied, number: 9)
            facts.newestEvent = EventNumber(rawValue: 9)
            facts.target = Fixture.ada
            facts.target?.isDeleted = true
        }
        #expect(outcome.code == .holderDeleted)
        // A checkout to somebody deleted since can be taken back: nobody is given anything.
        let (_, undo) = try undone(.checkout(to: Fixture.ada.holder), Fixture.asset()) {
            $0.currentHolder?.isDeleted = true
        }
        #expect(undo.asset.holder == nil)
    }

    @Test func anUndoMakesNoCircleOfAssets() throws {
        // The asset was in the cart, came back, and holds the cart now.
        let applied = try Fixture.outcome(.checkin(), Fixture.asset(holder: Fixture.cart)).get()
        let outcome = Fixture.outcome(.undo(EventNumber(rawValue: 9)), applied.asset) { facts in
            facts.undone = Fixture.event(applied, number: 9)
            facts.newestEvent = EventNumber(rawValue: 9)
            facts.target = Fixture.cart
            facts.targetIsHeldByAsset = true
        }
        #expect(outcome.code == .holderIsItself)
    }

    @Test(arguments: [("from_the_future", "1"), ("status_id", "77"), ("purchase_cost", "a lot")])
    func anUndoThatCannotSetEverythingBackSetsNothing(field: String, from: String) throws {
        let applied = try Fixture.outcome(.edit(["name": "x"]), Fixture.asset()).get()
        var event = Fixture.event(applied, number: 9)
        event.changes.append(FieldChange(field: field, from: from, to: nil))
        let outcome = Fixture.outcome(.undo(event.number), applied.asset) { facts in
            facts.undone = event
            facts.newestEvent = event.number
        }
        #expect(outcome.code == .notUndoable)
    }
}
