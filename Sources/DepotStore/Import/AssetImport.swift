public import DepotModel

/// What a line of an import may say about an asset.
public enum ImportColumn: String, Hashable, Sendable, CaseIterable {
    case serial, name, model
    case modelNumber = "model_number"
    case manufacturer, category, status, location
    case assignee = "assigned_to"
    case purchaseDate = "purchase_date"
    case purchaseCost = "purchase_cost"
    case orderNumber = "order_number"
    case supplier, company
    case warrantyMonths = "warranty_months"
    case warrantyExpiry = "warranty_expiry"
    case endOfLife = "end_of_life"
    case nextAudit = "next_audit"
    case notes
    /// The custom fields that the draft names; others stay.
    case custom
}

/// One line of an import: an asset by its tag, as it is to be.
public struct ImportRow: Hashable, Sendable {
    /// The line of the file, 1 to 4,294,967,295; no two rows of one file have the same.
    public var line: Int
    /// The tag, which is never nil, with the texts, days and amounts of the line. Ids in it are left aside.
    public var draft: AssetDraft
    /// Which columns the file has: an asset that is there already keeps the rest; an empty value clears.
    public var columns: Set<ImportColumn>
    /// Who has it: a person's name or e-mail address, made where there is none.
    public var assignee: String?
    /// Where it is, by name, made where there is none.
    public var locationName: String?
    /// The state it is in; nil: the one it has, or deployed where there is an assignee.
    public var lifecycle: Lifecycle?

    /// The row.
    public init(
        line: Int, draft: AssetDraft, columns: Set<ImportColumn>, assignee: String? = nil, locationName: String? = nil,
        lifecycle: Lifecycle? = nil
    ) {
        self.line = line
        self.draft = draft
        self.columns = columns
        self.assignee = assignee
        self.locationName = locationName
        self.lifecycle = lifecycle
    }
}

/// What became of a line.
public enum ImportOutcome: Hashable, Sendable {
    case created(AssetID)
    case updated(AssetID)
    /// It is so already.
    case unchanged(AssetID)
    /// Nothing of the line was taken, for the reason in the sentence.
    case failed(line: Int, message: String)
}

extension TenantStore {
    /// The most lines that are imported at a time.
    public static let importBatch = 4000

    /// Makes and changes assets line by line, with what they refer to; every change leaves its event.
    ///
    /// One transaction, or several where others wait, who come in after a few hundred lines: a line that cannot be taken
    /// is taken back alone and reported, the others are committed. The same lines under the same operation again change
    /// nothing and have the same outcomes. The batches of one file may share an operation, as each line counts for
    /// itself. ``DepotStore/indexBacklog()`` belongs after the last.
    ///
    /// - Parameter lines: ``importBatch`` at most, by ascending numbers.
    /// - Returns: an outcome for each line, in their order.
    /// - Throws: `Refusal.Code.assetLimit` where the tenant may not have that many assets; then nothing was taken of
    ///   the transaction.
    public func importAssets(
        _ lines: [ImportLine], _ request: ChangeRequest
    ) async throws(CommitFailure) -> [ImportOutcome] {
        guard lines.count <= Self.importBatch else {
            throw .failed(DepotError(.badRequest, "A batch has at most \(Self.importBatch) lines."))
        }
        guard lines.allSatisfy({ (1...Int(UInt32.max)).contains($0.row.line) }),
            zip(lines, lines.dropFirst()).allSatisfy({ $0.row.line < $1.row.line })
        else {
            throw .failed(DepotError(.badRequest, "Lines are numbered from 1 on, each higher than the one before."))
        }
        var outcomes: [ImportOutcome] = []
        while outcomes.count < lines.count {
            let rest = lines[outcomes.count...]
            outcomes += try await write(turn: .long) { [store] writer in
                try writer.writer.prepareForImport()
                return try ImportBatch(writer, request).run(rest) { store.commits.isWaitedFor }
            }
        }
        return outcomes
    }
}

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

/// Who imports, from where and when: one for all of a batch, which most of its assets share.
final class ImportOrigin: Sendable {
    let request: ChangeRequest

    init(_ request: ChangeRequest) { self.request = request }
}

/// One batch of an import, in the writer's open transaction.
final class ImportBatch {
    let writer: TenantWriter
    let operations: ImportOperations
    let names: ImportNames
    let origin: ImportOrigin
    /// Random bits of the batch.
    let random: UInt64
    /// Assets whose text the search index has as it was; new ones are its backlog.
    private var outdated: Set<Int64> = []
    private var part: UInt8 = 0
    /// Of the line that is being taken.
    private var number = 0
    private var room: Int64
    /// The tags of the lines that were taken, folded.
    private var keys: Set<String> = []

    var connection: SQLConnection { writer.connection }

    init(_ writer: TenantWriter, _ request: ChangeRequest) throws {
        self.writer = writer
        origin = ImportOrigin(request)
        operations = ImportOperations(request.operation)
        names = try .current(writer)
        var generator = SystemRandomNumberGenerator()
        random = generator.next()
        room = try writer.roomForAssets() ?? .max
    }

    /// Takes lines until all are taken, or `isWaitedFor` says so; the outcomes of those that were taken, in their order.
    ///
    /// Lines come in units, which are committed whole: so a unit that is imported again was taken, or was not.
    func run(_ lines: ArraySlice<ImportLine>, until isWaitedFor: () -> Bool) throws -> [ImportOutcome] {
        var outcomes: [ImportOutcome] = []
        outcomes.reserveCapacity(lines.count)
        keys.reserveCapacity(lines.count)
        var rest = lines
        repeat {
            let unit = rest.prefix(Self.unit)
            rest = rest.dropFirst(Self.unit)
            let earlier = try earlierOutcomes(unit)
            let wasTaken = try !earlier.isEmpty || hasEvents(after: unit)
            let areNew = try !wasTaken && areNew(unit)
            for line in unit {
                if let outcome = earlier[line.row.line] {
                    outcomes.append(outcome)
                } else if !wasTaken {
                    outcomes.append(try take(line, isNew: areNew))
                } else {
                    outcomes.append(try askAgain(line))
                }
            }
        } while !rest.isEmpty && !isWaitedFor()
        try writer.writer.settle()
        try AssetSearch.renew(outdated, connection)
        try AssetSearch.boundBacklog(connection)
        try names.keep()
        return outcomes
    }

    /// Lines of a unit. A scan may have to wait for one, for the insertion of what is left, and for the commit: a tenth
    /// of a second, about.
    private static let unit = 250

    /// The operation of the next write of this line.
    func nextOperation() throws -> UniqueID {
        defer { part &+= 1 }
        guard part < .max else { throw DepotError(.internal, "A line has too many writes.") }
        return operations.operation(line: number, part: part)
    }

    /// The request under the operation of the next write of this line.
    func nextRequest() throws -> ChangeRequest {
        var request = origin.request
        request.operation = try nextOperation()
        return request
    }

    /// Counts a new asset.
    func madeAsset() { room -= 1 }

    /// Refuses the batch where the tenant has no room for another asset.
    func refuseOverLimit() throws {
        if room <= 0 { throw ImportOverLimit(refusal: try writer.limitRefusal()) }
    }

    /// An asset's text changed; it is indexed again at the end of the batch, with that of the others.
    func changedText(of asset: AssetID) { outdated.insert(asset.rawValue) }

    // MARK: Lines

    /// The asset that has the tag.
    func asset(_ key: String) throws -> AssetDetails? {
        let values = [SQLValue.row(writer.tenant), .text(key)]
        // most lines are new assets, and to find nothing the joins need not be begun
        guard try connection.first(TenantWriter.assetWithTag, values, { _ in true }) ?? false else { return nil }
        return try connection.first(AssetRows.byTag, values, AssetRows.details)
    }

    /// Whether it is known that no asset had a tag of these lines before this batch: one look at the index instead of
    /// one a line, as the new tags of a file usually stand where the index has none.
    private func areNew(_ lines: ArraySlice<ImportLine>) throws -> Bool {
        guard var first = lines.first?.key else { return false }
        var last = first
        for line in lines {
            // as SQLite compares them: byte by byte
            if line.key.utf8.lexicographicallyPrecedes(first.utf8) { first = line.key }
            if last.utf8.lexicographicallyPrecedes(line.key.utf8) { last = line.key }
        }
        return try connection.first(
            Self.anyTagBetween, [.row(writer.tenant), .text(first), .text(last)], { _ in true }) == nil
    }

    private func take(_ line: ImportLine, isNew: Bool) throws -> ImportOutcome {
        (number, part) = (line.row.line, 0)
        let isFirst = keys.insert(line.key).inserted
        // what the line may be compared with is to be found
        if !isFirst || line.row.draft.uuid != nil { try writer.writer.settle() }
        do {
            let plan = try ImportPlan(line, self, isNew: isNew && isFirst)
            // what only adds one row that was checked before needs nothing to come back to
            return plan.isPlain ? try plan.make() : try inSavepoint(keep: true) { try plan.make() }
        } catch {
            return .failed(line: line.row.line, message: try sentence(error))
        }
    }

    /// A line that left nothing when the batch was first taken: says why, and changes nothing.
    private func askAgain(_ line: ImportLine) throws -> ImportOutcome {
        (number, part) = (line.row.line, 0)
        do {
            let plan = try ImportPlan(line, self, isNew: false)
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
        let (room, outdated) = (room, outdated)
        func takeBack() throws {
            names.takeBack()
            (self.room, self.outdated) = (room, outdated)
            try writer.writer.rollBack(to: mark)
        }
        names.begin()
        let outcome: ImportOutcome
        do {
            outcome = try body()
        } catch {
            if let failure = error as? SQLFailure, failure.isStorage { throw failure }
            try takeBack()
            throw error
        }
        if keep { try writer.writer.release(mark) } else { try takeBack() }
        return outcome
    }

    /// Why a line was not taken. Throws on what is no line's fault.
    private func sentence(_ error: any Error) throws -> String {
        switch error {
        case let limit as ImportOverLimit: throw limit.refusal
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

    private static let anyTagBetween = Query(
        "SELECT 1 FROM asset WHERE tenant_id = ? AND tag_key BETWEEN ? AND ? AND deleted_at IS NULL LIMIT 1")
    private static let anyBetween = Query("SELECT 1 FROM event WHERE operation BETWEEN ? AND ? LIMIT 1")
    private static let eventsBetween = Query(
        "SELECT operation, tenant_id, kind, asset_id FROM event WHERE operation BETWEEN ? AND ? ORDER BY operation")
}

/// The batch does not fit under the tenant's asset limit: the refusal of all of it.
private struct ImportOverLimit: Error {
    var refusal: Refusal
}
