public import DepotModel

/// The result of a part of applying a walk or of undoing that.
public struct AuditPart: Hashable, Sendable {
    /// A line that the rules refused.
    public struct Refused: Hashable, Sendable {
        /// The asset tag.
        public var tag: String
        /// The refusal.
        public var refusal: Refusal
    }

    /// The lines that were changed.
    public var changed = 0
    /// The lines that the rules refused.
    public var refused: [Refused] = []
    /// The last asset of this part, after which the next part begins, or nil at the end.
    public var next: AssetID?

    /// Creates an empty part.
    public init() {}
}

/// Audit walks in the open transaction. Every change of a walk leaves an administration event, and every line that is
/// applied the event of its transition.
extension Inventory {
    /// The number of lines that one transaction applies, so that lanes do not wait long.
    private static let part = 500

    /// Returns the walk.
    ///
    /// - Throws: `Refusal.Code.unknownWalk` if the tenant has no such walk.
    public func auditWalk(_ id: AuditWalkID) throws -> AuditWalk { try writer.auditWalk(id) }

    /// Starts a walk, and determines the expected assets in one statement.
    ///
    /// - Throws: `Refusal.Code.walkOpen` if a walk of the scope is open or paused; `DepotError.Code.notFound` if there is
    ///   nothing of the scope.
    public func startAudit(_ draft: AuditDraft) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let name = try nonEmpty(draft.name) ?? self.name(of: draft.scope)
        let walk = try writer.startWalk(draft, named: name, request.actor, at: request.at)
        let expected = walk.counts.expected
        try record(
            "The walk of \(name) has started; \(expected) \(expected == 1 ? "asset is" : "assets are") expected.",
            "started", walk)
        return walk
    }

    /// Pauses an open walk; a paused one stays as it is.
    public func pauseAudit(_ id: AuditWalkID) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let walk = try writer.auditWalk(id)
        if walk.state == .paused { return walk }
        _ = try writer.openWalk(id)
        return try set(.paused, walk, "The walk of \(walk.name) is paused.", "paused")
    }

    /// Resumes a paused walk; an open one stays as it is.
    public func resumeAudit(_ id: AuditWalkID) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let walk = try writer.auditWalk(id)
        if walk.state == .open { return walk }
        guard walk.state == .paused else { throw ended(walk) }
        return try set(.open, walk, "The walk of \(walk.name) goes on.", "resumed")
    }

    /// Closes a walk and records the assets that are missing, all of them if nothing was scanned. A closed one stays as it
    /// is.
    public func closeAudit(_ id: AuditWalkID) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let walk = try writer.auditWalk(id)
        guard walk.state == .open || walk.state == .paused else { return walk }
        try connection.run(
            AuditRows.setClosed, [.time(request.at), try AuditRows.encode(request.actor), .row(id)])
        let closed = try writer.auditWalk(id)
        let counts = closed.counts
        let isEmpty = counts.found + counts.misplaced + counts.unexpected + counts.unknown == 0
        let event = try record(
            (isEmpty ? "The walk has ended, and nothing was scanned. " : "The walk has ended. ") + closed.summary,
            "closed", closed)
        try connection.run(AuditRows.insertMissing, [.row(id), .row(event.number)])
        try connection.run(AuditRows.dropExpected, [.row(id)])
        return closed
    }

    /// Removes the line of an asset or code from an open walk, so that it can be scanned again.
    public func takeBackAudit(_ id: AuditWalkID, asset: AssetID?, code: String) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let walk = try writer.openWalk(id)
        let subject = asset.map { AuditSubject.asset($0) } ?? .code(code)
        guard
            let line = try connection.first(
                AuditRows.lineByKey, [.row(id)] + subject.values, AuditRows.line)
        else {
            throw Refusal(
                .nothingToUndo, "“\(code)” was not counted in the walk of \(walk.name).",
                facts: ["walk_id": id.description])
        }
        let pending = try writer.takeBack(line, walk)
        try connection.run(AuditRows.deleteLine, [.row(id)] + subject.values)
        writer.writer.setAuditCounts(pending.receipt.walk.counts, of: id)
        try record(
            "\(line.code) is no longer counted in the walk of \(walk.name).", "taken_back", pending.receipt.walk)
        return pending.receipt.walk
    }

    /// Applies the next lines of a closed walk that have no action yet. The caller repeats it from ``AuditPart/next``
    /// until that is nil. What is interrupted can be continued by the same request or by a new one.
    ///
    /// An asset is marked as audited at the time of its scan, but no audit since then is set back. A line that the rules
    /// refuse is left.
    public func applyAudit(_ id: AuditWalkID, _ choices: AuditChoices, after: AssetID?) throws -> AuditPart {
        let walk = try writer.auditWalk(id)
        guard walk.state == .closed || walk.state == .applied else {
            throw Refusal(
                .walkOpen, "The walk of \(walk.name) is \(walk.state.rawValue); close it first.",
                facts: ["walk_id": id.description, "state": walk.state.rawValue])
        }
        let lines = try connection.rows(
            AuditRows.linesToApply, [.row(id), .int(after?.rawValue ?? 0), .int(Int64(Self.part))], AuditRows.line)
        var part = AuditPart()
        for line in lines {
            guard let asset = line.asset else { continue }
            let action = choices.action(line.verdict, asset)
            guard action != .leave else { continue }
            do {
                let event = try apply(action, line, asset, walk, choices)
                try connection.run(
                    AuditRows.setAction, [.text(action.rawValue), .row(event), .row(id), .row(asset)])
                part.changed += 1
            } catch let refusal as Refusal {
                part.refused.append(.init(tag: line.code, refusal: refusal))
            }
        }
        part.next = lines.count == Self.part ? lines.last?.asset : nil
        return part
    }

    /// Records that a walk was applied, with the number of lines that were changed.
    public func finishApplyingAudit(_ id: AuditWalkID, changed: Int) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let walk = try writer.auditWalk(id)
        let applied = try connection.first(AuditRows.appliedCount, [.row(id)]) { $0.int(0) } ?? 0
        guard applied > 0 else { return walk }
        try connection.run(
            AuditRows.setApplied, [.time(request.at), try AuditRows.encode(request.actor), .row(id)])
        try record("The walk of \(walk.name) was applied to \(changed) assets.", "applied", walk)
        return try writer.auditWalk(id)
    }

    /// Undoes the next applied lines of a walk. The caller repeats it from ``AuditPart/next`` until that is nil. A line
    /// whose asset has changed since is left.
    public func undoAudit(_ id: AuditWalkID, after: AssetID?) throws -> AuditPart {
        let walk = try writer.auditWalk(id)
        let lines = try connection.rows(
            AuditRows.linesToUndo, [.row(id), .int(after?.rawValue ?? 0), .int(Int64(Self.part))], AuditRows.line)
        var part = AuditPart()
        for line in lines {
            guard let asset = line.asset, let event = line.actionEvent else { continue }
            do {
                _ = try transition(.undo(event), asset, "undo:\(event)", walk, effectiveAt: nil, note: nil)
                try connection.run(AuditRows.setAction, [.null, .null, .row(id), .row(asset)])
                part.changed += 1
            } catch let refusal as Refusal {
                part.refused.append(.init(tag: line.code, refusal: refusal))
            }
        }
        part.next = lines.count == Self.part ? lines.last?.asset : nil
        return part
    }

    /// Records that a walk was undone. It is closed again unless lines were left.
    public func finishUndoingAudit(_ id: AuditWalkID, changed: Int) throws -> AuditWalk {
        if let walk = try earlierWalk() { return walk }
        let walk = try writer.auditWalk(id)
        let applied = try connection.first(AuditRows.appliedCount, [.row(id)]) { $0.int(0) } ?? 0
        if applied == 0 { try connection.run(AuditRows.setNotApplied, [.row(id)]) }
        try record("The walk of \(walk.name) was undone for \(changed) assets.", "undone", walk)
        return try writer.auditWalk(id)
    }

    // MARK: Helpers

    private var connection: SQLConnection { writer.connection }

    /// Returns the event of one line's change.
    private func apply(
        _ action: AuditAction, _ line: AuditLine, _ asset: AssetID, _ walk: AuditWalk, _ choices: AuditChoices
    ) throws -> EventNumber {
        guard action.fits(line.verdict) else {
            throw Refusal(
                .invalidField, "\(line.code) is \(line.verdict.rawValue); “\(action.rawValue)” does not fit.",
                facts: ["asset_tag": line.code, "field": "action"])
        }
        let step = "apply:\(asset)"
        if action == .missing {
            guard let label = choices.missingLabel else {
                throw Refusal(
                    .invalidField, "There is no status label for missing assets.", facts: ["field": "missing_status"])
            }
            if let holder = line.holder {
                throw Refusal(
                    .alreadyDeployed, "\(line.code) is not missing: it is checked out to \(holder).",
                    facts: ["asset_tag": line.code])
            }
            return try transition(
                .edit([AssetField.status.rawValue: label.description]), asset, step, walk, effectiveAt: nil,
                note: choices.note)
        }
        // A place that was deleted since prevents the move, but not the audit.
        let place = try (line.place.map { LocationID(rawValue: $0.id) } ?? walk.scope.location)
            .flatMap { try writer.hasLocation($0) ? $0 : nil }
        if action == .move, place == nil {
            throw Refusal(
                .unknownLocation, "The place where \(line.code) was seen is not known or is deleted.",
                facts: ["asset_tag": line.code])
        }
        let last = try writer.details(asset)?.asset.lastAudit
        return try transition(
            .audit(location: place, moves: action == .move), asset, step, walk,
            effectiveAt: [line.at, last].compactMap { $0 }.max(), note: choices.note)
    }

    private func transition(
        _ kind: Transition.Kind, _ asset: AssetID, _ step: String, _ walk: AuditWalk, effectiveAt: Timestamp?,
        note: String?
    ) throws -> EventNumber {
        let operation = operation(step)
        if let earlier = try writer.earlierEvent(of: operation) { return earlier.number }
        let transition = Transition(
            operation: operation, kind: kind, actor: request.actor, origin: request.origin, at: request.at, note: note,
            effectiveAt: effectiveAt)
        let change = try writer.decide(transition, asset)
        let facts = ["walk_id": walk.id.description]
        return try writer.write(change, transition, message: change.applied.message, facts: facts).event.number
    }

    private func set(
        _ state: AuditWalk.State, _ walk: AuditWalk, _ message: String, _ action: String
    ) throws -> AuditWalk {
        try connection.run(AuditRows.setState, [.text(state.rawValue), .row(walk.id)])
        var changed = walk
        changed.state = state
        try record(message, action, changed)
        return changed
    }

    @discardableResult
    private func record(_ message: String, _ action: String, _ walk: AuditWalk) throws -> LedgerEvent {
        var facts = ["walk_id": walk.id.description, "action": action, "name": walk.name]
        facts["location_id"] = walk.scope.location?.description
        return try writer.administration(message, facts: facts, request)
    }

    /// Returns the walk that an earlier event of the same operation named, or nil for a new operation.
    private func earlierWalk() throws -> AuditWalk? {
        guard let event = try writer.earlierEvent(of: request.operation) else { return nil }
        guard let id = event.facts["walk_id"].flatMap({ Int64($0) }) else { throw operationTaken(request.operation) }
        return try writer.auditWalk(AuditWalkID(rawValue: id))
    }

    private func ended(_ walk: AuditWalk) -> Refusal {
        Refusal(
            .walkNotOpen, "The walk of \(walk.name) has ended; start another.",
            facts: ["walk_id": walk.id.description, "state": walk.state.rawValue])
    }

    private func name(of scope: AuditScope) throws -> String {
        switch scope {
        case .location(let id):
            if let location = try location(id), location.deletedAt == nil { return location.name }
            throw DepotError(.notFound, "There is no location \(id).")
        case .category(let id):
            if let entry = try entry(.category, id) { return entry.name }
            throw DepotError(.notFound, "There is no category \(id).")
        case .holder(let holder):
            if let described = try HolderRows.describe(holder, writer.tenant, connection) { return described.name }
            throw DepotError(.notFound, "There is no \(holder).")
        case .filter(let filter):
            guard !filter.isEmpty else {
                throw DepotError(
                    .badRequest, "The filter of a walk needs a condition.",
                    hint: "give search, lifecycle, holder, location_id or model_id")
            }
            return filter.search.map { "“\($0)”" } ?? "Selected assets"
        }
    }
}
