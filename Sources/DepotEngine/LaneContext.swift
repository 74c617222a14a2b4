import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging
import Synchronization

/// The dependencies that all lanes of a station share.
struct LaneContext: Sendable {
    let pipeline: ScanPipeline
    let scanners: ScannerRegistry
    let hub: EventHub
    let clock: StationClock
    let layouts: Station.LayoutSource
    let walks = WalkNotices()

    var store: DepotStore { pipeline.store }
    var settings: LiveSettings { pipeline.settings }
    var logger: Logger { pipeline.logger }

    /// Returns the name of a lane.
    func name(scanner: String?, _ stored: String) -> String {
        // Earlier versions numbered the lanes of typed scans too.
        guard let scanner else { return stored.hasPrefix("Lane ") ? "Typed" : stored }
        return configuredName(scanner: scanner) ?? stored
    }

    /// Returns the name that the configuration gives a scanner's lane, or nil.
    func configuredName(scanner: String?) -> String? {
        guard let scanner else { return nil }
        let serial = scanners.description(of: scanner)?.serialName
        let name = settings.configuration.device(scanner, serial: serial)?.name ?? ""
        return name.isEmpty ? nil : name
    }

    /// Returns the tenant whose ledger records a scanner's scans, or nil if the configured tenant does not exist.
    func tenant(of identity: String, serial: String?) throws(DepotError) -> TenantID? {
        let slug = settings.configuration.device(identity, serial: serial)?.tenant ?? ""
        return slug.isEmpty ? .standard : try store.directory().bySlug(slug)?.id
    }

    /// Returns the options for a scanner's keys, and the name of its layout.
    func wedge(of description: ScannerDescription) throws(DepotError) -> (options: WedgeOptions, layout: String) {
        let configuration = settings.configuration
        let device = configuration.device(description.identity, serial: description.serialName)
        let layout = device.flatMap { $0.layout.isEmpty ? nil : $0.layout } ?? configuration.scannerLayout
        let timeout = configuration.scannerInterKeyTimeout
        let options = WedgeOptions(
            layout: try layouts(layout), interKeyTimeoutMicroseconds: timeout == .zero ? nil : timeout.microseconds,
            terminator: device?.terminator ?? .learnt)
        return (options, layout)
    }
}

/// The way by which lanes learn that an audit walk has changed at another lane or over HTTP.
final class WalkNotices: Sendable {
    /// A notice with the newest event that it covers, by which a lane tells newer ones from older ones.
    typealias Receiver = @Sendable (AuditWalkStatus, TenantID, EventNumber) -> Void
    private let receiver = Mutex<Receiver?>(nil)

    /// Sets the receiver.
    func deliver(to receiver: @escaping Receiver) {
        self.receiver.withLock { $0 = receiver }
    }

    /// Notifies of the newest state of a walk.
    func send(_ walk: AuditWalkStatus, of tenant: TenantID, at event: EventNumber) {
        receiver.withLock { $0 }?(walk, tenant, event)
    }
}

extension StationClock {
    /// Returns the current time on both clocks, with the uptime in whole milliseconds.
    func moment() -> Moment { Moment(wall: wall(), uptime: Self.uptime(monotonic())) }

    /// Returns the time of a report in microseconds of the monotonic clock on both clocks, but no later than now.
    func moment(ofReport at: UInt64) -> Moment {
        let uptime = Self.uptime(min(at, monotonic()))
        return Moment(wall: wall(atUptime: uptime), uptime: uptime)
    }

    /// Returns the time of day at a time of the monotonic clock.
    func wall(atUptime uptime: Duration) -> Timestamp { moment().wall(at: uptime) }

    private static func uptime(_ microseconds: UInt64) -> Duration {
        .milliseconds(Int64(clamping: microseconds / 1000))
    }
}

extension Duration {
    /// The duration in whole microseconds, 0 if it is negative.
    var microseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) &* 1_000_000 &+ UInt64(attoseconds) / 1_000_000_000_000
    }
}
