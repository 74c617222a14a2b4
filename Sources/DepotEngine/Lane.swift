import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging
import Synchronization

/// One scanner and the conversation at it: takes its input one by one, in order, each to its commit.
///
/// Lanes run side by side, so that their commits share a flush; within a lane the next scan waits for the answer of the
/// one before, because it decides what it means.
final class Lane: Sendable {
    enum Input: Sendable {
        case connected(ScannerDescription, ScannerDecoder)
        case report(HIDReport)
        case disconnected
        case typed(Typed)
        case mode(LaneMode, CheckedContinuation<LaneStatus, Never>)
        /// Whose lane it is to be as soon as nobody's conversation is open on it.
        case tenant(TenantID)
        /// Reports were lost: what is open now is not whole.
        case lost
        /// A deadline has passed; which one, the lane sees by itself.
        case deadline
        /// Answered when its turn comes: the lane is alive.
        case turn(CheckedContinuation<Void, Never>)
    }

    /// A code that came as a whole, with whoever waits for the answer.
    struct Typed: Sendable {
        var id: UniqueID
        /// The tenant that it is meant for: a lane of another one does not take it.
        var tenant: TenantID
        var bytes: [UInt8]
        var actor: Actor
        var origin: Origin
        var answer: CheckedContinuation<ScanResult, Never>
    }

    /// The conversation, owned by ``run()``.
    private struct Conversation {
        var tenant: TenantID
        var nextTenant: TenantID?
        var lane: LaneState
        var decoder: ScannerDecoder?
    }

    /// What people see, and whose it is.
    private struct Shown {
        var status: LaneStatus
        var tenant: TenantID
    }

    let id: LaneID
    /// The scanner's identity; nil for a lane of typed scans.
    let scanner: String?
    /// `Lane 1`, by its number; a configured name goes over it.
    let storedName: String
    private let firstMode: LaneMode
    private let pipeline: ScanPipeline
    private let clock: StationClock
    private let mailbox = Mailbox<Input>(capacity: 8192)
    private let shown: Mutex<Shown>
    private let onScan: @Sendable (LaneID, ScanResult) -> Void

    init(
        row: LaneRow, name: String, pipeline: ScanPipeline, clock: StationClock,
        onScan: @escaping @Sendable (LaneID, ScanResult) -> Void
    ) {
        id = row.id
        scanner = row.isTyped ? nil : row.scanner
        storedName = row.name
        firstMode = row.mode
        self.pipeline = pipeline
        self.clock = clock
        self.onScan = onScan
        shown = Mutex(
            Shown(
                status: LaneStatus(
                    id: row.id, name: name, tenant: pipeline.slug(of: row.tenant), scanner: scanner, isConnected: false,
                    mode: row.mode),
                tenant: row.tenant))
    }

    /// The lane as people see it.
    var status: LaneStatus { shown.withLock { $0.status } }

    /// Whose ledger its scans go to.
    var tenant: TenantID { shown.withLock { $0.tenant } }

    /// Queues input; false when the lane has more to do than it may, or the station stops.
    func post(_ input: Input) -> Bool { mailbox.post(input) }

    /// Lets the lane finish what is queued, and end.
    func close() { mailbox.close() }

    /// Renames the lane, after a reload.
    func rename(_ name: String) { show { $0.name = name } }

    /// Works until closed.
    func run() async {
        var conversation = Conversation(tenant: tenant, lane: LaneState(mode: firstMode))
        let timer = DeadlineTimer(clock: clock.monotonic) { [mailbox] in _ = mailbox.post(.deadline) }
        for await input in mailbox.elements {
            await take(input, &conversation)
            await changeTenant(&conversation)
            let holder = conversation.lane.holderDeadline.map { UInt64(max(0, $0)) * 1000 }
            timer.arm([conversation.decoder?.deadline, holder].compactMap { $0 }.min())
        }
        timer.arm(nil)
        // A code that was under way when the station stopped never became whole.
        await take(conversation.decoder?.disconnect() ?? [], &conversation)
    }

    private func take(_ input: Input, _ conversation: inout Conversation) async {
        let now = clock.monotonic()
        switch input {
        case .report(let report):
            let decoded = conversation.decoder?.feed(report.bytes, at: report.at) ?? []
            await take(decoded, &conversation)
        case .deadline:
            if let deadline = conversation.decoder?.deadline, deadline <= now {
                await take(conversation.decoder?.expire(at: now) ?? [], &conversation)
            }
        case .connected(let description, let decoder):
            // Reports lost between unplug and replug belong to nothing that follows.
            await take(conversation.decoder?.disconnect() ?? [], &conversation)
            conversation.decoder = decoder
            show { $0.isConnected = true }
            pipeline.logger.info(
                "scanner reads", metadata: ["lane": "\(id)", "scanner": "\(description.identity)"])
        case .disconnected:
            await take(conversation.decoder?.disconnect() ?? [], &conversation)
            conversation.decoder = nil
            show { $0.isConnected = false }
        case .typed(let typed):
            guard typed.tenant == conversation.tenant else {
                typed.answer.resume(returning: notTaken(typed, "The lane belongs to somebody else now."))
                return
            }
            let answer = await pipeline.handle(
                .init(
                    id: typed.id, tenant: typed.tenant, bytes: typed.bytes, symbology: nil, at: moment(), scanner: nil,
                    actor: typed.actor, origin: typed.origin),
                lane: current(conversation.lane), id: id)
            settle(answer, &conversation)
            typed.answer.resume(returning: answer.result)
        case .lost: conversation.decoder?.reportsLost(at: now)
        case .turn(let answer): answer.resume()
        case .tenant(let tenant): conversation.nextTenant = tenant
        case .mode(let mode, let answer):
            conversation.lane = LaneWorkflow.settingMode(mode, lane: conversation.lane)
            show(conversation.lane)
            answer.resume(returning: status)
        }
        if let expired = LaneWorkflow.expire(conversation.lane, uptime: Int64(clock.monotonic() / 1000)) {
            conversation.lane = expired
            show(conversation.lane)
        }
    }

    private func take(_ decoded: [Decoded], _ conversation: inout Conversation) async {
        for item in decoded {
            switch item {
            case .reply: continue
            case .scan(let raw):
                let arrival = arrival(raw.bytes, raw.symbology, conversation)
                settle(
                    await pipeline.handle(arrival, lane: current(conversation.lane), id: id), &conversation)
            case .broken(let bytes, let reason):
                let arrival = arrival(bytes, nil, conversation)
                settle(
                    await pipeline.journalBroken(arrival, reason: reason, lane: conversation.lane, id: id),
                    &conversation)
            }
        }
    }

    /// The lane as it is now: a holder whose time is up is not given anything, even if the timer is late.
    private func current(_ lane: LaneState) -> LaneState {
        LaneWorkflow.expire(lane, uptime: Int64(clock.monotonic() / 1000)) ?? lane
    }

    /// Goes over to the next tenant while nothing is open on the lane. Nothing of the conversation goes along: neither
    /// operator nor location, neither what could be undone nor what was shown last.
    private func changeTenant(_ conversation: inout Conversation) async {
        guard let tenant = conversation.nextTenant, conversation.lane.holder == nil,
            conversation.decoder?.deadline == nil
        else { return }
        conversation.nextTenant = nil
        guard tenant != conversation.tenant, let scanner else { return }
        do {
            _ = try await pipeline.store.lane(forScanner: scanner, tenant: tenant)
        } catch {
            // It stays whose it is; the next change of the lane tries again.
            conversation.nextTenant = tenant
            pipeline.logger.error("lane keeps its tenant", metadata: ["lane": "\(id)", "error": "\(error)"])
            return
        }
        conversation.tenant = tenant
        conversation.lane = LaneState(mode: conversation.lane.mode)
        let lane = conversation.lane
        update { shown in
            shown.tenant = tenant
            shown.status.tenant = pipeline.slug(of: tenant)
            fill(&shown.status, from: lane)
            shown.status.last = nil
        }
        pipeline.logger.notice("lane has another tenant", metadata: ["lane": "\(id)", "tenant": "\(tenant)"])
    }

    /// The answer to a typed scan that was not even tried.
    func notTaken(_ typed: Typed, _ message: String) -> ScanResult {
        ScanResult(
            scan: typed.id, number: nil, lane: id, at: clock.wall(), outcome: .refused, message: message,
            reason: DepotError.Code.busy.rawValue, code: displayText(typed.bytes))
    }

    private func arrival(
        _ bytes: [UInt8], _ symbology: String?, _ conversation: Conversation
    ) -> ScanPipeline.Arrival {
        let at = moment()
        let scan = newIdentity(at: at.wall)
        let signedOn = conversation.lane.operator
        let station = pipeline.settings.configuration.stationName
        return ScanPipeline.Arrival(
            id: scan, tenant: conversation.tenant, bytes: bytes, symbology: symbology, at: at, scanner: scanner,
            actor: Actor(kind: .counter, name: signedOn?.name ?? station, person: signedOn?.id),
            origin: Origin(face: .scanner, lane: id, scanner: scanner, scan: scan))
    }

    private func moment() -> Moment {
        Moment(wall: clock.wall(), uptime: Int64(clock.monotonic() / 1000))
    }

    private func settle(_ answer: ScanPipeline.Answer, _ conversation: inout Conversation) {
        let before = conversation.lane.mode
        conversation.lane = answer.lane
        onScan(id, answer.result)
        log(answer.result)
        show(conversation.lane) { $0.last = answer.result }
        if conversation.lane.mode != before {
            pipeline.logger.info("lane mode", metadata: ["lane": "\(id)", "mode": "\(conversation.lane.mode)"])
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
        pipeline.logger.info("scan", metadata: facts)
    }

    private func show(_ lane: LaneState, also change: (inout LaneStatus) -> Void = { _ in }) {
        show { status in
            fill(&status, from: lane)
            change(&status)
        }
    }

    private func fill(_ status: inout LaneStatus, from lane: LaneState) {
        status.mode = lane.mode
        status.holder = lane.holder
        status.deadline = lane.holderDeadline.map { uptime in
            clock.wall().advanced(byMilliseconds: uptime - Int64(clock.monotonic() / 1000))
        }
        status.operatorName = lane.operator?.name
        status.location = lane.location.map { Reference(id: $0.id.rawValue, name: $0.name) }
    }

    private func show(_ change: (inout LaneStatus) -> Void) { update { change(&$0.status) } }

    /// Changes what people see in one step, and tells them.
    private func update(_ change: (inout Shown) -> Void) {
        let shown = shown.withLock { shown in
            change(&shown)
            return shown
        }
        pipeline.hub.publish(.lane(shown.status), of: shown.tenant)
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
