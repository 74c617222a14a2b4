import DepotModel

/// The identities of an import's writes: one for each line and write, next to each other in the index of operations.
struct ImportOperations {
    private let base: UniqueID

    init(_ operation: UniqueID) {
        let step = operation.step("import")
        base = UniqueID(high: step.high, low: step.low & ~0xFF_FFFF_FFFF)
    }

    func operation(line: Int, part: UInt8) -> UniqueID {
        UniqueID(high: base.high, low: base.low | UInt64(UInt32(truncatingIfNeeded: line)) << 8 | UInt64(part))
    }

    func line(of operation: UniqueID) -> Int { Int(operation.low >> 8 & 0xFFFF_FFFF) }
}

/// One job's part of an import, in the writer's open transaction.
///
/// Everything that is learnt or left for later lives here: it is written before the job returns, and gone with a job
/// that fails.
final class ImportSession {
    let writer: TenantWriter
    let request: ChangeRequest
    /// Random bits of the job.
    let random: UInt64
    var names: ImportNames
    private let operations: ImportOperations
    /// Assets whose text the search index has as it was; new ones are its backlog.
    private var outdated: Set<Int64> = []
    private var part: UInt8 = 0
    /// Of the line that is being taken.
    private var number = 0
    private var room: Int64

    var connection: SQLConnection { writer.connection }

    init(_ writer: TenantWriter, _ request: ChangeRequest) throws {
        self.writer = writer
        self.request = request
        operations = ImportOperations(request.operation)
        names = try ImportNames(writer)
        var generator = SystemRandomNumberGenerator()
        random = generator.next()
        room = try writer.roomForAssets() ?? .max
    }

    /// Takes lines until all are taken, or `isWaitedFor` says so; returns the outcomes of those that were taken, in their
    /// order.
    ///
    /// Lines come in units, which are committed whole: so a unit that is imported again was taken, or was not.
    func take(_ lines: ArraySlice<ImportLine>, until isWaitedFor: () -> Bool) throws -> [ImportOutcome] {
        var outcomes: [ImportOutcome] = []
        outcomes.reserveCapacity(lines.count)
        var rest = lines
        repeat {
            let unit = rest.prefix(Self.unit)
            rest = rest.dropFirst(Self.unit)
            let earlier = try earlierOutcomes(unit)
            let wasTaken = try !earlier.isEmpty || hasEvents(after: unit)
            for line in unit {
                if let outcome = earlier[line.row.line] {
                    outcomes.append(outcome)
                } else if !wasTaken {
                    outcomes.append(try take(line))
                } else {
                    outcomes.append(try replay(line))
                }
            }
        } while !rest.isEmpty && !isWaitedFor()
        try AssetSearch.renew(outdated, connection)
        try AssetSearch.boundBacklog(connection)
        return outcomes
    }

    /// Lines of a unit. A scan may have to wait for one, and for the commit.
    private static let unit = 250

    /// The request under the operation of the next write of this line.
    func nextRequest() throws -> ChangeRequest {
        guard part < .max else { throw DepotError(.internal, "A line has too many writes.") }
        defer { part += 1 }
        var request = request
        request.operation = operations.operation(line: number, part: part)
        return request
    }

    /// Refuses the job where the tenant has no room for another asset.
    func refuseOverLimit() throws {
        if room <= 0 { throw JobFailure(cause: try writer.limitRefusal()) }
    }

    /// Inserts a new asset and appends its events. What fails here fails the job, which is taken back whole.
    ///
    /// - Parameter events: appends them for the asset with this id.
    func insert(_ asset: Asset, events: (AssetID) throws -> Void) throws -> AssetID {
        do {
            try connection.run(AssetColumns.insert, AssetColumns.values(asset))
            let id = AssetID(rawValue: connection.lastInsertedRow)
            try events(id)
            room -= 1
            return id
        } catch {
            throw JobFailure(cause: error)
        }
    }

    /// An asset's text changed; it is indexed again at the end of the job, with that of the others.
    func changedText(of asset: AssetID) { outdated.insert(asset.rawValue) }

    // MARK: Lines

    /// The asset that has the tag.
    func asset(_ key: String) throws -> AssetDetails? {
        let values = [SQLValue.row(writer.tenant), .text(key)]
        // most lines are new assets, and to find nothing the joins need not be begun
        guard try connection.first(TenantWriter.assetWithTag, values, { _ in true }) ?? false else { return nil }
        return try connection.first(AssetRows.byTag, values, AssetRows.details)
    }

    private func take(_ line: ImportLine) throws -> ImportOutcome {
        (number, part) = (line.row.line, 0)
        do {
            let plan = try ImportPlan(line, self)
            // a plain one refuses before it writes, so it needs nothing to come back to
            return plan.isPlain ? try plan.make() : try inSavepoint(keep: true) { try plan.make() }
        } catch {
            return .failed(line: line.row.line, message: try sentence(error))
        }
    }

    /// Says why a line left nothing when it was taken first; changes nothing.
    private func replay(_ line: ImportLine) throws -> ImportOutcome {
        (number, part) = (line.row.line, 0)
        do {
            let plan = try ImportPlan(line, self)
            let outcome = try inSavepoint(keep: false) { try plan.make() }
            if case .unchanged = outcome { return outcome }
            return .failed(line: line.row.line, message: "The line was not taken when the file was imported first.")
        } catch {
            return .failed(line: line.row.line, message: try sentence(error))
        }
    }

    /// Runs `body` in a savepoint, which is taken back where it throws or is not to be kept.
    private func inSavepoint(keep: Bool, _ body: () throws -> ImportOutcome) throws -> ImportOutcome {
        let mark = try writer.writer.mark(savepoint: true)
        let before = (names, room, outdated)
        func rollBack() throws {
            (names, room, outdated) = before
            try writer.writer.rollBack(to: mark)
        }
        let outcome: ImportOutcome
        do {
            outcome = try body()
        } catch {
            if let failure = error as? SQLFailure, failure.isStorage { throw failure }
            try rollBack()
            throw error
        }
        if keep { try writer.writer.release(mark) } else { try rollBack() }
        return outcome
    }

    /// Why a line was not taken. Throws on what is no line's fault.
    private func sentence(_ error: any Error) throws -> String {
        switch error {
        case let failure as JobFailure: throw failure.cause
        case let refusal as Refusal: return refusal.message
        case let error as DepotError where error.code != .storeUnavailable && error.code != .storeUnusable:
            return error.message
        case let failure as SQLFailure where !failure.isStorage: return failure.error.message
        default: throw error
        }
    }

    /// What the lines left when they were imported before under the same operation.
    private func earlierOutcomes(_ lines: ArraySlice<ImportLine>) throws -> [Int: ImportOutcome] {
        guard let first = lines.first?.row.line, let last = lines.last?.row.line else { return [:] }
        let events = try connection.rows(
            Self.eventsBetween,
            [.id(operations.operation(line: first, part: 0)), .id(operations.operation(line: last, part: .max))]
        ) { (operation: $0.uniqueID(0), tenant: $0.int(1), kind: $0.text(2), asset: $0.optionalInt(3)) }
        var outcomes: [Int: ImportOutcome] = [:]
        for event in events {
            guard event.tenant == writer.tenant.rawValue else { throw operationTaken(event.operation) }
            guard let asset = event.asset.map({ AssetID(rawValue: $0) }) else { continue }
            let line = operations.line(of: event.operation)
            if event.kind == LedgerEvent.Kind.created.rawValue {
                outcomes[line] = .created(asset)
            } else if outcomes[line] == nil {
                outcomes[line] = .updated(asset)
            }
        }
        return outcomes
    }

    /// Whether a later line of this import left something: then these were taken before it.
    private func hasEvents(after lines: ArraySlice<ImportLine>) throws -> Bool {
        guard let last = lines.last?.row.line, last < Int(UInt32.max) else { return false }
        let operations = [
            operations.operation(line: last + 1, part: 0), operations.operation(line: Int(UInt32.max), part: .max),
        ]
        return try connection.first(Self.anyBetween, operations.map { .id($0) }) { _ in true } ?? false
    }

    private static let anyBetween = Query("SELECT 1 FROM event WHERE operation BETWEEN ? AND ? LIMIT 1")
    private static let eventsBetween = Query(
        "SELECT operation, tenant_id, kind, asset_id FROM event WHERE operation BETWEEN ? AND ? ORDER BY operation")
}

/// The failure of a whole job, which is not one line's.
private struct JobFailure: Error {
    var cause: any Error
}
