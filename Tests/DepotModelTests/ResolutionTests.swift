import DepotModel
import Testing

/// What several keys of one code lead to: never a guess.
@Suite struct ResolutionTests {
    private let laptop = Entity.asset(AssetDetails(asset: Fixture.asset()))
    private let ada = Entity.person(
        Person(id: PersonID(rawValue: 42), uuid: UniqueID(high: 0, low: 1), name: "Ada Lovelace"))
    private let tag = LookupKey(.tag, "IT-0042")
    private let serial = LookupKey(.serial, "IT-0042")
    private let derived = LookupKey(.assetID, "42", isDerived: true)

    private var other: Entity {
        var asset = Fixture.asset()
        asset.id = AssetID(rawValue: 43)
        return .asset(AssetDetails(asset: asset))
    }

    @Test func nothingIsNothing() {
        #expect(Resolution(found: []) == .nothing)
        #expect(Resolution(found: [(tag, []), (derived, [])]) == .nothing)
    }

    @Test func oneThingByTheFirstKeyThatFoundIt() {
        #expect(Resolution(found: [(tag, []), (serial, [laptop])]) == .one(laptop, by: serial))
        #expect(Resolution(found: [(tag, [laptop]), (serial, [laptop]), (derived, [laptop])]) == .one(laptop, by: tag))
    }

    @Test func anExactMatchBeatsADerivedOneWhereverItStands() {
        #expect(Resolution(found: [(derived, [other]), (tag, [laptop])]) == .one(laptop, by: tag))
        #expect(Resolution(found: [(derived, [other])]) == .one(other, by: derived))
    }

    @Test func severalThingsAreNeverNarrowed() {
        #expect(Resolution(found: [(serial, [laptop, other])]) == .several([laptop, other]))
        #expect(Resolution(found: [(tag, [laptop]), (serial, [other])]) == .one(laptop, by: tag, over: [other]))
        #expect(
            Resolution(found: [(derived, [laptop]), (LookupKey(.tag, "x", isDerived: true), [other])])
                == .several([laptop, other]))
    }

    @Test func anAssetAndAPersonWithTheSameIdAreTwoThings() {
        #expect(
            Resolution(found: [(tag, [laptop]), (LookupKey(.badge, "IT-0042"), [ada])]) == .several([laptop, ada]))
    }
}
