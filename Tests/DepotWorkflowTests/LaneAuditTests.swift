import BarcodeData
import DepotModel
import DepotWorkflow
import Testing

/// The conversation at a lane in audit mode. The store's part is tested with the store.
@Suite struct LaneAuditTests {
    private static let noon = Timestamp(milliseconds: 1_795_262_400_000)

    private func walk(_ counts: AuditCounts = AuditCounts(expected: 50, found: 12), blind: Bool = false) -> AuditWalk {
        AuditWalk(
            id: AuditWalkID(rawValue: 3), name: "Room 4", scope: .location(LocationID(rawValue: 4)), isBlind: blind,
            state: .open, counts: counts, startedAt: Self.noon, startedBy: Actor(kind: .counter, name: "depot"))
    }

    private func receipt(
        _ effect: AuditReceipt.Effect, _ counter: Counter, asset: String? = nil, line: AuditLine? = nil,
        blind: Bool = false
    ) -> AuditReceipt {
        AuditReceipt(
            walk: walk(blind: blind), effect: effect, place: counter.locations["R4"],
            asset: asset.flatMap { counter.assets[$0] }, line: line)
    }

    /// A lane that counts in the walk of Room 4.
    private func counting() -> Counter {
        var counter = Counter(.audit)
        let label = counter.scan("LOC:R4").decision
        counter.lane = LaneWorkflow.committed(label, receipt(.started, counter))
        return counter
    }

    private func message(_ receipt: AuditReceipt, actor: String = "depot", after seconds: Int64 = 0) -> String {
        LaneWorkflow.audited(
            receipt, actor: actor, at: Self.noon.advanced(byMilliseconds: seconds * 1000)
        ).message
    }

    @Test func thereIsNoWalkWithoutAPlace() {
        var counter = Counter(.audit)
        let refused = counter.scan("IT-1")
        #expect(refused.outcome == .refused && refused.reason == "place_first")
        #expect(refused.message == "Scan the location's label first, then IT-1 (ThinkPad T14) again.")
        #expect(refused.decision.intent == .none)
        // Outside a walk an unknown code, a badge and the commands are what they are everywhere.
        #expect(counter.scan("X-99").decision.intent == .none)
        #expect(counter.scan("BADGE:7").outcome == .shown)
        #expect(counter.scan("DEPOT:UNDO").reason == "nothing_to_undo")
        #expect(counter.scan("LOC:R4").decision.intent == .audit(.enter(LocationID(rawValue: 4), current: nil)))
        counter.locations["R4"]?.deletedAt = Self.noon
        #expect(counter.scan("LOC:R4", after: 5_000).reason == "holder_deleted")
    }

    @Test func scansAreCountedInTheWalkOfTheLabel() {
        var counter = counting()
        let walk = AuditWalkID(rawValue: 3)
        #expect(counter.lane.walk?.found == 12 && counter.lane.location?.name == "Room 4")
        let place = LocationID(rawValue: 4)
        let id = counter.assets["IT-1"]?.asset.id ?? AssetID(rawValue: 0)
        #expect(counter.scan("IT-1").decision.intent == .audit(.countAsset(id, in: walk, place: place)))
        #expect(counter.scan("X-99").decision.intent == .audit(.noteCode("X-99", in: walk, place: place)))
        #expect(counter.scan("BADGE:99").outcome == .unknownBadge)
        #expect(counter.scan("LOC:R4").decision.intent == .audit(.enter(place, current: walk)))
        #expect(counter.scan("DEPOT:DONE").decision.intent == .audit(.read(walk)))
        #expect(counter.scan("DEPOT:UNDO").decision.intent == .audit(.takeBack(walk)))
        #expect(counter.lane.walk?.id == walk)
        // The same code a moment later is one scan, and a trigger held down counts nothing.
        counter.scan("IT-2")
        #expect(counter.scan("IT-2", after: 300).outcome == .duplicate)
        let left = counter.scan("DEPOT:CANCEL")
        #expect(left.message == "Left Room 4; its walk stays open." && counter.lane.walk == nil)
        #expect(counter.scan("IT-2").reason == "place_first")
    }

    @Test func anotherModeLeavesTheWalk() {
        var counter = counting()
        counter.scan("DEPOT:MODE:LOOKUP")
        #expect(counter.lane.walk == nil)
        #expect(counter.scan("IT-1").outcome == .shown)
    }

    @Test func theAnswerSaysWhatIsWrong() {
        let counter = counting()
        let started = receipt(.started, counter)
        #expect(
            message(started)
                == "The walk of Room 4 has started; 50 assets are expected. Scan every asset that is there.")
        #expect(
            message(receipt(.started, counter, blind: true))
                == "The walk of Room 4 has started. Scan every asset that is there.")
        #expect(message(receipt(.continued, counter)) == "The walk of Room 4 goes on: 12 of 50 found, 38 missing.")
        #expect(message(receipt(.read, counter)) == "Room 4: 12 of 50 found, 38 missing.")
        let found = receipt(.counted(.found), counter, asset: "IT-1")
        #expect(message(found) == "IT-1 (ThinkPad T14) was found: 12 of 50 found, 38 missing.")
        #expect(LaneWorkflow.audited(found, actor: "a", at: Self.noon).outcome == .applied)
        let elsewhere = AuditLine(
            asset: nil, code: "IT-2", verdict: .misplaced, home: Reference(id: 1, name: "Depot"))
        let misplaced = receipt(.counted(.misplaced), counter, asset: "IT-2", line: elsewhere)
        #expect(message(misplaced) == "IT-2 belongs at Depot; it was noted as misplaced.")
        #expect(LaneWorkflow.audited(misplaced, actor: "a", at: Self.noon).reason == "misplaced")
        var lent = counter
        lent.lane = LaneState(mode: .checkout)
        lent.scan("BADGE:7")
        lent.scan("IT-3")
        let unexpected = AuditReceipt(
            walk: walk(), effect: .counted(.unexpected), asset: lent.assets["IT-3"])
        #expect(message(unexpected) == "IT-3 (iPad) is checked out to Ada Lovelace; it was noted as not expected.")
        let unknown = receipt(
            .counted(.unknown), counter, line: AuditLine(asset: nil, code: "X-9", verdict: .unknown))
        #expect(message(unknown) == "No asset, badge or location has the code “X-9”; it was noted.")
        #expect(LaneWorkflow.audited(unknown, actor: "a", at: Self.noon).outcome == .unknown)
    }

    @Test(
        arguments: [
            (10, "a moment ago"), (60, "a minute ago"), (150, "3 minutes ago"), (3600, "an hour ago"),
            (7300, "2 hours ago"), (200_000, "on 2026-11-21"),
        ])
    func aRepeatSaysWhenAndByWhom(_ seconds: Int64, _ words: String) {
        let counter = counting()
        let line = AuditLine(asset: nil, code: "IT-1", verdict: .found, at: Self.noon, by: "depot")
        let repeated = receipt(.counted(.repeated), counter, asset: "IT-2", line: line)
        #expect(message(repeated, after: seconds) == "IT-2 was counted \(words).")
        #expect(message(repeated, actor: "Ben", after: seconds) == "IT-2 was counted \(words) by depot.")
        let answer = LaneWorkflow.audited(repeated, actor: "Ben", at: Self.noon)
        #expect(answer.outcome == .alreadySo && answer.reason == "repeated")
    }

    @Test func aLaneLearnsWhatOthersCount() {
        let counter = counting()
        var other = walk(AuditCounts(expected: 50, found: 13))
        #expect(LaneWorkflow.updating(counter.lane, AuditWalkStatus(other))?.walk?.found == 13)
        #expect(LaneWorkflow.updating(counter.lane, AuditWalkStatus(walk())) == nil)
        other.id = AuditWalkID(rawValue: 4)
        #expect(LaneWorkflow.updating(counter.lane, AuditWalkStatus(other)) == nil)
        #expect(LaneWorkflow.updating(LaneState(mode: .audit), AuditWalkStatus(walk())) == nil)
    }
}
