import DepotModel
import Foundation
import GRDB
import Testing

@testable import DepotStore

/// The JSON of an event is what JSONEncoder makes of it.
struct LedgerJSONTests {
    private static let text = "a\"b\\c/d\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}ä€👩🏽‍🔧\u{2028}"

    /// An event with a value in every field.
    private static var full: LedgerEvent {
        var asset = Asset(
            id: AssetID(rawValue: 42), tenant: .standard, uuid: operation(), tag: text,
            status: StatusLabel(id: StatusLabelID(rawValue: 1), name: "x", type: .deployable), createdAt: noon)
        asset.name = text
        return LedgerEvent(
            number: EventNumber(rawValue: .max), station: text, sequence: .min, operation: operation(),
            tenant: .standard,
            at: Timestamp(milliseconds: -1), kind: .checkout, asset: AssetReference(asset),
            from: HolderDescription(
                holder: .person(PersonID(rawValue: 7)), name: text, detail: text, isDeleted: true,
                location: LocationID(rawValue: 3)),
            to: HolderDescription(
                holder: .asset(AssetID(rawValue: 9)), name: "", detail: "d", location: LocationID(rawValue: 4)),
            changes: [
                FieldChange(field: text, from: text, to: "b"), FieldChange(field: "b", from: nil, to: nil),
                FieldChange(field: "c", from: "", to: text),
            ],
            actor: Actor(kind: .token, name: text, person: PersonID(rawValue: 5)),
            origin: Origin(
                face: .snipeIT, lane: LaneID(rawValue: 1), scanner: text, scan: operation(), request: text,
                address: "::1"),
            note: text, undoes: EventNumber(rawValue: 3), outcome: .alreadySo, message: text,
            facts: ["b": text, "a": "", "ä": "x", "B": "y", "a b": "z", text: "k", "a_b": "1", "aa": "2", "": "3"])
    }

    private static var bare: LedgerEvent {
        LedgerEvent(
            number: EventNumber(rawValue: 1), station: "s", sequence: 1, operation: operation(), tenant: .standard,
            at: noon, kind: .scan, actor: .test, origin: .test)
    }

    @Test(arguments: [full, bare])
    func itIsWhatTheEncoderWrites(_ event: LedgerEvent) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let expected = String(decoding: try encoder.encode(event), as: UTF8.self)
        #expect(String(decoding: LedgerJSON.encode(event), as: UTF8.self) == expected)
    }

    /// Whoever listens gets what is hashed, of one commit as of an import, and so does whoever reads it later.
    @Test func theBytesThatAreStoredAreTheBytesThatAreTold() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("IT-1") { $0.notes = Self.text.replacing("\0", with: "") }
        _ = try await fixture.tenant.commit(scan("nothing", outcome: .unknown, message: "a\nb\r\n\nid: 9"))
        let rows = (1...1500).map { ImportRow(line: $0, draft: AssetDraft(tag: "N-\($0)"), columns: []) }
        _ = try await fixture.tenant.importAssets(
            rows, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let told = fixture.commits.stored
        #expect(told.count > 1500)
        #expect(try fixture.store.eventBodies(since: EventNumber(rawValue: 0), limit: 10_000) == told)
        let stored = try fixture.raw { database in
            SQLFunctions.register(try #require(database.sqliteConnection))
            return try String.fetchAll(database, sql: "SELECT unpacked(body) FROM event ORDER BY number")
                .map { Array($0.utf8) }
        }
        #expect(told.map(\.json) == stored)
        #expect(!stored.contains { $0.contains { $0 < 0x20 } })
        #expect(try await fixture.store.verify().problems.isEmpty)
        let asset = try #require(try fixture.tenant.asset(tag: "IT-1")?.asset.id)
        #expect(try fixture.tenant.historyBodies(asset) == [told[0]])
    }

    /// A field that DepotModel gains must be in the event above, and so in the comparison.
    @Test func everyFieldIsCompared() {
        let event = Self.full
        for part in [event, event.actor, event.origin, event.asset as Any, event.from as Any, event.changes[0]] {
            for child in Mirror(reflecting: unwrapped(part)).children {
                let mirror = Mirror(reflecting: child.value)
                #expect(mirror.displayStyle != .optional || mirror.children.count == 1, "\(child.label ?? "") is nil")
                #expect((child.value as? any Collection)?.isEmpty != true, "\(child.label ?? "") is empty")
            }
        }
    }
}

private func unwrapped(_ value: Any) -> Any {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional ? mirror.children.first?.value ?? value : value
}
