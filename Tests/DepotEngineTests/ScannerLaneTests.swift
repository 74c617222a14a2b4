import DepotEngine
import DepotModel
import DepotStore
import Foundation
import HIDDecoding
import Logging
import Synchronization
import Testing

/// What a lane makes of its scanner: quarantine, memory, settings, sound, and no waiting for others.
@Suite struct ScannerLaneTests {
    private struct Depot {
        let station: Station
        let store: DepotStore
        let configuration: DepotEngine.Configuration

        func scans() throws -> [JournalledScan] { try store.scans(since: ScanNumber(rawValue: 0), limit: 100) }
    }

    private func withDepot(
        layouts: [String: KeyboardLayout] = [:], _ body: (Depot) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depot-lanes-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("depot.sqlite").path
        let hub = EventHub()
        let store = try DepotStore(
            .init(path: path, station: "s"), now: StationClock.system.wall, onCommit: { hub.publish($0) })
        var configuration = DepotEngine.Configuration()
        configuration.duplicateWindow = .zero
        let station = try await Station(
            configuration: configuration, store: store, events: hub, layouts: { layouts[$0] ?? .us },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await body(Depot(station: station, store: store, configuration: configuration))
        await station.stop()
        await store.close()
    }

    @Test func halfACodeAroundALossIsOneBrokenRowSaidOnce() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            await scanner.type("1")
            scanner.send("1", enter: false)
            scanner.sink.notice(.interrupted(.busError, at: scanner.wait(1)))
            scanner.attach()
            scanner.wait(700_000)
            await scanner.type("47")
            #expect(depot.station.scanners().first?.state == .settling)
            #expect(try depot.scans().count == 1)
            await scanner.silence()
            #expect(depot.station.scanners().first?.state == .ready)
            await scanner.type("2")
            let scans = try depot.scans()
            #expect(scans.map(\.outcome) == [.unknown, .broken, .unknown])
            #expect(scans[1].message == "Only part of the code arrived; scan it again.")
            #expect(scans[1].raw == "313437" && scans[1].reason == "a bus error")
        }
    }

    @Test func aScannerThatEndsItsCodesWithEnterIsRememberedSo() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            await scanner.type("1")
            let lane = try depot.store.lanes().first { $0.scanner == scanner.description.identity }
            #expect(lane?.terminator == "enter")
            await scanner.disconnect()
            await scanner.connect()
            await scanner.type("47", enter: false)
            await scanner.silence()
            #expect(try depot.scans().map(\.outcome) == [.unknown, .broken])
        }
    }

    @Test func codesThatEndWithSilenceAreMarkedSo() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            await scanner.type("47", enter: false)
            await scanner.silence()
            let scan = try #require(try depot.scans().first)
            #expect(scan.endedBy == "silence" && scan.outcome == .unknown)
        }
    }

    @Test func aReloadChangesTheLayoutOfAScannerThatIsPluggedIn() async throws {
        let german = KeyboardLayout(name: "de", keys: [0x1C: .init(plain: .text("z"), shift: .text("Z"))])
        try await withDepot(layouts: ["de": german]) { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            await scanner.type("Y")
            var newer = depot.configuration
            newer.scannerLayout = "de"
            let applied = try await depot.station.reload(newer).applied
            #expect(applied == ["scanners.layout"])
            #expect(depot.station.scanners().first?.layout == "de")
            await scanner.type("Y")
            #expect(try depot.scans().map(\.text) == ["Y", "Z"])
        }
    }

    @Test func aReloadChangesTheTimeoutAndTheTerminatorOfAScannerThatIsPluggedIn() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            await scanner.type("1")
            var device = DepotEngine.Configuration.Device()
            device.identity = scanner.description.identity
            device.terminator = .none
            var newer = depot.configuration
            newer.devices = [device]
            newer.scannerInterKeyTimeout = .milliseconds(3000)
            _ = try await depot.station.reload(newer)
            await scanner.type("4", enter: false)
            await scanner.silence(2_500_000)
            await scanner.type("7", enter: false)
            await scanner.silence(3_000_000)
            #expect(try depot.scans().map(\.text) == ["1", "47"])
        }
    }

    @Test func aScannerSoundsByWhatBecameOfTheScan() async throws {
        try await withDepot { depot in
            let actor = Actor(kind: .user, name: "tester")
            _ = try await depot.store.tenant().createPerson(
                PersonDraft(name: "Sarah Chen", badge: "BADGE:7"),
                ChangeRequest(
                    operation: depot.station.newOperation(),
                    actor: actor, origin: Origin(face: .socket), at: depot.station.now()))
            _ = try await depot.store.tenant().createAsset(
                AssetDraft(tag: "IT-1"),
                ChangeRequest(
                    operation: depot.station.newOperation(), actor: actor,
                    origin: Origin(face: .socket), at: depot.station.now()))
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            for code in ["BADGE:7", "IT-1", "IT-1", "IT-9", "DEPOT:MODE:CHECKOUT", "IT-1"] { await scanner.type(code) }
            let signals = scanner.signals.withLock { $0 }
            #expect(signals == [.done, .done, .repeated, .unknown, .done, .refused])
        }
    }

    @Test func twinsKeepTheirLanesWhenTheyComeToBeKnownByPort() async throws {
        try await withDepot { depot in
            let first = ScannerPlayer(depot.station, serial: "TWIN", port: "1-1")
            await first.connect()
            await first.type("1")
            let lane = try #require(depot.station.lanes().first { $0.scanner == "usb:05e0:TWIN" })
            var moved = first.description
            moved.identity = "port:1-1"
            depot.station.rename("usb:05e0:TWIN", to: moved)
            depot.station.serialIsShared("usb:05e0:TWIN", by: ["1-1", "1-2"])
            await depot.station.checkLanes()
            #expect(depot.station.lanes().first { $0.id == lane.id }?.scanner == "port:1-1")
            #expect(depot.station.scanners().map(\.identity) == ["port:1-1"])
            #expect(depot.station.scanners().first?.knownBy == "port")
            #expect(try depot.store.lanes().first { $0.id == lane.id }?.scanner == "port:1-1")
            #expect(depot.station.sink(for: "port:1-1") === depot.station.sink(for: "port:1-1"))
        }
    }

    @Test func aTwinThatIsKnownByPortBeforeItHasALaneFindsItAfterARestart() async throws {
        try await withDepot { depot in
            let first = ScannerPlayer(depot.station, serial: "TWIN", port: "1-1")
            var moved = first.description
            moved.identity = "port:1-1"
            let subscription = depot.station.events.subscribe()
            first.attach()
            depot.station.rename("usb:05e0:TWIN", to: moved)
            depot.station.serialIsShared("usb:05e0:TWIN", by: ["1-1", "1-2"])
            for await case .scanner(let status) in subscription where status.identity == "port:1-1" { break }
            subscription.cancel()
            await depot.station.checkLanes()
            let lanes = try depot.store.lanes()
            #expect(lanes.compactMap(\.scanner).filter { $0.contains("TWIN") || $0.hasPrefix("port:") } == ["port:1-1"])
        }
    }

    /// Renames as the USB side does once it is told.
    private struct Control: ScannerControl {
        let station: Station
        let description: ScannerDescription
        let signalCounts = SignalCounts()

        func identify(_ serial: String, by key: ScannerKey) {
            var renamed = description
            renamed.identity = key == .port ? "port:\(description.port)" : serial
            station.rename(description.identity, to: renamed)
        }

        func adopt(wedges: [String], ignoring: [String]) {}
    }

    @Test func whatSomebodySettledIsToldOnceAndStaysTheirs() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            depot.station.connect(Control(station: depot.station, description: scanner.description))
            let name = try await depot.station.identify(
                scanner.description.identity, by: .port, actor: Actor(kind: .user, name: "tester"),
                origin: Origin(face: .socket))
            #expect(name == "port:1-1")
            await depot.station.checkLanes()
            await depot.station.checkLanes()
            let told = try depot.store.events(since: EventNumber(rawValue: 0), limit: 1000)
                .filter { $0.facts["action"] == "scanner_identity" }
            #expect(told.count == 1)
            #expect(try depot.store.scannerIdentities().map(\.isManual) == [true])
            #expect(depot.station.scanners().map(\.identity) == ["port:1-1"])
        }
    }

    @Test func aFloodIsSaidOnceAndBounded() async throws {
        try await withDepot { depot in
            let scanner = ScannerPlayer(depot.station)
            await scanner.connect()
            for _ in 0..<20 {
                for _ in 0..<200 { scanner.send("1") }
                await depot.station.checkLanes()
            }
            let status = try #require(depot.station.scanners().first)
            #expect(status.state == .failing && status.problem?.code.rawValue == "scanner.flood")
            #expect(status.problems == 1)
            await scanner.silence()
            await scanner.type("2")
            #expect(depot.station.scanners().first?.state == .ready)
            let events = try depot.store.events(since: EventNumber(rawValue: 0), limit: 10_000)
            #expect(events.filter { $0.kind == .scannerFailed }.count == 1)
        }
    }

    /// A scanner gone mad with ever different codes: some rows, then one with a count, and its neighbour works on.
    @Test func codesWithoutEndAreOneRowWithACount() async throws {
        try await withDepot { depot in
            let (mad, calm) = (
                ScannerPlayer(depot.station, serial: "MAD"), ScannerPlayer(depot.station, serial: "CALM", port: "1-2")
            )
            await mad.connect()
            await calm.connect()
            for round in 0..<40 {
                for number in 0..<150 { mad.send("\(round * 150 + number)") }
                await depot.station.checkLanes()
                if round == 30 { await calm.type("2") }
            }
            func rows() throws -> [JournalledScan] {
                try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 10_000)
            }
            func counted() throws -> Int { try rows().reduce(0) { $0 + ($1.repeats ?? 0) } }
            let shown = depot.station.scanners().first { $0.identity.hasSuffix("MAD") }
            #expect(shown?.problem?.code.rawValue == "scanner.flood" && shown?.problems == 1)
            #expect(depot.station.scanners().first { $0.identity.hasSuffix("CALM") }?.state == .ready)
            let written = try rows().count
            #expect(written < 2_200)
            await mad.silence()
            // it does so again: counted on the same row
            for number in 0..<500 { mad.send("\(number)") }
            await mad.silence()
            #expect(try rows().count < written + 20)
            #expect(try rows().filter { ($0.repeats ?? 0) > 0 }.count == 1)
            // every code has a row or is counted; beside them are the neighbour's, the one that says it, and that it did again
            #expect(try rows().count + counted() == 6_500 + 2 + 1)
            #expect(depot.station.scanners().first { $0.identity.hasSuffix("MAD") }?.state == .ready)
            let events = try depot.store.events(since: EventNumber(rawValue: 0), limit: 10_000)
            #expect(events.count { $0.kind == .scannerFailed } == 1)
        }
    }

    // MARK: Neighbours

    @Test func aScannerThatFlapsDelaysNobody() async throws {
        try await withDepot { depot in
            let (flapping, calm) = (
                ScannerPlayer(depot.station, serial: "FLAPS"), ScannerPlayer(depot.station, serial: "CALM", port: "1-2")
            )
            await flapping.connect()
            await calm.connect()
            let subscription = depot.station.events.subscribe()
            for _ in 0..<500 {
                flapping.sink.notice(.disconnected)
                flapping.attach()
            }
            calm.send("1")
            // Answered long before the other one has been told of.
            for await case .lane(let lane) in subscription where lane.last?.code == "1" { break }
            subscription.cancel()
            let answered = depot.store.lastEvent.rawValue
            await depot.station.checkLanes()
            let told = try depot.store.events(since: EventNumber(rawValue: 0), limit: 10_000)
            #expect(told.filter { $0.kind == .scannerConnected }.count == 502)
            #expect(answered < depot.store.lastEvent.rawValue - 500)
        }
    }

    @Test func aCodeThatNeverEndsIsSaidAndItsNeighboursAnswer() async throws {
        try await withDepot { depot in
            let (endless, calm) = (
                ScannerPlayer(depot.station, serial: "ENDLESS"),
                ScannerPlayer(depot.station, serial: "CALM", port: "1-2")
            )
            await endless.connect()
            await calm.connect()
            let part = String(repeating: "1", count: 1000)
            for round in 0..<40 {
                endless.send(part, enter: false)
                if round == 20 { calm.send("2") }
                await depot.station.checkLanes()
            }
            let scans = try depot.scans()
            #expect(scans.map(\.outcome).sorted { $0.rawValue < $1.rawValue } == [.broken, .unknown])
            #expect(scans.allSatisfy { $0.raw.count <= 2 * 8192 })
            let shown = depot.station.scanners().first { $0.identity.hasSuffix("ENDLESS") }
            #expect(shown?.problem?.code.rawValue == "scanner.flood" && shown?.problems == 1)
        }
    }

    @Test func aReportEveryMillisecondForAMinuteIsOneProblem() async throws {
        try await withDepot { depot in
            let mad = ScannerPlayer(depot.station, serial: "MAD")
            await mad.connect()
            var state: UInt32 = 1
            for _ in 0..<60 {
                for _ in 0..<1000 {
                    // Any key with any modifier, Enter and Tab among them.
                    state = state &* 1_664_525 &+ 1_013_904_223
                    let key = UInt8(truncatingIfNeeded: state >> 24) & 0x7F
                    let modifiers = UInt8(truncatingIfNeeded: state >> 16) & 0x22
                    mad.sink.report(HIDReport([modifiers, 0, key, 0, 0, 0, 0, 0], at: mad.wait(1000)))
                }
                await depot.station.checkLanes()
            }
            await mad.silence()
            let scans = try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 10_000)
            #expect(scans.count < 1000)
            #expect(depot.station.scanners().first?.problems == 1)
            await mad.type("2")
            #expect(try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 10_000).last?.text == "2")
        }
    }
}
