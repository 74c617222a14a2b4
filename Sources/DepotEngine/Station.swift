import BarcodeData
public import DepotModel
public import DepotStore
public import HIDDecoding
public import Logging
import Synchronization

/// The station: its scanners, its lanes, its ledger. Everything that the faces (socket, HTTP, screen) may ask.
///
/// Scanner events come in as a stream, so that USB, the bench and a replay are one path.
public final class Station: Sendable {
    /// What makes a decoder's keyboard layout out of its name; libxkbcommon in the daemon.
    public typealias LayoutSource = @Sendable (String) throws(DepotError) -> KeyboardLayout

    /// The ledger and everything else that is durable.
    public let store: DepotStore
    /// Wakes whoever watches.
    public let events: EventHub
    /// When the station was made.
    public let startedAt: Timestamp

    /// Lanes and scanners by what they are found by.
    struct Floor {
        var lanes: [LaneID: Lane] = [:]
        var tasks: [LaneID: Task<Void, Never>] = [:]
        /// The lanes of typed scans, which are among the others too.
        var typed: [TenantID: Lane] = [:]
        var scanners: [String: ScannerStatus] = [:]
        /// What is plugged in now.
        var plugged: [String: ScannerDescription] = [:]
        /// Which of them are not read, because nobody's ledger is theirs.
        var homeless: Set<String> = []
        var lost = 0
        var isStopping = false
    }

    let clock: StationClock
    let settings: LiveSettings
    let logger: Logger
    let layouts: LayoutSource
    let floor = Mutex(Floor())
    private let pipeline: ScanPipeline

    /// Makes the lanes that the store knows, and the one for typed scans.
    ///
    /// - Throws: what the store says when the lanes cannot be read or the first cannot be made.
    public init(
        configuration: Configuration, store: DepotStore, events: EventHub, clock: StationClock = .system,
        layouts: @escaping LayoutSource, logger: Logger
    ) async throws(DepotError) {
        self.store = store
        self.events = events
        self.clock = clock
        self.layouts = layouts
        self.logger = logger
        startedAt = clock.wall()
        settings = LiveSettings(configuration)
        pipeline = ScanPipeline(store: store, hub: events, settings: settings, logger: logger)
        do throws(CommitFailure) {
            _ = try await store.lane(forScanner: DepotStore.typedScans, tenant: .standard)
        } catch {
            throw error.error
        }
        let known = try store.lanes()
        try await settle()
        for row in known { await settle(lane(for: row)) }
    }

    /// The settings in force.
    public var configuration: Configuration { settings.configuration }

    /// The time of day.
    public func now() -> Timestamp { clock.wall() }

    /// A new operation's identity.
    public func newOperation() -> UniqueID { newIdentity(at: clock.wall()) }

    /// Reports and other events that were lost because the station could not take them in time, since the start.
    public var lost: Int { floor.withLock { $0.lost } }

    /// Every scanner of the tenant that was seen since the start, by lane; nil: everybody's.
    public func scanners(of tenant: TenantID? = nil) -> [ScannerStatus] {
        floor.withLock { floor in
            floor.scanners.values.filter { tenant == nil || floor.lanes[$0.lane]?.tenant == tenant }
                .sorted { $0.lane < $1.lane }
        }
    }

    /// Every lane of the tenant, by number; nil: everybody's.
    public func lanes(of tenant: TenantID? = nil) -> [LaneStatus] {
        floor.withLock { floor in
            floor.lanes.values.filter { tenant == nil || $0.tenant == tenant }.map(\.status).sorted { $0.id < $1.id }
        }
    }

    /// Whose lane it is; nil for an unknown one.
    public func tenant(ofLane id: LaneID) -> TenantID? { floor.withLock { $0.lanes[id]?.tenant } }

    /// Sets a lane's mode, now and for every later start.
    ///
    /// - Parameter tenant: whose lane it must be; nil: anybody's.
    /// - Throws: `not_found` for an unknown lane; what the store says when it cannot be written.
    public func setMode(
        _ mode: LaneMode, lane id: LaneID, tenant: TenantID? = nil, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> LaneStatus {
        guard let lane = known(id, of: tenant) else { throw .failed(Self.noLane(id)) }
        _ = try await store.setMode(mode, lane: id, actor: actor, origin: origin)
        return await withCheckedContinuation { answer in
            if !lane.post(.mode(mode, answer)) { answer.resume(returning: lane.status) }
        }
    }

    /// Takes a typed or replayed code through the pipeline like one from USB.
    ///
    /// - Parameters:
    ///   - lane: one of the tenant's; nil for its lane of typed scans.
    ///   - id: the scan's identity; the same one again gives the first answer and applies nothing.
    ///   - tenant: whose things the code may name, and whose ledger it goes to.
    /// - Returns: what became of it, after the commit; or `not_found` (lane), `busy`, `store_unavailable`.
    public func scan(
        _ bytes: [UInt8], lane: LaneID?, id: UniqueID?, tenant: TenantID = .standard, actor: Actor, origin: Origin
    ) async -> Result<ScanResult, DepotError> {
        let taker: Lane
        if let lane {
            guard let known = known(lane, of: tenant) else { return .failure(Self.noLane(lane)) }
            taker = known
        } else {
            do throws(CommitFailure) { taker = try await typedLane(of: tenant) } catch { return .failure(error.error) }
        }
        let id = id ?? newOperation()
        var origin = origin
        origin.scan = id
        origin.lane = taker.id
        let full = origin
        let result = await withCheckedContinuation { (answer: CheckedContinuation<ScanResult, Never>) in
            let typed = Lane.Typed(
                id: id, tenant: tenant, bytes: bytes, actor: actor, origin: full, answer: answer)
            guard taker.post(.typed(typed)) else {
                answer.resume(returning: taker.notTaken(typed, "The station is busy or stopping."))
                return
            }
        }
        guard result.number == nil else { return .success(result) }
        return .failure(
            DepotError(
                result.reason == DepotError.Code.busy.rawValue ? .busy : .storeUnavailable, result.message,
                hint: "nothing was changed"))
    }

    /// Comes back when every lane has had a turn: what the watchdog is fed from.
    public func turn() async {
        for lane in floor.withLock({ Array($0.lanes.values) }) {
            await withCheckedContinuation { answer in
                if !lane.post(.turn(answer)) { answer.resume() }
            }
        }
    }

    /// What a code is, and why, changing nothing.
    public func resolve(
        _ bytes: [UInt8], symbology: String?, tenant: TenantID
    ) throws(DepotError) -> ResolutionReport {
        try pipeline.explain(bytes, symbology: symbology, tenant: tenant)
    }

    /// Takes what of a newer configuration can be applied without a restart.
    ///
    /// - Returns: the keys that changed and are in force, and those that need a restart.
    public func reload(_ newer: Configuration) async throws(DepotError) -> (applied: [String], needingRestart: [String])
    {
        let (configuration, applied, needingRestart) = settings.configuration.reloaded(from: newer)
        settings.configuration = configuration
        try await settle()
        for lane in floor.withLock({ Array($0.lanes.values) }) {
            lane.rename(name(of: lane))
            await settle(lane)
        }
        return (applied, needingRestart)
    }

    /// Gives tenants that were made or renamed meanwhile what the configuration has for them.
    public func tenantsChanged() async throws(DepotError) {
        try await settle()
        for lane in floor.withLock({ Array($0.lanes.values) }) { await settle(lane) }
    }

    /// The lane of the row, made and started where it is new.
    func lane(for row: LaneRow) -> Lane {
        if let lane = floor.withLock({ $0.lanes[row.id] }) { return lane }
        let made = Lane(
            row: row, name: name(scanner: row.isTyped ? nil : row.scanner, row.name), pipeline: pipeline, clock: clock
        ) { [weak self] _, result in
            if !row.isTyped, let scanner = row.scanner { self?.counted(scanner, result) }
        }
        return floor.withLock { floor in
            // Two tasks may have asked for the same one.
            if let lane = floor.lanes[row.id] { return lane }
            floor.lanes[row.id] = made
            floor.tasks[row.id] = Task { await made.run() }
            if row.isTyped { floor.typed[row.tenant] = made }
            return made
        }
    }

    /// Lets every lane finish what it has, then ends the event streams. The store is closed by whoever opened it.
    public func stop() async {
        let (lanes, tasks) = floor.withLock { floor in
            floor.isStopping = true
            return (Array(floor.lanes.values), Array(floor.tasks.values))
        }
        for lane in lanes { lane.close() }
        for task in tasks { await task.value }
        events.close()
    }

    private func known(_ id: LaneID, of tenant: TenantID?) -> Lane? {
        floor.withLock { $0.lanes[id] }.flatMap { tenant == nil || $0.tenant == tenant ? $0 : nil }
    }

    private func typedLane(of tenant: TenantID) async throws(CommitFailure) -> Lane {
        if let lane = floor.withLock({ $0.typed[tenant] }) { return lane }
        return lane(for: try await store.lane(forScanner: LaneRow.typed(tenant), tenant: tenant))
    }

    private func name(of lane: Lane) -> String { name(scanner: lane.scanner, lane.storedName) }

    private func name(scanner: String?, _ stored: String) -> String {
        guard let scanner else { return "Typed" }
        let configured = settings.configuration.device(scanner)?.name ?? ""
        return configured.isEmpty ? stored : configured
    }

    /// Puts in force what the configuration says and the database has to know, for every tenant.
    private func settle() async throws(DepotError) {
        let tenants = try store.tenants().map(\.id)
        try locate(tenants)
        for tenant in tenants { await settleAuditInterval(store.tenant(tenant)) }
    }

    /// Finds the configured location; a code that is not in the database is worth a warning, not a refusal to start.
    private func locate(_ tenants: [TenantID]) throws(DepotError) {
        let code = settings.configuration.stationLocation
        var found: [TenantID: LocationID] = [:]
        for tenant in tenants where !code.isEmpty {
            let things = try store.tenant(tenant).find([LookupKey(.locationCode, code)]).flatMap(\.things)
            if case .location(let location)? = things.first { found[tenant] = location.id }
        }
        settings.stationLocations = found
        if !code.isEmpty, found.isEmpty {
            logger.warning(
                "station.location is not in the database; checkins go to each asset's default location",
                metadata: ["code": "\(code)"])
        }
    }

    /// The rules read the interval from the database, in the transaction that commits an audit.
    private func settleAuditInterval(_ tenant: TenantStore) async {
        let days = settings.configuration.auditInterval
        let wanted = days == 0 ? nil : String(days)
        do {
            guard try tenant.setting(.auditInterval) != wanted else { return }
            try await tenant.set(
                .auditInterval, to: wanted, actor: Actor(kind: .station, name: settings.configuration.stationName),
                origin: Origin(face: .daemon))
        } catch {
            logger.error("audit.interval_days is not in force", metadata: ["error": "\(error)"])
        }
    }

    private static func noLane(_ id: LaneID) -> DepotError {
        DepotError(.notFound, "There is no lane \(id).", hint: "depotctl lanes lists them")
    }
}
