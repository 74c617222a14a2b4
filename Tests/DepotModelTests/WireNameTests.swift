import DepotModel
import Foundation
import Testing

/// The names on the wire, written out: a change here breaks every client and every ledger.
@Suite struct WireNameTests {
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value's JSON is exactly this, and this read again is the value.
    private func expect<Value: Codable & Equatable>(_ value: Value, _ golden: [String]) throws {
        let text = golden.joined()
        #expect(try json(value) == text)
        #expect(try JSONDecoder().decode(Value.self, from: Data(text.utf8)) == value)
    }

    private let uuid = UniqueID(high: 0x0193_A1B2_C3D4_7E5F, low: 0x8901_2345_6789_ABCD)
    private let at = Timestamp(milliseconds: 1_795_231_361_123)

    private var fullAsset: AssetDetails {
        var asset = Fixture.asset(holder: Fixture.ada)
        asset.uuid = uuid
        for (field, text) in AssetFieldTests.values where field != .deletedAt && field != .holder {
            _ = asset.set(field, to: text, label: { Fixture.labels[$0] })
        }
        asset.custom = ["colour": "red"]
        asset.createdAt = at
        asset.updatedAt = at
        return AssetDetails(
            asset: asset,
            model: ModelReference(
                id: CatalogueID(rawValue: 12), name: "T14", number: "21HD",
                manufacturer: Reference(id: 2, name: "Lenovo"),
                category: Reference(id: 3, name: "Laptop")),
            holder: Fixture.ada, location: Reference(id: 4, name: "Room 4"),
            defaultLocation: Reference(id: 1, name: "Depot"), supplier: Reference(id: 5, name: "Shop"),
            company: Reference(id: 6, name: "Company"))
    }

    @Test func assetDetails() throws {
        try expect(
            fullAsset,
            [
                #"{"asset_tag":"IT-0042","blocked":"being recalled","byod":true,"checkin_count":16,"checkout_count":17,"company":{"id":6,"name":"Company"},"#,
                #""created_at":"2026-11-21T03:22:41.123Z","custom":{"colour":"red"},"#,
                #""default_location":{"id":1,"name":"Depot"},"deleted_at":null,"end_of_life":"2029-06-30","#,
                #""expected_checkin":"2026-12-24","#,
                #""holder":{"deleted":false,"holder":"person:7","name":"Ada Lovelace"},"id":42,"#,
                #""last_audit":"2026-01-01T00:00:00.000Z","last_checkin":"1969-12-31T23:59:59.999Z","#,
                #""last_checkout":"2026-11-21T03:22:41.123Z","lifecycle":"deployed","location":{"id":4,"name":"Room 4"},"#,
                #""model":{"category":{"id":3,"name":"Laptop"},"id":12,"manufacturer":{"id":2,"name":"Lenovo"},"#,
                #""name":"T14","number":"21HD"},"name":"ThinkPad “T14”","next_audit":"2027-01-01","#,
                #""notes":"two\nlines","order_number":"PO 7/2026","purchase_cost":"1449.50","#,
                #""purchase_date":"2024-02-29","requestable":true,"serial":"PF2ABC","status":{"id":3,"name":"Broken","#,
                #""type":"undeployable"},"supplier":{"id":5,"name":"Shop"},"tenant_id":1,"#,
                #""updated_at":"2026-11-21T03:22:41.123Z","uuid":"0193a1b2-c3d4-7e5f-8901-23456789abcd","version":3,"#,
                #""warranty_expiry":"2027-02-28","warranty_months":36}"#,
            ])
    }

    @Test func anAssetWithNothingHasEveryKey() throws {
        var asset = Fixture.asset()
        (asset.name, asset.location, asset.defaultLocation) = (nil, nil, nil)
        let details = AssetDetails(asset: asset)
        let text = try json(details)
        for key in [
            "serial", "name", "model", "holder", "location", "default_location", "purchase_cost", "deleted_at",
            "next_audit", "company",
        ] {
            #expect(text.contains("\"\(key)\":null"), "\(key)")
        }
        #expect(try JSONDecoder().decode(AssetDetails.self, from: Data(text.utf8)) == details)
    }

    @Test func ledgerEvent() throws {
        let event = LedgerEvent(
            number: EventNumber(rawValue: 9), station: "depot", sequence: 9, operation: uuid, tenant: .standard, at: at,
            kind: .transfer, asset: AssetReference(fullAsset.asset), from: Fixture.ada, to: Fixture.room,
            changes: [FieldChange(field: "holder", from: "person:7", to: "location:4")],
            actor: Actor(kind: .counter, name: "Bob Kahn", person: PersonID(rawValue: 8)),
            origin: Origin(
                face: .incidentIQ, lane: LaneID(rawValue: 1), scanner: "usb:0c2e:S1", scan: uuid, request: "r-1",
                address: "192.0.2.7"),
            note: "to the room", undoes: EventNumber(rawValue: 8), outcome: .alreadySo, message: "Done.",
            facts: ["asset_tag": "IT-0042"])
        try expect(
            event,
            [
                #"{"actor":{"kind":"counter","name":"Bob Kahn","person_id":8},"asset":{"asset_tag":"IT-0042","id":42,"#,
                #""name":"ThinkPad “T14”","uuid":"0193a1b2-c3d4-7e5f-8901-23456789abcd","version":3},"#,
                #""at":"2026-11-21T03:22:41.123Z","changes":[{"field":"holder","from":"person:7","to":"location:4"}],"#,
                #""facts":{"asset_tag":"IT-0042"},"from":{"deleted":false,"holder":"person:7","name":"Ada Lovelace"},"#,
                #""kind":"transfer","message":"Done.","note":"to the room","number":9,"#,
                #""operation":"0193a1b2-c3d4-7e5f-8901-23456789abcd","#,
                #""origin":{"address":"192.0.2.7","face":"incident_iq","lane_id":1,"request":"r-1","#,
                #""scan":"0193a1b2-c3d4-7e5f-8901-23456789abcd","scanner":"usb:0c2e:S1"},"outcome":"already_so","#,
                #""sequence":9,"station":"depot","tenant_id":1,"#,
                #""to":{"deleted":false,"holder":"location:4","location_id":4,"name":"Room 4"},"undoes":8}"#,
            ])
    }

    @Test func journalledScanAndItsResult() throws {
        try expect(
            JournalledScan(
                number: ScanNumber(rawValue: 5), id: uuid, at: at, lane: LaneID(rawValue: 1), scanner: "port:1-4.2",
                raw: "49542d31", text: "IT-1", symbology: "]C1", interpretation: "tag IT-1", outcome: .unknownBadge,
                reason: "why", message: "No.", event: EventNumber(rawValue: 9)),
            [
                #"{"at":"2026-11-21T03:22:41.123Z","event":9,"id":"0193a1b2-c3d4-7e5f-8901-23456789abcd","#,
                #""interpretation":"tag IT-1","lane_id":1,"message":"No.","number":5,"outcome":"unknown_badge","#,
                #""raw":"49542d31","reason":"why","scanner":"port:1-4.2","symbology":"]C1","text":"IT-1"}"#,
            ])
        try expect(
            JournalledScan(
                number: ScanNumber(rawValue: 5), id: uuid, at: at, lane: nil, scanner: nil, raw: "", text: nil,
                symbology: nil, interpretation: nil, outcome: .empty, reason: nil, message: "No.", event: nil,
                endedBy: "silence"),
            [
                #"{"at":"2026-11-21T03:22:41.123Z","ended_by":"silence","id":"0193a1b2-c3d4-7e5f-8901-23456789abcd","#,
                #""message":"No.","number":5,"outcome":"empty","raw":""}"#,
            ])
        try expect(
            ScanResult(
                scan: uuid, number: nil, lane: LaneID(rawValue: 1), at: at, outcome: .refused, message: "Again.",
                reason: ScanResult.notRecorded, code: "IT-1",
                candidates: [Match(kind: "asset", id: 42, label: "IT-1", detail: nil)]),
            [
                #"{"at":"2026-11-21T03:22:41.123Z","candidates":[{"id":42,"kind":"asset","label":"IT-1"}],"#,
                #""code":"IT-1","lane_id":1,"message":"Again.","outcome":"refused","reason":"not_recorded","#,
                #""scan":"0193a1b2-c3d4-7e5f-8901-23456789abcd","tone":"again"}"#,
            ])
    }

    @Test func laneAndScanner() throws {
        try expect(
            LaneStatus(
                id: LaneID(rawValue: 1), name: "Lane 1", scanner: "port:1-4.2", isConnected: true, mode: .checkout,
                holder: Fixture.room, deadline: at, operatorName: "Bob Kahn", location: Reference(id: 4, name: "Room 4")
            ),
            [
                #"{"connected":true,"deadline":"2026-11-21T03:22:41.123Z","#,
                #""holder":{"deleted":false,"holder":"location:4","location_id":4,"name":"Room 4"},"#,
                #""home_mode":"checkout","id":1,"location":{"id":4,"name":"Room 4"},"mode":"checkout","mode_until":null,"#,
                #""name":"Lane 1","operator":"Bob Kahn","question":null,"scanner":"port:1-4.2","session":null,"#,
                #""timeout":0,"undo":null}"#,
            ])
        var session = LaneSession(id: uuid, since: at, holder: Fixture.room)
        session.add(
            LaneSession.Item(
                event: EventNumber(rawValue: 9), kind: .checkout, tag: "IT-1", name: "Drill", at: at,
                due: CalendarDate("2026-12-24")))
        session.open = LaneSession.Open(
            count: 1, returned: 0,
            items: [LaneSession.OpenAsset(tag: "IT-1", name: nil, since: at, due: nil, isOverdue: false)])
        try expect(
            LaneStatus(
                id: LaneID(rawValue: 1), name: "Lane 1", scanner: nil, isConnected: true, mode: .audit,
                homeMode: .counter, modeUntil: at, timeout: 60, session: session,
                question: LaneQuestion(kind: .takeOver, tag: "IT-1", until: at), undo: EventNumber(rawValue: 9)),
            [
                #"{"connected":true,"home_mode":"counter","id":1,"mode":"audit","mode_until":"2026-11-21T03:22:41.123Z","#,
                #""name":"Lane 1","question":{"asset_tag":"IT-1","kind":"take_over","until":"2026-11-21T03:22:41.123Z"},"#,
                #""session":{"counts":{"audited":0,"back":0,"out":1,"transferred":0},"#,
                #""holder":{"deleted":false,"holder":"location:4","location_id":4,"name":"Room 4"},"#,
                #""id":"0193a1b2-c3d4-7e5f-8901-23456789abcd","items":[{"asset_tag":"IT-1","#,
                #""at":"2026-11-21T03:22:41.123Z","due":"2026-12-24","event":9,"kind":"checkout","name":"Drill","#,
                #""undone":false}],"open":{"count":1,"items":[{"asset_tag":"IT-1","overdue":false,"#,
                #""since":"2026-11-21T03:22:41.123Z"}],"returned":0},"since":"2026-11-21T03:22:41.123Z"},"#,
                #""timeout":60,"undo":9}"#,
            ])
        try expect(
            ScannerStatus(
                identity: "usb:0c2e:S1", lane: LaneID(rawValue: 1), name: "Voyager", manufacturer: "Honeywell",
                usbID: "0c2e:0db3", serial: "S1", port: "1-4.2", kind: "hid_pos", layout: nil, state: .failing,
                problem: DepotError(.busy, "Taken.", hint: "Wait."), since: at, lastScan: at, scans: 3, problems: 1),
            [
                #"{"identity":"usb:0c2e:S1","kind":"hid_pos","lane_id":1,"last_scan":"2026-11-21T03:22:41.123Z","#,
                #""manufacturer":"Honeywell","name":"Voyager","port":"1-4.2","#,
                #""problem":{"code":"busy","hint":"Wait.","message":"Taken."},"problems":1,"scans":3,"serial":"S1","#,
                #""since":"2026-11-21T03:22:41.123Z","state":"failing","usb_id":"0c2e:0db3"}"#,
            ])
    }

    @Test func peoplePlacesAndResolutions() throws {
        try expect(
            Person(
                id: PersonID(rawValue: 7), uuid: uuid, name: "Ada Lovelace", email: "ada@example.org",
                employeeNumber: "0007", badge: "7", deletedAt: at, version: 2),
            [
                #"{"badge":"7","deleted_at":"2026-11-21T03:22:41.123Z","email":"ada@example.org","#,
                #""employee_number":"0007","id":7,"name":"Ada Lovelace","#,
                #""uuid":"0193a1b2-c3d4-7e5f-8901-23456789abcd","version":2}"#,
            ])
        try expect(
            Location(id: LocationID(rawValue: 4), uuid: uuid, name: "Room 4", code: "R4", parent: Fixture.home),
            [
                #"{"code":"R4","id":4,"name":"Room 4","parent_id":1,"uuid":"0193a1b2-c3d4-7e5f-8901-23456789abcd","#,
                #""version":1}"#,
            ])
        try expect(
            ResolutionReport(
                code: "IT-1",
                steps: [.init(rule: "as scanned", kind: "tag", value: "IT-1", isDerived: false, found: [])],
                result: "nothing", candidates: [], message: "Nothing."),
            [
                #"{"candidates":[],"code":"IT-1","message":"Nothing.","result":"nothing","#,
                #""steps":[{"derived":false,"found":[],"kind":"tag","rule":"as scanned","value":"IT-1"}]}"#,
            ])
    }

    @Test func refusal() throws {
        try expect(
            Refusal(.alreadyDeployed, "Out.", facts: ["holder": "person:7"]),
            [#"{"code":"already_deployed","facts":{"holder":"person:7"},"message":"Out."}"#])
    }

    @Test func vocabulariesOfOneWord() {
        #expect(Lifecycle.allCases.map(\.rawValue) == ["available", "deployed", "maintenance", "retired", "deleted"])
        #expect(StatusType.allCases.map(\.rawValue) == ["deployable", "pending", "undeployable", "archived"])
        #expect(LaneMode.allCases.map(\.rawValue) == ["counter", "checkout", "checkin", "transfer", "audit", "lookup"])
        #expect(
            ScanOutcome.allCases.map(\.rawValue) == [
                "applied", "shown", "already_so", "duplicate", "refused", "ambiguous", "unknown", "unknown_badge",
                "empty", "too_long", "control_characters", "invalid_text", "broken",
            ])
        #expect(
            LookupKey.Kind.allCases.map(\.rawValue) == [
                "tag", "serial", "uuid", "asset_id", "location_id", "badge", "employee_number", "location_code",
            ])
        #expect(
            Refusal.Code.all.map(\.rawValue) == [
                "already_deployed", "same_holder", "not_deployed", "in_maintenance", "retired", "deleted",
                "not_deleted",
                "unknown_holder", "holder_deleted", "holder_is_itself", "unknown_location", "unknown_asset",
                "version_conflict", "tag_taken", "asset_limit", "invalid_field", "not_undoable", "happened_since",
                "badge_first", "nothing_to_undo", "holds_assets", "in_use", "ambiguous_holder",
                "operator_first", "limit_reached", "blocked", "place_first", "unknown_walk", "walk_not_open",
                "walk_open",
            ])
        #expect(
            ScanTone.allCases.map(\.rawValue) == [
                "done", "warning", "already_so", "duplicate", "refused", "unknown", "again", "info",
            ])
    }

    @Test func whatANewerPeerSaysIsKept() throws {
        let decoder = JSONDecoder()
        #expect(try decoder.decode(LedgerEvent.Kind.self, from: Data(#""borrowed""#.utf8)).rawValue == "borrowed")
        #expect(try decoder.decode(Refusal.Code.self, from: Data(#""on_fire""#.utf8)).rawValue == "on_fire")
        #expect(try decoder.decode(DepotError.Code.self, from: Data(#""tired""#.utf8)).rawValue == "tired")
    }

    @Test func wrongTextIsAnErrorAndNoTrap() {
        let decoder = JSONDecoder()
        let wrong = Data(#""nonsense""#.utf8)
        #expect(throws: DecodingError.self) { try decoder.decode(Timestamp.self, from: wrong) }
        #expect(throws: DecodingError.self) { try decoder.decode(CalendarDate.self, from: wrong) }
        #expect(throws: DecodingError.self) { try decoder.decode(Money.self, from: wrong) }
        #expect(throws: DecodingError.self) { try decoder.decode(UniqueID.self, from: wrong) }
        for holder in ["nonsense", "person:x", "location:0", ":7", "asset:"] {
            #expect(throws: DecodingError.self) { try decoder.decode(Holder.self, from: Data("\"\(holder)\"".utf8)) }
        }
        #expect(throws: DecodingError.self) { try decoder.decode(AssetID.self, from: Data("1e30".utf8)) }
    }
}
