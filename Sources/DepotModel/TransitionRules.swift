/// The state machine of assets: the only code that changes an asset.
public enum TransitionRules {
    /// Decides one transition.
    ///
    /// The function is pure: the same arguments give the same result.
    ///
    /// - Returns: the changed asset with its event.
    /// - Throws: the refusal.
    public static func apply(
        _ transition: Transition, to asset: Asset, facts: TransitionFacts
    ) throws(Refusal) -> AppliedTransition {
        if let expected = transition.expectedVersion, expected != asset.version {
            throw Refusal(
                .versionConflict, "\(asset.tag) has changed in the meantime.",
                facts: ["asset_tag": asset.tag, "version": String(asset.version), "expected": String(expected)])
        }
        if asset.deletedAt != nil {
            switch transition.kind {
            case .restore, .purge, .undo: break
            default: throw Refusal(.deleted, "\(asset.tag) was deleted.", facts: ["asset_tag": asset.tag])
            }
        }
        switch transition.kind {
        case .checkout(let holder, let expected):
            try refuseUnlessAvailable(asset, facts)
            return try handOver(asset, to: holder, expected, .checkout, transition, facts)
        case .transfer(let holder, let expected):
            if asset.holder == holder { throw sameHolder(asset, facts) }
            if asset.holder == nil { try refuseUnlessAvailable(asset, facts) }
            return try handOver(asset, to: holder, expected, .transfer, transition, facts)
        case .checkin(let location): return try checkin(asset, location, transition, facts)
        case .audit(let location, let next, let moves):
            return try audit(asset, location, next, moves, transition, facts)
        case .edit(let fields): return try edit(asset, fields, transition, facts)
        case .delete:
            return finish(asset, transition, .deleted, "\(asset.tag) was deleted.", facts) {
                $0.deletedAt = transition.at
            }
        case .restore:
            guard asset.deletedAt != nil else {
                throw Refusal(.notDeleted, "\(asset.tag) is not deleted.", facts: ["asset_tag": asset.tag])
            }
            return finish(asset, transition, .restored, "\(asset.tag) was restored.", facts) { $0.deletedAt = nil }
        case .purge:
            var applied = finish(
                asset, transition, .purged, "\(asset.tag) was removed together with its history.", facts
            ) { _ in
            }
            applied.facts = ["asset_tag": asset.tag, "events": String(facts.eventCount)]
            return applied
        case .undo(let number): return try undo(asset, number, transition, facts)
        }
    }

    private static func refuseUnlessAvailable(_ asset: Asset, _ facts: TransitionFacts) throws(Refusal) {
        switch asset.lifecycle {
        case .available: return
        case .deployed:
            let name = facts.currentHolder?.name ?? "somebody"
            throw Refusal(
                .alreadyDeployed,
                "\(asset.tag) "
                    + (facts.heldSince.map { "has been checked out to \(name) since \($0.date)." }
                        ?? "is checked out to \(name)."),
                facts: holderFacts(asset, facts))
        case .maintenance, .other:
            throw Refusal(
                .inMaintenance, "\(asset.tag) is marked “\(asset.status.name)”.",
                facts: ["asset_tag": asset.tag, "status": asset.status.name])
        case .retired:
            throw Refusal(
                .retired, "\(asset.tag) is retired (“\(asset.status.name)”).",
                facts: ["asset_tag": asset.tag, "status": asset.status.name])
        case .deleted:
            throw Refusal(.deleted, "\(asset.tag) was deleted.", facts: ["asset_tag": asset.tag])
        }
    }

    private static func sameHolder(_ asset: Asset, _ facts: TransitionFacts) -> Refusal {
        Refusal(
            .sameHolder, "\(asset.tag) is already with \(facts.currentHolder?.name ?? "this holder").",
            facts: holderFacts(asset, facts))
    }

    private static func holderFacts(_ asset: Asset, _ facts: TransitionFacts) -> [String: String] {
        var result = ["asset_tag": asset.tag]
        if let holder = facts.currentHolder {
            result["holder"] = holder.holder.description
            result["holder_name"] = holder.name
        }
        if let since = facts.heldSince { result["since"] = since.description }
        return result
    }

    private static func handOver(
        _ asset: Asset, to holder: Holder, _ expected: CalendarDate?, _ kind: LedgerEvent.Kind,
        _ transition: Transition, _ facts: TransitionFacts
    ) throws(Refusal) -> AppliedTransition {
        if holder == .asset(asset.id) || facts.targetIsHeldByAsset {
            throw holdsItself(asset)
        }
        guard let target = facts.target, target.holder == holder else {
            throw Refusal(
                .unknownHolder, "There is no \(holder.kind) with that id.", facts: ["holder": holder.description])
        }
        guard !target.isDeleted else { throw deleted(target) }
        let message =
            kind == .transfer && facts.currentHolder != nil
            ? "\(asset.tag) was transferred from \(facts.currentHolder?.name ?? "") to \(target.name)."
            : "\(asset.tag) is checked out to \(target.name)."
        var applied = finish(asset, transition, kind, message, facts) { asset in
            asset.holder = holder
            asset.location = target.location
            asset.lastCheckout = transition.happenedAt
            asset.expectedCheckin = expected
            asset.checkoutCount += 1
        }
        applied.from = facts.currentHolder
        applied.to = target
        return applied
    }

    private static func checkin(
        _ asset: Asset, _ location: LocationID?, _ transition: Transition, _ facts: TransitionFacts
    ) throws(Refusal) -> AppliedTransition {
        guard asset.holder != nil else {
            throw Refusal(
                .notDeployed, "\(asset.tag) is not checked out.",
                facts: ["asset_tag": asset.tag, "status": asset.status.name])
        }
        try refuseUnknown(location, facts)
        var applied = finish(
            asset, transition, .checkin, "\(asset.tag) is back from \(facts.currentHolder?.name ?? "its holder").",
            facts
        ) { asset in
            asset.holder = nil
            asset.location = location ?? asset.defaultLocation
            asset.lastCheckin = transition.happenedAt
            asset.expectedCheckin = nil
            asset.checkinCount += 1
        }
        applied.from = facts.currentHolder
        return applied
    }

    private static func audit(
        _ asset: Asset, _ location: LocationID?, _ next: CalendarDate?, _ moves: Bool, _ transition: Transition,
        _ facts: TransitionFacts
    ) throws(Refusal) -> AppliedTransition {
        try refuseUnknown(location, facts)
        var applied = finish(asset, transition, .audit, "\(asset.tag) was audited.", facts) { asset in
            asset.lastAudit = transition.happenedAt
            asset.nextAudit = next ?? facts.auditInterval.map { transition.happenedAt.date.advanced(byDays: $0) }
            if moves, let location { asset.location = location }
        }
        if let location { applied.facts["location_id"] = location.description }
        return applied
    }

    private static func edit(
        _ asset: Asset, _ fields: [String: String?], _ transition: Transition, _ facts: TransitionFacts
    ) throws(Refusal) -> AppliedTransition {
        var edited = asset
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            if name.hasPrefix(FieldChange.customPrefix), name != FieldChange.customPrefix {
                edited.custom[String(name.dropFirst(FieldChange.customPrefix.count))] = value
                continue
            }
            guard let field = AssetField(rawValue: name), field.isEditable,
                edited.set(field, to: value, label: { facts.labels[$0] })
            else {
                throw Refusal(
                    .invalidField, "\(name) cannot be set to \(value.map { "“\($0)”" } ?? "nothing").",
                    facts: ["asset_tag": asset.tag, "field": name])
            }
        }
        if edited.location != asset.location { try refuseUnknown(edited.location, facts) }
        if edited.defaultLocation != asset.defaultLocation {
            try refuseUnknown(edited.defaultLocation, facts, .defaultLocation)
        }
        return finish(asset, transition, .edit, "\(edited.tag) was changed.", facts) { $0 = edited }
    }

    private static func undo(
        _ asset: Asset, _ number: EventNumber, _ transition: Transition, _ facts: TransitionFacts
    ) throws(Refusal) -> AppliedTransition {
        guard let event = facts.undone, event.number == number, event.asset?.id == asset.id,
            undoable.contains(event.kind)
        else {
            throw Refusal(
                .notUndoable, "Event \(number) cannot be undone.",
                facts: ["event": number.description, "asset_tag": asset.tag])
        }
        guard facts.newestEvent == number else {
            throw Refusal(
                .happenedSince, "\(asset.tag) has changed since then.",
                facts: [
                    "event": number.description, "asset_tag": asset.tag,
                    "newest": facts.newestEvent?.description ?? "",
                ])
        }
        var restored = asset
        for change in event.changes {
            let fits: Bool
            if change.field.hasPrefix(FieldChange.customPrefix) {
                restored.custom[String(change.field.dropFirst(FieldChange.customPrefix.count))] = change.from
                fits = true
            } else if let field = AssetField(rawValue: change.field) {
                fits = restored.set(field, to: change.from, label: { facts.labels[$0] })
            } else {
                fits = false
            }
            guard fits else {
                throw Refusal(
                    .notUndoable, "Event \(number) cannot be undone: \(change.field) cannot be set back.",
                    facts: ["event": number.description, "asset_tag": asset.tag, "field": change.field])
            }
        }
        // The event's description of the holder is as old as the event; the store's is current.
        let back = facts.target?.holder == restored.holder ? facts.target : event.from
        if restored.holder != asset.holder, restored.holder != nil {
            if facts.targetIsHeldByAsset { throw holdsItself(asset) }
            if let back, back.isDeleted { throw deleted(back) }
        }
        var applied = finish(
            asset, transition, .undo, "\(restored.tag): \(event.kind) undone.", facts, change: { $0 = restored })
        if restored.holder != asset.holder {
            applied.from = facts.currentHolder
            applied.to = restored.holder == nil ? nil : back
        }
        applied.undoes = number
        return applied
    }

    /// The kinds of events that change an existing asset without removing it.
    private static let undoable: Set<LedgerEvent.Kind> = [
        .checkout, .checkin, .transfer, .audit, .edit, .deleted, .restored, .undo,
    ]

    private static func holdsItself(_ asset: Asset) -> Refusal {
        Refusal(.holderIsItself, "\(asset.tag) cannot hold itself.", facts: ["asset_tag": asset.tag])
    }

    private static func deleted(_ holder: HolderDescription) -> Refusal {
        Refusal(
            .holderDeleted, "\(holder.name) is deleted.",
            facts: ["holder": holder.holder.description, "holder_name": holder.name])
    }

    private static func refuseUnknown(
        _ location: LocationID?, _ facts: TransitionFacts, _ field: AssetField = .location
    ) throws(Refusal) {
        guard let location, !facts.locations.contains(location) else { return }
        throw Refusal(
            .unknownLocation, "There is no location \(location).",
            facts: ["location_id": location.description, "field": field.rawValue])
    }

    private static func finish(
        _ asset: Asset, _ transition: Transition, _ kind: LedgerEvent.Kind, _ message: String, _ facts: TransitionFacts,
        change: (inout Asset) -> Void
    ) -> AppliedTransition {
        var changed = asset
        change(&changed)
        changed.version = asset.version + 1
        changed.updatedAt = transition.at
        return AppliedTransition(
            asset: changed, kind: kind, from: nil, to: nil, changes: changed.changes(since: asset), undoes: nil,
            message: message, facts: [:])
    }
}
