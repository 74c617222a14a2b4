import DepotEngine
import DepotHTTP
import DepotModel
import DepotStore
import Foundation
import HIDDecoding
import Logging
import ServiceLifecycle

/// Measures the time from the last report of a scan to its committed event on the control socket, against a raw commit.
///
/// The station runs in this process, from the queue of the lane on (libusb comes before it), and a blocking client reads
/// its events. A raw commit is measured after every scan, so that both meet the same conditions. Another one, which is not
/// measured, takes the place of the milliseconds before a scanner's last report, in which the earlier ones are decoded.
struct ScanLatency: Sendable {
    static let name = "last report → event on the socket"
    static let goal = ReportRow.Goal.atMost(2)

    let workspace: Workspace
    /// The number of assets, each of which is checked out and in again.
    var assets = 150
    private static let warmUp = 20

    func measure() async throws -> ReportRow {
        let folder = try workspace.subfolder("latency")
        let socket = workspace.sockets + "/latency.sock"
        let hub = EventHub()
        let store = try DepotStore(
            .init(path: folder + "/depot.sqlite", station: "bench"), now: StationClock.system.wall,
            onCommit: { hub.publish($0) })
        _ = try await Seed.fill(store, folder, assets + Self.warmUp)
        let quiet = Logger(label: "depot-bench") { _ in SwiftLogNoOpLogHandler() }
        let station = try await Station(
            configuration: Configuration(), store: store, events: hub, layouts: Self.layout, logger: quiet)
        let (listening, listens) = AsyncStream<Void>.makeStream()
        let services = try makeServices(
            station: station, settings: HTTPSettings(socketPath: socket, host: "", port: 0), logger: quiet
        ) { _ in listens.finish() }
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: quiet))
        async let served: Void = group.run()
        let result: Result<ReportRow, any Error>
        do {
            for await _ in listening {}
            result = .success(
                try await measure(
                    station, Scanner(sink: station.sink(for: Scanner.identity)), socket: socket,
                    raw: try workspace.subfolder("raw")))
        } catch {
            result = .failure(error)
        }
        await station.stop()
        await group.triggerGracefulShutdown()
        try await served
        await store.close()
        return try result.get()
    }

    private func measure(
        _ station: Station, _ scanner: Scanner, socket: String, raw folder: String
    ) async throws -> ReportRow {
        let lane = try await onThread("bench") {
            let stream = try EventReader(.socket(path: socket))
            scanner.connect()
            return try stream.event { $0.kind == .scannerConnected }.event.origin.lane
        }
        guard let lane else { throw BenchError("the scanner got no lane") }
        let actor = Actor(kind: .station, name: "bench")
        let numbers = 1...(assets + Self.warmUp)
        let meter = OthersMeter()
        var pairs: [Pair] = []
        for (mode, kind) in [(LaneMode.checkout, LedgerEvent.Kind.checkout), (.checkin, .checkin)] {
            _ = try await station.setMode(mode, lane: lane, actor: actor, origin: Origin(face: .daemon))
            pairs += try await onThread("bench") {
                let stream = try EventReader(.socket(path: socket))
                let raw = try RawCommits(folder: folder)
                if kind == .checkout {
                    _ = scanner.scan(Seed.badge) {}
                    _ = try stream.event { $0.kind == .scan }
                }
                return try numbers.map { try pair(Seed.tag($0), kind, scanner, stream, raw) }.dropFirst(Self.warmUp)
            }
        }
        let ours = Samples(pairs.map(\.ours))
        let limit = Samples(pairs.map(\.raw))
        return ReportRow(
            Self.name, ours: .init(ours.median, "µs"), limit: .init(limit.median, "µs"), goal: Self.goal,
            othersCores: meter.cores(),
            details: [
                "scans": Double(pairs.count), "ours p99 µs": ours.p99, "raw commit p99 µs": limit.p99,
                "p99 ratio": limit.p99 > 0 ? ours.p99 / limit.p99 : 0,
            ])
    }

    /// Returns the nanoseconds of a scan and of the raw commit after it.
    private struct Pair: Sendable {
        var ours: UInt64
        var raw: UInt64
    }

    private func pair(
        _ tag: String, _ kind: LedgerEvent.Kind, _ scanner: Scanner, _ stream: EventReader, _ raw: RawCommits
    ) throws -> Pair {
        let start = try scanner.scan(tag) { _ = try raw.once() }
        let (event, arrived) = try stream.event { $0.origin.face == .scanner && $0.origin.scan != nil }
        guard event.kind == kind, event.asset?.tag == tag else {
            throw BenchError("the scan of \(tag) gave \(event.kind): \(event.message ?? "")")
        }
        return Pair(ours: arrived - start, raw: try raw.once())
    }

    private static let layout: Station.LayoutSource = { (_) throws(DepotError) in KeyboardLayout.us }
}

/// A scanner that types into the queue of its lane, as libusb's callback does.
private struct Scanner: Sendable {
    let sink: any ScannerSink
    static let identity = "usb:0c2e:BENCH"

    /// Plugs the scanner in as of a second ago, with silence since then.
    func connect() {
        let description = ScannerDescription(
            identity: Self.identity, vendorID: 0x0C2E, productID: 0x0B61, manufacturer: nil, product: "Bench",
            serial: "BENCH", port: "1-1", interface: 0, kind: .keyboardWedge, reportDescriptor: [])
        let now = monotonic() / 1000
        sink.notice(.connected(ScannerConnection(description, at: now - 1_000_000)))
        sink.quiet(until: now)
    }

    /// Scans a code and calls a function before the last report that matters. Returns the time at which that report is
    /// passed on, in nanoseconds.
    func scan(_ code: String, beforeLast: () throws -> Void) rethrows -> UInt64 {
        let reports = TypedReports.reports(code)
        for report in reports.dropLast() { send(report) }
        try beforeLast()
        let start = monotonic()
        if let last = reports.last { send(last) }
        send(TypedReports.released)
        return start
    }

    private func send(_ bytes: [UInt8]) {
        sink.report(HIDReport(bytes, at: monotonic() / 1000))
    }
}

/// Reads the station's event stream from now on. One thread at a time.
private final class EventReader {
    private let connection: HTTPConnection
    /// The lines of the last piece that are not processed yet.
    private var lines: ArraySlice<ArraySlice<UInt8>> = []
    private var arrived: UInt64 = 0
    private let decoder = JSONDecoder()

    init(_ endpoint: Endpoint) throws(BenchError) {
        connection = try HTTPConnection(endpoint)
        try connection.openStream("/station/v1/events")
        // The first message comes after the subscription to the hub.
        _ = try connection.piece()
    }

    /// Returns the next matching event of the ledger with the time of its arrival in nanoseconds, and skips others.
    func event(where fits: (LedgerEvent) -> Bool) throws -> (event: LedgerEvent, arrived: UInt64) {
        while true {
            while let line = lines.popFirst() {
                guard line.starts(with: "data: ".utf8),
                    let event = try? decoder.decode(LedgerEvent.self, from: Data(line.dropFirst(6))), fits(event)
                else { continue }
                return (event, arrived)
            }
            let piece = try connection.piece()
            arrived = monotonic()
            lines = piece.split(separator: UInt8(ascii: "\n"))[...]
        }
    }
}
