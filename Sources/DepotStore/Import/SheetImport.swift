public import DepotModel
public import Sheets

extension TenantStore {
    /// The largest number of rows that are imported at a time.
    public static let importBatch = 4000
    /// The size of the rows, in bytes of text, above which a batch is imported although it has fewer rows.
    private static let importBytes = 4 << 20

    /// Imports a sheet and accounts for every row of it.
    ///
    /// The sheet is looked at as a whole before anything is imported, so that a file that cannot be read and one with
    /// more new assets than the tenant's limit allows change nothing. Then its rows are committed batch by batch while
    /// the next ones are read; whoever else wants to write comes in between. A row that cannot be taken is refused
    /// alone. A row that says what is so already writes nothing. The same sheet under the same operation again changes
    /// nothing.
    ///
    /// A dry run (``dryRun(_:)``) decides each row by the database, answers as the import would, and leaves nothing.
    ///
    /// - Returns: The account. Of an asset's tag that occurs twice in the sheet, the first row is taken.
    /// - Throws: `DepotError.Code.badRequest` if the file is no sheet of this kind; `Refusal.Code.assetLimit`;
    ///   the failure of a commit, before which earlier batches may have been committed.
    public func importSheet(
        _ kind: SheetKind, _ file: SheetFile, _ rules: ImportRules, _ request: ChangeRequest
    ) async throws -> ImportAccount {
        let layout = try file.layout(kind, rules.sheet)
        if kind == .assets, rules.mode != .update { try await refuseOverLimit(file, layout, rules) }
        let memory = ImportMemory(request, isDryRun: isDryRun)
        var account = ImportAccount(kind: kind, isDryRun: isDryRun, assumed: layout.assumed)
        var batches = ImportBatches(self, rules, request, memory, kind)
        if kind == .assets, !isDryRun {
            let store = store
            defer { Task.detached { await store.indexBacklog() } }
            try await batches.take(file, layout, &account)
        } else {
            try await batches.take(file, layout, &account)
        }
        memory.settle(&account)
        for warning in memory.total.warnings {
            account.warn(
                SheetNote(row: batches.row(ofLine: warning.line), line: warning.line, message: warning.message))
        }
        account.warningCount += memory.warningCount - memory.total.warnings.count
        account.sort()
        return account
    }

    /// Throws for a sheet with more new assets than the limit allows.
    private func refuseOverLimit(_ file: SheetFile, _ layout: SheetLayout, _ rules: ImportRules) async throws {
        guard let limit = try setting(.assetLimit).flatMap({ Int($0) }) else { return }
        var query = AssetQuery()
        query.limit = 1
        let room = limit - (try assets(query).total)
        var tags: Set<Int> = []
        var count = 0
        try await file.forEach(layout, rules.sheet) { records in
            for case .row(let row) in records {
                guard let tag = row.text(.tag).map(SheetText.tidied), tags.insert(foldedKey(tag).hashValue).inserted,
                    try asset(tag: tag) == nil
                else { continue }
                count += 1
                guard count > room else { continue }
                throw Refusal(
                    .assetLimit,
                    "The file has more new assets than there is room for: \(max(room, 0)) of \(limit) are free.",
                    facts: ["limit": "\(limit)"])
            }
        }
    }

    /// Makes and changes assets row by row, with everything to which they refer; every change leaves its event.
    ///
    /// One transaction, or several if others wait, who come in after a few hundred rows: a row that cannot be taken is
    /// rolled back alone and reported, the others are committed. The same rows under the same operation again change
    /// nothing and have the same outcomes. The batches of one file may share an operation, since each row counts for
    /// itself. ``DepotStore/indexBacklog()`` belongs after the last.
    ///
    /// - Parameter lines: ``importBatch`` at most, by ascending numbers.
    /// - Returns: An outcome for each row, in their order.
    /// - Throws: `Refusal.Code.assetLimit` if the tenant may not have that many assets; then nothing was taken of the
    ///   transaction.
    public func importAssets(
        _ lines: [ImportLine], _ request: ChangeRequest, _ rules: ImportRules = ImportRules()
    ) async throws(CommitFailure) -> [ImportOutcome<AssetID>] {
        try await importAssets(lines, request, rules, ImportMemory(request, isDryRun: isDryRun))
    }

    fileprivate func importAssets(
        _ lines: [ImportLine], _ request: ChangeRequest, _ rules: ImportRules, _ memory: ImportMemory
    ) async throws(CommitFailure) -> [ImportOutcome<AssetID>] {
        guard lines.count <= Self.importBatch else {
            throw .failed(DepotError(.badRequest, "A batch has at most \(Self.importBatch) lines."))
        }
        guard lines.allSatisfy({ (1...Int(UInt32.max)).contains($0.row.line) }),
            zip(lines, lines.dropFirst()).allSatisfy({ $0.row.line < $1.row.line })
        else {
            throw .failed(DepotError(.badRequest, "Lines are numbered from 1 on, each higher than the one before."))
        }
        var outcomes: [ImportOutcome<AssetID>] = []
        while outcomes.count < lines.count {
            let rest = lines[outcomes.count...]
            outcomes += try await write(turn: .long, profile: .bulk) { [store] writer in
                try ImportSession(writer, request, rules, memory).take(rest) { store.commits.isWaitedFor }
            }
        }
        return outcomes
    }

    fileprivate func importRows(
        _ rows: [SheetRow], _ kind: SheetKind, _ request: ChangeRequest, _ rules: ImportRules, _ memory: ImportMemory
    ) async throws(CommitFailure) -> [RowOutcome] {
        var outcomes: [RowOutcome] = []
        while outcomes.count < rows.count {
            let rest = rows[outcomes.count...]
            outcomes += try await write(turn: .long, profile: .bulk) { [store] writer in
                let isWaitedFor = { store.commits.isWaitedFor }
                return kind == .people
                    ? try PeopleImport(writer, rules, memory).take(rest, writer, request, until: isWaitedFor)
                    : try LocationImport(writer, rules, memory).take(rest, writer, request, until: isWaitedFor)
            }
        }
        return outcomes
    }
}

/// The import of a sheet's rows: a batch is imported while the rows of the next one are read.
private struct ImportBatches {
    private let store: TenantStore
    private let rules: ImportRules
    private let change: ChangeRequest
    private let memory: ImportMemory
    private let kind: SheetKind
    private var rows: [SheetRow] = []
    private var size = 0
    private var running: (rows: [SheetRow], outcomes: Task<[RowOutcome], any Error>)?
    /// The line on which each tag stands, by the hash of its folded form: eight bytes for each suffice.
    private var tags: [Int: Int32] = [:]
    /// The rows of the lines with a warning of the store.
    private var shifts: [(line: Int, row: Int)] = [(1, 1)]

    init(
        _ store: TenantStore, _ rules: ImportRules, _ change: ChangeRequest, _ memory: ImportMemory, _ kind: SheetKind
    ) {
        self.store = store
        self.rules = rules
        self.change = change
        self.memory = memory
        self.kind = kind
    }

    /// Imports all rows, and returns when everything is committed.
    mutating func take(_ file: SheetFile, _ layout: SheetLayout, _ account: inout ImportAccount) async throws {
        do {
            try await file.forEach(layout, rules.sheet) { records in
                for record in records {
                    switch record {
                    case .wrong(let note): account.refuse(note)
                    case .row(let row): try await add(row, &account)
                    }
                }
            }
            if !rows.isEmpty { try await begin(&account) }
            try await end(&account)
        } catch {
            // Nothing is to be written after the answer.
            _ = await running?.outcomes.result
            throw error
        }
    }

    /// Returns the row of a line on which one begins.
    func row(ofLine line: Int) -> Int {
        var (low, high) = (0, shifts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if shifts[middle].line <= line { low = middle } else { high = middle }
        }
        return shifts[low].row + line - shifts[low].line
    }

    private mutating func add(_ row: SheetRow, _ account: inout ImportAccount) async throws {
        if let last = shifts.last, row.line - last.line != row.row - last.row { shifts.append((row.line, row.row)) }
        if kind == .assets, let problem = problem(row) {
            return account.refuse(SheetNote(row: row.row, line: row.line, message: problem))
        }
        for warning in row.warnings { account.warn(SheetNote(row: row.row, line: row.line, message: warning)) }
        rows.append(row)
        size += row.size
        if rows.count == TenantStore.importBatch || size > Self.largest { try await begin(&account) }
    }

    private static let largest = 4 << 20

    /// Returns the reason for which the row is refused for its tag, or nil.
    private mutating func problem(_ row: SheetRow) -> String? {
        guard let tag = row.text(.tag).map(SheetText.tidied), !tag.isEmpty else { return "asset_tag is missing" }
        let key = foldedKey(tag).hashValue
        if let line = tags[key] { return "The asset tag “\(tag.prefix(60))” is on line \(line) already." }
        tags[key] = Int32(clamping: row.line)
        return nil
    }

    private mutating func begin(_ account: inout ImportAccount) async throws {
        try await end(&account)
        let (store, rules, change, memory, kind, rows) = (store, rules, change, memory, kind, rows)
        running = (
            rows,
            Task {
                guard kind == .assets else { return try await store.importRows(rows, kind, change, rules, memory) }
                let lines = rows.map { ImportLine(ImportRow($0, rules), number: $0.row) }
                return try await store.importAssets(lines, change, rules, memory).map { RowOutcome($0) }
            }
        )
        self.rows.removeAll(keepingCapacity: true)
        size = 0
    }

    private mutating func end(_ account: inout ImportAccount) async throws {
        guard let running else { return }
        self.running = nil
        for (outcome, row) in zip(try await running.outcomes.value, running.rows) {
            switch outcome {
            case .created: account.created += 1
            case .updated: account.updated += 1
            case .unchanged: account.unchanged += 1
            case .failed(let message):
                account.refuse(SheetNote(row: row.row, line: row.line, message: message))
                continue
            }
            account.rows += 1
        }
    }
}

extension RowOutcome {
    fileprivate init(_ outcome: ImportOutcome<AssetID>) {
        switch outcome {
        case .created: self = .created
        case .updated: self = .updated
        case .unchanged: self = .unchanged
        case .failed(_, let message): self = .failed(message)
        }
    }
}

extension SheetRow {
    /// The size of the texts in bytes.
    fileprivate var size: Int {
        cells.reduce(0) { size, cell -> Int in
            if case .text(let text) = cell.value { size + text.utf8.count } else { size }
        }
    }
}
