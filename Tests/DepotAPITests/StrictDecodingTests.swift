import DepotAPI
import DepotModel
import FoundationEssentials
import Testing

@Suite struct StrictDecodingTests {
    private func complaint<T: StrictRequest>(_ type: T.Type, _ json: String) -> DepotError? {
        do throws(DepotError) {
            _ = try decodeRequest(type, from: Array(json.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", "The body is empty; a JSON object is expected."),
        ("[]", "A JSON object is expected."),
        ("7", "A JSON object is expected."),
        ("null", "A JSON object is expected."),
        ("\"mode\"", "A JSON object is expected."),
        ("{}", "The field “mode” is missing."),
        ("{\"mode\":7}", "The field “mode” must be text."),
        ("{\"mode\":null}", "The field “mode” must not be null."),
        ("{\"mode\":\"fast\"}", "The field “mode” is not valid: not one of its values."),
        ("{\"mode\":\"audit\",\"speed\":1}", "Unknown field “speed”."),
        ("{\"mode\":\"audit\",\"b\":1,\"a\":2}", "Unknown fields “a”, “b”."),
        ("{\"mode\":\"a\\u0000\"}", "Text must not contain U+0000."),
        (
            "{\"mode\":\"audit\"}\u{0}",
            "The body is not valid JSON: the end is expected, not a control character at line 1, column 17."
        ),
        ("{\"mode\":\"audit\",\"\\u0000\":1}", "Text must not contain U+0000."),
    ])
    func laneMode(_ json: String, _ sentence: String) {
        let error = complaint(LaneModeRequest.self, json)
        #expect(error?.code == .badRequest)
        #expect(error?.message == sentence)
    }

    @Test(arguments: [
        ("{", "a field's name in double quotes is expected, and the text ends at line 1, column 2."),
        ("{\"mode\":}", "a value is expected, not “}” at line 1, column 9."),
        ("{\"mode\":\"audit\"} x", "the end is expected, not “x” at line 1, column 18."),
        ("{\n \"ä\" 1}", "“:” is expected, not “1” at line 2, column 6."),
        ("{'mode':1}", "a field's name in double quotes is expected, not “'” at line 1, column 2."),
        ("{\"mode\":1,}", "a field's name in double quotes is expected, not “}” at line 1, column 11."),
        ("{\"mode\":[1 2]}", "“,” or “]” is expected, not “2” at line 1, column 12."),
        ("{\"mode\":nul}", "“l” is expected, not “}” at line 1, column 12."),
        ("{\"mode\":01}", "“,” or “}” is expected, not “1” at line 1, column 10."),
        ("{\"mode\":1e}", "a digit is expected, not “}” at line 1, column 11."),
        ("{\"mode\":.5}", "a value is expected, not “.” at line 1, column 9."),
        ("{\"mode\":\"\\x\"}", "one of \"\\/bfnrtu after a backslash is expected, not “x” at line 1, column 11."),
        ("{\"mode\":\"\\ud800\"}", "half a surrogate pair at line 1, column 10."),
        ("{\"mode\":\"a\nb\"}", "a control character in text at line 1, column 11."),
        ("{\"mode", "“\"” is expected, and the text ends at line 1, column 7."),
    ])
    func brokenJSON(_ json: String, _ sentence: String) {
        let error = complaint(LaneModeRequest.self, json)
        #expect(error?.code == .badRequest)
        #expect(error?.message == "The body is not valid JSON: " + sentence)
    }

    @Test func invalidUTF8() {
        let bytes = Array("{\"code\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)
        let message = "The body is not valid JSON: text that is not UTF-8 at line 1, column 10."
        #expect(throws: DepotError(.badRequest, message)) {
            _ = try decodeRequest(ScanRequest.self, from: bytes)
        }
    }

    @Test(arguments: [
        "1e400", "-1e400", "99999999999999999999", "1.5", "true", "{}", "[1]", "\"1.5\"", "\"x\"", "0", "-3",
    ])
    func numbersThatAreNoID(_ value: String) {
        let error = complaint(ScanRequest.self, "{\"code\":\"A\",\"lane_id\":\(value)}")
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains("lane_id") == true, "\(error?.message ?? "accepted")")
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        let request = try decodeRequest(LaneModeRequest.self, from: Array("\u{FEFF}{\"mode\":\"audit\"}".utf8))
        #expect(request == LaneModeRequest(mode: .audit))
    }

    @Test func deepNestingIsAnError() {
        let depth = 100_000
        let json =
            "{\"mode\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        #expect(complaint(LaneModeRequest.self, json)?.message.contains("nested too deeply") == true)
    }

    @Test func everyFormOfJSONIsRead() throws {
        let json = " {\"code\" :\t\"\\u00e9\\ud83d\\ude00\\n\\\"\" ,\r\n\"raw\":null, \"lane_id\": 4e0 } "
        let request = try decodeRequest(ScanRequest.self, from: Array(json.utf8))
        #expect(request == ScanRequest(code: "é😀\n\"", lane: LaneID(rawValue: 4)))
        let custom = #"{"asset_tag":"a","custom":{"x":[{},[],-0.5E+3,true,false]}}"#
        #expect(complaint(CreateAssetRequest.self, custom)?.message == "The field “custom.x” must be text.")
    }

    @Test(arguments: [
        ("warranty_months", "1e400"), ("warranty_months", "1.5"), ("warranty_months", "99999999999999999999"),
        ("warranty_months", "1201"), ("warranty_months", "-1"), ("warranty_months", "\"12\""), ("custom", "7"),
        ("purchase_cost", "12.5"), ("purchase_date", "20261121"),
    ])
    func valuesThatDoNotFitNameTheirField(_ field: String, _ value: String) {
        let error = complaint(CreateAssetRequest.self, "{\"asset_tag\":\"a\",\"\(field)\":\(value)}")
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains(field) == true, "\(error?.message ?? "accepted")")
    }

    @Test(arguments: ["{\"code\":\"A\",\"lane_id\":4}", "{\"code\":\"A\",\"lane_id\":\"4\"}"])
    func idsAsNumberOrText(_ json: String) throws {
        #expect(try decodeRequest(ScanRequest.self, from: Array(json.utf8)).lane == LaneID(rawValue: 4))
    }

    @Test func aScannedCodeMayHoldAnything() throws {
        let request = try decodeRequest(ScanRequest.self, from: Array("{\"code\":\"a\\u0000b\"}".utf8))
        #expect(try request.bytes() == [0x61, 0, 0x62])
    }

    @Test func escapedBackslashIsNoEscape() throws {
        let request = try decodeRequest(PairScreenRequest.self, from: Array("{\"name\":\"\\\\u0000\"}".utf8))
        #expect(request.name == "\\u0000")
    }

    @Test func scanBytes() throws {
        #expect(try ScanRequest(code: "é").bytes() == [0xC3, 0xA9])
        #expect(try ScanRequest(raw: "1dFf").bytes() == [0x1D, 0xFF])
        #expect(try ScanRequest(raw: "").bytes() == [])
        for bad in [ScanRequest(), ScanRequest(code: "a", raw: "61"), ScanRequest(raw: "1"), ScanRequest(raw: "xx")] {
            #expect(throws: DepotError.self) { try bad.bytes() }
        }
    }

    @Test(arguments: [
        (#"{"kind":"checkout","asset":{"id":1}}"#, "The field “to” is missing."),
        (
            #"{"kind":"checkout","asset":{"id":1,"serial":"x"},"to":{"person":1}}"#,
            "The field “asset” is not valid: exactly one of id, serial, asset_tag."
        ),
        (#"{"kind":"checkin","asset":{}}"#, "The field “asset” is not valid: exactly one of id, serial, asset_tag."),
        (#"{"kind":"checkin","asset":{"tag":"x"}}"#, "Unknown field “asset.tag”."),
        (#"{"kind":"checkin","asset":"IT-1"}"#, "The field “asset” must be an object."),
        (#"{"kind":"checkin","asset":{"asset_tag":""}}"#, "The field “asset.asset_tag” is not valid: empty."),
        (
            #"{"kind":"checkin","asset":{"id":1},"to":{"person":1}}"#,
            "The field “to” is not valid: a checkin has no such field."
        ),
        (
            #"{"kind":"audit","asset":{"id":1},"next_audit":"2026-02-30"}"#,
            "The field “next_audit” is not valid: not a date (YYYY-MM-DD)."
        ),
        (#"{"kind":"audit","asset":{"id":1},"moves":1}"#, "The field “moves” must be true or false."),
        (
            #"{"kind":"audit","asset":{"id":1},"location":"A","location_id":1}"#,
            "The field “location” is not valid: give location_id or location, not both."
        ),
    ])
    func transitions(_ json: String, _ sentence: String) {
        #expect(complaint(TransitionRequest.self, json)?.message == sentence)
    }

    @Test func editKeepsNullApartFromAbsent() throws {
        let json = #"{"fields":{"notes":null,"warranty_months":12,"name":"x"}}"#
        let edit = try decodeRequest(EditAssetRequest.self, from: Array(json.utf8))
        #expect(edit.fields == ["notes": nil, "warranty_months": "12", "name": "x"])
        let person = try decodeRequest(EditPersonRequest.self, from: Array(#"{"email":null,"badge":"7"}"#.utf8))
        #expect(person == EditPersonRequest(email: .clear, badge: .set("7")))
        #expect(person.employeeNumber.applied(to: "11") == "11")
        #expect(complaint(EditPersonRequest.self, #"{"name":null}"#)?.message == "The field “name” must not be null.")
    }

    @Test(arguments: [
        (#"{"name":"a","role":"screen"}"#, false), (#"{"name":"a","role":"admin","expires_at":"soon"}"#, false),
        (#"{"name":"a","role":"viewer","expires_at":"2026-11-21"}"#, true),
        (#"{"name":"a","role":"viewer","expires_at":"2026-11-21T10:00:00Z"}"#, true),
        (#"{"name":"a","role":"viewer","tenant":"acme","rate":0}"#, true),
        (#"{"name":"a","role":"viewer","tenant_id":"2"}"#, true), (#"{"name":"a","role":"msp"}"#, true),
        (#"{"name":"a","role":"viewer","tenant":"acme","tenant_id":2}"#, false),
        (#"{"name":"a","role":"msp","tenant":"acme"}"#, false), (#"{"name":"a","role":"viewer","tenant":2}"#, false),
        (#"{"name":"a","role":"viewer","rate":-1}"#, false), (#"{"name":"a","role":"viewer","rate":1000001}"#, false),
        (#"{"name":"a","role":"viewer","rate":"60"}"#, false), (#"{"name":"a","role":"viewer","rate":1e400}"#, false),
    ])
    func tokens(_ json: String, _ fits: Bool) {
        #expect((complaint(CreateTokenRequest.self, json) == nil) == fits)
    }

    @Test(arguments: [
        (#"{"slug":"acme"}"#, true), (#"{"slug":"acme","name":null,"hosts":["a.b"],"asset_limit":0}"#, true),
        (#"{"name":"Acme"}"#, false), (#"{"slug":7}"#, false), (#"{"slug":"acme","hosts":"a.b"}"#, false),
        (#"{"slug":"acme","hosts":[1]}"#, false), (#"{"slug":"acme","asset_limit":1.5}"#, false),
        (#"{"slug":"acme","asset_limit":99999999999999999999}"#, false), (#"{"slug":"acme","limit":1}"#, false),
    ])
    func tenants(_ json: String, _ fits: Bool) {
        #expect((complaint(CreateTenantRequest.self, json) == nil) == fits)
    }

    @Test func anAssetLimitIsKeptTakenAwayOrSet() throws {
        func limit(_ json: String) throws -> FieldPatch<Int> {
            try decodeRequest(EditTenantRequest.self, from: Array(json.utf8)).assetLimit
        }
        #expect(try limit(#"{"name":"Acme"}"#) == .keep)
        #expect(try limit(#"{"asset_limit":null}"#) == .clear)
        #expect(try limit(#"{"asset_limit":5}"#) == .set(5))
        #expect(complaint(EditTenantRequest.self, #"{"hosts":null}"#)?.message == "The field “hosts” must not be null.")
    }

    @Test func aDayOfExpiryIsMeantToItsEnd() {
        #expect(CreateTokenRequest.expiry("2026-11-21")?.description == "2026-11-22T00:00:00.000Z")
    }

    /// What the client sends, the daemon reads, and it is the same.
    @Test func requestsSurviveTheWire() throws {
        func check<T: StrictRequest & Encodable & Equatable>(_ request: T) throws {
            #expect(try decodeRequest(T.self, from: WireJSON.encode(request)) == request)
        }
        let operation = UniqueID(high: 1, low: 2)
        try check(LaneModeRequest(mode: .transfer))
        try check(ScanRequest(code: "IT-1/2", lane: LaneID(rawValue: 2), id: operation))
        try check(UndoRequest(operation: operation, note: "oops"))
        try check(EditAssetRequest(operation: operation, fields: ["notes": nil, "name": "x"], version: 4))
        try check(CreatePersonRequest(name: "Ada", email: "a@b", employeeNumber: "1", badge: "2"))
        try check(EditPersonRequest(name: "Ada", email: .clear, badge: .set("3"), version: 1))
        try check(CreateLocationRequest(name: "Room", code: "R", parentName: "House"))
        try check(EditLocationRequest(code: .set("R"), parent: .clear))
        try check(EditLocationRequest(parent: .set(LocationID(rawValue: 3))))
        try check(CreateTokenRequest(name: "t", role: .operator, expiresAt: Timestamp(milliseconds: 1)))
        try check(CreateTokenRequest(name: "t", role: .viewer, tenant: "acme", rate: 60))
        try check(CreateTokenRequest(name: "t", role: .msp))
        try check(CreateTenantRequest(slug: "acme", name: "Acme", hosts: ["it.acme.org"], assetLimit: 3))
        try check(EditTenantRequest(name: "Acme", hosts: [], assetLimit: .clear))
        try check(EditTenantRequest(assetLimit: .set(4)))
        try check(PairScreenRequest(name: "counter"))
        try check(BackupRequest(path: "/tmp/x"))
        var asset = CreateAssetRequest(tag: "IT-1")
        asset.purchaseCost = Money("1450.00")
        asset.custom = ["colour": "red"]
        try check(asset)
        let holders: [HolderSelector] = [
            .person(PersonID(rawValue: 1)), .location(LocationID(rawValue: 2)), .asset(AssetID(rawValue: 3)),
            .badge("b"), .code("c"), .name("n"), .assetTag("t"), .who("w"),
        ]
        for holder in holders {
            try check(TransitionRequest(kind: .transfer, asset: .serial("S"), to: holder, version: 3))
        }
    }

    @Test func typedHolders() {
        #expect(HolderSelector(typed: "ada@example.org") == .who("ada@example.org"))
        #expect(HolderSelector(typed: "Asset:CART-1") == .assetTag("CART-1"))
        #expect(HolderSelector(typed: "asset:") == .who("asset:"))
    }
}
