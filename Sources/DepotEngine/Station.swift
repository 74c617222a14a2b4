import BarcodeData
public import DepotModel
public import DepotStore
public import HIDDecoding
public import Logging
import Synchronization

/// The station with its scanners, its lanes and its ledger, and with everything that socket, HTTP API and screen may
/// request.
///
/// Each scanner's reports go directly into the queue of its lane (``sink(for:)``), so that USB, the virtual bench and a
/// replay are one path and no scanner waits for another.
public final class Station: Sendable {
    /// A function that returns the keyboard layout with a name; the daemon uses libxkbcommon.
    public typealias LayoutSource = @Sendable (String) throws(DepotError) -> KeyboardLayout

    /// The ledger and everything else that is durable.
    public let store: DepotStore
    /// The hub that notifies subscribers of changes.
    public let events: EventHub
    /// The time of the station's creation.
    public let startedAt: Timestamp
    /// ``startedAt`` on the monotonic clock, in microseconds.
    private let startedAtUptime: UInt64

    /// The lanes and their indices.
    struct Registry {
        var lanes: [LaneID: Lane] = [:]
        var tasks: [LaneID: Task<Void, Never>] = [:]
        /// The lanes of typed scans, which ``lanes`` contains too.
        var typed: [TenantID: Lane] = [:]
        /// The queues of scanners by identity. A scanner has a queue before its lane is created.
        var queues: [String: LaneQueue] = [:]
        /// The changed identities of scanners that are not yet written to the database, by serial.
        var identityChanges: [String: IdentityChange] = [:]
        /// The descriptions of scanners that were renamed before their lanes were created, by queue.
        var earlyRenames: [ObjectIdentifier: ScannerDescription] = [:]
        var isStopping = false
    }

    /// The changed identities of scanners with one serial.
    struct IdentityChange {
        var knownBy: ScannerIdentity.KnownBy
        var isManual = false
        var renames: [(from: String, to: String)] = []
    }

    /// The executor of tasks for the lanes, which must not wait for readers.
    package let executor = QueueExecutor(label: "depot.station")
    let context: LaneContext
    let registry = Mutex(Registry())
    let healthState = Mutex(StationHealth())
    /// The highest time of any event since the start.
    let highestTime = Mutex<Timestamp?>(nil)
    /// The changes of other programs that the log has.
    let toldForeign = Mutex(0)
    let control = Mutex<(any ScannerControl)?>(nil)

    var clock: StationClock { context.clock }
    var settings: LiveSettings { context.settings }
    var logger: Logger { context.logger }

    /// Creates a station with the lanes in the store and the one for typed scans.
    ///
    /// - Throws: the store's error if lanes cannot be read or created.
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
        context.walks.deliver { [weak self] walk, tenant, event in self?.notify(of: walk, tenant, at: event) }
        let known = try store.lanes()
        try await applySettings()
        for row in known { lane(for: row, queue: queue(of: row)).queue.post(.settings) }
    }

    /// The settings in force.
    public var configuration: Configuration { settings.configuration }

    /// The number of whole seconds since the station was created, independent of the time of day.
    public var uptimeSeconds: Int64 {
        let now = clock.monotonic()
        return now > startedAtUptime ? Int64((now - startedAtUptime) / 1_000_000) : 0
    }

    /// Returns the time of day.
    public func now() -> Timestamp { clock.wall() }

    /// Returns the identity for a new operation.
    public func newOperation() -> UniqueID { newIdentity(at: clock.wall()) }

    /// The number of reports since the start that were lost because a lane's queue was full.
    public var lost: Int { registry.withLock { $0.queues.values.reduce(0) { $0 + $1.lost } } }

    /// Returns the scanners of a tenant, or of all tenants, that were seen since the start, in the order of their lanes.
    public func scanners(of tenant: TenantID? = nil) -> [ScannerStatus] {
        context.scanners.all.filter { tenant == nil || self.tenant(ofLane: $0.lane) == tenant }
    }

    /// Returns the lanes of a tenant, or of all tenants, by number.
    public func lanes(of tenant: TenantID? = nil) -> [LaneStatus] {
        registry.withLock { registry in
            registry.lanes.values.filter { tenant == nil || $0.tenant == tenant }.map(\.status).sorted { $0.id < $1.id }
        }
    }

    /// Returns the tenant of a lane, or nil for an unknown lane.
    public func tenant(ofLane id: LaneID) -> TenantID? { registry.withLock { $0.lanes[id]?.tenant } }

    /// Sets a lane's home mode, now and for every later start.
    ///
    /// - Parameter tenant: the tenant that must own the lane, or nil for any.
    /// - Returns: the status of the lane in the new mode.
    /// - Throws: `not_found` for an unknown lane; the store's error if the mode cannot be written.
    public func setMode(
        _ mode: LaneMode, lane id: LaneID, tenant: TenantID? = nil, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> LaneStatus {
        guard let lane = findLane(id, of: tenant) else { throw .failed(Self.noLane(id)) }
        let result = await withCheckedContinuation { answer in
            let wanted = Lane.HomeMode(mode: mode, actor: actor, origin: origin, answer: answer)
            if !lane.queue.post(.mode(wanted)) { answer.resume(returning: .failure(.failed(Self.busy))) }
        }
        return try result.get()
    }

    /// Renames a lane, now and for every later start.
    ///
    /// - Parameter tenant: the tenant that must own the lane, or nil for any.
    /// - Returns: the status of the lane.
    /// - Throws: `not_found` for an unknown lane; `conflict` if the configuration names it; `bad_request` for a name that
    ///   does not have 1 to 60 characters; the store's error if the name cannot be written.
    public func rename(
        lane id: LaneID, to name: String, tenant: TenantID? = nil, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> LaneStatus {
        guard let lane = findLane(id, of: tenant) else { throw .failed(Self.noLane(id)) }
        guard context.configuredName(scanner: lane.scanner) == nil else {
            throw .failed(
                DepotError(
                    .conflict, "The configuration names \(lane.status.name).",
                    hint: "change scanners.devices and reload"))
        }
        _ = try await store.rename(lane: id, to: name, actor: actor, origin: origin)
        lane.queue.post(.name(name))
        await withCheckedContinuation { answer in if !lane.queue.post(.ping(answer)) { answer.resume() } }
        return lane.status
    }

    /// Does at a lane what a command barcode does, at the request of the screen.
    ///
    /// - Returns: the result after the commit, or the errors of ``scan(_:lane:id:tenant:isTouch:actor:origin:)``.
    public func command(
        _ command: LaneCommand, lane: LaneID, id: UniqueID?, tenant: TenantID = .standard, actor: Actor, origin: Origin
    ) async -> Result<ScanResult, DepotError> {
        let code = settings.formats.commandPrefix + command.text
        return await scan(
            Array(code.utf8), lane: lane, id: id, tenant: tenant, isTouch: true, actor: actor, origin: origin)
    }

    /// Chooses a candidate of an ambiguous code, as if it had been scanned.
    ///
    /// - Parameters:
    ///   - scan: the scan of the code, which must be the lane's last.
    ///   - kind: the candidate's kind, `asset`, `person` or `location`.
    ///   - entity: the candidate's row id.
    /// - Returns: the result after the commit, or `not_found` (lane), `conflict` (no such candidate), `busy` or
    ///   `store_unavailable`.
    public func choose(
        scan: UniqueID, kind: String, entity: Int64, lane: LaneID, id: UniqueID?, tenant: TenantID = .standard,
        actor: Actor, origin: Origin
    ) async -> Result<ScanResult, DepotError> {
        guard let target = findLane(lane, of: tenant) else { return .failure(Self.noLane(lane)) }
        let id = id ?? newOperation()
        var origin = origin
        (origin.scan, origin.lane) = (id, lane)
        let full = origin
        return await withCheckedContinuation { answer in
            let choice = Lane.Choice(
                id: id, tenant: tenant, scan: scan, kind: kind, entity: entity, actor: actor, origin: full,
                answer: answer)
            if !target.queue.post(.choose(choice)) { answer.resume(returning: .failure(Self.busy)) }
        }
    }

    /// Processes a typed or replayed code like one from USB.
    ///
    /// - Parameters:
    ///   - bytes: the code.
    ///   - lane: a lane of the tenant, or nil for its lane of typed scans.
    ///   - id: the scan's identity; a repeated one returns the first answer and applies nothing.
    ///   - tenant: the tenant whose assets, people and locations the code may identify, and whose ledger records the scan.
    ///   - isTouch: whether it is requested at the screen, and therefore is no duplicate.
    /// - Returns: the result after the commit, or `not_found` (lane), `busy` or `store_unavailable`.
    public func scan(
        _ bytes: [UInt8], lane: LaneID?, id: UniqueID?, tenant: TenantID = .standard, isTouch: Bool = false,
        actor: Actor,
        origin: Origin
    ) async -> Result<ScanResult, DepotError> {
        let target: Lane
        if let lane {
            guard let known = findLane(lane, of: tenant) else { return .failure(Self.noLane(lane)) }
            target = known
        } else {
            do throws(CommitFailure) { target = try await typedLane(of: tenant) } catch { return .failure(error.error) }
        }
        let id = id ?? newOperation()
        var origin = origin
        origin.scan = id
        origin.lane = target.id
        let full = origin
        let result = await withCheckedContinuation { (answer: CheckedContinuation<ScanResult, Never>) in
            let typed = Lane.Typed(
                id: id, tenant: tenant, code: KeptCode(bytes), actor: actor, origin: full, isTouch: isTouch,
                answer: answer)
            guard target.queue.post(.typed(typed)) else {
                answer.resume(returning: target.rejection(of: typed, "The station is busy or stopping."))
                return
            }
        }
        guard result.number == nil else { return .success(result) }
        return .failure(
            DepotError(
                result.reason == DepotError.Code.busy.rawValue ? .busy : .storeUnavailable, result.message,
                hint: "nothing was changed"))
    }

    /// Returns once every lane has answered, which proves that all are alive: the watchdog depends on it.
    public func checkLanes() async {
        do throws(CommitFailure) {
            try await saveIdentityChanges()
        } catch {
            logger.error("lanes do not remember their scanners", metadata: ["error": "\(error)"])
        }
        for lane in registry.withLock({ Array($0.lanes.values) }) {
            await withCheckedContinuation { answer in
                if !lane.queue.post(.ping(answer)) { answer.resume() }
            }
        }
    }

    /// Explains a code and changes nothing.
    public func resolve(
        _ bytes: [UInt8], symbology: String?, tenant: TenantID
    ) throws(DepotError) -> ResolutionReport {
        try context.pipeline.explain(bytes, symbology: symbology, tenant: tenant)
    }

    /// Applies the keys of a newer configuration that need no restart, and returns once every lane uses them.
    ///
    /// - Returns: the changed keys that are applied and those that need a restart.
    /// - Throws: an error for an unknown keyboard layout, before anything is changed, or the store's error.
    public func reload(_ newer: Configuration) async throws(DepotError) -> (applied: [String], needingRestart: [String])
    {
        for layout in Set([newer.scannerLayout] + newer.devices.map(\.layout)) where !layout.isEmpty {
            _ = try context.layouts(layout)
        }
        let (configuration, applied, needingRestart) = settings.configuration.reloaded(from: newer)
        settings.configuration = configuration
        try await applySettings()
        control.withLock { $0 }?.adopt(wedges: configuration.scannerWedges, ignoring: configuration.scannerIgnored)
        notifyLanes()
        await checkLanes()
        return (applied, needingRestart)
    }

    /// Applies the configuration to tenants that were created or renamed.
    public func tenantsChanged() async throws(DepotError) {
        try await applySettings()
        notifyLanes()
        await checkLanes()
    }

    private func notifyLanes() {
        for lane in registry.withLock({ Array($0.lanes.values) }) { lane.queue.post(.settings) }
    }

    /// Sets the receiver of commands to scanners.
    public func connect(_ control: any ScannerControl) { self.control.withLock { $0 = control } }

    /// Returns the lane of the row, and creates and starts it if it is new.
    func lane(for row: LaneRow, queue: LaneQueue) -> Lane {
        if let lane = registry.withLock({ $0.lanes[row.id] }) { return lane }
        let new = Lane(row: row, queue: queue, context: context)
        return registry.withLock { registry in
            // Another task may have created it meanwhile.
            if let lane = registry.lanes[row.id] { return lane }
            registry.lanes[row.id] = new
            registry.tasks[row.id] = Task.detached(executorPreference: QueueExecutor(label: "depot.lane.\(row.id)")) {
                // Detached, so that it inherits nothing from the request that needed the lane.
                await ReadBudget.$current.withValue(.own) { await new.run() }
            }
            if row.isTyped { registry.typed[row.tenant] = new }
            if registry.isStopping { queue.close() }
            return new
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

    /// Lets every lane finish its queue and then ends the event streams. The store is left open.
    public func stop() async {
        let (queues, tasks) = registry.withLock { registry in
            registry.isStopping = true
            return (registry.lanes.values.map(\.queue) + registry.queues.values, Array(registry.tasks.values))
        }
        for queue in queues { queue.close() }
        for task in tasks { await task.value }
        events.close()
    }

    private func findLane(_ id: LaneID, of tenant: TenantID?) -> Lane? {
        registry.withLock { $0.lanes[id] }.flatMap { tenant == nil || $0.tenant == tenant ? $0 : nil }
    }

    func typedLane(of tenant: TenantID) async throws(CommitFailure) -> Lane {
        if let lane = registry.withLock({ $0.typed[tenant] }) { return lane }
        return lane(
            for: try await store.lane(forScanner: LaneRow.typed(tenant), tenant: tenant), queue: LaneQueue())
    }

    /// Applies the settings that depend on the database, for every tenant.
    private func applySettings() async throws(DepotError) {
        let tenants = try store.tenants().map(\.id)
        try findStationLocations(tenants)
        for tenant in tenants { await applyAuditInterval(store.tenant(tenant)) }
    }

    /// Finds the configured location. An unknown code is a warning and does not prevent the start.
    private func findStationLocations(_ tenants: [TenantID]) throws(DepotError) {
        let code = settings.configuration.stationLocation
        var found: [TenantID: LocationID] = [:]
        for tenant in tenants where !code.isEmpty {
            let entities = try store.tenant(tenant).find([LookupKey(.locationCode, code)]).flatMap(\.entities)
            if case .location(let location)? = entities.first { found[tenant] = location.id }
        }
        settings.stationLocations = found
        if !code.isEmpty, found.isEmpty {
            logger.warning(
                "station.location is not in the database; checkins go to each asset's default location",
                metadata: ["code": "\(code)"])
        }
    }

    /// Writes the audit interval to the database, from which the rules read it in the transaction of an audit.
    private func applyAuditInterval(_ tenant: TenantStore) async {
        let days = settings.configuration.auditIntervalDays
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

    private static let busy = DepotError(
        .busy, "The station is busy or stopping.", hint: "nothing was changed; try again")

    private static func noLane(_ id: LaneID) -> DepotError {
        DepotError(.notFound, "There is no lane \(id).", hint: "depotctl lanes lists them")
    }
}
