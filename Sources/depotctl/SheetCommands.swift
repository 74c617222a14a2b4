import ArgumentParser
import DepotAPI
import DepotModel
import Glibc
import Sheets

/// The options of an import, the same for assets, people and locations.
struct ImportOptions: ParsableArguments {
    @Argument(
        help: "The file, saved as CSV or as Unicode text; - for standard input.", completion: .file(extensions: ["csv"])
    )
    var file: String
    @Flag(help: "Ask the station and print what would happen; change nothing.") var dryRun = false
    @Option(
        help: ArgumentHelp(
            "A column's field, whatever its heading says; may be repeated.", valueName: "heading=field"))
    var map: [String] = []
    @Option(help: ArgumentHelp("Do not read this column; may be repeated.", valueName: "heading")) var ignore:
        [String] = []
    @Option(help: "create: only new ones; update: only existing ones; both.") var mode: ImportMode?
    @Option(
        help: ArgumentHelp(
            "Make these if a row names one that does not exist: people, locations, models, separated by commas, or nothing.",
            valueName: "kinds"))
    var make: String?
    @Option(help: "The encoding; default: found out.") var encoding: SheetEncoding?
    @Option(help: "The character between two cells; default: found out.") var separator: SheetSeparator?
    @Option(help: "Day and month in dates such as 1/2/2026; default: found out for each column.") var dates: DateOrder?
    @Option(help: "The decimal mark in amounts; default: found out for each column.") var decimal: DecimalMark?

    /// The query for the client.
    func query() throws(ErrorReply) -> ImportQuery {
        var query = ImportQuery()
        query.isDryRun = dryRun
        query.mode = mode
        if let make {
            query.making = []
            for word in make.split(separator: ",") where word != "nothing" {
                guard let kind = ImportMaking(rawValue: String(word)) else {
                    throw ErrorReply(
                        DepotError(
                            .badRequest, "“\(word)” is nothing that an import makes.",
                            hint: "use people, locations, models or nothing"))
                }
                query.making?.append(kind)
            }
        }
        for text in map {
            guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
                throw ErrorReply(
                    DepotError(.badRequest, "“\(text)” maps no column.", hint: "such as --map \"Inv.-Nr.=asset_tag\""))
            }
            query.sheet.map[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        query.sheet.ignored = ignore
        query.sheet.encoding = encoding
        query.sheet.separator = separator
        query.sheet.dates = dates
        query.sheet.decimal = decimal
        return query
    }

    /// Imports the file, prints the account, and ends the program with 8 if a row was refused.
    func run(_ kind: SheetKind, _ station: StationOptions) async throws {
        let account = try await station.connect { client throws(ErrorReply) in
            let query = try query()
            let source = try FileSource(file)
            defer { source.close() }
            return try await client.importSheet(kind, query) { () throws(ErrorReply) in try source.read() }
        }
        if !station.json {
            for note in account.errors { Output.warn("row \(note.row), line \(note.line): \(note.message)") }
            if account.refused > account.errors.count {
                Output.warn("\(account.refused - account.errors.count) more rows were refused")
            }
            for note in account.warnings { Output.warn("warning: row \(note.row), line \(note.line): \(note.message)") }
        }
        try station.write(account) { Self.text($0) }
        if account.refused > 0 { throw ExitCode(ExitStatus.badInput) }
    }

    private static func text(_ account: ImportAccount) -> String {
        var lines = [
            "\(account.rows) row\(account.rows == 1 ? "" : "s"): \(account.created) created, \(account.updated) updated, \(account.unchanged) unchanged, "
                + "\(account.refused) refused." + (account.isDryRun ? " Nothing was changed: a dry run." : "")
        ]
        if account.checkouts + account.returns > 0 {
            lines.append("\(account.checkouts) checked out, \(account.returns) taken back.")
        }
        for (kind, made) in account.made.sorted(by: { $0.key < $1.key }) {
            let more = made.count > made.names.count ? ", …" : ""
            lines.append("Made \(kind) (\(made.count)): \(made.names.joined(separator: ", "))\(more)")
        }
        if account.warningCount > 0 { lines.append("\(account.warningCount) warnings.") }
        let assumed = account.assumed
        var pairs: [(String, String?)] = [
            ("encoding", choice(assumed.encoding)), ("separator", choice(assumed.separator)),
            (
                "columns",
                assumed.columns.map { $0.heading == $0.field ? $0.field : "\($0.heading) → \($0.field)" }
                    .joined(separator: ", ")
            ),
            ("not read", assumed.unused.joined(separator: ", ")),
        ]
        for order in assumed.dates { pairs.append(("dates", choice(order))) }
        for mark in assumed.decimals { pairs.append(("decimals", choice(mark))) }
        return lines.map(Output.printable).joined(separator: "\n") + "\n" + Format.pairs(pairs)
    }

    private static func choice(_ choice: SheetAssumptions.Choice) -> String {
        (choice.column.map { "“\($0)”: " } ?? "") + "\(choice.value) (\(choice.reason))"
    }
}

/// The options of an export, the same for assets, people and locations.
struct ExportOptions: ParsableArguments {
    @Option(help: "The format.") var format = SheetFormat.csv
    @Flag(help: "Guard cells that a spreadsheet would take for formulas; an import removes the guard.")
    var excelSafe = false
    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to; default: standard output.", valueName: "path"),
        completion: .file())
    var output: String?

    /// Writes the sheet.
    func run(_ kind: SheetKind, _ station: StationOptions) async throws {
        try await station.connect { client throws(ErrorReply) in
            guard let output else {
                return try await client.exportSheet(kind, format, isGuarded: excelSafe) { bytes in
                    Output.write(bytes: bytes)
                }
            }
            let file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
            guard file >= 0 else { throw failure(output) }
            defer { close(file) }
            try await client.exportSheet(kind, format, isGuarded: excelSafe) { bytes throws(ErrorReply) in
                guard Output.write(bytes: bytes, to: file) else { throw failure(output) }
            }
        }
    }

    private func failure(_ path: String) -> ErrorReply {
        ErrorReply(DepotError(.badRequest, "\(path) cannot be written: \(String(cString: strerror(errno)))."))
    }
}

struct AssetImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Adds and changes assets from a sheet.",
        discussion: """
            The headings are those of exports: \(SheetKind.assets.fields.map(\.rawValue).joined(separator: ", ")), \
            custom.NAME; those of Snipe-IT, Incident IQ, Homebox and Shelf are known, too. A blank cell leaves a field \
            alone, and - empties it; assigned_to takes a name, badge, username, employee number or e-mail address, and \
            - or available takes the asset back. Exit status: 0 all rows, 8 where a row was refused.
            """)

    @OptionGroup var options: ImportOptions
    @OptionGroup var station: StationOptions

    func run() async throws { try await options.run(.assets, station) }
}

struct PersonImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Adds and changes people from a sheet.",
        discussion: """
            The headings are those of exports: \(SheetKind.people.fields.map(\.rawValue).joined(separator: ", ")). A \
            person is found by uuid, badge, username, employee number or e-mail address, else by the name. Exit status: \
            0 all rows, 8 where a row was refused.
            """)

    @OptionGroup var options: ImportOptions
    @OptionGroup var station: StationOptions

    func run() async throws { try await options.run(.people, station) }
}

struct LocationImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Adds and changes locations from a sheet.",
        discussion: """
            The headings are those of exports: \(SheetKind.locations.fields.map(\.rawValue).joined(separator: ", ")). A \
            location is found by uuid or code, else by the name. Exit status: 0 all rows, 8 where a row was refused.
            """)

    @OptionGroup var options: ImportOptions
    @OptionGroup var station: StationOptions

    func run() async throws { try await options.run(.locations, station) }
}

struct AssetExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes all assets as a sheet, which an import reads back without a change.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var station: StationOptions

    func run() async throws { try await options.run(.assets, station) }
}

struct PersonExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes all people as a sheet, which an import reads back without a change.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var station: StationOptions

    func run() async throws { try await options.run(.people, station) }
}

struct LocationExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes all locations as a sheet, which an import reads back without a change."
    )

    @OptionGroup var options: ExportOptions
    @OptionGroup var station: StationOptions

    func run() async throws { try await options.run(.locations, station) }
}
