public import DepotModel

/// The reply of `GET status`.
public struct StatusReply: Hashable, Sendable, Codable {
    /// The daemon's version.
    public var version: String
    /// The value of ``StationAPI/version`` in the daemon.
    public var apiVersion: String
    /// The station's name.
    public var station: String
    /// The time at which the daemon started.
    public var startedAt: Timestamp
    /// The current time of the daemon's clock.
    public var now: Timestamp
    /// The whole seconds since the start.
    public var uptimeSeconds: Int64
    /// The number of tenants.
    public var tenants: Int
    /// The newest event; 0 for an empty ledger.
    public var lastEvent: EventNumber
    /// The newest row of the scan journal, or nil if the daemon does not report it.
    public var lastScan: ScanNumber?
    /// The number of scanners by state.
    public var scanners: ScannerCounts
    /// The number of lanes.
    public var lanes: Int
    /// The activity since midnight UTC.
    public var today: Today
    /// The current numbers of assets and people.
    public var inventory: Inventory
    /// The state of the database.
    public var database: Database
    /// The outgoing queues (webhooks, MQTT, export).
    public var queues: [Queue]
    /// The problems that need attention.
    public var problems: [DepotError]
    /// The end of the last check of the whole database, or nil if there was none.
    public var verifiedAt: Timestamp?
    /// The number of problems that this check found.
    public var verifyProblems: Int?

    /// Creates a reply.
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

    /// The number of scanners by state.
    public struct ScannerCounts: Hashable, Sendable, Codable {
        /// The number of scanners that work.
        public var ready: Int
        /// The number of scanners with a problem.
        public var failing: Int
        /// The number of scanners that are unplugged.
        public var unplugged: Int

        /// Creates the counts.
        public init(ready: Int, failing: Int, unplugged: Int) {
            self.ready = ready
            self.failing = failing
            self.unplugged = unplugged
        }
    }

    /// The activity of one day.
    public struct Today: Hashable, Sendable, Codable {
        /// The number of scans.
        public var scans: Int
        /// The number of transitions.
        public var transitions: Int
        /// The number of refusals.
        public var refusals: Int

        /// Creates the counts.
        public init(scans: Int, transitions: Int, refusals: Int) {
            self.scans = scans
            self.transitions = transitions
            self.refusals = refusals
        }
    }

    /// The current numbers of entities, without deleted ones.
    public struct Inventory: Hashable, Sendable, Codable {
        /// The number of assets.
        public var assets: Int
        /// The number of assets with a holder.
        public var deployed: Int
        /// The number of people.
        public var people: Int

        /// Creates the counts.
        public init(assets: Int, deployed: Int, people: Int) {
            self.assets = assets
            self.deployed = deployed
            self.people = people
        }
    }

    /// The state of the database, as its own pragmas report it.
    public struct Database: Hashable, Sendable, Codable {
        /// The path of the file.
        public var path: String
        /// The size in bytes of the file and its write-ahead log.
        public var bytes: Int64
        /// The journal mode, `wal`.
        public var journalMode: String
        /// The synchronous setting, such as `full` or `normal`, read back from the writing connection.
        public var synchronous: String
        /// The version of the schema.
        public var schemaVersion: String
        /// The bytes written to disk since the start, without checkpoints; nil if the daemon does not report them.
        public var writtenBytes: Int64?
        /// The ``writtenBytes`` for each transition, or nil if there was none since the start.
        public var bytesPerTransition: Int64?

        /// Creates the state.
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

    /// The state of one outgoing queue.
    public struct Queue: Hashable, Sendable, Codable {
        /// The name of the queue.
        public var name: String
        /// The number of events that wait.
        public var pending: Int
        /// The age in seconds of the oldest event that waits.
        public var lagSeconds: Int64
        /// The problem of the queue, or nil if there is none.
        public var problem: DepotError?

        /// Creates the state.
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

/// The reply of `GET scanners`.
public struct ScannersReply: Hashable, Sendable, Codable {
    /// Every scanner seen since the daemon started, ordered by lane.
    public var scanners: [ScannerStatus]

    /// Creates a reply.
    public init(scanners: [ScannerStatus]) { self.scanners = scanners }
}

/// The reply of `GET lanes`.
public struct LanesReply: Hashable, Sendable, Codable {
    /// Every lane, ordered by id.
    public var lanes: [LaneStatus]

    /// Creates a reply.
    public init(lanes: [LaneStatus]) { self.lanes = lanes }
}

/// The body of `POST scanners/identify`, answered with an ``IdentifyScannerReply``.
public struct IdentifyScannerRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The property that distinguishes a scanner from others.
    public enum Key: String, Sendable, Codable, CaseIterable {
        case serial, port
    }

    /// The current identity of the scanner, as in `GET scanners`.
    public var scanner: String
    /// The property to identify the scanner by.
    public var by: Key

    /// Creates a request.
    public init(scanner: String, by: Key) {
        self.scanner = scanner
        self.by = by
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case scanner, by }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The new identity of a scanner.
public struct IdentifyScannerReply: Hashable, Sendable, Codable {
    /// The identity.
    public var scanner: String

    /// Creates a reply.
    public init(scanner: String) { self.scanner = scanner }
}

/// The body of `PATCH lanes/{id}`, answered with the `LaneStatus`.
public struct RenameLaneRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The new name, 1 to 60 characters.
    public var name: String

    /// Creates a request.
    public init(name: String) { self.name = name }

    enum CodingKeys: String, CodingKey, CaseIterable { case name }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The body of `POST lanes/{id}/choose`, answered with a `ScanResult`: a candidate of the lane's last scan.
public struct ChooseRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The scan whose code is ambiguous.
    public var scan: UniqueID
    /// The candidate's kind: `asset`, `person` or `location`.
    public var kind: String
    /// The candidate's row id.
    public var id: Int64

    /// Creates a request.
    public init(scan: UniqueID, kind: String, id: Int64) {
        self.scan = scan
        self.kind = kind
        self.id = id
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case scan, kind, id }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The body of `POST lanes/{id}/mode`, answered with the `LaneStatus`.
public struct LaneModeRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The new mode.
    public var mode: LaneMode

    /// Creates a request.
    public init(mode: LaneMode) { self.mode = mode }

    enum CodingKeys: String, CodingKey, CaseIterable { case mode }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        mode = try decoder.container(keyedBy: CodingKeys.self).known(forKey: .mode)
    }
}
