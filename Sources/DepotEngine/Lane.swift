import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging
import Synchronization

/// One scanner and the conversation at it: takes what is in its queue one by one, in order, each to its commit.
///
/// Lanes run side by side, so that their commits share a flush and none waits for another; within a lane the next scan
/// waits for the answer of the one before, because it decides what it means.
final class Lane: Sendable {
    /// What is asked of a lane, apart from its scanner.
    enum Input: Sendable {
        case typed(Typed)
        case mode(LaneMode, CheckedContinuation<LaneStatus, Never>)
        /// The configuration or the tenants have changed.
        case settings
        /// The holder's time may be up.
        case tick
        /// Answered when its turn comes: the lane is alive.
        case turn(CheckedContinuation<Void, Never>)
    }

    /// A code that came as a whole, with whoever waits for the answer.
    struct Typed: Sendable {
        var id: UniqueID
        /// The tenant that it is meant for: a lane of another one does not take it.
        var tenant: TenantID
        var code: KeptCode
        var actor: Actor
        var origin: Origin
        var answer: CheckedContinuation<ScanResult, Never>
    }

    /// The conversation, owned by ``run()``.
    struct Conversation {
        var tenant: TenantID
        var nextTenant: TenantID?
        var lane: LaneState
        var scanner = ScannerReading()
    }

    /// What people see, and whose it is.
    private struct Shown {
        var status: LaneStatus
        var tenant: TenantID
    }

    let id: LaneID
    /// `Lane 1`, by its number; a configured name goes over it.
    let storedName: String
    let queue: LaneQueue
    let context: LaneContext
    private let firstMode: LaneMode
    private let firstTerminator: Terminator?
    private let firstPort: String?
    private let shown: Mutex<Shown>

    init(row: LaneRow, queue: LaneQueue, context: LaneContext) {
        id = row.id
        storedName = row.name
        firstMode = row.mode
        firstPort = row.port
        firstTerminator = row.terminator.flatMap { Terminator(rawValue: $0) }
        self.queue = queue
        self.context = context
        let scanner = row.isTyped ? nil : row.scanner
        shown = Mutex(
            Shown(
                status: LaneStatus(
                    id: row.id, name: context.name(scanner: scanner, row.name),
                    tenant: context.pipeline.slug(of: row.tenant), scanner: scanner, isConnected: false, mode: row.mode),
                tenant: row.tenant))
    }

    /// The lane as people see it.
    var status: LaneStatus { shown.withLock { $0.status } }

    /// Whose ledger its scans go to.
    var tenant: TenantID { shown.withLock { $0.tenant } }

    /// The scanner's identity; nil for a lane of typed scans.
    var scanner: String? { status.scanner }

    /// Works until its queue is closed.
    func run() async {
        var conversation = Conversation(tenant: tenant, lane: LaneState(mode: firstMode))
        conversation.scanner.storedTerminator = firstTerminator
        conversation.scanner.storedPort = firstPort
        conversation.scanner.habits = ScannerHabits(terminator: firstTerminator)
        let timer = DeadlineTimer(clock: context.clock.monotonic) { [queue] in queue.post(.tick) }
        while let item = await queue.next(quietAt: conversation.scanner.decoder?.deadline) {
            await take(item, &conversation)
            await changeTenant(&conversation)
            timer.arm(conversation.lane.holderDeadline.map { UInt64(max(0, $0)) * 1000 })
        }
        timer.arm(nil)
        // A code that was under way when the station stopped never became whole.
        await take(conversation.scanner.decoder?.disconnect(BrokenReason.stopped) ?? [], &conversation)
    }

    private func take(_ item: LaneQueue.Item, _ conversation: inout Conversation) async {
        switch item {
        case .report(let report):
            await take(conversation.scanner.decoder?.feed(report) ?? [], &conversation)
            settle(&conversation)
        case .quiet(let moment):
            await take(conversation.scanner.decoder?.quiet(until: moment) ?? [], &conversation)
            settle(&conversation)
        case .lost(let count, let moment):
            context.logger.error("reports lost", metadata: ["lane": "\(id)", "count": "\(count)"])
            conversation.scanner.decoder?.interrupt(.lostReports, at: moment)
            settle(&conversation)
        case .notice(let notice): await take(notice, &conversation)
        case .input(let input): await take(input, &conversation)
        }
    }

    private func take(_ input: Input, _ conversation: inout Conversation) async {
        switch input {
        case .typed(let typed):
            guard typed.tenant == conversation.tenant else {
                typed.answer.resume(returning: notTaken(typed, "The lane belongs to somebody else now."))
                return
            }
            let answer = await context.pipeline.handle(
                .init(
                    id: typed.id, tenant: typed.tenant, code: typed.code, symbology: nil, at: context.clock.moment(),
                    scanner: nil, actor: typed.actor, origin: typed.origin),
                lane: conversation.lane, id: id)
            settle(answer, &conversation)
            typed.answer.resume(returning: answer.result)
        case .turn(let answer): answer.resume()
        case .settings: await applySettings(&conversation)
        case .tick:
            let uptime = Int64(context.clock.monotonic() / 1000)
            guard let expired = LaneWorkflow.expire(conversation.lane, uptime: uptime) else { return }
            conversation.lane = expired
            show(expired)
        case .mode(let mode, let answer):
            conversation.lane = LaneWorkflow.settingMode(mode, lane: conversation.lane)
            show(conversation.lane)
            answer.resume(returning: status)
        }
    }

    /// Takes what came of reports, each code to its commit.
    func take(_ decoded: [Decoded], _ conversation: inout Conversation) async {
        for item in decoded {
            switch item {
            case .reply: continue
            case .scan(let raw):
                conversation.scanner.unendedCodes = 0
                let answer = await context.pipeline.handle(
                    arrival(raw, conversation), lane: conversation.lane, id: id,
                    counted: conversation.scanner.counted)
                if answer.result.number != nil, let decoder = conversation.scanner.decoder {
                    conversation.scanner.storedTerminator = decoder.habits.terminator
                }
                settle(answer, &conversation)
                tell(answer.result, conversation)
            case .broken(let bytes, let reason): await takeBroken(bytes, reason, &conversation)
            case .flood(let bytes): await takeFlood(bytes, &conversation)
            case .unread(let codes): await takeUnread(codes, &conversation)
            }
        }
    }

    /// Goes over to the next tenant while nothing is open on the lane. Nothing of the conversation goes along: neither
    /// operator nor location, neither what could be undone nor what was shown last.
    func changeTenant(_ conversation: inout Conversation) async {
        guard let tenant = conversation.nextTenant, conversation.lane.holder == nil,
            conversation.scanner.decoder?.isTyping != true
        else { return }
        conversation.nextTenant = nil
        guard tenant != conversation.tenant, let scanner else { return }
        do {
            _ = try await context.store.lane(forScanner: scanner, tenant: tenant)
        } catch {
            // It stays whose it is; the next change of the lane tries again.
            conversation.nextTenant = tenant
            context.logger.error("lane keeps its tenant", metadata: ["lane": "\(id)", "error": "\(error)"])
            return
        }
        conversation.tenant = tenant
        conversation.lane = LaneState(mode: conversation.lane.mode)
        let (lane, slug) = (conversation.lane, context.pipeline.slug(of: tenant))
        update { shown in
            shown.tenant = tenant
            shown.status.tenant = slug
            fill(&shown.status, from: lane)
            shown.status.last = nil
        }
        context.logger.notice("lane has another tenant", metadata: ["lane": "\(id)", "tenant": "\(tenant)"])
    }

    /// The answer to a typed scan that was not even tried.
    func notTaken(_ typed: Typed, _ message: String) -> ScanResult {
        ScanResult(
            scan: typed.id, number: nil, lane: id, at: context.clock.wall(), outcome: .refused, message: message,
            reason: DepotError.Code.busy.rawValue, code: displayText(typed.code.bytes))
    }

    /// Goes on with the lane as the answer leaves it, and shows, logs and sounds the result.
    func settle(_ answer: ScanPipeline.Answer, _ conversation: inout Conversation) {
        let before = conversation.lane.mode
        conversation.lane = answer.lane
        conversation.scanner.counted = answer.counted
        if !answer.isCounted { log(answer.result) }
        show(conversation.lane) { $0.last = answer.result }
        if conversation.lane.mode != before {
            context.logger.info("lane mode", metadata: ["lane": "\(id)", "mode": "\(conversation.lane.mode)"])
        }
    }

    /// One line a scan, so that the journal tells the story; what was not recorded has its own.
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

    // MARK: What people see

    private func show(_ lane: LaneState, also change: (inout LaneStatus) -> Void = { _ in }) {
        show { status in
            fill(&status, from: lane)
            change(&status)
        }
    }

    private func fill(_ status: inout LaneStatus, from lane: LaneState) {
        status.mode = lane.mode
        status.holder = lane.holder
        status.deadline = lane.holderDeadline.map { context.clock.wall(atUptime: $0) }
        status.operatorName = lane.operator?.name
        status.location = lane.location.map { Reference(id: $0.id.rawValue, name: $0.name) }
    }

    /// Changes what people see in one step, and tells them.
    func show(_ change: (inout LaneStatus) -> Void) { update { change(&$0.status) } }

    private func update(_ change: (inout Shown) -> Void) {
        let (before, after) = shown.withLock { shown in
            let before = shown
            change(&shown)
            return (before, shown)
        }
        guard before.status != after.status || before.tenant != after.tenant else { return }
        context.hub.publish(.lane(after.status), of: after.tenant)
    }
}

extension LaneRow {
    /// What the lane of a tenant's typed scans is kept under. A scanner's identity begins with how it is plugged in.
    static func typed(_ tenant: TenantID) -> String {
        tenant == .standard ? DepotStore.typedScans : "\(DepotStore.typedScans):\(tenant)"
    }

    /// Whether it is a lane of typed scans.
    var isTyped: Bool { scanner.map { $0.hasPrefix(DepotStore.typedScans + ":") } ?? true }
}
