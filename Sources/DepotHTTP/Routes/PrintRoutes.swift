import Crypto
import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import LabelPrinting
import NIOCore

/// The routes `GET print/commands|calibration|badges|locations|assets`: labels with codes that this station reads.
struct PrintRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.get, "print/commands", .screen) { request, context in
                try answer(request, [], "Commands") { _, ids in try only(ids, of: commandLabels(), "command") }
            },
            .station(.get, "print/calibration", .screen) { request, context in
                try answer(request, [], "Calibration") { _, ids in
                    try only(ids, of: Printable(labels: Self.calibration), "calibration code")
                }
            },
            .station(.get, "print/badges", .viewer) { request, context in
                try answer(request, Self.listed, "Badges") { query, ids in try badges(query, ids, context) }
            },
            .station(.get, "print/locations", .viewer) { request, context in
                try answer(request, Self.listed, "Locations") { query, ids in try locations(query, ids, context) }
            },
            .station(.get, "print/assets", .viewer) { request, context in
                try answer(request, Self.listed, "Assets") { query, ids in try assets(query, ids, context) }
            },
        ]
    }

    private static let listed = ["search", "limit", "offset"]

    /// The labels of a page, and the entities without one.
    private struct Printable {
        var labels: [PrintedLabel] = []
        /// The names of people or locations without a code.
        var withoutCode: [String] = []
        /// The number of people, locations or assets on all pages, or nil if the labels are complete.
        var total: Int?
    }

    /// Returns the labels in the format that the query names.
    private func answer(
        _ request: Request, _ names: [String], _ title: String,
        _ make: (Query, [String]?) throws -> Printable
    ) throws -> Response {
        let query = try Query(request, known: names + ["format", "sheet", "codes", "skip", "id"])
        let format = try query.word("format", PrintFormat.self) ?? .html
        let name = query.text("sheet") ?? SheetFormat.standard
        guard let sheet = SheetFormat(named: name) else {
            throw RequestError.badRequest(
                "There is no sheet “\(name.prefix(40))”.",
                hint: "one of \(SheetFormat.named.map(\.name).joined(separator: ", ")), or a label's WIDTHxHEIGHT in mm"
            )
        }
        let ids = query.text("id").map { $0.split(separator: ",").map(String.init) }
        if let ids, ids.count > StationAPI.maximumLimit {
            throw RequestError.badRequest("More than \(StationAPI.maximumLimit) ids.", hint: "print them in parts")
        }
        let skipped = try query.number("skip", in: 0...Int64(sheet.count - 1)).map { Int($0) } ?? 0
        let printable = try make(query, ids)
        let codes = try query.word("codes", Label.Codes.self) ?? .both
        let page = LabelSheet(
            printable.labels.map { Label(code: $0.code, title: $0.title, detail: $0.detail ?? "") }, on: sheet,
            codes: codes, skipping: skipped)
        switch format {
        case .json:
            return try reply(
                PrintReply(
                    labels: printable.labels, withoutCode: printable.withoutCode,
                    total: printable.total ?? printable.labels.count))
        case .html: return html(page, title: "\(title) · \(station.configuration.stationName)")
        case .svg: return image(Array(page.svg(try only(page)).utf8), "image/svg+xml")
        case .png:
            guard let png = page.png(try only(page)) else {
                throw RequestError.badRequest("This code is too long for a label.")
            }
            return image(png, "image/png")
        }
    }

    private func only(_ page: LabelSheet) throws(RequestError) -> Label {
        guard let label = page.labels.first, page.labels.count == 1 else {
            throw .badRequest(
                "An image is of one label; these are \(page.labels.count).", hint: "name it by id=, or print html")
        }
        return label
    }

    private func html(_ page: LabelSheet, title: String) -> Response {
        var response = textReply(page.html(title: title), type: "text/html; charset=utf-8")
        let hash = Data(SHA256.hash(data: Array(page.style.utf8))).base64EncodedString()
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return response
    }

    private func image(_ bytes: [UInt8], _ type: String) -> Response {
        // An SVG that is opened on its own is a document, which must neither run scripts nor load anything.
        Response(
            status: .ok, headers: [.contentType: type, .contentSecurityPolicy: "default-src 'none'"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    // MARK: What is printed

    private func commandLabels() -> Printable {
        let prefix = station.configuration.commandPrefix
        var commands: [(code: String, title: String, detail: String)] = [
            ("DONE", "Done", "Ends the session at this scanner"),
            ("UNDO", "Undo", "Takes back the last thing done"),
            ("CANCEL", "Cancel", "Ends the session without a summary"),
        ]
        for mode in LaneMode.allCases {
            let word = mode.rawValue
            commands.append(
                ("MODE:\(word.uppercased())", word.prefix(1).uppercased() + word.dropFirst(), Self.purpose(of: mode)))
        }
        return Printable(
            labels: commands.map {
                PrintedLabel(id: prefix + $0.code, code: prefix + $0.code, title: $0.title, detail: $0.detail)
            })
    }

    private static func purpose(of mode: LaneMode) -> String {
        switch mode {
        case .counter: "Mode: badge first, then what is taken"
        case .checkout: "Mode: everything goes to the holder"
        case .checkin: "Mode: everything comes back"
        case .transfer: "Mode: passes on to the next holder"
        case .audit: "Mode: counts what is in a place"
        case .lookup: "Mode: shows, and changes nothing"
        case .other(let word): "Mode: \(word)"
        }
    }

    /// Codes for testing a scanner: texts that a wrong keyboard layout garbles, and symbols that are hard to read.
    private static let calibration: [PrintedLabel] = [
        ("0123456789", "Digits", "Reads as 0123456789"),
        ("ABC-xyz-789", "Letters", "Reads as ABC-xyz-789: else Caps Lock or the layout is wrong"),
        ("YZyz:/?&=_+", "Layout", "Reads as YZyz:/?&=_+: else scanners.layout is wrong"),
        (#"@#$%*()[]{}\|~^<>"#, "Symbols", "Reads as it stands: else scanners.layout is wrong"),
        (String(repeating: "0123456789", count: 5), "Fifty digits", "A long code, in one piece"),
        ("Grüße 東京 ✓", "Beyond ASCII", "QR only; keyboard scanners may not type it"),
    ].enumerated().map { PrintedLabel(id: String($0 + 1), code: $1.0, title: $1.1, detail: $1.2) }

    private func badges(_ query: Query, _ ids: [String]?, _ context: StationContext) throws -> Printable {
        let store = try context.store(station)
        let people: [Person]
        var total: Int?
        if let ids {
            people = try found(ids, "person") { id in try Int64(id).flatMap { try store.person(PersonID(rawValue: $0)) }
            }
        } else {
            let found = try store.people(
                search: query.text("search"), limit: try query.limit(), offset: try query.offset())
            (people, total) = (found.rows, found.total)
        }
        var printable = Printable(total: total)
        for person in people where person.deletedAt == nil {
            guard let badge = person.badge else {
                printable.withoutCode.append(person.name)
                continue
            }
            printable.labels.append(
                PrintedLabel(
                    id: person.id.description, code: prefixed(badge, station.configuration.badgePrefixes),
                    title: person.name, detail: person.employeeNumber))
        }
        return printable
    }

    private func locations(_ query: Query, _ ids: [String]?, _ context: StationContext) throws -> Printable {
        let store = try context.store(station)
        let locations: [Location]
        var total: Int?
        if let ids {
            locations = try found(ids, "location") { id in
                try Int64(id).flatMap { try store.location(LocationID(rawValue: $0)) }
            }
        } else {
            let found = try store.locations(
                search: query.text("search"), limit: try query.limit(), offset: try query.offset())
            (locations, total) = (found.rows, found.total)
        }
        var printable = Printable(total: total)
        for location in locations where location.deletedAt == nil {
            guard let code = location.code else {
                printable.withoutCode.append(location.name)
                continue
            }
            let parent = try location.parent.flatMap { try store.location($0)?.name }
            printable.labels.append(
                PrintedLabel(
                    id: location.id.description, code: prefixed(code, station.configuration.locationPrefixes),
                    title: location.name, detail: parent))
        }
        return printable
    }

    private func assets(_ query: Query, _ ids: [String]?, _ context: StationContext) throws -> Printable {
        let store = try context.store(station)
        var printable = Printable()
        let assets: [AssetDetails]
        if let ids {
            assets = try found(ids, "asset") { id in
                try store.asset(tag: id) ?? Int64(id).flatMap { try store.asset(AssetID(rawValue: $0)) }
            }
        } else {
            var wanted = AssetQuery()
            wanted.search = query.text("search")
            (wanted.limit, wanted.offset) = (try query.limit(), try query.offset())
            let found = try store.assets(wanted)
            (assets, printable.total) = (found.rows, found.total)
        }
        printable.labels = assets.filter { $0.asset.deletedAt == nil }.map { details in
            let asset = details.asset
            return PrintedLabel(
                id: asset.id.description, code: asset.tag, title: asset.name ?? details.model?.name ?? asset.tag,
                detail: asset.serial.map { "SN \($0)" })
        }
        return printable
    }

    /// Returns what has the ids, in their order.
    ///
    /// - Throws: `not_found` for an id that nothing has.
    private func found<Row>(_ ids: [String], _ what: String, _ find: (String) throws -> Row?) throws -> [Row] {
        try ids.map { id in
            guard let row = try find(id) else { throw RequestError.notFound(what, id.prefix(60)) }
            return row
        }
    }

    /// Returns the labels with the ids, or all if there are none given.
    private func only(_ ids: [String]?, of printable: Printable, _ what: String) throws -> Printable {
        guard let ids else { return printable }
        let prefix = station.configuration.commandPrefix
        return Printable(
            labels: try found(ids, what) { id in
                printable.labels.first { $0.id == id || $0.id == prefix + id.uppercased() }
            })
    }
}

/// Returns the code with the prefix that marks it as a badge or a location, unless it already has one.
func prefixed(_ code: String, _ prefixes: [String]) -> String {
    let has = prefixes.contains { code.lowercased().hasPrefix($0.lowercased()) }
    return has ? code : (prefixes.first ?? "") + code
}
