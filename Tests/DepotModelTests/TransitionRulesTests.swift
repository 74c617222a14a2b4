import DepotModel
import Testing

/// Every transition in every state: allowed, or refused with which code.
@Suite struct TransitionRulesTests {
    /// One row of the table: what is asked, and the answer for each state of `Fixture.inEveryState`; nil is allowed.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: Transition.Kind
        var answers: [Refusal.Code?]
        var testDescription: String { name }
    }

    //                                                    available, deployed (Ada), pending, undeployable, retired,
    //                                                    deleted, deleted while deployed
    static let table: [Row] = [
        Row(
            name: "checkout", kind: .checkout(to: Fixture.bob.holder),
            answers: [nil, .alreadyDeployed, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "checkout to who has it", kind: .checkout(to: Fixture.ada.holder),
            answers: [nil, .alreadyDeployed, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "checkout to somebody deleted", kind: .checkout(to: Fixture.gone.holder),
            answers: [.holderDeleted, .alreadyDeployed, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "checkout to nobody", kind: .checkout(to: .person(PersonID(rawValue: 99))),
            answers: [.unknownHolder, .alreadyDeployed, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "checkout to itself", kind: .checkout(to: .asset(AssetID(rawValue: 42))),
            answers: [.holderIsItself, .alreadyDeployed, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "transfer", kind: .transfer(to: Fixture.bob.holder),
            answers: [nil, nil, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "transfer to who has it", kind: .transfer(to: Fixture.ada.holder),
            answers: [nil, .sameHolder, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "transfer to somebody deleted", kind: .transfer(to: Fixture.gone.holder),
            answers: [.holderDeleted, .holderDeleted, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "transfer to itself", kind: .transfer(to: .asset(AssetID(rawValue: 42))),
            answers: [.holderIsItself, .holderIsItself, .inMaintenance, .inMaintenance, .retired, .deleted, .deleted]),
        Row(
            name: "checkin", kind: .checkin(),
            answers: [.notDeployed, nil, .notDeployed, .notDeployed, .notDeployed, .deleted, .deleted]),
        Row(
            name: "checkin to an unknown location", kind: .checkin(location: LocationID(rawValue: 99)),
            answers: [.notDeployed, .unknownLocation, .notDeployed, .notDeployed, .notDeployed, .deleted, .deleted]),
        Row(name: "audit", kind: .audit(), answers: [nil, nil, nil, nil, nil, .deleted, .deleted]),
        Row(
            name: "audit at an unknown location", kind: .audit(location: LocationID(rawValue: 99)),
            answers: [
                .unknownLocation, .unknownLocation, .unknownLocation, .unknownLocation, .unknownLocation, .deleted,
                .deleted,
            ]),
        Row(
            name: "edit", kind: .edit(["name": "T14 Gen 5"]), answers: [nil, nil, nil, nil, nil, .deleted, .deleted]),
        Row(
            name: "edit of what only a transition may move", kind: .edit(["holder": "person:8"]),
            answers: [
                .invalidField, .invalidField, .invalidField, .invalidField, .invalidField, .deleted, .deleted,
            ]),
        Row(name: "delete", kind: .delete, answers: [nil, nil, nil, nil, nil, .deleted, .deleted]),
        Row(
            name: "restore", kind: .restore,
            answers: [.notDeleted, .notDeleted, .notDeleted, .notDeleted, .notDeleted, nil, nil]),
        Row(name: "purge", kind: .purge, answers: [nil, nil, nil, nil, nil, nil, nil]),
        Row(
            name: "undo of nothing", kind: .undo(EventNumber(rawValue: 1)),
            answers: Array(repeating: .notUndoable, count: 7)),
    ]

    @Test(arguments: table) func everyTransitionInEveryState(row: Row) {
        #expect(row.answers.count == Fixture.inEveryState.count)
        for ((state, asset), answer) in zip(Fixture.inEveryState, row.answers) {
            let outcome = Fixture.outcome(row.kind, asset)
            #expect(outcome.code == answer, "\(row.name), \(state)")
            switch outcome {
            case .success(let applied):
                #expect(applied.asset.version == asset.version + 1, "\(row.name), \(state)")
                #expect(applied.asset.updatedAt == Fixture.now)
                #expect(applied.asset.createdAt == asset.createdAt)
                #expect(applied.changes == applied.asset.changes(since: asset))
                #expect(!applied.message.isEmpty)
            case .failure(let refusal):
                #expect(Refusal.Code.all.contains(refusal.code))
                #expect(refusal.message.hasSuffix("."))
            }
        }
    }

    @Test func everyTransitionRefusesAnOlderVersion() {
        for row in TransitionRulesTests.table {
            let outcome = Fixture.outcome(row.kind, Fixture.asset(), version: 2)
            #expect(outcome.code == .versionConflict, "\(row.name)")
            #expect(Fixture.outcome(row.kind, Fixture.asset(), version: 3).code == row.answers[0], "\(row.name)")
        }
    }

    @Test func checkoutSetsHolderTimeCountAndExpectedDay() throws {
        let day = CalendarDate(year: 2026, month: 12, day: 24)
        let applied = try Fixture.outcome(.checkout(to: Fixture.ada.holder, expectedCheckin: day), Fixture.asset())
            .get()
        #expect(applied.kind == .checkout)
        #expect(applied.asset.holder == Fixture.ada.holder)
        #expect(applied.asset.lifecycle == .deployed)
        #expect(applied.asset.location == nil)
        #expect(applied.asset.lastCheckout == Fixture.now)
        #expect(applied.asset.expectedCheckin == day)
        #expect(applied.asset.checkoutCount == 1)
        #expect(applied.from == nil)
        #expect(applied.to == Fixture.ada)
        #expect(
            applied.changes.map(\.field) == [
                "holder", "location_id", "last_checkout", "expected_checkin", "checkout_count",
            ])
    }

    @Test(arguments: [(Fixture.room, Fixture.elsewhere), (Fixture.cart, LocationID(rawValue: 5))])
    func theLocationFollowsAHolderThatIsSomewhere(holder: HolderDescription, location: LocationID) throws {
        for kind in [Transition.Kind.checkout(to: holder.holder), .transfer(to: holder.holder)] {
            #expect(try Fixture.outcome(kind, Fixture.asset()).get().asset.location == location)
        }
    }

    @Test func anAssetIsNowhereWithAHolderThatHasNoPlace() throws {
        for kind in [Transition.Kind.checkout(to: Fixture.ada.holder), .transfer(to: Fixture.ada.holder)] {
            #expect(try Fixture.outcome(kind, Fixture.asset()).get().asset.location == nil)
        }
    }

    @Test func checkinClearsTheHolderAndGoesHomeOrWhereItIsTold() throws {
        var asset = Fixture.asset(holder: Fixture.ada)
        asset.location = Fixture.elsewhere
        asset.expectedCheckin = CalendarDate(year: 2026, month: 1, day: 1)
        let home = try Fixture.outcome(.checkin(), asset).get()
        #expect(home.asset.holder == nil)
        #expect(home.asset.location == Fixture.home)
        #expect(home.asset.lastCheckin == Fixture.now)
        #expect(home.asset.expectedCheckin == nil)
        #expect(home.asset.checkinCount == 1)
        #expect(home.from == Fixture.ada)
        #expect(home.to == nil)
        #expect(home.message == "IT-0042 is back from Ada Lovelace.")
        asset.location = Fixture.home
        let told = try Fixture.outcome(.checkin(location: Fixture.elsewhere), asset).get()
        #expect(told.asset.location == Fixture.elsewhere)
    }

    @Test func aDeletedHolderCanStillGiveBack() throws {
        let applied = try Fixture.outcome(.checkin(), Fixture.asset(holder: Fixture.gone)).get()
        #expect(applied.asset.holder == nil)
        #expect(applied.from == Fixture.gone)
    }

    @Test func transferIsOneEventThatNamesBoth() throws {
        let applied = try Fixture.outcome(.transfer(to: Fixture.bob.holder), Fixture.asset(holder: Fixture.ada)).get()
        #expect(applied.kind == .transfer)
        #expect(applied.from == Fixture.ada)
        #expect(applied.to == Fixture.bob)
        #expect(applied.asset.checkoutCount == 1)
        #expect(applied.asset.checkinCount == 0)
        #expect(applied.message == "IT-0042 was transferred from Ada Lovelace to Bob Kahn.")
    }

    @Test func aTransferOutOfMaintenanceLabelsStaysPossibleWhileSomebodyHasIt() throws {
        let asset = Fixture.asset(Fixture.broken, holder: Fixture.ada)
        #expect(asset.lifecycle == .deployed)
        #expect(Fixture.outcome(.transfer(to: Fixture.bob.holder), asset).code == nil)
        #expect(try Fixture.outcome(.checkin(), asset).get().asset.lifecycle == .maintenance)
    }

    @Test func anAssetIsNeverHeldByWhatItHolds() {
        for kind in [Transition.Kind.checkout(to: Fixture.cart.holder), .transfer(to: Fixture.cart.holder)] {
            let outcome = Fixture.outcome(kind, Fixture.asset()) { $0.targetIsHeldByAsset = true }
            #expect(outcome.code == .holderIsItself)
        }
    }

    @Test func auditSetsTheNextDayByTheCallerOrTheInterval() throws {
        let day = CalendarDate(year: 2027, month: 1, day: 31)
        #expect(try Fixture.outcome(.audit(next: day), Fixture.asset()).get().asset.nextAudit == day)
        let byInterval = try Fixture.outcome(.audit(), Fixture.asset()).get()
        #expect(byInterval.asset.lastAudit == Fixture.now)
        #expect(byInterval.asset.nextAudit == Fixture.now.date.advanced(byDays: 365))
        let without = try Fixture.outcome(.audit(), Fixture.asset()) { $0.auditInterval = nil }.get()
        #expect(without.asset.nextAudit == nil)
    }

    @Test func auditMovesOnlyWhenAsked() throws {
        let seen = try Fixture.outcome(.audit(location: Fixture.elsewhere), Fixture.asset()).get()
        #expect(seen.asset.location == Fixture.home)
        #expect(seen.facts == ["location_id": "4"])
        let moved = try Fixture.outcome(.audit(location: Fixture.elsewhere, moves: true), Fixture.asset()).get()
        #expect(moved.asset.location == Fixture.elsewhere)
        // An audit without a location never wipes the one there is.
        #expect(try Fixture.outcome(.audit(moves: true), Fixture.asset()).get().asset.location == Fixture.home)
    }

    @Test func editSetsAllFieldsOrNone() throws {
        let edited = try Fixture.outcome(
            .edit(["asset_tag": "  IT-0043\t", "serial": nil, "status_id": "3", "custom.colour": "red"]),
            Fixture.asset()
        ).get()
        #expect(edited.asset.tag == "IT-0043")
        #expect(edited.asset.status == Fixture.broken)
        #expect(edited.asset.lifecycle == .maintenance)
        #expect(edited.asset.custom == ["colour": "red"])
        #expect(edited.changes.map(\.field) == ["asset_tag", "status_id", "custom.colour"])
        let cleared = try Fixture.outcome(.edit(["custom.colour": nil]), edited.asset).get()
        #expect(cleared.asset.custom.isEmpty)
    }

    @Test(
        arguments: [
            ("asset_tag", nil), ("asset_tag", ""), ("asset_tag", " \u{a0}\n"), ("status_id", nil), ("status_id", "99"),
            ("status_id", "x"), ("purchase_cost", "1,5"), ("purchase_date", "2026-02-30"), ("warranty_months", "1201"),
            ("location_id", "0"), ("model_id", "-1"), ("checkout_count", "7"), ("deleted_at", nil),
            ("no_such_field", "1"),
            ("custom.", "1"), ("last_audit", "2026-01-01T00:00:00Z"),
        ] as [(String, String?)])
    func editRefusesWhatDoesNotFit(field: String, value: String?) {
        let outcome = Fixture.outcome(.edit(["name": "other", field: value]), Fixture.asset())
        #expect(outcome.code == .invalidField)
        if case .failure(let refusal) = outcome { #expect(refusal.facts["field"] == field) }
    }

    @Test func editRefusesLocationsThatDoNotExist() {
        #expect(Fixture.outcome(.edit(["location_id": "99"]), Fixture.asset()).code == .unknownLocation)
        #expect(Fixture.outcome(.edit(["default_location_id": "99"]), Fixture.asset()).code == .unknownLocation)
        // One that is there already, and gone since, is no obstacle to other edits.
        var asset = Fixture.asset()
        asset.location = LocationID(rawValue: 99)
        #expect(Fixture.outcome(.edit(["location_id": "99", "name": "x"]), asset).code == nil)
    }

    @Test func purgeSaysWhatItRemoves() throws {
        let applied = try Fixture.outcome(.purge, Fixture.asset()).get()
        #expect(applied.kind == .purged)
        #expect(applied.facts == ["asset_tag": "IT-0042", "events": "12"])
    }

    @Test func refusalsCarryTheFactsForEveryDialect() throws {
        let out = Fixture.outcome(.checkout(to: Fixture.bob.holder), Fixture.asset(holder: Fixture.ada))
        #expect(
            throws: Refusal(
                .alreadyDeployed, "IT-0042 has been checked out to Ada Lovelace since 1970-01-02.",
                facts: [
                    "asset_tag": "IT-0042", "holder": "person:7", "holder_name": "Ada Lovelace",
                    "since": "1970-01-02T00:00:00.000Z",
                ])
        ) { try out.get() }
        let broken = Fixture.outcome(.checkout(to: Fixture.bob.holder), Fixture.asset(Fixture.broken))
        #expect(
            throws: Refusal(
                .inMaintenance, "IT-0042 is marked “Broken”.", facts: ["asset_tag": "IT-0042", "status": "Broken"])
        ) { try broken.get() }
    }

    @Test func whatIsSoAlreadyIsNoFaultAtTheCounter() {
        for code in Refusal.Code.all {
            let expected: ScanOutcome = [.sameHolder, .notDeployed].contains(code) ? .alreadySo : .refused
            #expect(Refusal(code, "").scanOutcome == expected)
        }
    }
}
