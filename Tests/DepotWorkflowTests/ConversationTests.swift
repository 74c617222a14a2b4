import DepotModel
import DepotWorkflow
import Testing

/// Commands, duplicates, time-outs, undo, operators and codes that are nothing.
@Suite struct ConversationTests {
    @Test func theSameCodeWithinTheWindowIsADuplicate() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        let duplicate = counter.scan("IT-1", after: 1_499)
        #expect(duplicate.outcome == .duplicate)
        #expect(duplicate.message == "IT-1 (ThinkPad T14) was scanned a moment ago; this scan was ignored.")
        #expect(duplicate.decision.asset?.asset.tag == "IT-1")
        #expect(counter.scan("IT-1", after: 1_500).outcome == .alreadySo)
        #expect(counter.events.count == 1)
    }

    @Test func aTriggerHeldDownIsOneScan() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("DEPOT:DONE")
        for _ in 0..<10 { counter.scan("IT-1", after: 700) }
        #expect(counter.scan("IT-1", after: 700).outcome == .duplicate)
    }

    @Test func anotherCodeBetweenEndsTheWindow() {
        var counter = Counter()
        counter.scan("IT-1")
        counter.scan("IT-2", after: 100)
        #expect(counter.scan("IT-1", after: 100).outcome == .shown)
    }

    @Test func anEmptyScanNeitherIsNorEndsADuplicate() {
        var counter = Counter()
        counter.scan("IT-1")
        #expect(counter.scan("", after: 10).outcome == .empty)
        #expect(counter.scan("\n", after: 10).outcome == .empty)
        #expect(counter.scan("\n", after: 10).outcome == .empty)
        #expect(counter.scan("IT-1", after: 10).outcome == .duplicate)
    }

    @Test func commandsAndFaultsHaveDuplicatesToo() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("IT-2")
        #expect(counter.scan("DEPOT:UNDO").outcome == .applied)
        #expect(counter.scan("DEPOT:UNDO", after: 500).outcome == .duplicate)
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(counter.scan("NOBODY-KNOWS").outcome == .unknown)
        #expect(counter.scan("NOBODY-KNOWS", after: 500).outcome == .duplicate)
        #expect(counter.scan("DEPOT:MODE:CHECKIN").outcome == .shown)
        #expect(counter.scan("DEPOT:MODE:CHECKIN", after: 500).outcome == .duplicate)
        #expect(counter.scan("DEPOT:OPERATOR:BADGE:7").outcome == .shown)
        let again = counter.scan("DEPOT:OPERATOR:BADGE:7", after: 500)
        #expect(again.outcome == .duplicate)
        #expect(again.decision.holder == nil)
        #expect(counter.lane.operator?.name == "Ada Lovelace")
    }

    @Test func aScanThatWasNotRecordedIsNoDuplicateWhenItComesAgain() {
        var counter = Counter()
        counter.scan("BADGE:7")
        let before = counter.lane
        let assets = counter.assets
        counter.scan("IT-1")
        // The store could not write: the engine keeps the lane as it was.
        counter.lane = before
        counter.assets = assets
        #expect(counter.scan("IT-1", after: 300).outcome == .applied)
    }

    @Test func theSameCodeMeansSomethingNewInAModeSetFromElsewhere() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.lane = LaneWorkflow.settingMode(.checkin, lane: counter.lane)
        #expect(counter.lane.holder == nil)
        #expect(counter.scan("IT-1", after: 300).outcome == .applied)
        #expect(counter.holder(of: "IT-1") == nil)
    }

    @Test func aHolderIsForgottenWhenNothingHappens() throws {
        var counter = Counter()
        counter.scan("BADGE:7")
        let deadline = try #require(counter.lane.holderDeadline)
        #expect(deadline == .milliseconds(counter.uptime + 60_000))
        #expect(LaneWorkflow.expire(counter.lane, uptime: deadline - .milliseconds(1)) == nil)
        let expired = try #require(LaneWorkflow.expire(counter.lane, uptime: deadline))
        #expect(expired.holder == nil)
        #expect(LaneWorkflow.expire(expired, uptime: .seconds(Int64.max)) == nil)
        // A scan after the deadline goes to nobody, even if nobody called expire.
        let late = counter.scan("IT-1", after: 60_000)
        #expect(late.outcome == .shown)
        #expect(counter.holder(of: "IT-1") == nil)
        #expect(counter.lane.holder == nil)
    }

    @Test func whatIsDoneForTheHolderKeepsTheHolder() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1", after: 59_000)
        #expect(counter.lane.holderDeadline == .milliseconds(counter.uptime + 60_000))
        counter.scan("IT-1", after: 59_000)
        #expect(counter.lane.holderDeadline == .milliseconds(counter.uptime + 60_000))
        counter.scan("BADGE:7", after: 59_000)
        #expect(counter.lane.holderDeadline == .milliseconds(counter.uptime + 60_000))
        counter.scan("DEPOT:UNDO", after: 59_000)
        #expect(counter.lane.holderDeadline == .milliseconds(counter.uptime + 60_000))
        let deadline = counter.lane.holderDeadline
        counter.scan("NOBODY-KNOWS", after: 30_000)
        #expect(counter.lane.holderDeadline == deadline)
        #expect(counter.lane.holder?.name == "Ada Lovelace")
    }

    @Test func aRefusedHandoverDoesNotKeepTheHolder() throws {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("BADGE:8")
        let deadline = counter.lane.holderDeadline
        #expect(counter.scan("IT-1").outcome == .refused)
        #expect(counter.lane.holderDeadline == deadline)
    }

    @Test func aHolderDeletedMeanwhileIsForgotten() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.people["7"]?.deletedAt = Timestamp(milliseconds: 1)
        let refused = counter.scan("IT-1")
        #expect(refused.outcome == .refused)
        #expect(refused.reason == "holder_deleted")
        #expect(counter.lane.holder == nil)
    }

    @Test func twoLanesThatHandTheSameThingToTheSameHolderAgree() throws {
        var counter = Counter()
        counter.scan("BADGE:7")
        let stale = counter.scan("IT-1").decision
        let refusal = Refusal(
            .alreadyDeployed, "IT-1 is checked out to Ada Lovelace.",
            facts: ["asset_tag": "IT-1", "holder": "person:7"])
        let (lane, outcome, message) = LaneWorkflow.refused(stale, refusal)
        #expect(outcome == .alreadySo)
        #expect(message == "IT-1 (ThinkPad T14) is already with Ada Lovelace.")
        #expect(lane.holder?.holder == Counter.ada)
        #expect(lane.applied.isEmpty)
    }

    @Test func undoTakesBackTheNewestThenTheOneBefore() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("IT-2")
        #expect(counter.scan("DEPOT:UNDO").message == "Undone: checkout of IT-2 to Ada Lovelace.")
        #expect(counter.holder(of: "IT-2") == nil)
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        counter.scan("DEPOT:UNDO")
        #expect(counter.holder(of: "IT-1") == nil)
        let none = counter.scan("DEPOT:UNDO")
        #expect(none.outcome == .refused)
        #expect(none.reason == "nothing_to_undo")
        #expect(counter.events.map(\.kind) == [.checkout, .checkout, .undo, .undo])
    }

    @Test func undoOfACheckinGivesTheThingBackToItsHolder() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("DEPOT:DONE")
        counter.scan("IT-1")
        let undone = counter.scan("DEPOT:UNDO")
        #expect(undone.message == "Undone: checkin of IT-1 (ThinkPad T14); it is with Ada Lovelace again.")
        #expect(counter.holder(of: "IT-1") == Counter.ada)
    }

    @Test func undoRefusesWhatHappenedSinceAndTouchesNothingOlder() throws {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("IT-2")
        try counter.elsewhere("IT-2", .transfer(to: Counter.bob))
        let refused = counter.scan("DEPOT:UNDO")
        #expect(refused.outcome == .refused)
        #expect(refused.reason == "happened_since")
        #expect(counter.scan("DEPOT:UNDO").outcome == .refused)
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(counter.holder(of: "IT-2") == Counter.bob)
    }

    @Test func aLaneRemembersTwentyEvents() {
        var counter = Counter(.transfer)
        for number in 0..<25 {
            counter.scan(number.isMultiple(of: 2) ? "BADGE:7" : "BADGE:8")
            counter.scan("IT-1")
        }
        #expect(counter.lane.applied.map(\.rawValue) == Array(6...25))
    }

    @Test func doneSaysHowManyAndEndsTheConversation() {
        var counter = Counter()
        #expect(counter.scan("DEPOT:DONE").message == "Done; nothing was open on this lane.")
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("IT-2")
        counter.scan("IT-3")
        counter.scan("DEPOT:UNDO")
        counter.scan("BADGE:7")
        #expect(counter.scan("DEPOT:DONE").message == "Done: 2 assets for Ada Lovelace.")
        #expect(counter.lane.holder == nil)
        counter.scan("BADGE:7")
        counter.scan("IT-3")
        counter.scan("BADGE:8")
        #expect(counter.scan("DEPOT:DONE").message == "Done: 0 assets for Bob Kahn.")
        counter.scan("DEPOT:MODE:CHECKIN")
        counter.scan("LOC:R4")
        counter.scan("IT-1")
        #expect(counter.scan("DEPOT:DONE").message == "Done: 1 asset at Room 4.")
        #expect(counter.lane.location == nil)
        #expect(counter.lane.mode == .checkin)
    }

    @Test func cancelForgetsTheHolderAndSaysWhatStays() {
        var counter = Counter()
        counter.scan("BADGE:7")
        #expect(counter.scan("DEPOT:CANCEL").message == "Cancelled for Ada Lovelace; nothing was done.")
        counter.scan("BADGE:8")
        counter.scan("IT-1")
        #expect(counter.scan("DEPOT:CANCEL").message == "Cancelled for Bob Kahn; 1 asset already recorded.")
        #expect(counter.lane.holder == nil)
        #expect(counter.holder(of: "IT-1") == Counter.bob)
        // A mistake is still one scan away from undone.
        #expect(counter.scan("DEPOT:UNDO").outcome == .applied)
        #expect(counter.holder(of: "IT-1") == nil)
    }

    @Test(arguments: LaneMode.allCases)
    func everyModeCanBeScannedAndStartsAfresh(mode: LaneMode) {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        let answer = counter.scan("DEPOT:MODE:\(mode.rawValue.uppercased())")
        #expect(answer.outcome == .shown)
        #expect(answer.decision.interpretation == "command mode \(mode.rawValue)")
        #expect(counter.lane.mode == mode)
        #expect(counter.lane.holder == nil)
        #expect(counter.lane.holderDeadline == nil)
        #expect(counter.lane.count == 0)
        #expect(counter.lane.applied.count == 1)
    }

    @Test func unknownModesAndCommandsChangeNothing() {
        var counter = Counter()
        counter.scan("BADGE:7")
        let mode = counter.scan("DEPOT:MODE:PARTY")
        #expect(mode.outcome == .unknown)
        #expect(mode.reason == "unknown_mode")
        #expect(mode.message.contains("counter, checkout, checkin, transfer, audit, lookup"))
        let command = counter.scan("DEPOT:EXPLODE")
        #expect(command.outcome == .unknown)
        #expect(command.reason == "unknown_command")
        #expect(command.message == "There is no command “DEPOT:EXPLODE”.")
        #expect(counter.lane.holder?.name == "Ada Lovelace")
        #expect(counter.lane.mode == .counter)
    }

    @Test func operatorsSignOnAndOff() {
        var counter = Counter()
        #expect(counter.scan("DEPOT:OPERATOR:BADGE:7").message == "Ada Lovelace has signed on as the operator.")
        counter.scan("BADGE:8")
        counter.scan("DEPOT:MODE:CHECKIN")
        #expect(counter.lane.operator?.name == "Ada Lovelace")
        counter.scan("DEPOT:OPERATOR:BADGE:8")
        #expect(counter.lane.operator?.name == "Bob Kahn")
        #expect(counter.scan("DEPOT:OPERATOR:BADGE:8").message == "Bob Kahn has signed off.")
        #expect(counter.lane.operator == nil)
    }

    @Test func onlyAKnownPersonSignsOn() {
        var counter = Counter()
        #expect(counter.scan("DEPOT:OPERATOR:BADGE:99").outcome == .unknownBadge)
        #expect(counter.scan("DEPOT:OPERATOR:IT-1").outcome == .unknownBadge)
        counter.people["7"]?.deletedAt = Timestamp(milliseconds: 1)
        #expect(counter.scan("DEPOT:OPERATOR:BADGE:7").outcome == .refused)
        #expect(counter.lane.operator == nil)
        #expect(counter.events.isEmpty)
    }

    @Test func codesThatFitNothingOrTooMuchTouchNothing() {
        var counter = Counter()
        counter.scan("BADGE:7")
        let unknown = counter.scan("NOBODY-KNOWS")
        #expect(unknown.outcome == .unknown)
        #expect(unknown.message == "No asset, badge or location has the code “NOBODY-KNOWS”.")
        let badge = counter.scan("BADGE:99")
        #expect(badge.outcome == .unknownBadge)
        #expect(badge.decision.interpretation == "badge 99")
        #expect(counter.lane.holder?.name == "Ada Lovelace")
        counter.people["IT-1"] = counter.people["8"]
        let both = counter.scan("IT-1")
        #expect(both.outcome == .ambiguous)
        #expect(
            both.message == "“IT-1” matches IT-1 (ThinkPad T14) [asset] and Bob Kahn [person]; nothing was done.")
        #expect(both.decision.candidates.map(\.kind) == ["asset", "person"])
        #expect(counter.events.isEmpty)
        #expect(counter.lane.holder?.name == "Ada Lovelace")
    }
}
