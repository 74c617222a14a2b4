public import DepotModel

/// `GET status`.
public struct StatusReply: Hashable, Sendable, Codable {
    /// The daemon's version.
    public var version: String
    /// ``StationAPI/version`` of the daemon.
    public var apiVersion: String
    /// The station's name.
    public var station: String
    public var startedAt: Timestamp
    /// The daemon's clock.
    public var now: Timestamp
    /// Whole seconds since the start.
    public var uptimeSeconds: Int64
    public var tenants: Int
    /// The newest event; 0 while the ledger is empty.
    public var lastEvent: EventNumber
    /// The newest row of the scan journal; nil where the daemon does not say.
    public var lastScan: ScanNumber?
    public var scanners: ScannerCounts
    public var lanes: Int
    /// Since midnight UTC.
    public var today: Today
    public var inventory: Inventory
    public var database: Database
    /// Outward queues (webhooks, MQTT, export); empty while there are none.
    public var queues: [Queue]
    /// What needs somebody's attention; empty when all is well.
    public var problems: [DepotError]
    /// When the newest check of the whole database ended; nil where there was none.
    public var verifiedAt: Timestamp?
    /// How many problems it found.
    public var verifyProblems: Int?

    /// The reply.
    public init(
        version: String, apiVersion: String = StationAPI.version, station: String, startedAt: Timestamp,
        now: Timestamp, uptimeSeconds: Int64, tenants: Int, lastEvent: EventNumber, lastScan: ScanNumber? = nil,
        scanners: ScannerCounts, lanes: Int, today: Today, inventory: Inventory, database: Database,
        queues: [Queue] = [],
        problems: [DepotError] = [], verifiedAt: Timestamp? = nil, verifyProblems: Int? = nil
    ) {
        self.version = version
        self.apiVersion = apiVersion
        self.station = station
        self.startedAt = startedAt
        self.now = now
        self.uptimeSeconds = uptimeSeconds
        self.tenants = tenants
        self.lastEvent = lastEvent
        self.lastScan = lastScan
        self.scanners = scanners
        self.lanes = lanes
        self.today = today
        self.inventory = inventory
        self.database = database
        self.queues = queues
        self.problems = problems
        self.verifiedAt = verifiedAt
        self.verifyProblems = verifyProblems
    }

    enum CodingKeys: String, CodingKey {
        case version, station, now, tenants, scanners, lanes, today, inventory, database, queues, problems
        case apiVersion = "api_version"
        case startedAt = "started_at"
        case uptimeSeconds = "uptime_seconds"
        case lastEvent = "last_event"
        case lastScan = "last_scan"
        case verifiedAt = "verified_at"
        case verifyProblems = "verify_problems"
    }

    /// Scanners by how they are doing.
    public struct ScannerCounts: Hashable, Sendable, Codable {
        public var ready: Int
        public var failing: Int
        public var unplugged: Int

        /// The counts.
        public init(ready: Int, failing: Int, unplugged: Int) {
            self.ready = ready
            self.failing = failing
            self.unplugged = unplugged
        }
    }

    /// What happened today.
    public struct Today: Hashable, Sendable, Codable {
        public var scans: Int
        public var transitions: Int
        public var refusals: Int

        /// The counts.
        public init(scans: Int, transitions: Int, refusals: Int) {
            self.scans = scans
            self.transitions = transitions
            self.refusals = refusals
        }
    }

    /// What there is now, deleted things not counted.
    public struct Inventory: Hashable, Sendable, Codable {
        public var assets: Int
        public var deployed: Int
        public var people: Int

        /// The counts.
        public init(assets: Int, deployed: Int, people: Int) {
            self.assets = assets
            self.deployed = deployed
            self.people = people
        }
    }

    /// The database, as its own pragmas say.
    public struct Database: Hashable, Sendable, Codable {
        public var path: String
        /// Size of the file with its write-ahead log.
        public var bytes: Int64
        /// `wal`.
        public var journalMode: String
        /// `full`, `normal`, …: read back from the writer.
        public var synchronous: String
        public var schemaVersion: String
        /// What was written to the disk since the start, checkpoints aside; nil where the daemon does not say.
        public var writtenBytes: Int64?
        /// ``writtenBytes`` for each transition; nil while there was none since the start.
        public var bytesPerTransition: Int64?

        /// The database.
        public init(
            path: String, bytes: Int64, journalMode: String, synchronous: String, schemaVersion: String,
            writtenBytes: Int64? = nil, bytesPerTransition: Int64? = nil
        ) {
            self.path = path
            self.bytes = bytes
            self.journalMode = journalMode
            self.synchronous = synchronous
            self.schemaVersion = schemaVersion
            self.writtenBytes = writtenBytes
            self.bytesPerTransition = bytesPerTransition
        }

        enum CodingKeys: String, CodingKey {
            case path, bytes, synchronous
            case journalMode = "journal_mode"
            case schemaVersion = "schema_version"
            case writtenBytes = "written_bytes"
            case bytesPerTransition = "bytes_per_transition"
        }
    }

    /// One outward queue.
    public struct Queue: Hashable, Sendable, Codable {
        public var name: String
        /// Events that wait.
        public var pending: Int
        /// Age of the oldest that waits.
        public var lagSeconds: Int64
        public var problem: DepotError?

        /// The queue.
        public init(name: String, pending: Int, lagSeconds: Int64, problem: DepotError? = nil) {
            self.name = name
            self.pending = pending
            self.lagSeconds = lagSeconds
            self.problem = problem
        }

        enum CodingKeys: String, CodingKey {
            case name, pending, problem
            case lagSeconds = "lag_seconds"
        }
    }
}

/// `GET scanners`.
public struct ScannersReply: Hashable, Sendable, Codable {
    /// Every scanner seen since the daemon started, by lane.
    public var scanners: [ScannerStatus]

    /// The reply.
    public init(scanners: [ScannerStatus]) { self.scanners = scanners }
}

/// `GET lanes`.
public struct LanesReply: Hashable, Sendable, Codable {
    /// Every lane, by id.
    public var lanes: [LaneStatus]

    /// The reply.
    public init(lanes: [LaneStatus]) { self.lanes = lanes }
}

/// `POST scanners/identify`, answered with the ``IdentifyScannerReply``.
public struct IdentifyScannerRequest: Hashable, Sendable, Codable, StrictRequest {
    /// What a scanner may be told from others by.
    public enum Key: String, Sendable, Codable, CaseIterable {
        case serial, port
    }

    /// Its identity, as `GET scanners` shows it.
    public var scanner: String
    public var by: Key

    /// The request.
    public init(scanner: String, by: Key) {
        self.scanner = scanner
        self.by = by
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case scanner, by }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// Who the scanner is from now on.
public struct IdentifyScannerReply: Hashable, Sendable, Codable {
    /// Its identity.
    public var scanner: String

    /// The reply.
    public init(scanner: String) { self.scanner = scanner }
}

/// `POST lanes/{id}/mode`, answered with the `LaneStatus`.
public struct LaneModeRequest: Hashable, Sendable, Codable, StrictRequest {
    public var mode: LaneMode

    /// The request.
    public init(mode: LaneMode) { self.mode = mode }

    enum CodingKeys: String, CodingKey, CaseIterable { case mode }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        mode = try decoder.container(keyedBy: CodingKeys.self).known(forKey: .mode)
    }
}
