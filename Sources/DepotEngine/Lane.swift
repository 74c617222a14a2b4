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
        var bytes: [UInt8]
        var actor: Actor
        var origin: Origin
        var answer: CheckedContinuation<ScanResult, Never>
    }

    /// The conversation, owned by ``run()``.
    private struct Conversation {
        var lane: LaneState
        var decoder: ScannerDecoder?
    }

    let row: LaneRow
    private let pipeline: ScanPipeline
    private let clock: StationClock
    private let mailbox = Mailbox<Input>(capacity: 8192)
    private let shown: Mutex<LaneStatus>
    private let onScan: @Sendable (LaneID, ScanResult) -> Void

    init(
        row: LaneRow, name: String, pipeline: ScanPipeline, clock: StationClock,
        onScan: @escaping @Sendable (LaneID, ScanResult) -> Void
    ) {
        self.row = row
        self.pipeline = pipeline
        self.clock = clock
        self.onScan = onScan
        shown = Mutex(
            LaneStatus(id: row.id, name: name, scanner: row.scanner, isConnected: false, mode: row.mode))
    }

    /// The lane as people see it.
    var status: LaneStatus { shown.withLock { $0 } }

    /// Queues input; false when the lane has more to do than it may, or the station stops.
    func post(_ input: Input) -> Bool { mailbox.post(input) }

    /// Lets the lane finish what is queued, and end.
    func close() { mailbox.close() }

    /// Renames the lane, after a reload.
    func rename(_ name: String) { show { $0.name = name } }

    /// Works until closed.
    func run() async {
        var conversation = Conversation(lane: LaneState(mode: row.mode))
        let timer = DeadlineTimer(clock: clock.monotonic) { [mailbox] in _ = mailbox.post(.deadline) }
        for await input in mailbox.elements {
            await take(input, &conversation)
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
                "scanner reads", metadata: ["lane": "\(row.id)", "scanner": "\(description.identity)"])
        case .disconnected:
            await take(conversation.decoder?.disconnect() ?? [], &conversation)
            conversation.decoder = nil
            show { $0.isConnected = false }
        case .typed(let typed):
            let answer = await pipeline.handle(
                .init(
                    id: typed.id, bytes: typed.bytes, symbology: nil, at: moment(), scanner: nil, actor: typed.actor,
                    origin: typed.origin),
                lane: current(conversation.lane), id: row.id)
            settle(answer, &conversation)
            typed.answer.resume(returning: answer.result)
        case .lost: conversation.decoder?.reportsLost(at: now)
        case .turn(let answer): answer.resume()
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
                let arrival = arrival(raw.bytes, raw.symbology, conversation.lane)
                settle(
                    await pipeline.handle(arrival, lane: current(conversation.lane), id: row.id), &conversation)
            case .broken(let bytes, let reason):
                let arrival = arrival(bytes, nil, conversation.lane)
                settle(
                    await pipeline.journalBroken(arrival, reason: reason, lane: conversation.lane, id: row.id),
                    &conversation)
            }
        }
    }

    /// The lane as it is now: a holder whose time is up is not given anything, even if the timer is late.
    private func current(_ lane: LaneState) -> LaneState {
        LaneWorkflow.expire(lane, uptime: Int64(clock.monotonic() / 1000)) ?? lane
    }

    private func arrival(_ bytes: [UInt8], _ symbology: String?, _ lane: LaneState) -> ScanPipeline.Arrival {
        let at = moment()
        let id = newIdentity(at: at.wall)
        let station = pipeline.settings.configuration.stationName
        return ScanPipeline.Arrival(
            id: id, bytes: bytes, symbology: symbology, at: at, scanner: row.scanner,
            actor: Actor(kind: .counter, name: lane.operator?.name ?? station, person: lane.operator?.id),
            origin: Origin(face: .scanner, lane: row.id, scanner: row.scanner, scan: id))
    }

    private func moment() -> Moment {
        Moment(wall: clock.wall(), uptime: Int64(clock.monotonic() / 1000))
    }

    private func settle(_ answer: ScanPipeline.Answer, _ conversation: inout Conversation) {
        let before = conversation.lane.mode
        conversation.lane = answer.lane
        onScan(row.id, answer.result)
        log(answer.result)
        show(conversation.lane) { $0.last = answer.result }
        if conversation.lane.mode != before {
            pipeline.logger.info("lane mode", metadata: ["lane": "\(row.id)", "mode": "\(conversation.lane.mode)"])
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
        let deadline = lane.holderDeadline.map { uptime in
            clock.wall().advanced(byMilliseconds: uptime - Int64(clock.monotonic() / 1000))
        }
        show { status in
            status.mode = lane.mode
            status.holder = lane.holder
            status.deadline = deadline
            status.operatorName = lane.operator?.name
            status.location = lane.location.map { Reference(id: $0.id.rawValue, name: $0.name) }
            change(&status)
        }
    }

    private func show(_ change: (inout LaneStatus) -> Void) {
        let status = shown.withLock { status in
            change(&status)
            return status
        }
        pipeline.hub.publish(.lane(status))
    }
}
