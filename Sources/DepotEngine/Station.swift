import BarcodeData
public import DepotModel
public import DepotStore
public import HIDDecoding
public import Logging
import Synchronization

/// The station: its scanners, its lanes, its ledger. Everything that the faces (socket, HTTP, screen) may ask.
///
/// Each scanner's reports go straight into the queue of its lane (``sink(for:)``), so that USB, the bench and a replay are
/// one path, and no scanner waits for another.
public final class Station: Sendable {
    /// What makes a decoder's keyboard layout out of its name; libxkbcommon in the daemon.
    public typealias LayoutSource = @Sendable (String) throws(DepotError) -> KeyboardLayout

    /// The ledger and everything else that is durable.
    public let store: DepotStore
    /// Wakes whoever watches.
    public let events: EventHub
    /// When the station was made.
    public let startedAt: Timestamp
    /// The same moment on the monotonic clock, in microseconds.
    private let startedAtUptime: UInt64

    /// The lanes, by what they are found by.
    struct Registry {
        var lanes: [LaneID: Lane] = [:]
        var tasks: [LaneID: Task<Void, Never>] = [:]
        /// The lanes of typed scans, which are among the others too.
        var typed: [TenantID: Lane] = [:]
        /// The queues of scanners by identity; a lane that is still to be made has its queue already.
        var queues: [String: LaneQueue] = [:]
        /// What scanners came to be known by and the database does not know yet, by serial.
        var moves: [String: Moves] = [:]
        var isStopping = false
    }

    /// Scanners with one serial that go by another identity now.
    struct Moves {
        var knownBy: ScannerIdentity.KnownBy
        var isManual = false
        var identities: [(from: String, to: String)] = []
    }

    /// Runs what must not wait for those who read: whatever looks after the lanes.
    package let executor = QueueExecutor(label: "depot.station")
    let context: LaneContext
    let registry = Mutex(Registry())
    let healthState = Mutex(StationHealth())
    /// The highest time that an event was seen to have.
    let highestTime = Mutex<Timestamp?>(nil)
    /// The changes of other programs that the log has.
    let toldForeign = Mutex(0)
    let control = Mutex<(any ScannerControl)?>(nil)

    var clock: StationClock { context.clock }
    var settings: LiveSettings { context.settings }
    var logger: Logger { context.logger }

    /// Makes the lanes that the store knows, and the one for typed scans.
    ///
    /// - Throws: what the store says when the lanes cannot be read or the first cannot be made.
    public init(
        configuration: Configuration, store: DepotStore, events: EventHub, clock: StationClock = .system,
        layouts: @escaping LayoutSource, logger: Logger
    ) async throws(DepotError) {
        self.store = store
        self.events = events
        startedAt = clock.wall()
        startedAtUptime = clock.monotonic()
        let settings = LiveSettings(configuration)
        context = LaneContext(
            pipeline: ScanPipeline(store: store, settings: settings, logger: logger),
            scanners: ScannerRegistry(hub: events), hub: events, clock: clock, layouts: layouts)
        do throws(CommitFailure) {
            _ = try await store.lane(forScanner: DepotStore.typedScans, tenant: .standard)
        } catch {
            throw error.error
        }
        let known = try store.lanes()
        try await applySettings()
        for row in known { lane(for: row, queue: queue(of: row)).queue.post(.settings) }
    }

    /// The settings in force.
    public var configuration: Configuration { settings.configuration }

    /// Whole seconds since the station was made, whatever the time of day was set to meanwhile.
    public var uptimeSeconds: Int64 {
        let now = clock.monotonic()
        return now > startedAtUptime ? Int64((now - startedAtUptime) / 1_000_000) : 0
    }

    /// The time of day.
    public func now() -> Timestamp { clock.wall() }

    /// A new operation's identity.
    public func newOperation() -> UniqueID { newIdentity(at: clock.wall()) }

    /// Reports that were lost because a lane could not take them in time, since the start.
    public var lost: Int { registry.withLock { $0.queues.values.reduce(0) { $0 + $1.lost } } }

    /// Every scanner of the tenant that was seen since the start, by lane; nil: everybody's.
    public func scanners(of tenant: TenantID? = nil) -> [ScannerStatus] {
        context.scanners.all.filter { tenant == nil || self.tenant(ofLane: $0.lane) == tenant }
    }

    /// Every lane of the tenant, by number; nil: everybody's.
    public func lanes(of tenant: TenantID? = nil) -> [LaneStatus] {
        registry.withLock { registry in
            registry.lanes.values.filter { tenant == nil || $0.tenant == tenant }.map(\.status).sorted { $0.id < $1.id }
        }
    }

    /// Whose lane it is; nil for an unknown one.
    public func tenant(ofLane id: LaneID) -> TenantID? { registry.withLock { $0.lanes[id]?.tenant } }

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
            if !lane.queue.post(.mode(mode, answer)) { answer.resume(returning: lane.status) }
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
                id: id, tenant: tenant, code: KeptCode(bytes), actor: actor, origin: full, answer: answer)
            guard taker.queue.post(.typed(typed)) else {
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
        do throws(CommitFailure) {
            try await writeMoves()
        } catch {
            logger.error("lanes do not remember their scanners", metadata: ["error": "\(error)"])
        }
        for lane in registry.withLock({ Array($0.lanes.values) }) {
            await withCheckedContinuation { answer in
                if !lane.queue.post(.turn(answer)) { answer.resume() }
            }
        }
    }

    /// What a code is, and why, changing nothing.
    public func resolve(
        _ bytes: [UInt8], symbology: String?, tenant: TenantID
    ) throws(DepotError) -> ResolutionReport {
        try context.pipeline.explain(bytes, symbology: symbology, tenant: tenant)
    }

    /// Takes what of a newer configuration can be applied without a restart; returns when every lane goes by it.
    ///
    /// - Returns: the keys that changed and are in force, and those that need a restart.
    public func reload(_ newer: Configuration) async throws(DepotError) -> (applied: [String], needingRestart: [String])
    {
        // What cannot be used is refused before anything is changed.
        for layout in Set([newer.scannerLayout] + newer.devices.map(\.layout)) where !layout.isEmpty {
            _ = try context.layouts(layout)
        }
        let (configuration, applied, needingRestart) = settings.configuration.reloaded(from: newer)
        settings.configuration = configuration
        try await applySettings()
        control.withLock { $0 }?.adopt(wedges: configuration.scannerWedges, ignoring: configuration.scannerIgnored)
        tellLanes()
        await turn()
        return (applied, needingRestart)
    }

    /// Gives tenants that were made or renamed meanwhile what the configuration has for them.
    public func tenantsChanged() async throws(DepotError) {
        try await applySettings()
        tellLanes()
        await turn()
    }

    private func tellLanes() {
        for lane in registry.withLock({ Array($0.lanes.values) }) { lane.queue.post(.settings) }
    }

    /// Whoever reads the scanners takes from now on what they are to be told.
    public func connect(_ control: any ScannerControl) { self.control.withLock { $0 = control } }

    /// The lane of the row, made and started where it is new.
    func lane(for row: LaneRow, queue: LaneQueue) -> Lane {
        if let lane = registry.withLock({ $0.lanes[row.id] }) { return lane }
        let made = Lane(row: row, queue: queue, context: context)
        return registry.withLock { registry in
            // Two tasks may have asked for the same one.
            if let lane = registry.lanes[row.id] { return lane }
            registry.lanes[row.id] = made
            registry.tasks[row.id] = Task.detached(executorPreference: QueueExecutor(label: "depot.lane.\(row.id)")) {
                // detached: nothing of the request that asked for the lane goes along
                await ReadBudget.$current.withValue(.own) { await made.run() }
            }
            if row.isTyped { registry.typed[row.tenant] = made }
            if registry.isStopping { queue.close() }
            return made
        }
    }

    private func queue(of row: LaneRow) -> LaneQueue {
        let queue = LaneQueue()
        guard !row.isTyped, let scanner = row.scanner else { return queue }
        return registry.withLock { registry in
            if let known = registry.queues[scanner] { return known }
            registry.queues[scanner] = queue
            return queue
        }
    }

    /// Lets every lane finish what it has, then ends the event streams. The store is closed by whoever opened it.
    public func stop() async {
        let (queues, tasks) = registry.withLock { registry in
            registry.isStopping = true
            return (registry.lanes.values.map(\.queue) + registry.queues.values, Array(registry.tasks.values))
        }
        for queue in queues { queue.close() }
        for task in tasks { await task.value }
        events.close()
    }

    private func known(_ id: LaneID, of tenant: TenantID?) -> Lane? {
        registry.withLock { $0.lanes[id] }.flatMap { tenant == nil || $0.tenant == tenant ? $0 : nil }
    }

    private func typedLane(of tenant: TenantID) async throws(CommitFailure) -> Lane {
        if let lane = registry.withLock({ $0.typed[tenant] }) { return lane }
        return lane(
            for: try await store.lane(forScanner: LaneRow.typed(tenant), tenant: tenant), queue: LaneQueue())
    }

    /// Puts in force what the configuration says and the database has to know, for every tenant.
    private func applySettings() async throws(DepotError) {
        let tenants = try store.tenants().map(\.id)
        try locate(tenants)
        for tenant in tenants { await applyAuditInterval(store.tenant(tenant)) }
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
    private func applyAuditInterval(_ tenant: TenantStore) async {
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
