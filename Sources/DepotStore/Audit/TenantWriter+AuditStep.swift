import DepotModel

/// A line that a step of a walk writes once its event is appended.
struct PendingLine {
    enum Change { case none, insert, repeated, delete }

    var receipt: AuditReceipt
    var subject: AuditSubject?
    var change = Change.none
    var facts: [String: String] = [:]
}

extension TenantWriter {
    /// Returns the walk with its current counts.
    ///
    /// - Throws: `Refusal.Code.unknownWalk` if the tenant has no such walk.
    func auditWalk(_ id: AuditWalkID) throws -> AuditWalk {
        let row = try connection.first(AuditRows.walkByID, [.row(tenant), .row(id)], AuditRows.walk)
        guard let row else {
            throw Refusal(.unknownWalk, "There is no audit walk \(id).", facts: ["walk_id": id.description])
        }
        return try counted(row)
    }

    /// Returns the open or paused walk of a scope, or nil.
    func openWalk(_ scope: AuditScope) throws -> AuditWalk? {
        let row = try connection.first(
            AuditRows.openWalk, [.row(tenant), try AuditRows.encode(scope)], AuditRows.walk)
        return try row.map(counted)
    }

    private func counted(_ walk: AuditWalk) throws -> AuditWalk {
        var walk = walk
        walk.counts = try writer.auditCounts(of: walk.id, expected: walk.counts.expected)
        return walk
    }

    // MARK: Steps

    /// Decides the step of a scan and returns the line to write. Nothing is written except a walk that starts or goes on.
    func take(_ step: AuditStep, _ scan: ScanCommit) throws -> PendingLine {
        switch step {
        case .enter(let location, let current): return try enter(location, current, scan)
        case .countAsset(let asset, let walk, let place):
            guard let details = try details(asset) else {
                throw Refusal(.unknownAsset, "There is no asset \(asset).", facts: ["asset_id": asset.description])
            }
            return try count(.asset(asset), details, details.asset.tag, try auditWalk(walk), place, scan)
        case .noteCode(let code, let walk, let place):
            return try count(.code(code), nil, code, try auditWalk(walk), place, scan)
        case .takeBack(let id):
            let walk = try openWalk(id)
            let line = try connection.first(
                AuditRows.newestOfLane, [.row(id), .row(scan.lane)], AuditRows.line)
            guard let line else {
                throw Refusal(
                    .nothingToUndo, "Nothing was counted at this lane in the walk of \(walk.name).",
                    facts: ["walk_id": id.description])
            }
            return try takeBack(line, walk)
        case .read(let id):
            return PendingLine(
                receipt: AuditReceipt(walk: try auditWalk(id), effect: .read), facts: ["walk_id": id.description])
        }
    }

    /// Writes the line of a step whose event is appended.
    func finish(_ line: PendingLine, _ scan: ScanCommit, _ event: EventNumber) throws {
        guard let subject = line.subject else { return }
        let walk = line.receipt.walk
        let key = [SQLValue.row(walk.id)] + subject.values
        switch line.change {
        case .none: return
        case .repeated: try connection.run(AuditRows.repeatLine, key)
        case .delete: try connection.run(AuditRows.deleteLine, key)
        case .insert:
            guard let made = line.receipt.line else { return }
            try connection.run(
                AuditRows.insertLine,
                key + [
                    .text(made.code), .text(made.verdict.rawValue), .time(made.at), .text(made.by), .row(made.lane),
                    .int(made.place?.id), .int(made.home?.id), .text(made.holder), .row(event),
                ])
        }
        writer.setAuditCounts(walk.counts, of: walk.id)
    }

    /// Returns the removal of a line.
    func takeBack(_ line: AuditLine, _ walk: AuditWalk) throws -> PendingLine {
        var walk = walk
        walk.counts.add(-1, to: line.verdict)
        if line.repeats > 0 { walk.counts.repeated -= 1 }
        var facts = ["walk_id": walk.id.description, "action": "taken_back", "verdict": line.verdict.rawValue]
        facts["event"] = line.event?.description
        let receipt = AuditReceipt(walk: walk, effect: .takenBack, asset: try details(line.asset), line: line)
        return PendingLine(
            receipt: receipt, subject: line.asset.map { .asset($0) } ?? .code(line.code), change: .delete, facts: facts)
    }

    /// Returns the walk if it is open, and refuses it otherwise.
    func openWalk(_ id: AuditWalkID) throws -> AuditWalk {
        let walk = try auditWalk(id)
        guard walk.state != .open else { return walk }
        let message =
            walk.state == .paused
            ? "The walk of \(walk.name) is paused; resume it, or scan the location's label."
            : "The walk of \(walk.name) has ended; scan the location's label to start another."
        throw Refusal(.walkNotOpen, message, facts: ["walk_id": id.description, "state": walk.state.rawValue])
    }

    private func count(
        _ subject: AuditSubject, _ details: AssetDetails?, _ code: String, _ found: AuditWalk, _ place: LocationID?,
        _ scan: ScanCommit
    ) throws -> PendingLine {
        var walk = try openWalk(found.id)
        let key = [SQLValue.row(walk.id)] + subject.values
        let place = try (place ?? walk.scope.location).flatMap(location)
        var facts = AuditFacts(scope: walk.scope, asset: details?.asset)
        var pending = PendingLine(receipt: AuditReceipt(walk: walk, effect: .read), subject: subject)
        if let earlier = try connection.first(AuditRows.lineByKey, key, AuditRows.line) {
            facts.isCounted = true
            if earlier.repeats == 0 { walk.counts.repeated += 1 }
            pending.change = .repeated
            pending.receipt.line = earlier
        } else {
            var home = details?.location ?? details?.defaultLocation
            if let details {
                let expected = try connection.first(
                    AuditRows.expected, [.row(walk.id), .row(details.asset.id)]
                ) { row in row.optionalInt(0) }
                facts.isExpected = expected != nil
                if let id = expected ?? nil, id != home?.id {
                    home = try location(LocationID(rawValue: id)).map { Reference(id: id, name: $0.name) }
                }
                if expected == nil, let home, let within = walk.scope.location {
                    facts.isInPlace =
                        try connection.first(LocationRows.isWithin, [.int(home.id), .row(within)]) { $0.int(0) != 0 }
                        ?? false
                }
            }
            let verdict = facts.verdict
            walk.counts.add(1, to: verdict)
            pending.change = .insert
            pending.receipt.line = AuditLine(
                asset: details?.asset.id, code: code, name: details?.asset.name ?? details?.model?.name,
                verdict: verdict, at: scan.at, by: scan.actor.name, lane: scan.lane,
                place: place.map { Reference(id: $0.id.rawValue, name: $0.name) }, home: home,
                holder: details?.holder?.name)
        }
        pending.receipt.effect = .counted(facts.verdict)
        pending.receipt.asset = details
        pending.receipt.place = place
        pending.receipt.walk = walk
        pending.facts = ["walk_id": walk.id.description, "verdict": facts.verdict.rawValue]
        pending.facts["location_id"] = place?.id.description
        return pending
    }

    private func location(_ id: LocationID) throws -> Location? {
        try connection.first(LocationRows.byID, [.row(tenant), .row(id)], LocationRows.location)
    }

    private func enter(
        _ id: LocationID, _ current: AuditWalkID?, _ scan: ScanCommit
    ) throws -> PendingLine {
        guard let location = try location(id), location.deletedAt == nil else {
            throw Refusal(.unknownLocation, "There is no location \(id).", facts: ["location_id": id.description])
        }
        let (walk, effect) = try walk(entering: location, current, scan)
        let action = effect == .started ? "started" : effect == .moved ? "moved" : "continued"
        return PendingLine(
            receipt: AuditReceipt(walk: walk, effect: effect, place: location),
            facts: ["walk_id": walk.id.description, "location_id": id.description, "action": action])
    }

    private func walk(
        entering location: Location, _ current: AuditWalkID?, _ scan: ScanCommit
    ) throws -> (AuditWalk, AuditReceipt.Effect) {
        let scope = AuditScope.location(location.id)
        if let current {
            let walk = try auditWalk(current)
            if let above = walk.scope.location, above != location.id, walk.state == .open || walk.state == .paused,
                try connection.first(LocationRows.isWithin, [.row(location.id), .row(above)], { $0.int(0) != 0 })
                    == true
            {
                return (try resumed(walk), .moved)
            }
        }
        if let walk = try openWalk(scope) { return (try resumed(walk), .continued) }
        if let above = try connection.first(AuditRows.walkAbove, [.row(location.id), .row(tenant)], { $0.int(0) }) {
            return (try auditWalk(AuditWalkID(rawValue: above)), .moved)
        }
        let walk = try startWalk(AuditDraft(scope: scope), named: location.name, scan.actor, at: scan.at)
        return (walk, .started)
    }

    private func resumed(_ walk: AuditWalk) throws -> AuditWalk {
        guard walk.state == .paused else { return walk }
        try connection.run(AuditRows.setState, [.text(AuditWalk.State.open.rawValue), .row(walk.id)])
        var open = walk
        open.state = .open
        return open
    }

    // MARK: Start

    /// Creates a walk and determines the expected assets.
    ///
    /// - Throws: `Refusal.Code.walkOpen` if a walk of the scope is open or paused.
    func startWalk(_ draft: AuditDraft, named name: String, _ actor: Actor, at: Timestamp) throws -> AuditWalk {
        try refuseUnstorable(name, field: "name", limit: TextLimit.line)
        if let open = try openWalk(draft.scope) {
            throw Refusal(
                .walkOpen, "A walk of \(open.name) is already \(open.state.rawValue), number \(open.id).",
                facts: ["walk_id": open.id.description])
        }
        try connection.run(
            AuditRows.insertWalk,
            [
                .row(tenant), .text(name), try AuditRows.encode(draft.scope), .int(draft.isBlind ? 1 : 0), .time(at),
                try AuditRows.encode(actor),
            ])
        let id = AuditWalkID(rawValue: connection.lastInsertedRow)
        try expect(draft.scope, id)
        try connection.run(AuditRows.setExpected, [.int(Int64(connection.changes)), .row(id)])
        return try auditWalk(id)
    }

    private func expect(_ scope: AuditScope, _ walk: AuditWalkID) throws {
        switch scope {
        case .location(let id):
            try connection.run(AuditRows.expectAtLocation, [.row(walk), .row(tenant), .row(id)])
        case .category(let id):
            try connection.run(AuditRows.expectOfCategory, [.row(walk), .row(tenant), .row(id)])
        case .holder(let holder):
            var (person, location, asset): (SQLValue, SQLValue, SQLValue) = (.null, .null, .null)
            switch holder {
            case .person(let id): person = .row(id)
            case .location(let id): location = .row(id)
            case .asset(let id): asset = .row(id)
            case .other: break
            }
            try connection.run(AuditRows.expectOfHolder, [.row(walk), .row(tenant), person, location, asset])
        case .filter(let filter): try expect(AssetQuery(filter), walk)
        }
    }

    private func expect(_ query: AssetQuery, _ walk: AuditWalkID) throws {
        try AssetFilter.refuseTooLarge(query.condition)
        // The memo of other reads has only what is committed.
        let filter = try AssetFilter(query, tenant, connection, SearchMemo(), event: 0)
        try connection.run(
            text: """
                INSERT INTO audit_expected (walk_id, asset_id, tag, location_id)
                    SELECT ?, x.id, x.tag, coalesce(x.location_id, x.default_location_id) FROM asset x
                    WHERE x.id IN (SELECT id FROM (\(filter.page)))
                """, [.row(walk)] + filter.values + filter.orderValues + [.int(-1), .int(0)])
    }
}

extension AssetQuery {
    /// Creates the query of a walk's filter.
    init(_ filter: AuditFilter) {
        self.init()
        search = filter.search
        lifecycle = filter.lifecycle
        holder = filter.holder
        location = filter.location
        model = filter.model
    }
}
