import DepotModel
import DepotWorkflow
import Testing

/// Sessions, undo and modes for now.
@Suite struct SessionTests {
    @Test func aSessionHasItsCountsAndItsItemsNewestFirst() throws {
        var counter = Counter()
        counter.scan("BADGE:7")
        let began = counter.uptime
        for code in ["IT-1", "IT-2", "DEPOT:UNDO"] { counter.scan(code) }
        let session = try #require(counter.lane.session)
        #expect(session.since.milliseconds == began && session.holder?.name == "Ada Lovelace")
        #expect(session.counts.out == 1 && session.counts.total == 1)
        #expect(session.items.map(\.tag) == ["IT-2", "IT-1"] && session.items.map(\.isUndone) == [true, false])
        #expect(session.items.last?.name == "ThinkPad T14" && session.items.map(\.kind) == [.checkout, .checkout])
    }

    @Test func aSessionKeepsFiftyItemsAndCountsAll() throws {
        var counter = Counter(.checkin)
        for _ in 0..<60 {
            try counter.elsewhere("IT-1", .checkout(to: .person(PersonID(rawValue: 7))))
            counter.scan("IT-1")
        }
        #expect(counter.lane.session?.items.count == 50 && counter.lane.session?.counts.back == 60)
        #expect(counter.lane.applied.map(\.rawValue) == (11...60).map { 2 * $0 })
    }

    @Test func doneSaysWhatWasDoneAndWhatIsStillOut() {
        var counter = Counter()
        #expect(counter.scan("DEPOT:DONE").message == "Done; nothing was open on this lane.")
        counter.scan("BADGE:7")
        #expect(counter.scan("DEPOT:DONE").message == "Nothing was done for Ada Lovelace.")
        counter.scan("BADGE:7")
        for code in ["IT-1", "IT-2", "IT-3", "DEPOT:UNDO", "BADGE:7"] { counter.scan(code) }
        #expect(counter.scan("DEPOT:DONE").message == "Ada Lovelace: 2 out, 2 still out.")
        #expect(counter.lane.session == nil && counter.lane.holderDeadline == nil)
        counter.scan("DEPOT:MODE:CHECKIN")
        counter.scan("LOC:R4")
        counter.scan("IT-1")
        #expect(counter.scan("DEPOT:DONE").message == "Room 4: 1 back.")
        #expect(counter.lane.location == nil && counter.lane.mode == .checkin)
        counter.scan("IT-2")
        #expect(counter.scan("DEPOT:DONE").message == "Checkin: 1 back.")
    }

    @Test func theTimeOutEndsTheSession() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        let expired = LaneWorkflow.expire(counter.lane, uptime: .milliseconds(counter.uptime + 60_000))
        #expect(expired != nil && expired?.session == nil && expired?.nextDeadline == nil)
    }

    // MARK: Undo

    @Test func theNextPersonDoesNotUndoWhatTheOneBeforeDid() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("BADGE:8")
        let refused = counter.scan("DEPOT:UNDO")
        #expect(refused.outcome == .refused && refused.reason == "operator_first")
        #expect(
            refused.message == "Nothing was done for Bob Kahn yet. An operator can undo older changes: sign on, then "
                + "scan UNDO again.")
        counter.scan("DEPOT:DONE")
        let after = counter.scan("DEPOT:UNDO")
        #expect(after.reason == "operator_first")
        #expect(after.message.hasPrefix("The last change on this lane was for somebody else."))
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(LaneWorkflow.undoable(counter.lane, at: counter.now.wall, settings: counter.settings) == nil)
        counter.scan("DEPOT:OPERATOR:BADGE:8")
        #expect(counter.scan("DEPOT:UNDO").outcome == .applied)
        #expect(counter.holder(of: "IT-1") == nil)
    }

    @Test func withoutASessionTheNewestChangeIsUndoneWithinFiveMinutes() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("DEPOT:DONE")
        counter.scan("IT-1")
        #expect(counter.scan("DEPOT:UNDO", after: 300_001).reason == "operator_first")
        #expect(
            counter.scan("DEPOT:UNDO").message.hasPrefix("The last change on this lane is more than 5 minutes old."))
        #expect(counter.holder(of: "IT-1") == nil)
        counter.uptime -= 10_000
        counter.lane = LaneWorkflow.settingHomeMode(.counter, lane: counter.lane)
        #expect(counter.scan("DEPOT:UNDO", after: 0).outcome == .applied)
        #expect(counter.holder(of: "IT-1") == Counter.ada)
    }

    @Test func theUndoOfAnUndoIsARedo() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("DEPOT:DONE")
        #expect(counter.scan("DEPOT:UNDO").message == "Undone: checkout of IT-1 (ThinkPad T14) to Ada Lovelace.")
        #expect(counter.holder(of: "IT-1") == nil)
        #expect(counter.scan("DEPOT:UNDO").message == "Done again: IT-1 (ThinkPad T14) is with Ada Lovelace.")
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        counter.scan("DEPOT:UNDO")
        #expect(counter.holder(of: "IT-1") == nil)
        #expect(counter.events.map(\.kind) == [.checkout, .undo, .undo, .undo])
    }

    @Test func anOperatorGoesBackAsFarAsTheLaneRemembers() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("BADGE:8")
        counter.scan("IT-2")
        counter.scan("DEPOT:DONE")
        counter.uptime += 3_600_000
        counter.scan("DEPOT:OPERATOR:BADGE:7")
        counter.scan("DEPOT:UNDO")
        counter.scan("DEPOT:UNDO")
        #expect(counter.holder(of: "IT-1") == nil && counter.holder(of: "IT-2") == nil)
        #expect(counter.scan("DEPOT:UNDO").reason == "nothing_to_undo")
    }

    // MARK: Modes

    @Test func aModeForNowEndsAfterTenIdleMinutesAndSaysSo() throws {
        var counter = Counter()
        counter.scan("DEPOT:MODE:AUDIT")
        counter.scan("LOC:R4")
        counter.scan("IT-1")
        let until = try #require(counter.lane.idleDeadline)
        #expect(until == .milliseconds(counter.uptime + 600_000))
        #expect(LaneWorkflow.expire(counter.lane, uptime: until - .milliseconds(1)) == nil)
        let home = try #require(LaneWorkflow.expire(counter.lane, uptime: until))
        #expect(home.mode == .counter && home.session == nil && home.location == nil && home.idleDeadline == nil)
        #expect(
            LaneWorkflow.modeEnded(.audit, lane: home, settings: counter.settings)
                == "Audit ended after 10 minutes without a scan. Counter: scan a badge, then the assets to check out; "
                + "an asset on its own is checked in.")
        // What comes later is done in the home mode, even if nobody called expire.
        #expect(counter.scan("IT-1", after: 600_000).reason == "badge_first")
    }

    @Test func aHomeModeStays() throws {
        var counter = Counter(.checkin)
        try counter.elsewhere("IT-1", .checkout(to: .person(PersonID(rawValue: 7))))
        counter.scan("IT-1")
        // The session ends, the mode does not.
        let later = try #require(LaneWorkflow.expire(counter.lane, uptime: .seconds(100_000)))
        #expect(later.mode == .checkin && later.session == nil)
        counter.scan("DEPOT:MODE:CHECKOUT")
        #expect(counter.lane.homeMode == .checkin)
        counter.scan("DEPOT:MODE:CHECKIN")
        #expect(counter.lane.idleDeadline == nil)
        counter.settings.modeTimeout = .zero
        counter.scan("DEPOT:MODE:CHECKOUT")
        #expect(counter.lane.nextDeadline == nil)
        counter.lane = LaneWorkflow.settingHomeMode(.lookup, lane: counter.lane)
        #expect(counter.lane.mode == .lookup && counter.lane.homeMode == .lookup)
    }

    // MARK: Restart

    private func restarted(_ counter: Counter, after pause: Int64 = 1_000) -> LaneState {
        let record = LaneRecord(counter.lane, at: counter.now)
        var facts = LaneRecord.Facts()
        facts.holder = counter.lane.holder
        facts.operator = counter.lane.operator
        facts.location = counter.lane.location
        facts.events = Dictionary(uniqueKeysWithValues: counter.events.map { ($0.number, $0) })
        // Another boot: the monotonic clock begins again.
        let wall = Timestamp(milliseconds: counter.uptime + pause)
        return record.state(home: counter.lane.homeMode, facts, at: Moment(wall: wall, uptime: .seconds(5)))
    }

    @Test func aRestartLosesNothing() throws {
        var counter = Counter()
        counter.scan("DEPOT:OPERATOR:BADGE:8")
        counter.scan("IT-1")
        counter.scan("BADGE:7")
        for code in ["IT-1", "IT-2", "DEPOT:UNDO", "IT-3"] { counter.scan(code) }
        let lane = restarted(counter)
        #expect(lane.session == counter.lane.session && lane.operator == counter.lane.operator)
        #expect(lane.applied == counter.lane.applied)
        #expect(lane.holderDeadline == .seconds(64))
        counter.lane = lane
        counter.uptime += 2_000
        #expect(counter.lane.holder?.name == "Ada Lovelace")
    }

    @Test func aModeAndALocationSurviveARestartUntilTheyEnd() {
        var counter = Counter(.lookup)
        counter.scan("DEPOT:MODE:CHECKIN")
        counter.scan("LOC:R4")
        let lane = restarted(counter)
        #expect(lane.mode == .checkin && lane.homeMode == .lookup && lane.location?.name == "Room 4")
        let late = restarted(counter, after: 600_000)
        #expect(late.mode == .lookup && late.location == nil)
    }

    @Test func aHolderWhoseTimeIsOverIsNotThereAfterARestart() {
        var counter = Counter()
        counter.scan("BADGE:7")
        #expect(restarted(counter, after: 60_000).holder == nil)
        counter.scan("IT-1")
        counter.scan("DEPOT:DONE")
        counter.scan("DEPOT:UNDO")
        counter.lane = restarted(counter)
        counter.uptime = 5_000
        // Without a session, the undo is the newest change after a restart too.
        #expect(
            LaneWorkflow.undoable(counter.lane, at: counter.events[1].at, settings: counter.settings)?.rawValue == 2)
    }
}
