import DepotModel
import Foundation
import Testing

/// The verdict about a scan in a walk, and the numbers for people.
@Suite struct AuditTests {
    private static let room = AuditScope.location(LocationID(rawValue: 1))

    private static func asset(_ type: StatusType = .deployable, out: Bool = false, deleted: Bool = false) -> Asset {
        var asset = Asset(
            id: AssetID(rawValue: 7), tenant: .standard, uuid: UniqueID(high: 1, low: 1), tag: "IT-1",
            status: StatusLabel(id: StatusLabelID(rawValue: 1), name: "Label", type: type),
            createdAt: Timestamp(milliseconds: 0))
        if out { asset.holder = .person(PersonID(rawValue: 7)) }
        if deleted { asset.deletedAt = Timestamp(milliseconds: 1) }
        return asset
    }

    @Test(
        arguments: [
            (AuditFacts(scope: room, asset: nil), AuditVerdict.unknown),
            (AuditFacts(scope: room, asset: nil, isCounted: true), .repeated),
            (AuditFacts(scope: room, asset: asset(), isExpected: true), .found),
            (AuditFacts(scope: room, asset: asset(), isExpected: true, isCounted: true), .repeated),
            // What was expected is found, whatever became of it since.
            (AuditFacts(scope: room, asset: asset(out: true), isExpected: true), .found),
            (AuditFacts(scope: room, asset: asset(.archived), isExpected: true), .found),
            (AuditFacts(scope: room, asset: asset()), .misplaced),
            (AuditFacts(scope: room, asset: asset(.pending)), .misplaced),
            // It came after the start and belongs here.
            (AuditFacts(scope: room, asset: asset(), isInPlace: true), .unexpected),
            (AuditFacts(scope: room, asset: asset(out: true)), .unexpected),
            (AuditFacts(scope: room, asset: asset(.archived)), .unexpected),
            (AuditFacts(scope: room, asset: asset(deleted: true)), .unexpected),
            (AuditFacts(scope: .category(CatalogueID(rawValue: 1)), asset: asset()), .unexpected),
        ])
    func verdict(_ facts: AuditFacts, _ verdict: AuditVerdict) { #expect(facts.verdict == verdict) }

    private func walk(_ counts: AuditCounts, blind: Bool = false, _ state: AuditWalk.State = .open) -> AuditWalk {
        AuditWalk(
            id: AuditWalkID(rawValue: 3), name: "Room 101", scope: Self.room, isBlind: blind, state: state,
            counts: counts, startedAt: Timestamp(milliseconds: 0), startedBy: Actor(kind: .user, name: "ada"))
    }

    @Test func theNumbersAreOneSentence() {
        let counts = AuditCounts(expected: 50, found: 46, misplaced: 2, unknown: 1, repeated: 3)
        #expect(walk(counts).summary == "Room 101: 46 of 50 found, 4 missing, 2 belong elsewhere, 1 unknown.")
        let whole = AuditCounts(expected: 1, found: 1, misplaced: 1, unexpected: 2)
        #expect(walk(whole).summary == "Room 101: 1 of 1 found, 1 belongs elsewhere, 2 not expected.")
        #expect(walk(AuditCounts(expected: 0)).summary == "Room 101: nothing expected.")
    }

    @Test func aBlindWalkConcealsWhatIsExpectedUntilItEnds() {
        let counts = AuditCounts(expected: 50, found: 46, misplaced: 2, unexpected: 1, unknown: 1)
        let open = AuditWalkStatus(walk(counts, blind: true))
        #expect(open.expected == nil && open.missing == nil && open.found == 49 && open.misplaced == 0)
        #expect(open.summary == "Room 101: 49 assets counted, 1 unknown.")
        #expect(AuditWalkStatus(walk(counts, blind: true, .closed)).missing == 4)
    }

    @Test func theWireNamesStay() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let counts = AuditCounts(expected: 2, found: 1)
        let status = String(decoding: try encoder.encode(AuditWalkStatus(walk(counts))), as: UTF8.self)
        #expect(
            status == #"{"blind":false,"expected":2,"found":1,"id":3,"misplaced":0,"missing":1,"name":"Room 101","#
                + #""repeated":0,"state":"open","unexpected":0,"unknown":0}"#)
        let scopes: [(AuditScope, String)] = [
            (Self.room, #"{"kind":"location","location_id":1}"#),
            (.category(CatalogueID(rawValue: 2)), #"{"category_id":2,"kind":"category"}"#),
            (.holder(.person(PersonID(rawValue: 7))), #"{"holder":"person:7","kind":"holder"}"#),
            (.filter(AuditFilter(search: "lamp")), #"{"filter":{"search":"lamp"},"kind":"filter"}"#),
        ]
        for (scope, json) in scopes {
            #expect(String(decoding: try encoder.encode(scope), as: UTF8.self) == json)
            #expect(try JSONDecoder().decode(AuditScope.self, from: Data(json.utf8)) == scope)
        }
        let whole = walk(counts, .closed)
        #expect(try JSONDecoder().decode(AuditWalk.self, from: try encoder.encode(whole)) == whole)
        #expect(AuditWalk.State.allCases.map(\.rawValue) == ["open", "paused", "closed", "applied"])
        #expect(
            AuditVerdict.allCases.map(\.rawValue) == [
                "found", "misplaced", "unexpected", "unknown", "repeated", "missing",
            ])
        #expect(AuditAction.allCases.map(\.rawValue) == ["leave", "audit", "move", "missing"])
    }

    @Test func anActionFitsWhatWasSeen() {
        #expect(AuditAction.allCases.filter { $0.fits(.missing) } == [.leave, .missing])
        #expect(AuditAction.allCases.filter { $0.fits(.misplaced) } == [.leave, .audit, .move])
        #expect(AuditAction.allCases.filter { $0.fits(.unknown) } == [.leave])
    }
}
