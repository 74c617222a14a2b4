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
        var scanners: [String: ScannerStatus] = [:]
        var lost = 0
        var isStopping = false
    }

    let clock: StationClock
    let settings: LiveSettings
    let logger: Logger
    let layouts: LayoutSource
    let floor = Mutex(Floor())
    private let pipeline: ScanPipeline
    private let typedLane: Lane

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
        let typedRow: LaneRow
        do throws(CommitFailure) {
            typedRow = try await store.lane(forScanner: DepotStore.typedScans)
        } catch {
            throw error.error
        }
        let known = try store.lanes()
        typedLane = Lane(row: typedRow, name: "Typed", pipeline: pipeline, clock: clock, onScan: { _, _ in })
        try locate()
        await settleAuditInterval()
        start(typedLane)
        for row in known where row.id != typedRow.id { _ = lane(for: row) }
    }

    /// The settings in force.
    public var configuration: Configuration { settings.configuration }

    /// The time of day.
    public func now() -> Timestamp { clock.wall() }

    /// A new operation's identity.
    public func newOperation() -> UniqueID { newIdentity(at: clock.wall()) }

    /// Reports and other events that were lost because the station could not take them in time, since the start.
    public var lost: Int { floor.withLock { $0.lost } }

    /// Every scanner that was seen since the start, by lane.
    public func scanners() -> [ScannerStatus] {
        floor.withLock { $0.scanners.values.sorted { $0.lane < $1.lane } }
    }

    /// Every lane, by number.
    public func lanes() -> [LaneStatus] {
        floor.withLock { $0.lanes.values.map(\.status).sorted { $0.id < $1.id } }
    }

    /// Sets a lane's mode, now and for every later start.
    ///
    /// - Throws: `not_found` for an unknown lane; what the store says when it cannot be written.
    public func setMode(
        _ mode: LaneMode, lane id: LaneID, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> LaneStatus {
        guard let lane = floor.withLock({ $0.lanes[id] }) else { throw .failed(Self.noLane(id)) }
        _ = try await store.setMode(mode, lane: id, actor: actor, origin: origin)
        return await withCheckedContinuation { answer in
            if !lane.post(.mode(mode, answer)) { answer.resume(returning: lane.status) }
        }
    }

    /// Takes a typed or replayed code through the pipeline like one from USB.
    ///
    /// - Parameters:
    ///   - lane: nil for the lane of typed scans.
    ///   - id: the scan's identity; the same one again gives the first answer and applies nothing.
    /// - Returns: what became of it, after the commit; or `not_found` (lane), `busy`, `store_unavailable`.
    public func scan(
        _ bytes: [UInt8], lane: LaneID?, id: UniqueID?, actor: Actor, origin: Origin
    ) async -> Result<ScanResult, DepotError> {
        var target = typedLane
        if let lane {
            guard let known = floor.withLock({ $0.lanes[lane] }) else { return .failure(Self.noLane(lane)) }
            target = known
        }
        let taker = target
        let id = id ?? newOperation()
        var origin = origin
        origin.scan = id
        origin.lane = target.row.id
        let full = origin
        let result = await withCheckedContinuation { (answer: CheckedContinuation<ScanResult, Never>) in
            let typed = Lane.Typed(id: id, bytes: bytes, actor: actor, origin: full, answer: answer)
            guard taker.post(.typed(typed)) else {
                answer.resume(
                    returning: ScanResult(
                        scan: id, number: nil, lane: taker.row.id, at: now(), outcome: .refused,
                        message: "The station is busy or stopping.", reason: DepotError.Code.busy.rawValue,
                        code: displayText(bytes)))
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
        try locate()
        await settleAuditInterval()
        for lane in floor.withLock({ Array($0.lanes.values) }) where lane.row.id != typedLane.row.id {
            lane.rename(name(of: lane.row))
        }
        return (applied, needingRestart)
    }

    /// The lane of the row, made and started where it is new.
    func lane(for row: LaneRow) -> Lane {
        if let lane = floor.withLock({ $0.lanes[row.id] }) { return lane }
        let lane = Lane(row: row, name: name(of: row), pipeline: pipeline, clock: clock) { [weak self] _, result in
            if let scanner = row.scanner { self?.counted(scanner, result) }
        }
        start(lane)
        return lane
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

    private func start(_ lane: Lane) {
        floor.withLock { floor in
            floor.lanes[lane.row.id] = lane
            floor.tasks[lane.row.id] = Task { await lane.run() }
        }
    }

    private func name(of row: LaneRow) -> String {
        let configured = row.scanner.flatMap { settings.configuration.device($0) }?.name ?? ""
        return configured.isEmpty ? row.name : configured
    }

    /// Finds the configured location; a code that is not in the database is worth a warning, not a refusal to start.
    private func locate() throws(DepotError) {
        let code = settings.configuration.stationLocation
        guard !code.isEmpty else {
            settings.stationLocation = nil
            return
        }
        let found = try store.tenant().find([LookupKey(.locationCode, code)]).flatMap(\.things)
        guard case .location(let location)? = found.first else {
            settings.stationLocation = nil
            logger.warning(
                "station.location is not in the database; checkins go to each asset's default location",
                metadata: ["code": "\(code)"])
            return
        }
        settings.stationLocation = location.id
    }

    /// The rules read the interval from the database, in the transaction that commits an audit.
    private func settleAuditInterval() async {
        let days = settings.configuration.auditInterval
        let wanted = days == 0 ? nil : String(days)
        do {
            guard try store.tenant().setting(.auditInterval) != wanted else { return }
            try await store.tenant().set(
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
