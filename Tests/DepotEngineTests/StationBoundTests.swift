import DepotEngine
import DepotModel
import DepotStore
import HIDDecoding
import Synchronization
import Testing

/// What one scanner, or one code, can take of the journal.
@Suite struct StationBoundTests {
    private struct Depot {
        let station: Station
        let store: DepotStore

        func scans() throws -> [JournalledScan] { try store.scans(since: ScanNumber(rawValue: 0), limit: 10_000) }

        func scan(_ bytes: [UInt8]) async throws -> ScanResult {
            try await station.scan(
                bytes, lane: nil, id: nil, actor: Actor(kind: .user, name: "tester"), origin: Origin(face: .socket)
            ).get()
        }
    }

    private func withDepot(
        clock: StationClock = .system, window: Duration = .milliseconds(1500), _ body: (Depot) async throws -> Void
    ) async throws {
        var configuration = DepotEngine.Configuration()
        configuration.duplicateWindow = window
        try await withStation(configuration, clock: clock) { station, store, _, _ in
            try await body(Depot(station: station, store: store))
        }
    }

    /// A clock that tests set.
    private final class Clock: Sendable {
        let microseconds = Mutex<UInt64>(1_000_000_000_000)
        let offset = Mutex<Int64>(0)

        var station: StationClock {
            StationClock(
                wall: { [self] in
                    Timestamp(
                        milliseconds: 1_795_262_400_000 + Int64(microseconds.withLock { $0 } / 1000)
                            + offset.withLock { $0 })
                }, monotonic: { [self] in microseconds.withLock { $0 } })
        }
    }

    @Test func aLongCodeIsKeptByItsBeginningAndItsLength() async throws {
        try await withDepot(window: .seconds(60)) { depot in
            let code = [UInt8](repeating: 0x41, count: 1_000_000)
            let first = try await depot.scan(code + [0x31])
            #expect(first.outcome == .tooLong)
            // it begins alike and is as long, but is another one
            #expect(try await depot.scan(code + [0x32]).outcome == .tooLong)
            #expect(try await depot.scan(code + [0x32]).outcome == .duplicate)
            // its beginning alone is a code, not the end of anything
            #expect(try await depot.scan(Array(code.prefix(4096))).outcome == .unknown)
            let scans = try depot.scans()
            #expect(scans.map(\.length) == [1_000_001, 1_000_001, 1_000_001, nil])
            #expect(scans.allSatisfy { $0.raw.count == 2 * 4096 && $0.text?.count == 4096 })
        }
    }

    @Test func aLongCodeOfAScannerToo() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            for _ in 0..<9 { await scanner.type(String(repeating: "1", count: 1_000), enter: false) }
            await scanner.type("")
            let scan = try #require(try depot.scans().last)
            #expect(scan.outcome == .tooLong && scan.length == 9_000 && scan.raw.count == 2 * 4096)
        }
    }

    @Test func aLongIdentityDocumentLeavesNoTraceEither() async throws {
        try await withDepot { depot in
            let licence =
                "@\n\u{1e}\rANSI 636000100002DL00410278ZV03190008DLDAQT64235789DCS"
                + String(repeating: "S", count: 9000)
            #expect(try await depot.scan(Array(licence.utf8)).outcome == .refused)
            let row = try #require(try depot.scans().last)
            #expect(row.raw.isEmpty && row.text?.isEmpty != false && row.length == nil)
        }
    }

    @Test func aTriggerThatIsHeldDownIsAFewRowsWithACount() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            for _ in 0..<200 { await scanner.type("47") }
            let scans = try depot.scans()
            #expect(scans.map(\.outcome) == [.unknown] + Array(repeating: .duplicate, count: 5))
            #expect(scans.map(\.repeats) == [nil, nil, nil, nil, nil, 194])
            // each was heard, and answered as the one that it repeats
            #expect(scanner.signals.withLock { $0.count } == 200)
            #expect(depot.station.scanners().first?.scans == 200)
            let shown = depot.station.lanes().first { $0.scanner != nil }?.last
            #expect(shown?.outcome == .duplicate && shown?.number == scans[5].number)
            // and each put off the end of the window: another code ends it, and the same is a scan again after it
            await scanner.type("2")
            await scanner.type("47")
            #expect(try depot.scans().dropFirst(6).map(\.outcome) == [.unknown, .unknown])
            #expect(try await depot.store.verify().problems.isEmpty)
        }
    }

    @Test func whatIsTypedIsNeverCounted() async throws {
        try await withDepot { depot in
            // its sender may send it again under its identity, which only a row of its own has
            for _ in 0..<20 { _ = try await depot.scan(Array("47".utf8)) }
            let scans = try depot.scans()
            #expect(scans.count == 20 && scans.allSatisfy { $0.repeats == nil })
        }
    }

    @Test func aMinuteOfTheSameIsToldAgain() async throws {
        let clock = Clock()
        try await withDepot(clock: clock.station) { depot in
            let scanner = ScannerPlayer(depot.station, at: clock.microseconds.withLock { $0 })
            await scanner.connect()
            // a code each second
            for _ in 0..<150 {
                let now = scanner.wait(1_000_000)
                clock.microseconds.withLock { $0 = now + 10_000 }
                await scanner.type("4")
            }
            let scans = try depot.scans()
            #expect(scans.map(\.outcome) == [.unknown] + Array(repeating: .duplicate, count: 7))
            #expect(scans.reduce(0) { $0 + 1 + ($1.repeats ?? 0) } == 150)
        }
    }

    @Test func enterWithoutEndIsCountedToo() async throws {
        try await withDepot(window: .zero) { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            await scanner.type("47")
            for _ in 0..<100 {
                await scanner.type("")
                await scanner.silence(700_000)
            }
            let scans = try depot.scans()
            #expect(scans.count < 10)
            #expect(scans.dropFirst().allSatisfy { $0.outcome == .empty })
        }
    }

    @Test func burstsWithPausesDoNotFillTheJournal() async throws {
        try await withDepot { depot in
            let mad = ScannerPlayer(depot.station, serial: "MAD")
            let calm = ScannerPlayer(depot.station, serial: "CALM", port: "1-2")
            await mad.connect()
            await calm.connect()
            // 8,000 reports a second are 570 codes, none like the one before; a pause after each four seconds of them
            var code = 100_000
            for round in 0..<3 {
                for _ in 0..<50 {
                    for _ in 0..<50 {
                        mad.send(String(code), pace: 125)
                        code += 1
                    }
                    await depot.station.checkLanes()
                }
                await mad.silence(1_100_000)
                await calm.type("\(round)")
            }
            let scans = try depot.scans()
            #expect(scans.filter { $0.scanner?.hasSuffix("CALM") == true }.count == 3)
            // the first burst passes; after it 20 a second
            #expect(scans.count < 2_400, "\(scans.count)")
        }
    }

    @Test func theUptimeFollowsTheClockThatNeverJumps() async throws {
        let clock = Clock()
        try await withDepot(clock: clock.station) { depot in
            clock.microseconds.withLock { $0 += 5_000_000 }
            clock.offset.withLock { $0 = 351_831_439_000 }
            #expect(depot.station.uptimeSeconds == 5)
            clock.offset.withLock { $0 = -351_831_439_000 }
            #expect(depot.station.uptimeSeconds == 5)
        }
    }
}
