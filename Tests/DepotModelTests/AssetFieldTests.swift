import DepotModel
import Testing

/// Fields as text: what is read back is what was written.
@Suite struct AssetFieldTests {
    /// A value for every field.
    static let values: [AssetField: String] = [
        .tag: "IT-0042", .serial: "PF2ABC", .name: "ThinkPad “T14”", .model: "12", .status: "3", .holder: "asset:50",
        .location: "4", .defaultLocation: "1", .purchaseDate: "2024-02-29", .purchaseCost: "1449.50",
        .orderNumber: "PO 7/2026", .supplier: "5", .company: "6", .warrantyMonths: "36", .warrantyExpiry: "2027-02-28",
        .endOfLife: "2029-06-30", .requestable: "true", .byod: "true",
        .lastCheckout: "2026-11-21T03:22:41.123Z", .expectedCheckin: "2026-12-24",
        .lastCheckin: "1969-12-31T23:59:59.999Z", .lastAudit: "2026-01-01T00:00:00.000Z", .nextAudit: "2027-01-01",
        .checkoutCount: "17", .checkinCount: "16", .notes: "two\nlines", .blocked: "being recalled",
        .deletedAt: "2026-11-21T03:22:41.000Z",
    ]

    @Test(arguments: AssetField.allCases) func everyFieldReadsWhatItWrites(field: AssetField) throws {
        let text = try #require(AssetFieldTests.values[field])
        var asset = Fixture.asset()
        let isSet = asset.set(field, to: text, label: { Fixture.labels[$0] })
        #expect(isSet)
        #expect(asset[field] == text)
        var other = Fixture.asset()
        let isSetAgain = other.set(field, to: asset[field], label: { Fixture.labels[$0] })
        #expect(isSetAgain)
        #expect(other == asset)
    }

    @Test(arguments: AssetField.allCases) func everyFieldClearsOrRefusesTo(field: AssetField) throws {
        var asset = Fixture.asset()
        for (field, text) in AssetFieldTests.values { _ = asset.set(field, to: text, label: { Fixture.labels[$0] }) }
        let full = asset
        let mandatory: Set<AssetField> = [.tag, .status, .checkoutCount, .checkinCount, .requestable, .byod]
        let isCleared = asset.set(field, to: nil, label: { Fixture.labels[$0] })
        #expect(isCleared == !mandatory.contains(field))
        if mandatory.contains(field) { #expect(asset == full) } else { #expect(asset[field] == nil) }
    }

    @Test(arguments: [
        (AssetField.holder, "person:0"), (.holder, "cat:7"), (.holder, "person:7:8"), (.location, "x"), (.model, "0"),
        (.model, "9223372036854775808"), (.purchaseDate, "2023-02-29"), (.purchaseCost, "1e3"), (.warrantyMonths, "-1"),
        (.lastAudit, "yesterday"), (.requestable, "yes"), (.byod, ""), (.checkoutCount, "-1"), (.checkinCount, "1.5"),
        (.status, "99"), (.tag, "  "),
    ])
    func textThatDoesNotFitChangesNothing(field: AssetField, text: String) {
        var asset = Fixture.asset()
        let isSet = asset.set(field, to: text, label: { Fixture.labels[$0] })
        #expect(!isSet)
        #expect(asset == Fixture.asset())
    }

    @Test func changesNameEveryFieldThatDiffersInOrder() {
        let before = Fixture.asset()
        var after = before
        for (field, text) in AssetFieldTests.values { _ = after.set(field, to: text, label: { Fixture.labels[$0] }) }
        after.tag = "IT-0043"
        after.name = nil
        after.defaultLocation = nil
        after.custom = ["b": "2", "a": "1"]
        let fields = after.changes(since: before).map(\.field)
        #expect(fields == AssetField.allCases.map(\.rawValue) + ["custom.a", "custom.b"])
        #expect(before.changes(since: before).isEmpty)
        #expect(before.changes(since: after).map(\.field) == fields)
    }
}
