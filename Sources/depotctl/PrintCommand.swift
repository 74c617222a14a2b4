import ArgumentParser
import DepotAPI
import DepotModel
import FoundationEssentials
import Glibc

struct PrintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "Makes labels with bar codes that this station reads.",
        discussion: """
            Prints nothing by itself: it writes a page for a browser to print, or with --format svg or png an image of \
            each label. A new station begins with: depotctl print commands -o commands.html

            Sheets: avery-l7160 (21 on A4, the default), avery-l7159, avery-l7163, avery-l7165, avery-l7636, \
            avery-l7651, avery-3475, avery-5160 (30 on Letter), avery-5163, avery-5167, avery-22806, or a single \
            label's size in millimetres, such as 62x29. Print at 100 %, without margins.
            """)

    @Argument(help: "What: commands, badges, locations, assets or calibration.") var kind: PrintKind
    @Argument(
        help: ArgumentHelp("Only these: tags of assets, words of commands such as UNDO, or ids.", valueName: "id"))
    var ids: [String] =
        []
    @Option(help: "html: a page to print; svg, png: an image of each label; json: what is on the labels.")
    var format = PrintFormat.html
    @Option(help: ArgumentHelp("The sheet of labels.", valueName: "name")) var sheet: String?
    @Option(help: ArgumentHelp("qr, code128 or both, as far as they fit.", valueName: "kind")) var codes: String?
    @Option(help: ArgumentHelp("Labels of the first sheet that are used already.", valueName: "count")) var skip = 0
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to; for svg and png a folder, unless there is one label. Default: standard output.",
            valueName: "path"),
        completion: .file())
    var output: String?
    @OptionGroup var list: ListOptions
    @OptionGroup var station: StationOptions

    func run() async throws {
        var query = PrintQuery()
        (query.ids, query.list, query.sheet, query.codes, query.skip) = (ids, list.query, sheet, codes, skip)
        if station.json || format == .json {
            let reply = try await station.connect { client throws(ErrorReply) in try await client.labels(kind, query) }
            return try station.write(reply) { labels in
                (try? WireJSON.encodePretty(labels)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
        }
        try await station.connect { [query] client throws(ErrorReply) in
            let labels = try await client.labels(kind, query)
            for name in labels.withoutCode { Output.warn("“\(name)” has no code, and no label") }
            guard !labels.labels.isEmpty else {
                throw ErrorReply(
                    DepotError(.notFound, "There is nothing to print.", hint: "give people and locations codes"))
            }
            if format == .html || labels.labels.count == 1 {
                try save(try await client.printed(kind, query, as: format), to: output)
            } else {
                try await saveEach(labels.labels, query, client)
            }
            if output != nil {
                Output.write("\(labels.labels.count) label\(labels.labels.count == 1 ? "" : "s") in \(output ?? "").")
            }
        }
    }

    private func saveEach(_ labels: [PrintedLabel], _ query: PrintQuery, _ client: DepotClient) async throws(ErrorReply)
    {
        guard let output else {
            throw ErrorReply(
                DepotError(.badRequest, "These are \(labels.count) images.", hint: "give a folder: --output FOLDER"))
        }
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw ErrorReply(
                DepotError(
                    .badRequest, "The folder \(output) cannot be created.", hint: "the folder around it must exist"))
        }
        var query = query
        query.list = ListQuery()
        for (number, label) in labels.enumerated() {
            // A tag goes before an id, and an asset's tag may be another's id.
            query.ids = [kind == .assets ? label.code : label.id]
            let image = try await client.printed(kind, query, as: format)
            try save(image, to: "\(output)/\(fileName(number + 1, label.code)).\(format.rawValue)")
        }
    }

    private func save(_ bytes: [UInt8], to path: String?) throws(ErrorReply) {
        guard let path else { return Output.write(bytes: bytes) }
        guard Output.write(bytes: bytes, toFile: path) else {
            throw ErrorReply(DepotError(.badRequest, "\(path) cannot be written: \(String(cString: strerror(errno)))."))
        }
    }
}

/// A file's name: the number, and as much of the code as every file system takes.
private func fileName(_ number: Int, _ code: String) -> String {
    var name = String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number) + "-"
    for scalar in code.unicodeScalars.prefix(60) {
        let isSafe = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "."
        name.unicodeScalars.append(isSafe ? scalar : "_")
    }
    return name
}
