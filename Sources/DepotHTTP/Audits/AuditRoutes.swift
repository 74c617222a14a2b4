import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import NIOCore

/// The routes of audit walks: `GET|POST audits`, `GET audits/{id}` with its report, and what changes a walk.
struct AuditRoutes: RouteGroup {
    let station: Station
    let limits: ConnectionLimits

    var routes: [RouteTable.Route] {
        [
            .station(.get, "audits", .screen, list),
            .station(.post, "audits", .operator, start),
            .station(.get, "audits/:id", .screen, show),
            .station(.get, "audits/:id/report", .viewer, report),
            .station(.post, "audits/:id/pause", .operator) { request, context in
                try await change(request, context) { try $0.pauseAudit($1) }
            },
            .station(.post, "audits/:id/resume", .operator) { request, context in
                try await change(request, context) { try $0.resumeAudit($1) }
            },
            .station(.post, "audits/:id/close", .operator) { request, context in
                try await change(request, context) { try $0.closeAudit($1) }
            },
            .station(.post, "audits/:id/apply", .operator, apply),
            .station(.post, "audits/:id/undo", .operator, undo),
            .station(.post, "audits/:id/scans", .operator, scan),
            .init(
                method: .post, path: "\(StationAPI.prefix)/audits/:id/import", access: .operator, streamsBody: true,
                handler: importFile),
            .station(.get, "audit-policies", .viewer) { request, context in
                _ = try Query(request)
                return try policies(context)
            },
            .station(.post, "audit-policies", .administrator, setPolicy),
        ]
    }

    // MARK: Reading

    private func list(_ request: Request, _ context: StationContext) throws -> Response {
        let query = try Query(request, "state", "limit", "offset")
        let found = try context.store(station).auditWalks(
            try query.word("state", AuditWalk.State.self), limit: try query.limit(), offset: try query.offset())
        return try reply(AuditsReply(audits: found.rows.map(ScreenView(context).walk), total: found.total))
    }

    private func show(_ request: Request, _ context: StationContext) throws -> Response {
        let query = try Query(request, "verdict", "limit", "offset")
        let walk = try walk(context)
        guard !context.isScreen else { return try reply(AuditReply(audit: ScreenView(context).walk(walk))) }
        let verdict = try query.word("verdict", AuditVerdict.self)
        let lines = try context.store(station).auditLines(
            of: walk, verdict, limit: try query.limit(), offset: try query.offset())
        return try reply(
            AuditReply(
                audit: walk, lines: lines.rows, total: lines.total, truncated: lines.isTruncated ? true : nil))
    }

    private func walk(_ context: StationContext) throws -> AuditWalk {
        let id: AuditWalkID = try context.id("id", of: "audit walk")
        guard let walk = try context.store(station).auditWalk(id) else { throw RequestError.notFound("audit walk", id) }
        return walk
    }

    private func report(_ request: Request, _ context: StationContext) throws -> Response {
        let query = try Query(request, "format")
        let format = try query.word("format", AuditReportFormat.self) ?? .json
        let report = try AuditReport(try walk(context), try context.store(station))
        switch format {
        case .json: return try reply(report)
        case .csv: return textReply(report.csv, type: "text/csv; charset=utf-8")
        case .html: return AuditPage(report, station: station.configuration.stationName, at: station.now()).response
        }
    }

    // MARK: Changes

    private func request(_ context: StationContext) throws -> ChangeRequest {
        ChangeRequest(
            operation: context.operation, actor: try context.actor(), origin: context.origin, at: station.now())
    }

    /// Tells the lanes about a walk, unless nothing was committed.
    private func notify(_ walk: AuditWalk, _ context: StationContext) throws {
        if !context.isDryRun { station.walkChanged(walk, of: try context.tenant()) }
    }

    private func start(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(StartAuditRequest.self, of: request)
        let store = try context.store(station)
        let draft = AuditDraft(
            scope: try scope(of: wanted, store), name: wanted.name, isBlind: wanted.isBlind ?? false)
        let walk = try await store.change(try self.request(context)) { try $0.startAudit(draft) }
        var response = try reply(AuditReply(audit: walk), .created)
        response.headers[.location] = "\(StationAPI.prefix)/audits/\(walk.id)"
        return response
    }

    private func scope(of wanted: StartAuditRequest, _ store: TenantStore) throws -> AuditScope {
        let finder = Finder(store: store)
        if let location = try wanted.location ?? wanted.locationName.map(finder.location) { return .location(location) }
        if let category = wanted.category { return .category(category) }
        if let name = wanted.categoryName {
            var query = RowQuery()
            query.name = name
            guard let entry = try store.entries(.category, query).rows.first else {
                throw RequestError.notFound("category", "“\(name)”")
            }
            return .category(entry.id)
        }
        if let holder = wanted.holder { return .holder(try finder.holder(holder)) }
        return .filter(wanted.filter ?? AuditFilter())
    }

    private func change(
        _ request: Request, _ context: StationContext,
        _ body: @escaping @Sendable (Inventory, AuditWalkID) throws -> AuditWalk
    ) async throws -> Response {
        _ = try Query(request)
        let id = try walk(context).id
        let walk = try await context.store(station).change(try self.request(context)) { try body($0, id) }
        try notify(walk, context)
        return try reply(AuditReply(audit: walk))
    }

    private func apply(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(ApplyAuditRequest.self, of: request, empty: ApplyAuditRequest())
        let walk = try walk(context)
        let store = try context.store(station)
        let change = try self.request(context)
        let choices = try await choices(wanted, store, change)
        var after: AssetID?
        var total = AuditPart()
        repeat {
            let part = try await store.change(change) { [after] in try $0.applyAudit(walk.id, choices, after: after) }
            total.add(part)
            after = part.next
        } while after != nil
        let changed = total.changed
        let applied = try await store.change(change) { try $0.finishApplyingAudit(walk.id, changed: changed) }
        try notify(applied, context)
        return try reply(AuditChangeReply(applied, total))
    }

    private func choices(
        _ wanted: ApplyAuditRequest, _ store: TenantStore, _ change: ChangeRequest
    ) async throws -> AuditChoices {
        let finder = Finder(store: store)
        let lines = wanted.lines ?? []
        guard lines.count <= StationAPI.maximumLimit else {
            throw RequestError.badRequest("More than \(StationAPI.maximumLimit) lines.", hint: "apply them in parts")
        }
        var choices = AuditChoices(byVerdict: [:], note: wanted.note)
        for (verdict, action, usual) in [
            (AuditVerdict.found, wanted.found, lines.isEmpty ? AuditAction.audit : .leave),
            (.misplaced, wanted.misplaced, .leave), (.unexpected, wanted.unexpected, .leave),
            (.missing, wanted.missing, .leave),
        ] {
            let action = action ?? usual
            guard action.fits(verdict) else {
                throw RequestError.badRequest(
                    "“\(action.rawValue)” is no action for what is \(verdict.rawValue).",
                    hint: "use one of "
                        + AuditAction.allCases.filter { $0.fits(verdict) }.map(\.rawValue).joined(separator: ", "))
            }
            choices.byVerdict[verdict] = action
        }
        for line in lines {
            guard (line.asset == nil) != (line.tag == nil) else {
                throw RequestError.badRequest("A line has either asset_id or asset_tag.")
            }
            guard AuditAction.allCases.contains(line.action) else {
                throw RequestError.badRequest("“\(line.action.rawValue.prefix(40))” is no action.")
            }
            choices.byAsset[try line.asset ?? finder.assetID(.tag(line.tag ?? ""))] = line.action
        }
        if choices.byVerdict[.missing] == .missing || choices.byAsset.values.contains(.missing) {
            choices.missingLabel = try await label(wanted.missingStatus ?? "Missing", store, change)
        }
        return choices
    }

    /// Returns the status label with the name. A new one is created as undeployable.
    private func label(_ name: String, _ store: TenantStore, _ change: ChangeRequest) async throws -> StatusLabelID {
        let id = try await store.change(change) { inventory in
            if let entry = try inventory.entry(.statusLabel, named: name) { return entry.id.rawValue }
            var draft = CatalogueDraft(name: name)
            draft.type = .undeployable
            return try inventory.create(.statusLabel, draft, step: "label").id.rawValue
        }
        return StatusLabelID(rawValue: id)
    }

    private func undo(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(UndoAuditRequest.self, of: request, empty: UndoAuditRequest())
        let walk = try walk(context)
        let store = try context.store(station)
        let change = try self.request(context)
        if let code = wanted.code {
            let asset = try store.assetID(tag: code)
            let after = try await store.change(change) { try $0.takeBackAudit(walk.id, asset: asset, code: code) }
            try notify(after, context)
            var part = AuditPart()
            part.changed = 1
            return try reply(AuditChangeReply(after, part))
        }
        var after: AssetID?
        var total = AuditPart()
        repeat {
            let part = try await store.change(change) { [after] in try $0.undoAudit(walk.id, after: after) }
            total.add(part)
            after = part.next
        } while after != nil
        guard total.changed + total.refused.count > 0 else {
            throw Refusal(
                .nothingToUndo, "Nothing of the walk of \(walk.name) was applied.",
                facts: ["walk_id": walk.id.description])
        }
        let changed = total.changed
        let undone = try await store.change(change) { try $0.finishUndoingAudit(walk.id, changed: changed) }
        try notify(undone, context)
        return try reply(AuditChangeReply(undone, total))
    }

    private func scan(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(AuditScanRequest.self, of: request)
        let walk = try walk(context)
        guard !context.isDryRun else { throw RequestError.badRequest("A scan has no dry run; nothing was counted.") }
        let tenant = try context.tenant()
        let result = try await station.count(
            Array(wanted.code.utf8), in: walk, id: wanted.id ?? context.operation, tenant: tenant,
            actor: try context.actor(), origin: context.origin)
        let after = try station.store.tenant(tenant).auditWalk(walk.id) ?? walk
        return try reply(AuditScanReply(scan: result, audit: AuditWalkStatus(after)))
    }

    // MARK: Handhelds

    /// The maximum size of a handheld's file in bytes.
    private static let maximumFile = 32 << 20

    private func importFile(_ request: Request, _ context: StationContext) async throws -> Response {
        let options = try HandheldFile.Options(
            try Query(
                request, "clock_offset", "reference_code", "reference_time", "utc_offset", "month_first", "reject"))
        let walk = try walk(context)
        guard walk.state == .open else {
            throw Refusal(
                .walkNotOpen, "The walk of \(walk.name) is \(walk.state.rawValue); only an open walk takes scans.",
                facts: ["walk_id": walk.id.description, "state": walk.state.rawValue])
        }
        var bytes: [UInt8] = []
        var parts = BodyParts(request.body, context.connection, limits)
        while let part = try await parts.next() {
            bytes.append(contentsOf: part.readableBytesView)
            guard bytes.count <= Self.maximumFile else {
                var error = RequestError.tooLarge(Self.maximumFile)
                error.endsConnection = true
                throw error
            }
        }
        guard !bytes.isEmpty else { throw RequestError.badRequest("The file is empty.") }
        let content = try HandheldFile.read(bytes, options, now: station.now())
        let tenant = try context.tenant()
        let results = try await station.importAudit(
            content, into: walk, isDryRun: context.isDryRun, tenant: tenant, actor: try context.actor(),
            origin: context.origin)
        let after = try station.store.tenant(tenant).auditWalk(walk.id) ?? walk
        return try reply(
            AuditImportReply(
                results, clockOffset: content.clockOffset, isDryRun: context.isDryRun, audit: after))
    }

    // MARK: Intervals

    private func policies(_ context: StationContext) throws -> Response {
        let policies = try context.store(station).auditPolicies().map { policy in
            switch policy.subject {
            case .category(let id): AuditPolicyEntry(category: id, name: policy.name, days: policy.days)
            case .location(let id): AuditPolicyEntry(location: id, name: policy.name, days: policy.days)
            }
        }
        return try reply(AuditPoliciesReply(policies: policies))
    }

    private func setPolicy(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(AuditPolicyEntry.self, of: request)
        let subject: AuditPolicy.Subject
        switch (wanted.category, wanted.location) {
        case (let category?, nil): subject = .category(category)
        case (nil, let location?): subject = .location(location)
        default: throw RequestError.badRequest("Give category_id or location_id.")
        }
        try await context.store(station).change(try self.request(context)) {
            try $0.setAuditPolicy(subject, days: wanted.days)
        }
        return try policies(context)
    }
}

extension AuditPart {
    fileprivate mutating func add(_ part: AuditPart) {
        changed += part.changed
        refused += part.refused
    }
}

extension AuditChangeReply {
    fileprivate init(_ walk: AuditWalk, _ part: AuditPart) {
        self.init(
            audit: walk, changed: part.changed,
            refused: part.refused.prefix(StationAPI.maximumLimit).map { Refused(tag: $0.tag, refusal: $0.refusal) },
            refusedCount: part.refused.count)
    }
}

extension AuditImportReply {
    fileprivate init(
        _ results: [Station.HandheldResult], clockOffset: Int64, isDryRun: Bool, audit: AuditWalk
    ) {
        let rejected = results.filter { $0.verdict == nil && !$0.wasRepeat }
        let accepted = results.filter { $0.verdict != nil || $0.wasRepeat }
        var verdicts: [String: Int] = [:]
        for result in accepted { verdicts[result.verdict?.rawValue ?? AuditVerdict.repeated.rawValue, default: 0] += 1 }
        self.init(
            dryRun: isDryRun ? true : nil, accepted: accepted.count,
            repeated: accepted.count { $0.wasRepeat }, rejected: rejected.count,
            clockOffset: Double(clockOffset) / 1000,
            lines: (rejected + accepted).prefix(StationAPI.maximumLimit).map { result in
                Line(
                    line: result.line.number, code: String(result.line.code.prefix(255)), at: result.line.at,
                    verdict: result.verdict, repeated: result.wasRepeat ? true : nil, message: result.message)
            },
            verdicts: verdicts, audit: audit)
    }
}

extension HandheldFile.Options {
    /// Reads the options in a query.
    fileprivate init(_ query: Query) throws {
        self.init()
        if let seconds = try query.number("clock_offset", in: -3_153_600_000...3_153_600_000) {
            clockOffset = seconds * 1000
        }
        if let code = query.text("reference_code") {
            guard let at = query.text("reference_time").flatMap({ Timestamp($0) }) else {
                throw RequestError.badRequest(
                    "“reference_time” must be the time of the scan of the reference code.",
                    hint: "such as 2026-11-21T10:00:00Z")
            }
            guard query.text("clock_offset") == nil else {
                throw RequestError.badRequest("Give “clock_offset” or “reference_code”, not both.")
            }
            reference = .init(code: code, at: at)
        }
        if let text = query.text("utc_offset") {
            guard text == "Z" || Timestamp("2000-01-02T00:00:00\(text)") != nil,
                let time = Timestamp("2000-01-02T00:00:00\(text)")
            else { throw RequestError.badRequest("“utc_offset” must look like +01:00.") }
            utcOffsetMinutes = Int((946_771_200_000 - time.milliseconds) / 60_000)
        }
        switch query.text("month_first") {
        case nil, "false": break
        case "true": isMonthFirst = true
        default: throw RequestError.badRequest("“month_first” must be true or false.")
        }
        guard let text = query.text("reject") else { return }
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, (1...2).contains(ends.count),
                (1...1_000_000).contains(first), (first...1_000_000).contains(last)
            else { throw RequestError.badRequest("“reject” must be line numbers such as 3,7-9.") }
            rejected.formUnion(first...last)
        }
    }
}
