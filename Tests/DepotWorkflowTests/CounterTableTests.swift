import DepotModel
import DepotWorkflow
import Testing

/// The table of the counter, row by row, with the words that a person reads.
@Suite struct CounterTableTests {
    /// A counter at which an asset went out to Ada one day before.
    private func dayAfter(_ tags: String...) -> Counter {
        var counter = Counter()
        counter.scan("BADGE:7")
        for tag in tags { counter.scan(tag) }
        counter.scan("DEPOT:DONE")
        counter.uptime += 86_400_000
        return counter
    }

    @Test func anAssetWithoutABadgeIsRefusedAndNotKeptWaiting() {
        var counter = Counter()
        let refused = counter.scan("IT-1")
        #expect(refused.outcome == .refused && refused.decision.tone == .refused)
        #expect(refused.reason == "badge_first")
        #expect(refused.message == "Not checked out. Scan your badge, then IT-1 again.")
        counter.scan("BADGE:8")
        #expect(counter.holder(of: "IT-1") == nil && counter.events.isEmpty)
    }

    @Test func anAssetThatIsOutComesBackWithoutABadge() {
        var counter = dayAfter("IT-1")
        let back = counter.scan("IT-1")
        #expect(back.outcome == .applied && back.decision.tone == .done)
        #expect(back.message == "IT-1 (ThinkPad T14) is back from Ada Lovelace.")
        #expect(counter.lane.session == nil)
    }

    @Test func anAssetThatIsOutToTheHolderIsAskedAboutAndReturnedByTheSecondScan() {
        var counter = dayAfter("IT-1", "IT-2")
        counter.scan("BADGE:7")
        let asked = counter.scan("IT-1")
        #expect(asked.outcome == .alreadySo && asked.decision.tone == .warning)
        #expect(asked.message == "Still out to you since 1 Jan. Bringing it back? Scan it again.")
        #expect(counter.lane.question?.kind == .return && counter.lane.question?.tag == "IT-1")
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        let back = counter.scan("IT-1")
        #expect(back.outcome == .applied && back.message == "IT-1 (ThinkPad T14) is back from Ada Lovelace.")
        #expect(counter.holder(of: "IT-1") == nil && counter.lane.question == nil)
        #expect(counter.lane.session?.counts.back == 1 && counter.lane.session?.returned == 1)
        #expect(counter.scan("DEPOT:DONE").message == "Ada Lovelace: 1 back, 1 still out.")
    }

    @Test func theYearIsSaidIfItIsNotThisOne() {
        var counter = dayAfter("IT-1")
        counter.uptime += 366 * 86_400_000
        counter.scan("BADGE:7")
        #expect(counter.scan("IT-1").message == "Still out to you since 1 Jan 1970. Bringing it back? Scan it again.")
    }

    @Test func theAnswerCountsAfterTheDuplicateWindowAndWithinTheTime() {
        var counter = dayAfter("IT-1")
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        #expect(counter.scan("IT-1", after: 900).outcome == .duplicate)
        // The second duplicate would be one for ever if the first had extended the window.
        #expect(counter.scan("IT-1", after: 900).outcome == .applied)
        counter = dayAfter("IT-1")
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        #expect(counter.scan("IT-1", after: 10_000).outcome == .alreadySo)
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(counter.scan("IT-1", after: 9_999).outcome == .applied)
    }

    @Test func anyOtherScanGoesOn() {
        var counter = dayAfter("IT-1", "IT-2")
        counter.scan("BADGE:7")
        for other in ["IT-3", "IT-2", "NOBODY-KNOWS", "BADGE:7", "DEPOT:MODE:PARTY"] {
            counter.scan("IT-1")
            counter.scan(other)
            #expect(counter.lane.question?.tag != "IT-1", "\(other)")
            #expect(counter.scan("IT-1").outcome == .alreadySo, "\(other)")
            counter.scan("BADGE:7")
        }
        #expect(counter.holder(of: "IT-1") == Counter.ada && counter.holder(of: "IT-3") == Counter.ada)
        // Scanners that end a code with CR LF send an empty one.
        counter.scan("IT-1")
        counter.scan("", after: 10)
        #expect(counter.scan("IT-1").outcome == .applied)
    }

    @Test func anAssetThatWentOutInThisSessionIsAlreadySo() {
        var counter = dayAfter("IT-1")
        counter.scan("BADGE:7")
        counter.scan("IT-2")
        let again = counter.scan("IT-2")
        #expect(again.outcome == .alreadySo && again.decision.tone == .alreadySo)
        #expect(again.message == "IT-2 is already with Ada Lovelace.")
        #expect(counter.lane.question == nil)
        #expect(counter.scan("IT-2").outcome == .alreadySo)
        // Returned and taken again, it went out in this session too.
        for _ in 0..<2 { counter.scan("IT-1") }
        counter.scan("IT-1")
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(counter.scan("IT-1").message == "IT-1 (ThinkPad T14) is already with Ada Lovelace.")
        #expect(counter.lane.question == nil)
    }

    @Test func anAssetThatIsOutToSomebodyElseIsRefusedWithTheNextStep() {
        var counter = dayAfter("IT-1")
        counter.scan("BADGE:8")
        let refused = counter.scan("IT-1")
        #expect(refused.outcome == .refused && refused.reason == "already_deployed")
        #expect(
            refused.message == "IT-1 (ThinkPad T14) has been out to Ada Lovelace since 1 Jan. To bring it back, scan "
                + "DONE, then IT-1. To take it over, scan TRANSFER, your badge, then IT-1.")
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(counter.scan("IT-1").outcome == .refused)
        counter.scan("DEPOT:DONE")
        #expect(counter.scan("IT-1").outcome == .applied)
    }

    @Test func anAssetThatIsOutToSomebodyElseIsTakenOverIfTheStationAsks() {
        var counter = dayAfter("IT-1")
        counter.settings.transfer = .ask
        counter.scan("BADGE:8")
        let asked = counter.scan("IT-1")
        #expect(asked.outcome == .refused && asked.decision.tone == .warning)
        #expect(
            asked.message
                == "IT-1 (ThinkPad T14) has been out to Ada Lovelace since 1 Jan. Taking it over? Scan it again.")
        #expect(asked.decision.holder?.name == "Ada Lovelace")
        #expect(counter.lane.question?.kind == .takeOver)
        let moved = counter.scan("IT-1")
        #expect(moved.message == "IT-1 (ThinkPad T14) was transferred from Ada Lovelace to Bob Kahn.")
        #expect(counter.holder(of: "IT-1") == Counter.bob)
        #expect(counter.scan("DEPOT:DONE").message == "Bob Kahn: 1 transferred, 1 still out.")
    }

    @Test func anAssetThatIsOutToSomebodyElseIsTransferredIfTheStationAllows() {
        var counter = dayAfter("IT-1")
        counter.settings.transfer = .allow
        counter.scan("BADGE:8")
        #expect(counter.scan("IT-1").outcome == .applied)
        #expect(counter.holder(of: "IT-1") == Counter.bob)
    }

    @Test func anotherBadgeEndsTheSessionWithItsCount() {
        var counter = dayAfter("IT-1")
        counter.scan("BADGE:7")
        for code in ["IT-2", "IT-3", "IT-1", "IT-1"] { counter.scan(code) }
        let first = counter.lane.session?.id
        #expect(counter.scan("BADGE:8").message == "Ada Lovelace: 2 out, 1 back. Now: Bob Kahn.")
        #expect(counter.lane.holder?.holder == Counter.bob)
        #expect(counter.lane.session?.counts.total == 0 && counter.lane.session?.id != first)
        #expect(counter.scan("BADGE:7").message == "Bob Kahn: nothing done. Now: Ada Lovelace.")
        let second = counter.lane.session?.id
        counter.scan("BADGE:7")
        #expect(counter.lane.session?.id == second)
    }

    @Test func aPersonHasNoMoreThanTheLimitWithoutAnOperator() {
        var counter = Counter()
        counter.settings.limitPerPerson = 1
        counter.scan("BADGE:7")
        #expect(counter.scan("IT-1").outcome == .applied)
        let refused = counter.scan("IT-2")
        #expect(refused.outcome == .refused && refused.reason == "limit_reached")
        #expect(
            refused.message
                == "Ada Lovelace already has 1 asset, and one person may not have more. Bring one back first, "
                + "or ask an operator to sign on.")
        counter.scan("DEPOT:OPERATOR:BADGE:8")
        let allowed = counter.scan("IT-2")
        #expect(allowed.outcome == .applied)
        #expect(allowed.decision.facts == ["override": "limit_reached", "override_by": "Bob Kahn"])
        // A place may have any number.
        counter.scan("DEPOT:OPERATOR:BADGE:8")
        counter.scan("LOC:R4")
        #expect(counter.scan("IT-3").outcome == .applied)
    }

    @Test func whatIsBlockedNeedsAnOperator() {
        var counter = Counter()
        counter.people["7"]?.blocked = "unpaid fees"
        let person = counter.scan("BADGE:7")
        #expect(person.outcome == .refused && person.reason == "blocked")
        #expect(person.message == "Ada Lovelace is blocked: unpaid fees. Ask an operator to sign on.")
        #expect(counter.lane.session == nil)
        counter.assets["IT-1"]?.asset.blocked = "being recalled."
        counter.scan("BADGE:8")
        let asset = counter.scan("IT-1")
        #expect(asset.outcome == .refused && asset.reason == "blocked")
        #expect(asset.message == "IT-1 (ThinkPad T14) is blocked: being recalled. Ask an operator to sign on.")
        #expect(counter.scan("IT-2").outcome == .applied)
        counter.scan("DEPOT:OPERATOR:BADGE:8")
        let allowed = counter.scan("IT-1")
        #expect(allowed.outcome == .applied)
        #expect(allowed.decision.facts == ["override": "blocked", "override_by": "Bob Kahn"])
        #expect(counter.scan("BADGE:7").decision.facts["override"] == "blocked")
        #expect(counter.lane.holder?.holder == Counter.ada)
    }

    @Test func whatIsCheckedOutIsExpectedBackByItsCategory() throws {
        var counter = Counter()
        counter.settings.checkoutDays = ["laptop": 14]
        counter.assets["IT-1"]?.model = ModelReference(
            id: CatalogueID(rawValue: 1), name: "T14", number: nil, manufacturer: nil,
            category: Reference(id: 3, name: "Laptop"))
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("IT-2")
        #expect(counter.assets["IT-1"]?.asset.expectedCheckin?.description == "1970-01-15")
        #expect(counter.lane.session?.items.map(\.due?.description) == [nil, "1970-01-15"])
    }

    @Test func anExactTagBeatsASerialNumberAndTheAnswerSaysSo() {
        var counter = Counter()
        counter.assets["IT-2"]?.asset.serial = "IT-1"
        counter.scan("BADGE:7")
        let answer = counter.scan("IT-1")
        #expect(answer.outcome == .applied)
        #expect(
            answer.message
                == "IT-1 (ThinkPad T14) is checked out to Ada Lovelace. “IT-1” is also the serial number of IT-2.")
        #expect(counter.holder(of: "IT-1") == Counter.ada && counter.holder(of: "IT-2") == nil)
        for tag in ["IT-2", "IT-3"] { counter.assets[tag]?.asset.serial = "SN-9" }
        let twins = counter.scan("SN-9")
        #expect(twins.outcome == .ambiguous && twins.decision.candidates.count == 2)
        #expect(counter.events.count == 1)
    }
}
