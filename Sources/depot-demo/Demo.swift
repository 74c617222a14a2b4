import ArgumentParser
import DepotAPI
import DepotModel
import DepotTestKit
import Foundation

/// A counter session on two virtual USB scanners, with a new database and the HTTP API.
///
/// Every step has an expected result, without which the program fails.
@main
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depot-demo", abstract: "Plays a counter session over virtual USB scanners.")

    @Option(help: ArgumentHelp("Where the HTTP API and the screen are.", valueName: "host:port"))
    var http = "127.0.0.1:8480"

    @Flag(help: "End after the session, with status 0 if every step had its expected outcome.")
    var once = false

    func run() async throws {
        let folder = URL(fileURLWithPath: ".depot/demo").standardizedFileURL
        try? FileManager.default.removeItem(at: folder)
        var options = DaemonFixture.Options()
        options.folder = folder
        options.http = http
        options.plugged = [Counter.plugLeft, Counter.plugRight]
        let stays = !once
        try await DaemonFixture.with(options: options) { daemon in
            let session = Session(daemon: daemon)
            try await session.play()
            let failures = await session.failures
            guard failures == 0 else { throw KitError("\(failures) steps had another outcome than they must") }
            Output.line("\nEvery step had its expected outcome.")
            if stays {
                daemon.stayUp()
                Output.line("The daemon stays up until Ctrl-C. Try: depotctl --help, with --socket \(daemon.socket)")
                try await Stop.waitForInterrupt()
            }
        }
    }
}

/// The scanners on the counter.
enum Counter {
    /// A keyboard-wedge scanner, US layout.
    static let plugLeft = left(port: "1")
    /// The keyboard-wedge scanner in another port, behind a hub.
    static let replugLeft = left(port: "4.2")

    private static func left(port: String) -> String {
        BenchStep.plug(
            "left", kind: "wedge", vid: "05e0", pid: "1200", port: port, serial: "LEFT-7001",
            extra: ["manufacturer": "Symbol", "product": "DS2208 (wedge)"])
    }

    /// A HID POS scanner.
    static let plugRight = BenchStep.plug(
        "right", kind: "pos", vid: "0c2e", pid: "0db3", port: "2", serial: "RIGHT-7002",
        extra: ["manufacturer": "Honeywell", "product": "Voyager 1602g (HID POS)"])
}

/// The session, step by step.
actor Session {
    let daemon: DaemonFixture
    private(set) var failures = 0

    init(daemon: DaemonFixture) { self.daemon = daemon }

    func play() async throws {
        try await stock()
        try await daemon.follow()
        try await daemon.bench.play(BenchStep.word("await", "left"), BenchStep.word("await", "right"))
        heading("Two people at two scanners")
        try await scan("left", "BADGE:7", .shown, "Sarah signs for things on the left")
        try await scan("right", "BADGE:8", .shown, "Tom on the right")
        try await scan("left", "IT-0042", .applied, "a laptop for Sarah", kind: .checkout)
        try await scan("right", "IT-0043", .applied, "one for Tom, by HID POS", kind: .checkout)
        try await scan("left", "it-0044", .applied, "tags are read without case", kind: .checkout)
        heading("What must not happen does not")
        try await scan("right", "IT-0042", .refused, "Sarah has it")
        try await scan("left", "IT-0099", .unknown, "no such tag")
        try await scan("left", "IT-0044", .duplicate, "the trigger was held", after: "IT-0044", first: .alreadySo)
        try await scan("right", "SN-TWIN", .ambiguous, "two assets share this serial number")
        heading("A mistake is one scan away from undone")
        try await scan("left", "DEPOT:UNDO", .applied, "Sarah's second laptop goes back", kind: .undo)
        heading("Unplugged in the middle of a code")
        // "IT-00" without a terminator.
        try await daemon.bench.play(
            BenchStep.reports("left", Keys.reports(for: "IT-00")), BenchStep.word("drain", "left"),
            BenchStep.word("unplug", "left"))
        try await outcome(of: daemon.nextScan(), "left", "IT-00…", .broken, "half a code is never applied")
        heading("Plugged into another port, it has the same lane")
        let lane = try await daemon.client.lanes().lanes.first { $0.scanner?.contains("LEFT-7001") == true }
        try await daemon.bench.play(Counter.replugLeft, BenchStep.word("await", "left"))
        let back = try await daemon.next { $0.kind == .scannerConnected }
        let isSame = back.origin.lane == lane?.id
        if !isSame { failures += 1 }
        Output.line(
            "  left   port \(back.facts["port"] ?? "?"), \(lane?.name ?? "?"): \(isSame ? "the same" : "ANOTHER LANE")")
        try await daemon.untilSettled(2)
        heading("A slow scanner: 130 ms from key to key")
        try await daemon.bench.play(BenchStep.scan("left", "IT-0042", gap: 130), BenchStep.word("drain", "left"))
        try await outcome(of: daemon.nextScan(), "left", "IT-0042", .alreadySo, "read whole, at its own pace")
        heading("And back again")
        try await daemon.bench.play(
            BenchStep.scan("left", "DEPOT:MODE:CHECKIN"), BenchStep.word("drain", "left"))
        try await outcome(of: daemon.nextScan(), "left", "DEPOT:MODE:CHECKIN", .shown, "the lane takes things back")
        try await scan("left", "IT-0042", .applied, "the laptop is back", kind: .checkin)
        try await close()
    }

    /// Adds people and assets, as an administrator would.
    private func stock() async throws {
        let client = daemon.client
        _ = try await client.createLocation(CreateLocationRequest(name: "Depot", code: "LOC:DEPOT"))
        _ = try await client.createPerson(CreatePersonRequest(name: "Sarah Chen", badge: "BADGE:7"))
        _ = try await client.createPerson(CreatePersonRequest(name: "Tom Okafor", badge: "BADGE:8"))
        for (tag, serial, name) in [
            ("IT-0042", "C02XL123456", "MacBook Pro 16"), ("IT-0043", "5CG0XY9876", "Dell Latitude 7440"),
            ("IT-0044", "PF3ABCDE", "ThinkPad X1"), ("IT-0050", "SN-TWIN", "Projector A"),
            ("IT-0051", "SN-TWIN", "Projector B"),
        ] {
            var request = CreateAssetRequest(tag: tag)
            request.serial = serial
            request.name = name
            _ = try await client.createAsset(request)
        }
        Output.line("Stocked: 2 people, 1 location, 5 assets.")
    }

    /// Shows the ledger of one asset, the check of the whole ledger, and the addresses of the station.
    private func close() async throws {
        let asset = try await daemon.client.asset(tag: "IT-0042")
        heading("The ledger of IT-0042, \(asset.asset.name ?? "")")
        for event in try await daemon.client.history(asset.asset.id).events {
            Output.line(
                "  #\(event.number)  \(event.at)  \(event.kind)  \(event.message ?? "")  by \(event.actor.name)")
        }
        let report = try await daemon.client.verify()
        if !report.isSound { failures += 1 }
        Output.line("\n\(report.events) events, hash chain and database: \(report.isSound ? "sound" : "NOT SOUND")")
        let pairing = try await daemon.client.pairScreen()
        Output.line("The screen: \(daemon.http)/  (pair a browser once by \(pairing.url))")
    }

    private func scan(
        _ scanner: String, _ text: String, _ expected: ScanOutcome, _ remark: String,
        kind: LedgerEvent.Kind = .scan, after earlier: String? = nil, first: ScanOutcome? = nil
    ) async throws {
        if let earlier, let first {
            try await outcome(of: daemon.scan(scanner, earlier), scanner, earlier, first, "again, deliberately")
        }
        try await outcome(of: daemon.scan(scanner, text), scanner, text, expected, remark, kind: kind)
    }

    private func outcome(
        of event: LedgerEvent, _ scanner: String, _ code: String, _ expected: ScanOutcome, _ remark: String,
        kind: LedgerEvent.Kind = .scan
    ) {
        let outcome = event.outcome ?? .applied
        let fits = outcome == expected && event.kind == kind
        if !fits { failures += 1 }
        let left = "  \(pad(scanner, 6)) \(pad(code, 19)) \(pad(outcome.rawValue, 10))"
        Output.line(left + " \(event.message ?? "")" + (fits ? "" : "   << expected \(expected) (\(kind)): \(remark)"))
    }

    private func heading(_ text: String) { Output.line("\n\(text)") }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
