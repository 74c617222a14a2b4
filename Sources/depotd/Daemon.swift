import ATech
import DepotAPI
import DepotDialect
import DepotEngine
import DepotHTTP
import DepotModel
import DepotStore
import HIDDecoding
import IncidentIQ
import IssueAsset
import Logging
import ScannerUSB
import ServiceLifecycle
import SnipeIT
import Synchronization
import UnixSignals

/// Builds the services in the order of their dependencies, and runs the group.
///
/// A service that ends or throws by itself ends the process, and systemd restarts it.
struct Daemon {
    let configuration: Configuration
    let options: Options

    /// The number of files that may be open in addition to connections: database, scanners, a backup and a reserve.
    private static let otherFiles = 512

    func run() async throws(DepotError) {
        if let level = Logger.Level(rawValue: configuration.logLevel) { JournalLog.level.withLock { $0 = level } }
        let logger = Logger(label: "depotd") { _ in JournalLog() }
        OpenFiles.allow(2 * httpSettings.maximumConnections + Self.otherFiles, logger)
        let folder = try StateFolder(configuration.stateDirectory)
        try folder.requireDatabase(startsNew: options.startsNew)
        let hub = EventHub()
        let store = try openStore(folder.database, hub, logger)
        do throws(DepotError) { try folder.recordDatabase() } catch {
            logger.warning("cannot note that there is a database", metadata: ["error": "\(error)"])
        }
        let station = try await Station(
            configuration: configuration, store: store, events: hub, layouts: compileLayout, logger: logger)
        let monitor = try scannerMonitor(store)
        station.connect(monitor)
        let ready = Readiness(listeners: 2)
        let scheme = httpSettings.tls == nil ? "http" : "https"
        let faces = try makeServices(
            station: station, dialects: dialects, settings: httpSettings, logger: logger
        ) { listening in
            let address =
                switch listening {
                case .socket(let path): path
                case .tcp(let host, let port): "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                }
            logger.info("listening", metadata: ["at": "\(address)"])
            ready.listening(at: address)
        }
        var services: [any Service] = [
            StoreService(store: store, folder: folder, logger: logger),
            ScannerService(monitor: monitor, station: station),
        ]
        services += faces
        services += [
            ReloadService(station: station, options: options, logger: logger),
            HealthService(station: station, folder: folder, logger: logger),
            SupervisionService(station: station, ready: ready),
            VerifyService(store: store, logger: logger),
        ]
        let group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        logger.notice(
            "depotd starts",
            metadata: ["version": "\(StationAPI.programVersion)", "station": "\(configuration.stationName)"])
        let deadline = StopDeadline(logger)
        defer { withExtendedLifetime(deadline) {} }
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw error as? DepotError ?? DepotError(.internal, "A part of the daemon failed: \(error)")
        }
        logger.notice("depotd has stopped")
    }

    private func openStore(_ path: String, _ hub: EventHub, _ logger: Logger) throws(DepotError) -> DepotStore {
        let upgrade = UpgradeReport(logger)
        defer { upgrade.finish() }
        var settings = DepotStore.Settings(path: path, station: configuration.stationName)
        settings.onUpgrade = { upgrade.begin($0) }
        return try DepotStore(
            settings, now: StationClock.system.wall, onCommit: { hub.publish($0) })
    }

    private func scannerMonitor(_ store: DepotStore) throws(DepotError) -> ScannerMonitor {
        var settings = ScannerUSBSettings()
        for identity in try store.scannerIdentities() {
            settings.keys[identity.key] = ScannerKey(rawValue: identity.knownBy.rawValue)
        }
        for lane in try store.lanes() {
            if let scanner = lane.scanner { settings.ports[scanner] = lane.port }
        }
        settings.wedges = try matches(configuration.scannerWedges, "scanners.wedges")
        settings.ignored = try matches(configuration.scannerIgnored, "scanners.ignore")
        do {
            return try ScannerMonitor(settings)
        } catch {
            throw DepotError(.internal, error.message, hint: error.hint)
        }
    }

    private func matches(_ texts: [String], _ key: String) throws(DepotError) -> [USBMatch] {
        var matches: [USBMatch] = []
        for text in texts {
            guard let match = USBMatch(text) else {
                throw DepotError(.configuration, "\(key): “\(text)” is not VVVV:PPPP or VVVV:* in hexadecimal.")
            }
            matches.append(match)
        }
        return matches
    }

    private var dialects: [any Dialect] {
        [
            IssueAsset(open: configuration.issueAssetIsOpen),
            ATech(qr: configuration.qrContent, maximumImport: configuration.httpMaximumImport), SnipeIT(),
            IncidentIQ(lenient: configuration.incidentIQIsLenient),
        ]
    }

    private var httpSettings: HTTPSettings {
        var settings = HTTPSettings(
            socketPath: configuration.socketPath, host: configuration.httpHost, port: configuration.httpPort)
        settings.socketGroup = configuration.socketGroup
        settings.maximumBody = configuration.httpMaximumBody
        settings.maximumImport = configuration.httpMaximumImport
        settings.publicURL = configuration.httpPublicURL.isEmpty ? nil : configuration.httpPublicURL
        settings.version = StationAPI.programVersion
        if !configuration.httpTLSCertificate.isEmpty {
            settings.tls = (configuration.httpTLSCertificate, configuration.httpTLSKey)
        }
        settings.domain = configuration.httpDomain
        return settings
    }
}

/// Returns the keyboard layout by libxkbcommon, for the engine.
private func compileLayout(_ name: String) throws(DepotError) -> KeyboardLayout {
    do {
        return try LayoutCompiler.layout(named: name)
    } catch {
        throw DepotError(
            .configuration, "There is no keyboard layout “\(name)”: \(error)",
            hint: "scanners.layout takes libxkbcommon names such as us, de or fr")
    }
}
