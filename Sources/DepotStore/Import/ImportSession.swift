import DepotModel
import Sheets

/// The identities of an import's writes: one for each row and write, next to each other in the index of operations.
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

/// One job's part of an import of assets, in the writer's open transaction.
///
/// Everything that is found out or left for later is here: it is written before the job returns, and a job that fails
/// takes it along.
final class ImportSession {
    let writer: TenantWriter
    let request: ChangeRequest
    let rules: ImportRules
    let memory: ImportMemory
    /// The random bits of the job.
    let random: UInt64
    var names: ImportNames
    /// Everything that the rows of the job leave for the account.
    var batch = ImportMemory.Batch()
    private let operations: ImportOperations
    /// The assets whose text in the search index is out of date; new ones are its backlog.
    private var outdated: Set<Int64> = []
    private var part: UInt8 = 0
    /// The line of the row that is being taken.
    private var number = 0
    private var room: Int64

    var connection: SQLConnection { writer.connection }

    init(_ writer: TenantWriter, _ request: ChangeRequest, _ rules: ImportRules, _ memory: ImportMemory) throws {
        self.writer = writer
        self.request = request
        self.rules = rules
        self.memory = memory
        operations = ImportOperations(request.operation)
        names = try ImportNames(writer, memory)
        var generator = SystemRandomNumberGenerator()
        random = generator.next()
        room = try writer.roomForAssets().map { $0 - (memory.isDryRun ? Int64(memory.total.created) : 0) } ?? .max
    }

    /// Takes rows until all are taken or `isWaitedFor` returns true, and returns the outcomes of those that were taken, in
    /// their order.
    ///
    /// Rows come in units, which are committed whole: a unit that is imported again was taken as a whole, or not at all.
    func take(
        _ lines: ArraySlice<ImportLine>, until isWaitedFor: () -> Bool
    ) throws -> [ImportOutcome<AssetID>] {
        var outcomes: [ImportOutcome<AssetID>] = []
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
        memory.add(batch)
        batch = ImportMemory.Batch()
        return outcomes
    }

    /// The number of rows in a unit. A scan may have to wait for one, and for the commit.
    private static let unit = 250

    /// Returns the request under the operation of the next write of this row.
    func nextRequest() throws -> ChangeRequest {
        guard part < .max else { throw DepotError(.internal, "A row has too many writes.") }
        defer { part += 1 }
        var request = request
        request.operation = operations.operation(line: number, part: part)
        return request
    }

    /// Refuses the job if the tenant has no room for another asset.
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
            batch.created += 1
            return id
        } catch {
            throw JobFailure(cause: error)
        }
    }

    /// Notes that an asset's text changed; it is indexed again at the end of the job, with that of the others.
    func changedText(of asset: AssetID) { outdated.insert(asset.rawValue) }

    // MARK: The account

    /// Notes that something was made. Returns false if an earlier batch of a dry run has made it before.
    func note(_ kind: MadeKind, _ name: String, key: String) -> Bool {
        guard !memory.hasMade(kind, key) else { return false }
        batch.made.append((kind, name, key))
        return true
    }

    /// Notes that a person was made.
    func note(person draft: PersonDraft) {
        batch.made.append((.people, draft.name, PersonFinder.keys(draft).joined(separator: "\u{1F}")))
        if memory.isDryRun { batch.people.append((PersonFinder.keys(draft), draft, nil)) }
    }

    /// Returns true unless an earlier batch of a dry run has given the model another category.
    func mayCategorise(_ model: CatalogueID, _ category: String) -> Bool {
        memory.total.categories[model].map { $0 == category } ?? true
    }

    /// Notes that a model received its category. Returns false if an earlier batch of a dry run has given it before.
    func note(category: String, of model: CatalogueID) -> Bool {
        guard memory.total.categories[model] == nil else { return false }
        if memory.isDryRun { batch.categories[model] = category }
        return true
    }

    /// Makes a location.
    func makeLocation(_ name: String) throws -> LocationID {
        let name = SheetText.tidied(name)
        let made = try writer.createLocation(LocationDraft(name: name), try nextRequest())
        _ = note(.locations, name, key: foldedKey(name))
        names.remember(made.id, location: foldedKey(name))
        return made.id
    }

    /// Warns if another asset has the serial number, too.
    func noteSerial(_ serial: String?, of asset: AssetID, _ tag: String, _ line: ImportLine) throws {
        guard let serial = nonEmpty(serial.map(SheetText.tidied)) else { return }
        let key = foldedKey(serial)
        var other = try connection.first(Self.twin, [.row(writer.tenant), .text(key), .row(asset)]) { $0.text(0) }
        // An asset of an earlier batch comes before one of this batch, also where the earlier ones were rolled back.
        if memory.isDryRun, other == nil || batch.serials.contains(where: { $0.key == key && $0.tag == other }) {
            other = memory.tag(serial: key) ?? other
        }
        if let other {
            batch.warnings.append((line.row.line, "The serial number “\(serial)” of \(tag) is that of \(other), too."))
        }
        if memory.isDryRun { batch.serials.append((key, tag)) }
    }

    private static let twin = Query(
        """
        SELECT tag FROM asset WHERE tenant_id = ?1 AND serial_key = ?2 AND deleted_at IS NULL AND id <> ?3
        ORDER BY id LIMIT 1
        """)

    // MARK: Rows

    /// Returns the asset that has the tag, or nil.
    func asset(_ key: String) throws -> AssetDetails? {
        let values = [SQLValue.row(writer.tenant), .text(key)]
        // Most rows are new assets, and to find nothing the joins need not be begun.
        guard try connection.first(TenantWriter.assetWithTag, values, { _ in true }) ?? false else { return nil }
        return try connection.first(AssetRows.byTag, values, AssetRows.details)
    }

    private func take(_ line: ImportLine) throws -> ImportOutcome<AssetID> {
        (number, part) = (line.row.line, 0)
        do {
            let plan = try ImportPlan(line, self)
            // A plain one refuses before it writes, so it needs no savepoint.
            return plan.isPlain ? try plan.make() : try inSavepoint(keep: true) { try plan.make() }
        } catch {
            return .failed(line: line.row.line, message: try sentence(error))
        }
    }

    /// Returns the reason for which a row left nothing when it was taken first; changes nothing.
    private func replay(_ line: ImportLine) throws -> ImportOutcome<AssetID> {
        (number, part) = (line.row.line, 0)
        do {
            let plan = try ImportPlan(line, self)
            let outcome = try inSavepoint(keep: false) { try plan.make() }
            if case .unchanged = outcome { return outcome }
            return .failed(line: line.row.line, message: "The row was not taken when the file was imported first.")
        } catch {
            return .failed(line: line.row.line, message: try sentence(error))
        }
    }

    /// Runs `body` in a savepoint, which is rolled back if it throws or is not to be kept.
    private func inSavepoint(keep: Bool, _ body: () throws -> ImportOutcome<AssetID>) throws -> ImportOutcome<AssetID> {
        let mark = try writer.writer.mark(savepoint: true)
        let before = (names, room, outdated, batch)
        func rollBack() throws {
            (names, room, outdated, batch) = before
            try writer.writer.rollBack(to: mark)
        }
        let outcome: ImportOutcome<AssetID>
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

    /// Returns the reason for which a row was not taken. Throws an error that is not the row's fault.
    private func sentence(_ error: any Error) throws -> String {
        if let failure = error as? JobFailure { throw failure.cause }
        return try rowSentence(error)
    }

    /// Returns the outcomes of the rows if they were imported before under the same operation.
    private func earlierOutcomes(_ lines: ArraySlice<ImportLine>) throws -> [Int: ImportOutcome<AssetID>] {
        guard let first = lines.first?.row.line, let last = lines.last?.row.line else { return [:] }
        let events = try connection.rows(
            Self.eventsBetween,
            [.id(operations.operation(line: first, part: 0)), .id(operations.operation(line: last, part: .max))]
        ) { (operation: $0.uniqueID(0), tenant: $0.int(1), kind: $0.text(2), asset: $0.optionalInt(3)) }
        var outcomes: [Int: ImportOutcome<AssetID>] = [:]
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

    /// Returns true if a later row of this import left something: then these were taken before it.
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

/// The failure of a whole job, which is not one row's.
private struct JobFailure: Error {
    var cause: any Error
}
