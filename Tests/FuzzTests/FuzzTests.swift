import Testing

/// Each entry of `make fuzz` on its seeds and their beginnings, so that none of them is forgotten.
@Suite struct FuzzTests {
    @Test(arguments: FuzzEntry.all)
    func everySeedHoldsItsProperties(_ entry: FuzzEntry) throws {
        #expect(!entry.seeds.isEmpty)
        for seed in entry.seeds {
            try entry.check(seed)
            for count in stride(from: 0, to: min(seed.count, 400), by: 3) { try entry.check(Array(seed.prefix(count))) }
        }
    }

    @Test func everyEntryHasItsName() {
        #expect(Set(FuzzEntry.all.map(\.name)).count == FuzzEntry.all.count)
    }
}
