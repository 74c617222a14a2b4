import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import Logging

extension Lane {
    /// Returns the ``Moment/uptime`` at which ``expire(_:)`` next has something to do, or nil if it does not.
    func nextDeadline(_ conversation: Conversation) -> Duration? {
        let lane = conversation.lane
        var deadlines = [lane.nextDeadline]
        // A holder's own time-out clears the result together with the holder.
        if lane.holder == nil, status.last != nil { deadlines.append(conversation.resultDeadline) }
        let moment = context.clock.moment()
        let undoEnd = LaneWorkflow.undoEnd(lane, settings: context.settings.workflow(of: conversation.tenant))
        if let undoEnd, undoEnd >= moment.wall {
            deadlines.append(moment.uptime(at: undoEnd.advanced(byMilliseconds: 1)))
        }
        return deadlines.compactMap { $0 }.min()
    }

    /// Publishes the lane without what has expired. Once a holder is forgotten, nothing of the person is shown anymore.
    func expire(_ conversation: inout Conversation) {
        let moment = context.clock.moment()
        let before = conversation.lane
        if let expired = LaneWorkflow.expire(before, uptime: moment.uptime) { conversation.lane = expired }
        let after = conversation.lane
        if before.mode != after.mode {
            context.logger.info("lane mode", metadata: ["lane": "\(id)", "mode": "\(after.mode)", "reason": "idle"])
            let settings = context.settings.workflow(of: conversation.tenant)
            conversation.resultDeadline = moment.uptime + settings.holderTimeout
            let result = ScanResult(
                scan: newIdentity(at: moment.wall), number: nil, lane: id, at: moment.wall, outcome: .shown,
                message: LaneWorkflow.modeEnded(before.mode, lane: after, settings: settings),
                reason: ScanResult.modeEnded, code: "")
            return show(conversation) { $0.last = result }
        }
        let isOver = conversation.resultDeadline.map { moment.uptime >= $0 } ?? true
        let isCleared = after.holder == nil && (before.holder != nil || isOver)
        show(conversation) { if isCleared { $0.last = nil } }
    }

    /// Sets the home mode in the database, in the order of the lane's scans, so that the stored state is the newest.
    func setHomeMode(
        _ wanted: HomeMode, _ conversation: inout Conversation
    ) async -> Result<LaneStatus, CommitFailure> {
        guard context.configuredMode(scanner: scanner).map({ $0 == wanted.mode }) ?? true else {
            return .failure(
                .failed(
                    DepotError(
                        .conflict, "The configuration sets the mode of \(status.name).",
                        hint: "change scanners.devices and reload")))
        }
        let lane = LaneWorkflow.settingHomeMode(wanted.mode, lane: conversation.lane)
        let record = LaneRecord(lane, at: context.clock.moment()).text
        do throws(CommitFailure) {
            _ = try await context.store.setMode(
                wanted.mode, lane: id, state: record, actor: wanted.actor, origin: wanted.origin)
        } catch {
            return .failure(error)
        }
        (conversation.lane, conversation.record, conversation.storedMode) = (lane, record, wanted.mode)
        show(conversation)
        return .success(status)
    }

    /// Adopts the configured home mode of a reload, or the stored one if none is configured anymore.
    func applyHomeMode(_ conversation: inout Conversation) {
        let home = context.homeMode(scanner: scanner, conversation.storedMode)
        guard home != conversation.lane.homeMode else { return }
        conversation.lane = LaneWorkflow.settingHomeMode(home, lane: conversation.lane)
        show(conversation)
    }

    /// Does for one candidate of the last scan what its code could not say.
    func choose(_ choice: Choice, _ conversation: inout Conversation) async -> Result<ScanResult, DepotError> {
        guard choice.tenant == conversation.tenant, let last = status.last, last.scan == choice.scan,
            let match = last.candidates.first(where: { $0.kind == choice.kind && $0.id == choice.entity })
        else {
            return .failure(
                DepotError(
                    .conflict, "This is no candidate of the last scan at \(status.name).", hint: "scan the code again"))
        }
        let answer = await context.pipeline.handle(
            .init(
                id: choice.id, tenant: choice.tenant, code: KeptCode(conversation.lane.lastCode), symbology: nil,
                at: context.clock.moment(), scanner: nil, actor: choice.actor, origin: choice.origin, isTouch: true,
                choice: match),
            lane: conversation.lane, id: id, record: conversation.record)
        apply(answer, &conversation)
        guard answer.result.number != nil else {
            return .failure(DepotError(.storeUnavailable, answer.result.message, hint: "nothing was changed"))
        }
        return .success(answer.result)
    }
}

extension LaneContext {
    /// Fills the part of a status that the conversation determines.
    func fill(
        _ status: inout LaneStatus, from lane: LaneState, of tenant: TenantID, open: LaneSession.Open?
    ) {
        let moment = clock.moment()
        let settings = settings.workflow(of: tenant)
        status.mode = lane.mode
        status.homeMode = lane.homeMode
        status.modeUntil = lane.mode == lane.homeMode ? nil : lane.idleDeadline.map { moment.wall(at: $0) }
        status.holder = lane.holder
        status.deadline = lane.holderDeadline.map { moment.wall(at: $0) }
        status.timeout = Int(settings.holderTimeout.components.seconds)
        status.session = lane.session
        status.session?.open = open
        status.question = lane.question.map {
            LaneQuestion(kind: $0.kind, tag: $0.tag, until: moment.wall(at: $0.until))
        }
        status.undo = LaneWorkflow.undoable(lane, at: moment.wall, settings: settings)
        status.operatorName = lane.operator?.name
        status.walk = lane.walk
        status.location = lane.location.map { Reference(id: $0.id.rawValue, name: $0.name) }
    }
}
