import DepotModel

extension ScanDecider {
    /// Decides the scan of a person's badge.
    func badge(_ person: Person) -> Decision {
        holder(HolderDescription(person), blocked: person.blocked)
            ?? Decision(
                lane, .shown, "This is the badge of \(person.name).", holder: HolderDescription(person))
    }

    /// Decides the scan of a location's label.
    func label(_ location: Location) -> Decision {
        let description = HolderDescription(location)
        if lane.mode != .counter || settings.locationHolder, let decision = holder(description) { return decision }
        guard lane.mode == .checkin else {
            return Decision(lane, .shown, "This is the location \(location.name).", holder: description)
        }
        if description.isDeleted { return deleted(description) }
        var next = lane
        next.location = location
        return Decision(next, .shown, "Assets checked in now go to \(location.name).")
    }

    /// Makes the entity the lane's holder, or returns nil in a mode without holders.
    ///
    /// - Parameter blocked: the reason for which the person receives nothing without an operator's consent.
    private func holder(_ holder: HolderDescription, blocked: String? = nil) -> Decision? {
        guard lane.mode == .counter || lane.mode == .checkout || lane.mode == .transfer else { return nil }
        if holder.isDeleted { return deleted(holder) }
        if let blocked, lane.operator == nil {
            return Decision(
                lane, .refused, Sentence.blocked(holder.name, blocked), reason: Refusal.Code.blocked.rawValue,
                holder: holder)
        }
        var next = lane
        let action = lane.mode == .transfer ? "will be transferred" : "will be checked out"
        var message = "Assets scanned now \(action) to \(holder.name)."
        if let session = lane.session, session.holder?.holder == holder.holder {
            next.session?.holder = holder
        } else {
            if let session = lane.session, session.holder != nil {
                message = "\(Sentence.summary(session, lane)). Now: \(holder.name)."
            }
            next.begin(LaneSession(id: scan.id, since: scan.at.wall, holder: holder))
        }
        next.holderDeadline = deadline
        var decision = Decision(next, .shown, message, holder: holder)
        if blocked != nil { decision.facts = consent(to: .blocked) }
        return decision
    }

    /// Returns the facts that record that the operator consented to what is otherwise refused.
    private func consent(to code: Refusal.Code) -> [String: String] {
        ["override": code.rawValue, "override_by": lane.operator?.name ?? ""]
    }

    func deleted(_ holder: HolderDescription) -> Decision {
        Decision(
            lane, .refused, "\(holder.name) is deleted. Scan another code.",
            reason: Refusal.Code.holderDeleted.rawValue, holder: holder)
    }

    /// Decides the scan of an asset.
    func asset(_ details: AssetDetails) -> Decision {
        switch lane.mode {
        case .counter:
            if let holder = lane.holder { return counter(details, holder) }
            switch details.asset.lifecycle {
            case .deployed: return checkin(details, to: settings.stationLocation, named: nil)
            case .available: return badgeFirst(details, "Not checked out. Scan your badge")
            default: return show(details)
            }
        case .checkout:
            guard let holder = lane.holder else { return badgeFirst(details, "Not checked out. Scan your badge") }
            return handOver(details, to: holder)
        case .transfer:
            guard let holder = lane.holder else {
                return badgeFirst(details, "Not transferred. Scan the new holder's badge")
            }
            return transfer(details, to: holder)
        case .checkin:
            return checkin(details, to: lane.location?.id ?? settings.stationLocation, named: lane.location?.name)
        case .audit, .lookup, .other: return show(details)
        }
    }

    private func show(_ details: AssetDetails) -> Decision {
        Decision(lane, .shown, Sentence.status(details), asset: details, holder: details.holder)
    }

    private func badgeFirst(_ details: AssetDetails, _ what: String) -> Decision {
        Decision(
            lane, .refused, "\(what), then \(details.asset.tag) again.",
            reason: Refusal.Code.badgeFirst.rawValue, asset: details)
    }

    /// Decides an asset at the counter while a holder is there.
    private func counter(_ details: AssetDetails, _ holder: HolderDescription) -> Decision {
        if details.asset.holder == holder.holder {
            if wentOut(details) { return alreadyWith(holder, details) }
            if isAnswer(.return, details) { return checkin(details, to: settings.stationLocation, named: nil) }
            return ask(.return, details, .alreadySo, Sentence.stillOut(details, at: scan.at.wall), .sameHolder, holder)
        }
        guard details.asset.holder != nil, details.asset.deletedAt == nil else { return handOver(details, to: holder) }
        switch settings.transfer {
        case .refuse: return handOver(details, to: holder)
        case .allow: return transfer(details, to: holder)
        case .ask:
            if isAnswer(.takeOver, details) { return transfer(details, to: holder) }
            return ask(
                .takeOver, details, .refused, Sentence.takeOver(details, at: scan.at.wall), .alreadyDeployed,
                details.holder)
        }
    }

    /// Returns whether the asset went out to the holder in this session, here or elsewhere.
    private func wentOut(_ details: AssetDetails) -> Bool {
        guard let session = lane.session else { return false }
        let newest = session.items.first { $0.tag == details.asset.tag && !$0.isUndone && $0.kind != .audit }
        if let newest { return newest.kind != .checkin }
        return details.asset.lastCheckout.map { $0 >= session.since } ?? false
    }

    private func isAnswer(_ kind: LaneQuestion.Kind, _ details: AssetDetails) -> Bool {
        question.map { $0.kind == kind && $0.asset == details.asset.id } ?? false
    }

    private func ask(
        _ kind: LaneQuestion.Kind, _ details: AssetDetails, _ outcome: ScanOutcome, _ message: String,
        _ reason: Refusal.Code, _ holder: HolderDescription?
    ) -> Decision {
        var next = lane
        next.question = LaneState.Question(
            kind: kind, asset: details.asset.id, tag: details.asset.tag,
            until: scan.at.uptime + max(.zero, settings.confirmTime))
        next.holderDeadline = deadline
        return Decision(
            next, outcome, message, tone: .warning, reason: reason.rawValue, asset: details, holder: holder)
    }

    private func handOver(_ details: AssetDetails, to holder: HolderDescription) -> Decision {
        if details.asset.holder == holder.holder { return alreadyWith(holder, details) }
        // That somebody else has it, or that it is in repair, comes before what the policies say.
        return handing(details, to: holder, canBeHanded: details.asset.lifecycle == .available) { due in
            attempt(
                .checkout(to: holder.holder, expectedCheckin: due),
                "\(Sentence.name(details)) is checked out to \(holder.name).", details, holder)
        }
    }

    /// Returns the decision to hand an asset over, unless it is blocked or the person has as many as one may have. An
    /// operator who has signed on consents, which the event records.
    private func handing(
        _ details: AssetDetails, to holder: HolderDescription, canBeHanded: Bool,
        _ decision: (CalendarDate?) -> Decision
    ) -> Decision {
        let days = details.model?.category.flatMap { settings.checkoutDays[$0.name.lowercased()] }
        let due = days.map { scan.at.wall.date.advanced(byDays: $0) }
        let isOverLimit =
            if settings.limitPerPerson > 0, case .person = holder.holder, let held = scan.held {
                held >= settings.limitPerPerson
            } else {
                false
            }
        guard canBeHanded, details.asset.blocked != nil || isOverLimit else { return decision(due) }
        let code: Refusal.Code = details.asset.blocked != nil ? .blocked : .limitReached
        guard lane.operator != nil else {
            let message =
                details.asset.blocked.map { Sentence.blocked(Sentence.name(details), $0) }
                ?? Sentence.limitReached(holder, scan.held ?? settings.limitPerPerson)
            return Decision(lane, .refused, message, reason: code.rawValue, asset: details, holder: holder)
        }
        var allowed = decision(due)
        allowed.facts = consent(to: code)
        return allowed
    }

    private func transfer(_ details: AssetDetails, to holder: HolderDescription) -> Decision {
        if details.asset.holder == holder.holder { return alreadyWith(holder, details) }
        let message =
            details.holder.map { "\(Sentence.name(details)) was transferred from \($0.name) to \(holder.name)." }
            ?? "\(Sentence.name(details)) is checked out to \(holder.name)."
        let canBeHanded = details.asset.holder != nil || details.asset.lifecycle == .available
        return handing(details, to: holder, canBeHanded: canBeHanded) { due in
            attempt(.transfer(to: holder.holder, expectedCheckin: due), message, details, holder)
        }
    }

    private func checkin(_ details: AssetDetails, to location: LocationID?, named name: String?) -> Decision {
        let place = name.map { ", to \($0)" } ?? ""
        let message = "\(Sentence.name(details)) is back from \(details.holder?.name ?? "its holder")\(place)."
        return attempt(.checkin(location: location), message, details, details.holder)
    }

    private func alreadyWith(_ holder: HolderDescription, _ details: AssetDetails) -> Decision {
        var next = lane
        next.holderDeadline = deadline
        return Decision(
            next, .alreadySo, Sentence.alreadyWith(holder, details), reason: Refusal.Code.sameHolder.rawValue,
            asset: details, holder: holder)
    }

    private func attempt(
        _ kind: Transition.Kind, _ message: String, _ details: AssetDetails, _ holder: HolderDescription?
    ) -> Decision {
        var decision = Decision(
            lane, .applied, message, intent: .transition(details.asset.id, kind), asset: details, holder: holder)
        decision.refreshedDeadline = deadline
        if lane.mode != .counter { decision.session = LaneSession(id: scan.id, since: scan.at.wall) }
        return decision
    }
}

extension HolderDescription {
    /// A person as a holder.
    init(_ person: Person) {
        self.init(
            holder: .person(person.id), name: person.name, detail: person.email, isDeleted: person.deletedAt != nil)
    }

    /// A location as a holder.
    init(_ location: Location) {
        self.init(
            holder: .location(location.id), name: location.name, detail: location.code,
            isDeleted: location.deletedAt != nil, location: location.id)
    }
}
