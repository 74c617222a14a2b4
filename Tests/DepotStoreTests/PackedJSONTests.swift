import DepotModel
import Foundation
import GRDB
import Testing

@testable import DepotStore

/// How events lie on the disk.
struct PackedJSONTests {
    @Test(arguments: [
        "{}", #"{"actor":{"kind":"user","name":"root"},"#, String(repeating: "Ä\u{1F469}", count: 5000), noise,
    ])
    func whatIsPackedIsUnpacked(_ text: String) throws {
        let json = Array(text.utf8)
        // too short to become smaller
        guard let packed = PackedJSON.pack(json) else { return #expect(json.count < 200) }
        #expect(packed.count < json.count)
        #expect(packed.withUnsafeBytes { PackedJSON.unpack($0) } == json)
    }

    private static let noise = (0..<3000).map { String($0 &* 2_654_435_761 % 1_000_003, radix: 36) }.joined()

    /// What a station wrote with the first dictionary; it must be read for ever.
    @Test func whatWasWrittenOnceIsRead() throws {
        let json = #"{"changes":[{"field":"holder","to":"person:1"}],"kind":"checkout","message":"A-1 is out to Ada."}"#
        let packed = try #require(Data(base64Encoded: Self.golden))
        #expect(packed.withUnsafeBytes { PackedJSON.unpack($0) } == Array(json.utf8))
    }

    private static let golden = "AWGrxlqW4EqHsfiThaOuIVLKcExJ1FOqBQA="

    /// A damaged database says so; it does not end the station.
    @Test func whatIsDamagedIsNotUnpacked() throws {
        let json = Array(
            #"{"kind":"checkout","message":"IT-0042 is out to Sarah Chen.","number":7,"station":"s"}"#.utf8)
        let packed = try #require(PackedJSON.pack(json))
        for length in packed.indices {
            #expect(packed[..<length].withUnsafeBytes { PackedJSON.unpack($0) } == nil, "\(length)")
        }
        for index in packed.indices {
            for bit in 0..<8 {
                var damaged = packed
                damaged[index] ^= 1 << bit
                // deflate has no checksum: the ledger's hash tells the rest
                #expect(damaged.withUnsafeBytes { PackedJSON.unpack($0) }?.count ?? json.count <= json.count * 256)
            }
        }
        #expect([1, 255, 255, 255, 255, 255, 255, 255, 255, 1].withUnsafeBytes { PackedJSON.unpack($0) } == nil)
    }

    @Test func aDamagedEventIsAnErrorAndAProblem() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1") { $0.name = "Laptop" }
        try await fixture.apply(.checkout(to: .person(fixture.person("Ada").id)), asset.asset.id)
        await fixture.store.close()
        try fixture.raw { try $0.execute(sql: "UPDATE event SET body = x'0105ff' WHERE number = 3") }
        let store = try Fixture.open(DepotStore.Settings(path: fixture.path, station: "depot-1"))
        #expect(await failure { _ = try store.tenant().history(asset.asset.id) }?.code == .storeUnusable)
        #expect(try await store.verify().problems.contains("Event 3 cannot be read."))
        await store.close()
    }
}
