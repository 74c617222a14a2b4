import DepotModel
import Testing

/// Money, identities and holders as text.
@Suite struct ValueTests {
    @Test(arguments: [
        ("1450", 14_500_000, "1450.00"), ("3499.00", 34_990_000, "3499.00"), ("-0.5", -5_000, "-0.50"),
        ("0.125", 1_250, "0.1250"), ("0.0001", 1, "0.0001"), ("-0", 0, "0.00"), ("007.10", 71_000, "7.10"),
        ("900000000000000", 9_000_000_000_000_000_000, "900000000000000.00"),
        ("-900000000000000", -9_000_000_000_000_000_000, "-900000000000000.00"),
    ])
    func amountsAreExact(text: String, tenThousandths: Int64, printed: String) {
        #expect(Money(text)?.tenThousandths == tenThousandths)
        #expect(Money(tenThousandths: tenThousandths).description == printed)
        #expect(Money(printed)?.tenThousandths == tenThousandths)
    }

    @Test(arguments: [
        "", "-", ".", ".5", "5.", "1,450.00", "1.23456", "1e5", "0x10", "--5", "-5-", "1.2.3", " 1", "1 ", "€5", "NaN",
        "900000000000000.0001", "999999999999999", "9999999999999999", "-900000000000001", "１２",
    ])
    func whatIsNoAmountIsRefused(text: String) { #expect(Money(text) == nil) }

    @Test func amountsAtTheEndsPrintWithoutATrap() {
        #expect(Money(tenThousandths: .min).description == "-922337203685477.5808")
        #expect(Money(tenThousandths: .max).description == "922337203685477.5807")
        #expect(Money(tenThousandths: -1) < Money(tenThousandths: 0))
    }

    @Test func identitiesAreReadInEveryUsualForm() throws {
        let id = try #require(UniqueID("0193a1b2-c3d4-7e5f-8901-23456789abcd"))
        #expect(id.description == "0193a1b2-c3d4-7e5f-8901-23456789abcd")
        #expect(UniqueID("0193A1B2C3D47E5F890123456789ABCD") == id)
        #expect(UniqueID(high: 0, low: 0).description == "00000000-0000-0000-0000-000000000000")
        #expect(UniqueID(high: .max, low: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
        for text in [
            "", "-", "0193a1b2-c3d4-7e5f-8901-23456789abc", "0193a1b2-c3d4-7e5f-8901-23456789abcde",
            "0193a1b2-c3d4-7e5f-8901-23456789abcg", "{0193a1b2-c3d4-7e5f-8901-23456789abcd}",
        ] {
            #expect(UniqueID(text) == nil, "\(text)")
        }
    }

    @Test func operationsSortByTimeAndSayTheirVersion() {
        let random: (UInt64, UInt64) = (.max, .max)
        let early = UniqueID.version7(at: Timestamp(milliseconds: 1_795_231_361_123), random: random)
        let late = UniqueID.version7(at: Timestamp(milliseconds: 1_795_231_361_124), random: (0, 0))
        #expect(early < late)
        #expect(early.description == "01a1fc20-a863-7fff-bfff-ffffffffffff")
        #expect(late.description < "01a1fc20-a865")
        #expect(
            UniqueID.version7(at: Timestamp(milliseconds: -5), random: (0, 0)).description.hasPrefix("00000000-0000-7"))
        #expect(
            UniqueID.version7(at: Timestamp(milliseconds: .max), random: (0, 0)).description.hasPrefix(
                "ffffffff-ffff-7"))
        #expect(UniqueID.version4(random: random).description == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(UniqueID.version4(random: (0, 0)).description == "00000000-0000-4000-8000-000000000000")
    }

    @Test func holdersAreReadAsTheyAreWritten() {
        for holder in [
            Holder.person(PersonID(rawValue: 7)), .location(LocationID(rawValue: .max)), .asset(AssetID(rawValue: 1)),
        ] {
            #expect(Holder(holder.description) == holder)
        }
        for text in ["", "person", "person:", "person:0", "person:-1", "person:x", "Person:7", "person:7:", ":7"] {
            #expect(Holder(text) == nil, "\(text)")
        }
    }

    @Test func everyLifecycleFollowsFromHolderLabelAndDeletion() {
        #expect(
            Fixture.inEveryState.map(\.asset.lifecycle) == [
                .available, .deployed, .maintenance, .maintenance, .retired, .deleted, .deleted,
            ])
    }
}
