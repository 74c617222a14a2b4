import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging

/// What all lanes of a station share.
struct LaneContext: Sendable {
    let pipeline: ScanPipeline
    let scanners: ScannerRegistry
    let hub: EventHub
    let clock: StationClock
    let layouts: Station.LayoutSource

    var store: DepotStore { pipeline.store }
    var settings: LiveSettings { pipeline.settings }
    var logger: Logger { pipeline.logger }

    /// What a lane is called.
    func name(scanner: String?, _ stored: String) -> String {
        guard let scanner else { return "Typed" }
        let serial = scanners.description(of: scanner)?.serialName
        let configured = settings.configuration.device(scanner, serial: serial)?.name ?? ""
        return configured.isEmpty ? stored : configured
    }

    /// Whose ledger a scanner's scans go to; nil where the configured tenant is not there.
    func tenant(of identity: String, serial: String?) throws(DepotError) -> TenantID? {
        let slug = settings.configuration.device(identity, serial: serial)?.tenant ?? ""
        return slug.isEmpty ? .standard : try store.directory().bySlug(slug)?.id
    }

    /// How what a scanner types is read, and the name of its layout.
    func wedge(of description: ScannerDescription) throws(DepotError) -> (options: WedgeOptions, layout: String) {
        let configuration = settings.configuration
        let device = configuration.device(description.identity, serial: description.serialName)
        let layout = device.flatMap { $0.layout.isEmpty ? nil : $0.layout } ?? configuration.scannerLayout
        let timeout = configuration.scannerInterKeyTimeout
        let options = WedgeOptions(
            layout: try layouts(layout), interKeyTimeoutMicroseconds: timeout == 0 ? nil : UInt64(timeout) * 1000,
            terminator: device?.terminator ?? .learnt)
        return (options, layout)
    }
}

extension StationClock {
    /// This moment on both clocks.
    func moment() -> Moment { Moment(wall: wall(), uptime: Int64(monotonic() / 1000)) }

    /// The moment at which a report came, in microseconds of the monotonic clock; now for one that is still to come.
    func moment(ofReport at: UInt64) -> Moment {
        let uptime = Int64(clamping: min(at, monotonic()) / 1000)
        return Moment(wall: wall(atUptime: uptime), uptime: uptime)
    }

    /// The time of day that belongs to a moment of the monotonic clock, in milliseconds.
    func wall(atUptime uptime: Int64) -> Timestamp {
        wall().advanced(byMilliseconds: uptime - Int64(clamping: monotonic() / 1000))
    }
}
