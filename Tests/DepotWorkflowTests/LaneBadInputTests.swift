import BarcodeData
import DepotModel
import DepotWorkflow
import Testing

/// What is rejected before it is looked up, and numbers at the ends of their ranges.
@Suite struct LaneBadInputTests {
    private let settings = WorkflowSettings(station: "depot")

    private func scan(_ bytes: [UInt8], _ reading: Reading, uptime: Duration = .zero) -> LaneScan {
        LaneScan(
            id: UniqueID(high: 0, low: 1), bytes: bytes, reading: reading, resolution: .nothing,
            at: Moment(wall: Timestamp(milliseconds: 0), uptime: uptime), looksLikeBadge: false)
    }

    @Test(arguments: [
        (Rejection.empty, ScanOutcome.empty, nil as String?), (.tooLong, .tooLong, nil),
        (.controlCharacters, .controlCharacters, nil), (.invalidText, .invalidText, nil),
        (.personalData, .refused, "personal_data"),
    ])
    func everyRejectionHasItsOwnAnswer(rejection: Rejection, outcome: ScanOutcome, reason: String?) {
        let decision = LaneWorkflow.decide(
            scan([1, 0xFF], .rejected(rejection)), lane: LaneState(mode: .counter), settings: settings)
        #expect(decision.outcome == outcome)
        #expect(decision.reason == reason)
        #expect(decision.intent == .none)
        #expect(decision.interpretation == nil)
        #expect(decision.outcome.isFault)
    }

    @Test func personalDataIsNotRepeatedOnTheScreen() {
        let decision = LaneWorkflow.decide(
            scan(Array("ANSI 636000 DAQ12345".utf8), .rejected(.personalData)), lane: LaneState(mode: .counter),
            settings: settings)
        #expect(!decision.message.contains("DAQ"))
        #expect(decision.lane.lastCode.isEmpty)
        #expect(decision.lane.lastCodeAt == nil)
    }

    @Test(arguments: [Int64.min, -1, 0, .max].map { Duration.milliseconds($0) })
    func clocksAtTheirEndsDoNotTrap(uptime: Duration) {
        let person = Person(id: PersonID(rawValue: 1), uuid: UniqueID(high: 0, low: 2), name: "Ada Lovelace")
        var lane = LaneState(mode: .checkout)
        let (earliest, latest) = (Duration.milliseconds(Int64.min), Duration.milliseconds(Int64.max))
        for (at, timeout) in [(uptime, latest), (latest, .zero), (earliest, earliest), (uptime, .seconds(60))] {
            var scan = scan([0x37], .identifiers([]), uptime: at)
            scan.resolution = .one(.person(person), by: LookupKey(.badge, "7"))
            let settings = WorkflowSettings(holderTimeout: timeout, duplicateWindow: latest, station: "depot")
            lane = LaneWorkflow.decide(scan, lane: lane, settings: settings).lane
            _ = LaneWorkflow.expire(lane, uptime: uptime)
        }
    }

    @Test func identifiersBecomeKeysInOrderOnceAndExactWins() {
        let identifiers: [Identifier] = [
            Identifier(.tag, "IT-1", rule: "as scanned", isDerived: true),
            Identifier(.serial, "IT-1", rule: "as scanned"),
            Identifier(.tag, "IT-1", rule: "as scanned"),
            Identifier(.assetID, "42", rule: "label URL", isDerived: true),
            Identifier(.locationCode, "IT-1", rule: "as scanned"),
        ]
        #expect(
            lookupKeys(identifiers) == [
                LookupKey(.tag, "IT-1"), LookupKey(.serial, "IT-1"), LookupKey(.assetID, "42", isDerived: true),
                LookupKey(.locationCode, "IT-1"),
            ])
    }

    @Test func interpretationsAreShort() {
        let long = String(repeating: "A", count: 4_000)
        let decision = LaneWorkflow.decide(
            scan(Array(long.utf8), .command(.unknown(long))), lane: LaneState(mode: .counter), settings: settings)
        #expect(decision.interpretation?.count == 80)
    }
}
