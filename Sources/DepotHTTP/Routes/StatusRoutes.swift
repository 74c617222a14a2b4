import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Hummingbird

/// The routes `GET status`, `GET /health` and `GET /metrics`.
struct StatusRoutes: RouteGroup {
    let station: Station
    let version: String
    let subscribers: SubscriberCount
    let connections: Connections
    let requests: RequestMetrics

    var routes: [RouteTable.Route] {
        [
            .station(.get, "status", .screen, status),
            // The answer is constant, and so measures the cost of the server alone.
            .init(method: .get, path: "/health/live", access: .anyone) { _, _ in
                textReply("ok\n", type: "text/plain; charset=utf-8")
            },
            .init(method: .get, path: "/health", access: .anyone, handler: health),
            .init(method: .get, path: "/metrics", access: .viewer, handler: metrics),
        ]
    }

    private func status(_ request: Request, _ context: StationContext) throws -> Response {
        _ = try Query(request)
        let tenant = try context.visibleTenant(request)
        do { return try status(of: tenant, context) } catch {
            // An overwritten database cannot be read either, and its problem says more.
            guard let problem = station.health.problems.first, station.health.state == .failing else { throw error }
            throw problem
        }
    }

    private func status(of tenant: TenantID?, _ context: StationContext) throws -> Response {
        let now = station.now()
        let tenants = try station.store.directory().tenants.count
        let today = now.date.startOfDay
        let figures =
            if let tenant, tenants > 1 { try station.store.figures(since: today, of: tenant) } else {
                try station.store.figures(since: today)
            }
        let scanners = station.scanners(of: tenant)
        let verified = try station.store.lastVerification()
        func count(_ state: ScannerStatus.State) -> Int { scanners.count { $0.state == state } }
        return try reply(
            StatusReply(
                version: version, station: station.configuration.stationName, startedAt: station.startedAt,
                now: now, uptimeSeconds: station.uptimeSeconds,
                tenants: tenant == nil ? tenants : 1,
                lastEvent: station.store.lastEvent,
                lastScan: try station.store.lastScan(),
                scanners: .init(
                    ready: count(.ready) + count(.settling), failing: count(.failing), unplugged: count(.unplugged)),
                lanes: station.lanes(of: tenant).count,
                today: .init(scans: figures.scans, transitions: figures.transitions, refusals: figures.refusals),
                inventory: .init(assets: figures.assets, deployed: figures.deployed, people: figures.people),
                database: .init(
                    path: context.isScreen ? "" : station.store.path, bytes: figures.databaseBytes,
                    journalMode: figures.journalMode,
                    synchronous: synchronousName(figures.synchronous), schemaVersion: String(figures.schemaVersion),
                    writtenBytes: figures.writtenBytes,
                    bytesPerTransition: figures.writtenTransitions > 0
                        ? figures.writtenBytes / Int64(figures.writtenTransitions) : nil),
                problems: station.health.problems + scanners.compactMap(\.problem), verifiedAt: verified?.at,
                verifyProblems: verified?.problems))
    }

    /// Returns SQLite's name of a value of `PRAGMA synchronous` (sqlite.org/pragma.html).
    private func synchronousName(_ value: Int) -> String {
        [0: "off", 1: "normal", 2: "full", 3: "extra"][value] ?? String(value)
    }

    private func health(_ request: Request, _ context: StationContext) throws -> Response {
        do {
            _ = try station.store.event(EventNumber(rawValue: 1))
        } catch {
            // A known reason is reported.
            guard station.health.state == .failing else {
                throw RequestError(.storeUnavailable, "The database cannot be read.")
            }
        }
        let health = station.health
        return try reply(health, health.state == .failing ? .serviceUnavailable : .ok)
    }

    /// Returns the metrics in Prometheus' text format, version 0.0.4.
    private func metrics(_ request: Request, _ context: StationContext) throws -> Response {
        // There is one set of metrics for the whole station, so callers of one of several tenants are refused, unless
        // it is the standard tenant.
        if let tenant = try context.visibleTenant(request), tenant != .standard {
            throw RequestError(
                .forbidden, "Metrics cover the whole station, not one tenant.",
                hint: "use a token of the default tenant, or with the role msp")
        }
        let now = station.now()
        let figures = try station.store.figures(since: now.date.startOfDay)
        let scanners = station.scanners()
        var text = MetricsText()
        text.add("depot_uptime_seconds", .gauge, "Seconds since the daemon started.", [("", station.uptimeSeconds)])
        text.add(
            "depot_scanners", .gauge, "Scanners seen since the start, by state.",
            ["ready", "settling", "failing", "unplugged"].map { state in
                ("state=\"\(state)\"", Int64(scanners.count { $0.state.rawValue == state }))
            })
        text.add(
            "depot_scanner_scans_total", .counter, "Scans from scanners since the start.",
            [("", Int64(scanners.reduce(0) { $0 + $1.scans }))])
        text.add(
            "depot_scanner_signals_total", .counter, "Sounds requested from scanners, by result.",
            station.signalCounts.map { ("outcome=\"\($0.outcome)\"", Int64($0.count)) })
        text.add("depot_lanes", .gauge, "Lanes.", [("", Int64(station.lanes().count))])
        text.add("depot_reports_lost_total", .counter, "Reports not taken in time.", [("", Int64(station.lost))])
        text.add(
            "depot_event_number", .counter, "Number of the newest event in the ledger.",
            [("", station.store.lastEvent.rawValue)])
        text.add("depot_scans_today", .gauge, "Scans since midnight UTC.", [("", Int64(figures.scans))])
        text.add(
            "depot_transitions_today", .gauge, "Transitions since midnight UTC.", [("", Int64(figures.transitions))])
        text.add("depot_refusals_today", .gauge, "Refused scans since midnight UTC.", [("", Int64(figures.refusals))])
        text.add("depot_assets", .gauge, "Assets, not counting deleted ones.", [("", Int64(figures.assets))])
        text.add("depot_assets_deployed", .gauge, "Assets that are checked out.", [("", Int64(figures.deployed))])
        text.add("depot_database_bytes", .gauge, "Size of the database.", [("", figures.databaseBytes)])
        text.add("depot_event_subscribers", .gauge, "Open event streams.", [("", Int64(subscribers.current))])
        text.add("depot_http_connections", .gauge, "Open connections.", [("", Int64(connections.count))])
        let crowd = connections.figures
        text.add(
            "depot_http_connections_evicted_total", .counter, "Idle connections closed to make room.",
            [("", Int64(crowd.evicted))])
        text.add(
            "depot_http_connections_refused_total", .counter, "New connections closed at once.",
            [("", Int64(crowd.refused))])
        text.add(
            "depot_http_descriptors_exhausted_total", .counter, "Times no file descriptor was left for a connection.",
            [("", Int64(crowd.exhausted))])
        text.add(
            "depot_http_requests_total", .counter, "Requests answered since the start, by status.",
            requests.byStatus.map { ("status=\"\($0.status)\"", Int64($0.count)) })
        return textReply(text.text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
}

/// A writer of metric families.
private struct MetricsText {
    enum Kind: String { case gauge, counter }
    private(set) var text = ""

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: String, value: Int64)]) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += sample.labels.isEmpty ? "\(name) \(sample.value)\n" : "\(name){\(sample.labels)} \(sample.value)\n"
        }
    }
}
