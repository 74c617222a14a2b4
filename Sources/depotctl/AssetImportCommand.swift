import ArgumentParser
import DepotAPI
import DepotModel
import Glibc
import TextFormats

struct AssetImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Adds assets from a CSV file.",
        discussion: """
            The header, which is line 1, names the columns: \(AssetImport.columnNames.joined(separator: ", ")), or \
            custom.NAME. Good rows are added, whatever becomes of the others; each bad row is one line of the report. \
            Exit status: 0 all rows, 8 where a row is bad, 1 where one was refused.
            """)

    /// The result of the import; with --json the whole report.
    private struct Report: Encodable {
        struct Row: Encodable {
            /// The line in the file, whose header is line 1.
            var line: Int
            var assetTag: String?
            var error: ErrorReply.Body

            enum CodingKeys: String, CodingKey {
                case line, error
                case assetTag = "asset_tag"
            }
        }

        var added = 0
        var failed: [Row] = []
        var dryRun: Bool

        enum CodingKeys: String, CodingKey {
            case added, failed
            case dryRun = "dry_run"
        }
    }

    @Argument(help: "The file; - for standard input.", completion: .file(extensions: ["csv"])) var file: String
    @Flag(help: "Check the file alone, without asking the station; add nothing.") var dryRun = false
    @OptionGroup var station: StationOptions

    func run() async throws {
        let report = try await station.connect { client throws(ErrorReply) in try await add(client) }
        try station.write(report) { "\($0.added) \(dryRun ? "good" : "added"), \($0.failed.count) rejected." }
        guard let first = report.failed.first else { return }
        let isBad = report.failed.contains { ExitStatus(ErrorReply(error: $0.error)) == .badInput }
        throw ExitCode(isBad ? .badInput : ExitStatus(ErrorReply(error: first.error)))
    }

    /// A row of the file, with its request or its error.
    private typealias Row = (line: Int, request: Result<CreateAssetRequest, DepotError>)

    private func add(_ client: DepotClient) async throws(ErrorReply) -> Report {
        var report = Report(dryRun: dryRun)
        var columns: AssetImport?
        let source = try FileSource(file)
        defer { source.close() }
        var reader = CSVReader(.strict)
        var isOpen = true
        while isOpen {
            let bytes = try source.read()
            isOpen = !bytes.isEmpty
            var rows: [Row] = []
            for record in isOpen ? reader.feed(bytes) : reader.finish() {
                do throws(DepotError) {
                    switch (record, columns) {
                    case (.broken(_, let reason), _): throw DepotError(.badRequest, "Not CSV: \(reason)")
                    case (.row(let line, let fields), let columns?):
                        rows.append((line, .success(try columns.request(fields))))
                    case (.row(_, let fields), nil): columns = try AssetImport(header: fields)
                    }
                } catch {
                    // Without a header the rows have no meaning.
                    guard columns != nil else { throw ErrorReply(error) }
                    rows.append((record.line, .failure(error)))
                }
            }
            try await send(rows, client, &report)
        }
        if columns == nil {
            throw ErrorReply(DepotError(.badRequest, "\(source.name) is empty; a header is expected."))
        }
        return report
    }

    /// Sends the good rows, several at a time so that they share commits, and reports all in the order of the file.
    private func send(_ rows: [Row], _ client: DepotClient, _ report: inout Report) async throws(ErrorReply) {
        var rest = rows[...]
        while !rest.isEmpty {
            let part = together(rest)
            rest = rest.dropFirst(part.count)
            let failures = await results(of: part, client)
            for (index, row) in part.enumerated() {
                guard let failure = failures[index] else {
                    report.added += 1
                    continue
                }
                let tag = (try? row.request.get())?.tag
                report.failed.append(Report.Row(line: row.line, assetTag: tag, error: failure.error))
                if !station.json {
                    Output.warn("line \(row.line): " + (tag.map { "\($0): " } ?? "") + failure.error.message)
                }
                // An error of the daemon is not the row's; the others would fail alike.
                switch ExitStatus(failure) {
                case .unreachable, .storeUnavailable, .notAllowed, .fault: throw failure
                default: break
                }
            }
        }
    }

    /// Returns the next rows to send together. Two rows with the same asset tag are never sent together, so that the first
    /// one wins.
    private func together(_ rows: ArraySlice<Row>) -> [Row] {
        var tags: Set<String> = []
        let part = rows.prefix(16).prefix { row in
            guard let tag = (try? row.request.get())?.tag.lowercased(), !tag.isEmpty else { return true }
            return tags.insert(tag).inserted
        }
        return Array(part)
    }

    /// Returns the errors by index.
    private func results(of rows: [Row], _ client: DepotClient) async -> [Int: ErrorReply] {
        await withTaskGroup(of: (Int, ErrorReply?).self) { group in
            for (index, row) in rows.enumerated() {
                group.addTask {
                    do throws(DepotError) {
                        let request = try row.request.get()
                        guard !dryRun else { return (index, nil) }
                        do throws(ErrorReply) { _ = try await client.createAsset(request) } catch {
                            return (index, error)
                        }
                        return (index, nil)
                    } catch {
                        return (index, ErrorReply(error))
                    }
                }
            }
            var failures: [Int: ErrorReply] = [:]
            for await (index, failure) in group { failures[index] = failure }
            return failures
        }
    }
}
