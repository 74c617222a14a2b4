import DepotModel

extension ScanDecider {
    /// Decides the scan of a person's badge.
    func badge(_ person: Person) -> Decision {
        holder(HolderDescription(person))
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
        next.setLocation(location)
        return Decision(next, .shown, "Assets checked in now go to \(location.name).")
    }

    /// Makes the entity the lane's holder, or returns nil in a mode without holders.
    private func holder(_ holder: HolderDescription) -> Decision? {
        guard lane.mode == .counter || lane.mode == .checkout || lane.mode == .transfer else { return nil }
        if holder.isDeleted { return deleted(holder) }
        var next = lane
        next.setHolder(holder, deadline: deadline)
        let action = lane.mode == .transfer ? "will be transferred" : "will be checked out"
        return Decision(next, .shown, "Assets scanned now \(action) to \(holder.name).", holder: holder)
    }

    func deleted(_ holder: HolderDescription) -> Decision {
        Decision(
            lane, .refused, "\(holder.name) is deleted; nothing can be done with this code.",
            reason: Refusal.Code.holderDeleted.rawValue, holder: holder)
    }

    /// Decides the scan of an asset.
    func asset(_ details: AssetDetails) -> Decision {
        switch lane.mode {
        case .counter:
            if let holder = lane.holder { return handOver(details, to: holder) }
            return details.asset.lifecycle == .deployed
                ? checkin(details, to: settings.stationLocation, named: nil) : show(details)
        case .checkout:
            guard let holder = lane.holder else { return badgeFirst(details, "Scan a badge first") }
            return handOver(details, to: holder)
        case .transfer:
            guard let holder = lane.holder else { return badgeFirst(details, "Scan the new holder's badge first") }
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
            lane, .refused, "\(what), then \(Sentence.name(details)) again.",
            reason: Refusal.Code.badgeFirst.rawValue, asset: details)
    }

    private func handOver(_ details: AssetDetails, to holder: HolderDescription) -> Decision {
        if details.asset.holder == holder.holder { return alreadyWith(holder, details) }
        return attempt(
            .checkout(to: holder.holder), "\(Sentence.name(details)) is checked out to \(holder.name).", details, holder
        )
    }

    private func transfer(_ details: AssetDetails, to holder: HolderDescription) -> Decision {
        if details.asset.holder == holder.holder { return alreadyWith(holder, details) }
        let message =
            details.holder.map { "\(Sentence.name(details)) was transferred from \($0.name) to \(holder.name)." }
            ?? "\(Sentence.name(details)) is checked out to \(holder.name)."
        return attempt(.transfer(to: holder.holder), message, details, holder)
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
