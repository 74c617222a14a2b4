import DepotAPI
import DepotModel
import DepotTestKit

/// What a small depot has, and its two scanners.
enum Stock {
    static let wedge = BenchStep.plug("A", kind: "wedge", vid: "05e0", pid: "1200", port: "1", serial: "A-7001")
    static let pos = BenchStep.plug("B", kind: "pos", vid: "0c2e", pid: "0db3", port: "2", serial: "B-7002")

    static var options: DaemonFixture.Options {
        var options = DaemonFixture.Options()
        options.plugged = [wedge, pos]
        // The emulated scanners share two processors with everything else here: a hiccup of theirs is no end of a code.
        options.configuration = "scanners:\n  inter_key_timeout_ms: 500\n"
        return options
    }

    /// Enters people, a location and assets, then follows the ledger from there.
    static func fill(_ daemon: DaemonFixture, tags: [String] = ["IT-1", "IT-2", "IT-3"]) async throws {
        _ = try await daemon.client.createPerson(CreatePersonRequest(name: "Sarah Chen", badge: "BADGE:7"))
        _ = try await daemon.client.createPerson(CreatePersonRequest(name: "Tom Okafor", badge: "BADGE:8"))
        _ = try await daemon.client.createLocation(CreateLocationRequest(name: "Room 101", code: "LOC:R101"))
        for tag in tags { try await add(daemon, tag) }
        let last = try await daemon.client.status().lastEvent
        try await daemon.follow(since: last)
        try await daemon.bench.play(BenchStep.word("await", "A"), BenchStep.word("await", "B"))
    }

    static func add(_ daemon: DaemonFixture, _ tag: String, serial: String? = nil) async throws {
        var request = CreateAssetRequest(tag: tag)
        request.serial = serial
        request.name = "Thing \(tag)"
        _ = try await daemon.client.createAsset(request)
    }
}
