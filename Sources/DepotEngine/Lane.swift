import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging
import Synchronization

/// One scanner and the conversation at it. A lane processes the items of its queue in order, each to its commit.
///
/// Lanes run concurrently, so that their commits share a flush and none waits for another. Within a lane a scan waits for
/// the answer to the previous one, since its meaning depends on it.
final class Lane: Sendable {
    /// A request to a lane other than its scanner's reports.
    enum Input: Sendable {
        case typed(Typed)
        /// The choice of a candidate of the last scan.
        case choose(Choice)
        case mode(HomeMode)
        case name(String)
        /// An audit walk has changed elsewhere.
        case walk(AuditWalkStatus, at: EventNumber)
        /// The configuration or the tenants have changed.
        case settings
        /// The holder's deadline may have passed.
        case tick
        /// A request for an answer, which proves that the lane is alive.
        case ping(CheckedContinuation<Void, Never>)
    }

    /// A typed or replayed code with the continuation that awaits the answer.
    struct Typed: Sendable {
        var id: UniqueID
        /// The tenant for whom the code is meant; a lane of another tenant rejects it.
        var tenant: TenantID
        var code: KeptCode
        var actor: Actor
        var origin: Origin
        /// A Boolean value that is true if it was requested at the screen, and therefore is no duplicate.
        var isTouch = false
        var answer: CheckedContinuation<ScanResult, Never>
    }

    /// The choice of one candidate of an ambiguous code.
    struct Choice: Sendable {
        var id: UniqueID
        var tenant: TenantID
        /// The scan of the ambiguous code, which must be the lane's last.
        var scan: UniqueID
        var kind: String
        var entity: Int64
        var actor: Actor
        var origin: Origin
        var answer: CheckedContinuation<Result<ScanResult, DepotError>, Never>
    }

    /// A change of the home mode.
    struct HomeMode: Sendable {
        var mode: LaneMode
        var actor: Actor
        var origin: Origin
        var answer: CheckedContinuation<Result<LaneStatus, CommitFailure>, Never>
    }

    /// The conversation, owned by ``run()``.
    struct Conversation {
        var tenant: TenantID
        var nextTenant: TenantID?
        var lane: LaneState
        /// The lane's record in the database, or nil if there is none.
        var record: String?
        /// The home mode in the database, which the configuration may override.
        var storedMode: LaneMode
        /// The ``Moment/uptime`` at which the last result is no longer shown if no holder is there.
        var resultDeadline: Duration?
        /// The newest event that the state of the lane's audit walk covers.
        var walkEvent = EventNumber(rawValue: 0)
        var scanner = ScannerReading()
    }

    /// The published status with its tenant.
    private struct Published {
        var status: LaneStatus
        var tenant: TenantID
    }

    let id: LaneID
    /// The default name, such as `Lane 1`, which a configured name overrides.
    private let stored: Mutex<String>
    let queue: LaneQueue
    let context: LaneContext
    private let firstMode: LaneMode
    private let firstState: LaneState
    private let firstRecord: String?
    private let firstTerminator: Terminator?
    private let firstPort: String?
    private let published: Mutex<Published>

    init(row: LaneRow, queue: LaneQueue, context: LaneContext) {
        id = row.id
        stored = Mutex(row.name)
        firstMode = row.mode
        firstState = context.state(of: row)
        firstRecord = row.state
        firstPort = row.port
        firstTerminator = row.terminator.flatMap { Terminator(rawValue: $0) }
        self.queue = queue
        self.context = context
        let scanner = row.isTyped ? nil : row.scanner
        var status = LaneStatus(
            id: row.id, name: context.name(scanner: scanner, row.name),
            tenant: context.pipeline.slug(of: row.tenant), scanner: scanner, isConnected: false, mode: row.mode)
        context.fill(&status, from: firstState, of: row.tenant, open: context.open(firstState.session, of: row.tenant))
        published = Mutex(Published(status: status, tenant: row.tenant))
    }

    /// The name in the database, which a configured one overrides.
    var storedName: String { stored.withLock { $0 } }

    /// The published status of the lane.
    var status: LaneStatus { published.withLock { $0.status } }

    /// The tenant whose ledger records the lane's scans.
    var tenant: TenantID { published.withLock { $0.tenant } }

    /// The scanner's identity, or nil for a lane of typed scans.
    var scanner: String? { status.scanner }

    /// Processes the queue until it is closed.
    func run() async {
        var conversation = Conversation(
            tenant: tenant, lane: firstState, record: firstRecord, storedMode: firstMode)
        conversation.scanner.storedTerminator = firstTerminator
        conversation.scanner.storedPort = firstPort
        conversation.scanner.profile = ScannerProfile(terminator: firstTerminator)
        let timer = DeadlineTimer(clock: context.clock.monotonic) { [queue] in queue.post(.tick) }
        timer.arm(nextDeadline(conversation)?.microseconds)
        while let item = await queue.next(quietAt: conversation.scanner.decoder?.deadline) {
            await process(item, &conversation)
            await changeTenant(&conversation)
            timer.arm(nextDeadline(conversation)?.microseconds)
        }
        timer.arm(nil)
        // The stop makes a code in progress incomplete.
        await handle(decoded: conversation.scanner.decoder?.disconnect(BrokenReason.stopped) ?? [], &conversation)
    }

    private func process(_ item: LaneQueue.Item, _ conversation: inout Conversation) async {
        switch item {
        case .report(let report):
            await handle(decoded: conversation.scanner.decoder?.feed(report) ?? [], &conversation)
            refreshScannerState(&conversation)
        case .quiet(let moment):
            await handle(decoded: conversation.scanner.decoder?.quiet(until: moment) ?? [], &conversation)
            refreshScannerState(&conversation)
        case .lost(let count, let moment):
            context.logger.error("reports lost", metadata: ["lane": "\(id)", "count": "\(count)"])
            conversation.scanner.decoder?.interrupt(.lostReports, at: moment)
            refreshScannerState(&conversation)
        case .notice(let notice): await handle(notice: notice, &conversation)
        case .input(let input): await handle(input: input, &conversation)
        }
    }

    private func handle(input: Input, _ conversation: inout Conversation) async {
        switch input {
        case .typed(let typed):
            guard typed.tenant == conversation.tenant else {
                typed.answer.resume(returning: rejection(of: typed, "The lane now belongs to another tenant."))
                return
            }
            let answer = await context.pipeline.handle(
                .init(
                    id: typed.id, tenant: typed.tenant, code: typed.code, symbology: nil, at: context.clock.moment(),
                    scanner: nil, actor: typed.actor, origin: typed.origin, isTouch: typed.isTouch),
                lane: conversation.lane, id: id, record: conversation.record)
            apply(answer, &conversation)
            typed.answer.resume(returning: answer.result)
        case .choose(let choice): choice.answer.resume(returning: await choose(choice, &conversation))
        case .ping(let answer): answer.resume()
        case .settings: await applySettings(&conversation)
        case .tick: expire(&conversation)
        case .mode(let wanted): wanted.answer.resume(returning: await setHomeMode(wanted, &conversation))
        case .name(let name):
            stored.withLock { $0 = name }
            show { $0.name = context.name(scanner: $0.scanner, name) }
        case .walk(let walk, let event):
            guard event > conversation.walkEvent, let updated = LaneWorkflow.updating(conversation.lane, walk) else {
                return
            }
            conversation.lane = updated
            conversation.walkEvent = event
            show(conversation)
        }
    }

    /// Handles decoded codes, each to its commit.
    func handle(decoded: [Decoded], _ conversation: inout Conversation) async {
        for item in decoded {
            switch item {
            case .reply: continue
            case .scan(let raw):
                conversation.scanner.unterminatedCodes = 0
                let answer = await context.pipeline.handle(
                    arrival(raw, conversation), lane: conversation.lane, id: id, record: conversation.record,
                    counted: conversation.scanner.counted)
                if answer.result.number != nil, let decoder = conversation.scanner.decoder {
                    conversation.scanner.storedTerminator = decoder.profile.terminator
                }
                apply(answer, &conversation)
                signal(answer.result, conversation)
            case .broken(let bytes, let reason): await handleBroken(bytes, reason, &conversation)
            case .flood(let bytes): await handleFlood(bytes, &conversation)
            case .unread(let codes): await countUnread(codes, &conversation)
            }
        }
    }

    /// Switches to the next tenant once no code and no holder is pending on the lane. The whole conversation is dropped:
    /// the operator, the location, the undoable events and the last result.
    func changeTenant(_ conversation: inout Conversation) async {
        guard let tenant = conversation.nextTenant, conversation.lane.holder == nil,
            conversation.scanner.decoder?.isTyping != true
        else { return }
        conversation.nextTenant = nil
        guard tenant != conversation.tenant, let scanner else { return }
        do {
            _ = try await context.store.lane(forScanner: scanner, tenant: tenant)
        } catch {
            // The lane keeps its tenant; the next item tries again.
            conversation.nextTenant = tenant
            context.logger.error("lane keeps its tenant", metadata: ["lane": "\(id)", "error": "\(error)"])
            return
        }
        conversation.tenant = tenant
        conversation.lane = LaneState(mode: conversation.lane.homeMode)
        conversation.record = nil
        let (lane, slug) = (conversation.lane, context.pipeline.slug(of: tenant))
        update { shown in
            shown.tenant = tenant
            shown.status.tenant = slug
            context.fill(&shown.status, from: lane, of: tenant, open: nil)
            shown.status.last = nil
        }
        context.logger.notice("lane has another tenant", metadata: ["lane": "\(id)", "tenant": "\(tenant)"])
    }

    /// Returns the answer to a typed scan that is rejected without a try.
    func rejection(of typed: Typed, _ message: String) -> ScanResult {
        ScanResult(
            scan: typed.id, number: nil, lane: id, at: context.clock.wall(), outcome: .refused, message: message,
            reason: DepotError.Code.busy.rawValue, code: displayText(typed.code.bytes))
    }

    /// Adopts the state in an answer, and publishes and logs the result.
    func apply(_ answer: ScanPipeline.Answer, _ conversation: inout Conversation) {
        let before = conversation.lane.mode
        conversation.lane = answer.lane
        conversation.record = answer.record
        conversation.resultDeadline = context.clock.moment().uptime + context.settings.configuration.holderTimeout
        conversation.scanner.counted = answer.counted
        if !answer.isCounted { log(answer.result) }
        show(conversation) { $0.last = answer.result }
        if let walk = answer.walk, let event = answer.result.event {
            conversation.walkEvent = event
            context.walks.send(AuditWalkStatus(walk), of: conversation.tenant, at: event)
        }
        if conversation.lane.mode != before {
            context.logger.info("lane mode", metadata: ["lane": "\(id)", "mode": "\(conversation.lane.mode)"])
        }
    }

    /// Logs one line per recorded scan; the pipeline logs one that is not recorded.
    private func log(_ result: ScanResult) {
        guard result.number != nil else { return }
        var facts: Logger.Metadata = [
            "scan": "\(result.scan)", "lane": "\(result.lane)", "outcome": "\(result.outcome.rawValue)",
        ]
        if let tag = result.asset?.asset.tag { facts["asset"] = "\(tag)" }
        if let event = result.event { facts["event"] = "\(event)" }
        if let reason = result.reason { facts["reason"] = "\(reason)" }
        context.logger.info("scan", metadata: facts)
    }

    // MARK: Status

    /// Publishes the conversation.
    func show(_ conversation: Conversation, also change: (inout LaneStatus) -> Void = { _ in }) {
        // Nobody who asks for the status waits for the database.
        let open = context.open(conversation.lane.session, of: conversation.tenant)
        show { status in
            context.fill(&status, from: conversation.lane, of: conversation.tenant, open: open)
            change(&status)
        }
    }

    /// Changes the status in one step and publishes it.
    func show(_ change: (inout LaneStatus) -> Void) { update { change(&$0.status) } }

    private func update(_ change: (inout Published) -> Void) {
        let (before, after) = published.withLock { shown in
            let before = shown
            change(&shown)
            return (before, shown)
        }
        guard before.status != after.status || before.tenant != after.tenant else { return }
        context.hub.publish(.lane(after.status), of: after.tenant)
    }
}

extension LaneRow {
    /// Returns the key of the lane of a tenant's typed scans, which no scanner's identity can equal.
    static func typed(_ tenant: TenantID) -> String {
        tenant == .standard ? DepotStore.typedScans : "\(DepotStore.typedScans):\(tenant)"
    }

    /// A Boolean value that is true if the lane is one of typed scans.
    var isTyped: Bool { scanner.map { $0.hasPrefix(DepotStore.typedScans + ":") } ?? true }
}
