import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import Sheets
import TextFormats

/// The route of the import of a CSV file, by the importer that all imports share.
///
/// Everything that a row names is made, as this API documents it, unless the parameter `make` says otherwise; `mode`,
/// `map`, `ignore`, `encoding`, `separator`, `dates` and `decimal` are those of the station's import.
enum CSVImport {
    /// Returns the answer to an upload.
    ///
    /// A row's number in the report is the line of the file on which it starts, the header being line 1. `updated`
    /// counts all existing assets; `unchanged` is the number of those without a change.
    static func answer(_ call: Call, maximum: Int) async throws -> Answer {
        var rules = ImportRules()
        rules.unnamedModel = ModelChoice.unspecified
        rules.sheet.requiresLifecycle = true
        for item in call.head.query.items
        where !(ImportRules.parameters + ["dry_run", "tenant"]).contains(item.name) {
            throw RequestError.invalid(item.name, "There is no parameter “\(item.name.prefix(40))”.")
        }
        try rules.read(call.head.query)
        let upload = try await Upload(call, maximum: maximum)
        let isDryRun = call.isDryRun || upload.isDryRun || call.head.query["dry_run"].map(isTrue) == true
        let store = try call.store.dryRun(isDryRun)
        return answer(try await store.importSheet(.assets, upload.file, rules, call.change))
    }

    fileprivate static func isTrue(_ text: String) -> Bool { JSONValue.string(text).flag == true }

    private static func answer(_ account: ImportAccount) -> Answer {
        .json { json in
            json.object { json in
                json.member("created", account.created)
                json.member("updated", account.updated + account.unchanged)
                json.array("errors") { json in
                    for error in account.errors { write(error.line, error.message, &json) }
                    if account.refused > account.errors.count {
                        let rest = account.refused - account.errors.count
                        write(0, "\(rest) more rows have errors, which are not listed.", &json)
                    }
                }
                json.member("unchanged", account.unchanged)
                json.member("rows", account.rows)
                json.member("checkouts", account.checkouts)
                json.member("returns", account.returns)
                json.object("made") { json in
                    for (kind, made) in account.made.sorted(by: { $0.key < $1.key }) {
                        json.key(escaping: kind)
                        json.object { json in
                            json.member("count", made.count)
                            json.array("names", of: made.names) { $0.value($1) }
                        }
                    }
                }
                json.array("warnings") { json in
                    for warning in account.warnings { write(warning.line, warning.message, &json, "warning") }
                }
                json.array("unused_columns", of: account.assumed.unused) { $0.value($1) }
                json.object("assumed") { json in
                    write("encoding", [account.assumed.encoding], &json)
                    write("separator", [account.assumed.separator], &json)
                    write("dates", account.assumed.dates, &json)
                    write("decimals", account.assumed.decimals, &json)
                }
            }
        }
    }

    private static func write(_ row: Int, _ message: String, _ json: inout JSONWriter, _ name: StaticString = "error") {
        json.object { json in
            json.member("row", row)
            json.member(name, message)
        }
    }

    /// Writes assumptions as one sentence each.
    private static func write(
        _ name: StaticString, _ choices: [SheetAssumptions.Choice], _ json: inout JSONWriter
    ) {
        let texts = choices.map { choice in
            (choice.column.map { "\($0): " } ?? "") + "\(choice.value) (\(choice.reason))"
        }
        json.member(name, texts.joined(separator: "; "))
    }
}

/// The upload of a form.
private struct Upload {
    let file: SheetFile
    private(set) var isDryRun = false

    /// Receives the form. Throws if it is malformed or has no `file`.
    init(_ call: Call, maximum: Int) async throws {
        guard var form = MultipartReader(contentType: call.head.headers[.contentType]) else {
            throw RequestError.invalid("file", "The body must be multipart/form-data with a field “file”.")
        }
        let file = try SheetFile()
        var field: (name: String, value: [UInt8])?
        var hasFile = false
        var isInFile = false
        var dryRun = false
        func endField() {
            if let ended = field, ended.name == "dry_run" {
                dryRun = CSVImport.isTrue(String(decoding: ended.value, as: UTF8.self))
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
                    try file.append(bytes)
                    guard file.count <= maximum else { throw RequestError.tooLarge(maximum) }
                case .data(let bytes):
                    guard let value = field?.value, value.count + bytes.count <= Self.maximumField else {
                        throw RequestError.invalid("body", "A field of the form is too long.")
                    }
                    field?.value += bytes
                }
            }
        }
        try form.finish()
        endField()
        guard hasFile else { throw RequestError.invalid("file", FieldReader.missing) }
        self.file = file
        isDryRun = dryRun
    }

    private static let maximumField = 65_536
}
