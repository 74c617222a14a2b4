import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of import and export as CSV.
enum CSVRoutes {
    static func all(maximumImport: Int) -> [DialectRoute] {
        [
            DialectRoute(.get, "/api/assets/export/csv", .viewer, handler: SheetExport.answer),
            DialectRoute(.post, "/api/assets/import/csv", .administrator, maximumStream: maximumImport) { call in
                try await importFile(call, maximum: maximumImport)
            },
        ]
    }

    /// Imports a file. The upload is received completely and read once before anything is imported, so that a broken upload,
    /// a file in another encoding and one beyond the asset limit change nothing. Then the good rows are committed, 4,000 at
    /// a time, while the next ones are read.
    ///
    /// A row's number in the report is the line of the file on which it starts, the header being line 1. `updated`
    /// counts all existing assets; `unchanged` is the number of those without a change.
    private static func importFile(_ call: Call, maximum: Int) async throws -> Answer {
        let store = try call.store
        let upload = try await Upload(call, maximum: maximum)
        let isDryRun = call.isDryRun || upload.isDryRun || call.head.query["dry_run"].map(isTrue) == true
        let file = ImportFile(spool: upload.spool)
        try await AssetRoom(store).refuse(file)
        var report = ImportReport(isDryRun: isDryRun)
        let depot = call.depot
        defer { Task.detached { await depot.indexBacklog() } }
        var batches = ImportBatches(store.dryRun(isDryRun), call.change)
        do {
            try await file.forEach { lines in
                for line in lines {
                    switch line {
                    case .wrong(let line, let message): report.add(line, message)
                    case .row(let row): try await batches.add(row, &report)
                    }
                }
            }
            try await batches.finish(&report)
        } catch {
            await batches.abandon()
            throw error
        }
        return report.answer
    }

    static func isTrue(_ text: String) -> Bool { JSONValue.string(text).flag == true }
}

/// The import of a file's rows: a batch is imported while the rows of the next one are read.
private struct ImportBatches {
    private let store: TenantStore
    private let change: ChangeRequest
    private var lines: [ImportLine] = []
    private var running: (lines: [ImportLine], outcomes: Task<[ImportOutcome], any Error>)?

    init(_ store: TenantStore, _ change: ChangeRequest) {
        self.store = store
        self.change = change
    }

    mutating func add(_ row: ImportRow, _ report: inout ImportReport) async throws {
        lines.append(ImportLine(row))
        if lines.count == TenantStore.importBatch { try await begin(&report) }
    }

    /// Waits until everything is committed.
    mutating func finish(_ report: inout ImportReport) async throws {
        if !lines.isEmpty { try await begin(&report) }
        try await end(&report)
    }

    /// Waits until nothing is being written.
    func abandon() async { _ = await running?.outcomes.result }

    private mutating func begin(_ report: inout ImportReport) async throws {
        try await end(&report)
        let (store, change, lines) = (store, change, lines)
        running = (lines, Task { try await store.importAssets(lines, change) })
        self.lines.removeAll(keepingCapacity: true)
    }

    private mutating func end(_ report: inout ImportReport) async throws {
        guard let running else { return }
        self.running = nil
        report.add(try await running.outcomes.value, running.lines)
    }
}

/// The upload of a form.
private struct Upload {
    let spool: Spool
    private(set) var isDryRun = false

    /// Receives the form. Throws if it is malformed, has no `file`, or the file is not UTF-8.
    init(_ call: Call, maximum: Int) async throws {
        guard var form = MultipartReader(contentType: call.head.headers[.contentType]) else {
            throw RequestError.invalid("file", "The body must be multipart/form-data with a field “file”.")
        }
        let spool = try Spool()
        var check = UTF8Check()
        var field: (name: String, value: [UInt8])?
        var hasFile = false
        var isInFile = false
        var dryRun = false
        func endField() {
            if let ended = field, ended.name == "dry_run" {
                dryRun = CSVRoutes.isTrue(String(decoding: ended.value, as: UTF8.self))
            }
            field = nil
        }
        try await call.body.forEachChunk { chunk in
            try form.feed(chunk) { part in
                switch part {
                case .begin(let name, _):
                    endField()
                    isInFile = name == "file"
                    if isInFile, hasFile { throw RequestError.invalid("file", "There is more than one file.") }
                    hasFile = hasFile || isInFile
                    if !isInFile { field = (name, []) }
                case .data(let bytes) where isInFile:
                    guard check.accepts(bytes) else { throw Self.otherEncoding(check.line) }
                    try spool.append(bytes)
                    guard spool.count <= maximum else { throw RequestError.tooLarge(maximum) }
                case .data(let bytes):
                    guard let value = field?.value, value.count + bytes.count <= CSVReader.maximumField else {
                        throw RequestError.invalid("body", "A field of the form is too long.")
                    }
                    field?.value += bytes
                }
            }
        }
        try form.finish()
        endField()
        guard hasFile else { throw RequestError.invalid("file", FieldReader.missing) }
        guard check.isComplete else { throw Self.otherEncoding(check.line) }
        self.spool = spool
        isDryRun = dryRun
    }

    private static func otherEncoding(_ line: Int) -> DepotError {
        DepotError(
            .badRequest, "Line \(line) of the file is not UTF-8, but perhaps Windows-1252.",
            hint: "save the sheet as “CSV UTF-8” and send it again")
    }
}

/// The number of assets that a tenant may add.
private struct AssetRoom {
    let store: TenantStore

    init(_ store: TenantStore) { self.store = store }

    /// Throws for a file with more new assets than the limit allows.
    func refuse(_ file: ImportFile) async throws {
        guard let limit = try store.setting(.assetLimit).flatMap({ Int($0) }) else { return }
        var query = AssetQuery()
        query.limit = 1
        let room = limit - (try store.assets(query).total)
        var tags = TagSet()
        var count = 0
        try await file.forEach { lines in
            for case .row(let row) in lines {
                guard let tag = row.draft.tag, tags.insert(tag), try store.asset(tag: tag) == nil else { continue }
                count += 1
                guard count > room else { continue }
                throw Refusal(
                    .assetLimit,
                    "The file has more new assets than there is room for: \(max(room, 0)) of \(limit) are free.",
                    facts: ["limit": "\(limit)"])
            }
        }
    }
}

/// A set of tags, in eight bytes each.
private struct TagSet {
    private var hashes: Set<Int> = []

    /// Inserts a tag, or returns false if it is present.
    mutating func insert(_ tag: String) -> Bool { hashes.insert(tag.lowercased().hashValue).inserted }
}

/// The report of an import.
private struct ImportReport {
    /// The largest number of errors in the list.
    static let maximumErrors = 10_000

    let isDryRun: Bool
    private var created = 0
    private var updated = 0
    private var unchanged = 0
    private var errors: [(row: Int, message: String)] = []
    private var wrong = 0
    private var made = TagSet()

    init(isDryRun: Bool) { self.isDryRun = isDryRun }

    mutating func add(_ row: Int, _ message: String) {
        wrong += 1
        if errors.count < Self.maximumErrors { errors.append((row, String(message.prefix(1000)))) }
    }

    mutating func add(_ outcomes: [ImportOutcome], _ lines: [ImportLine]) {
        for (outcome, line) in zip(outcomes, lines) {
            switch outcome {
            case .created:
                // A dry run rolls back each batch, so a later one does not find the rows of an earlier one.
                if isDryRun, let tag = line.row.draft.tag, !made.insert(tag) { updated += 1 } else { created += 1 }
            case .updated: updated += 1
            case .unchanged:
                updated += 1
                unchanged += 1
            case .failed(let line, let message): add(line, message)
            }
        }
    }

    var answer: Answer {
        .json { json in
            json.object { json in
                json.member("created", created)
                json.member("updated", updated)
                json.array("errors") { json in
                    for error in errors.sorted(by: { $0.row < $1.row }) { write(error.row, error.message, &json) }
                    if wrong > errors.count {
                        write(0, "\(wrong - errors.count) more rows have errors, which are not listed.", &json)
                    }
                }
                json.member("unchanged", unchanged)
            }
        }
    }

    private func write(_ row: Int, _ message: String, _ json: inout JSONWriter) {
        json.object { json in
            json.member("row", row)
            json.member("error", message)
        }
    }
}
