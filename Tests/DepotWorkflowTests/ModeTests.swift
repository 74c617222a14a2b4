import DepotModel
import DepotWorkflow
import Testing

/// The modes table of the domain, row by row.
@Suite struct ModeTests {
    @Test func counterBadgeThenThingsChecksOut() {
        var counter = Counter()
        let badge = counter.scan("BADGE:7")
        #expect(badge.outcome == .shown)
        #expect(badge.message == "Assets scanned now will be checked out to Ada Lovelace.")
        let first = counter.scan("IT-1")
        #expect(first.outcome == .applied)
        #expect(first.message == "IT-1 (ThinkPad T14) is checked out to Ada Lovelace.")
        #expect(first.decision.interpretation == "tag IT-1")
        #expect(counter.scan("IT-2").message == "IT-2 is checked out to Ada Lovelace.")
        #expect(counter.holder(of: "IT-1") == Counter.ada)
        #expect(counter.lane.applied.map(\.rawValue) == [1, 2])
    }

    @Test func counterThingAloneComesBackToTheStation() {
        var counter = Counter()
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("DEPOT:DONE")
        let back = counter.scan("IT-1")
        #expect(back.outcome == .applied)
        #expect(back.message == "IT-1 (ThinkPad T14) is back from Ada Lovelace.")
        #expect(counter.assets["IT-1"]?.asset.location == LocationID(rawValue: 1))
        #expect(counter.scan("IT-1").outcome == .refused)
    }

    @Test(arguments: [
        (StatusType.undeployable, "in_maintenance"), (.pending, "in_maintenance"), (.archived, "retired"),
    ])
    func counterUnusableThingIsShownAloneAndRefusedToAHolder(type: StatusType, code: String) {
        var counter = Counter()
        counter.add("IT-9", nil, status: StatusLabel(id: StatusLabelID(rawValue: 2), name: "Broken", type: type))
        let alone = counter.scan("IT-9")
        #expect(alone.outcome == .shown)
        #expect(alone.message.contains("“Broken”"))
        counter.scan("BADGE:7")
        let refused = counter.scan("IT-9")
        #expect(refused.outcome == .refused)
        #expect(refused.reason == code)
        #expect(counter.holder(of: "IT-9") == nil)
    }

    @Test func counterLocationIsHolderOnlyWhereAllowed() {
        var counter = Counter()
        #expect(counter.scan("LOC:R4").message == "Assets scanned now will be checked out to Room 4.")
        counter.scan("IT-1")
        #expect(counter.holder(of: "IT-1") == .location(LocationID(rawValue: 4)))
        #expect(counter.assets["IT-1"]?.asset.location == LocationID(rawValue: 4))

        counter = Counter()
        counter.settings.locationHolder = false
        #expect(counter.scan("LOC:R4").message == "This is the location Room 4.")
        #expect(counter.lane.holder == nil)
        counter.scan("IT-1")
        #expect(counter.events.isEmpty)
    }

    @Test func checkoutNeedsABadgeFirst() {
        var counter = Counter(.checkout)
        let refused = counter.scan("IT-1")
        #expect(refused.outcome == .refused)
        #expect(refused.reason == "badge_first")
        #expect(refused.message == "Not checked out. Scan your badge, then IT-1 again.")
        counter.scan("BADGE:7")
        #expect(counter.scan("IT-1").outcome == .applied)
        counter.settings.locationHolder = false
        counter.scan("LOC:R4")
        #expect(counter.scan("IT-2").message == "IT-2 is checked out to Room 4.")
    }

    @Test func checkinGoesToTheStationOrTheScannedLocation() {
        var counter = Counter(.checkout)
        counter.scan("BADGE:7")
        for tag in ["IT-1", "IT-2"] { counter.scan(tag) }
        counter.scan("DEPOT:MODE:CHECKIN")
        counter.scan("IT-1")
        #expect(counter.assets["IT-1"]?.asset.location == LocationID(rawValue: 1))
        #expect(counter.scan("LOC:R4").message == "Assets checked in now go to Room 4.")
        #expect(counter.scan("IT-2").message == "IT-2 is back from Ada Lovelace, to Room 4.")
        #expect(counter.assets["IT-2"]?.asset.location == LocationID(rawValue: 4))
        let idle = counter.scan("IT-3")
        #expect(idle.outcome == .alreadySo)
        #expect(idle.message == "IT-3 (iPad) is not checked out.")
        #expect(counter.scan("BADGE:7").message == "This is the badge of Ada Lovelace.")
        #expect(counter.lane.holder == nil)
    }

    @Test func checkinWithoutAStationLocationGoesHome() {
        var counter = Counter(.checkout)
        counter.settings.stationLocation = nil
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("DEPOT:MODE:CHECKIN")
        #expect(counter.scan("IT-1").decision.intent == .transition(AssetID(rawValue: 100), .checkin(location: nil)))
    }

    @Test func transferNamesBothHolders() {
        var counter = Counter(.transfer)
        #expect(counter.scan("IT-1").reason == "badge_first")
        counter.scan("BADGE:7")
        #expect(counter.scan("IT-1").message == "IT-1 (ThinkPad T14) is checked out to Ada Lovelace.")
        #expect(counter.scan("BADGE:8").message == "Ada Lovelace: 1 out. Now: Bob Kahn.")
        let moved = counter.scan("IT-1")
        #expect(moved.outcome == .applied)
        #expect(moved.message == "IT-1 (ThinkPad T14) was transferred from Ada Lovelace to Bob Kahn.")
        #expect(counter.holder(of: "IT-1") == Counter.bob)
        #expect(counter.scan("IT-1").outcome == .alreadySo)
        #expect(counter.events.map(\.kind) == [.transfer, .transfer])
    }

    @Test func lookupChangesNothing() {
        var counter = Counter(.checkout)
        counter.scan("BADGE:7")
        counter.scan("IT-1")
        counter.scan("DEPOT:MODE:LOOKUP")
        let before = counter.assets
        #expect(
            counter.scan("IT-1").message == "IT-1 (ThinkPad T14) has been checked out to Ada Lovelace since 1970-01-01."
        )
        #expect(counter.scan("BADGE:8").outcome == .shown)
        #expect(counter.scan("LOC:R4").outcome == .shown)
        #expect(counter.scan("IT-2").outcome == .shown)
        #expect(counter.assets == before)
        #expect(counter.lane.holder == nil)
        #expect(counter.lane.location == nil)
    }

    @Test func aDeletedPersonOrLocationIsGivenNothing() {
        var counter = Counter()
        counter.people["7"]?.deletedAt = Timestamp(milliseconds: 1)
        counter.locations["R4"]?.deletedAt = Timestamp(milliseconds: 1)
        for code in ["BADGE:7", "LOC:R4"] {
            let answer = counter.scan(code)
            #expect(answer.outcome == .refused)
            #expect(answer.reason == "holder_deleted")
            #expect(counter.lane.holder == nil)
        }
        counter.scan("DEPOT:MODE:CHECKIN")
        #expect(counter.scan("LOC:R4").outcome == .refused)
        #expect(counter.lane.location == nil)
    }
}
