import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Sheets
import TextFormats

/// The routes `POST assets|people|locations/import` and `GET assets|people|locations/export`.
///
/// The body of an import is the file itself, which is received as it arrives and imported once it is complete.
struct SheetRoutes: RouteGroup {
    let station: Station
    let settings: HTTPSettings
    let answers: OpenAnswers

    var routes: [RouteTable.Route] {
        SheetKind.allCases.flatMap { kind -> [RouteTable.Route] in
            [
                .station(.post, "\(kind.rawValue)/import", .administrator, streamsBody: true) { request, context in
                    try await importSheet(kind, request, context)
                },
                .station(.get, "\(kind.rawValue)/export", .viewer) { request, context in
                    try exportSheet(kind, request, context)
                },
            ]
        }
    }

    private func importSheet(
        _ kind: SheetKind, _ request: Request, _ context: StationContext
    ) async throws -> Response {
        let query: QueryItems
        do { query = try QueryItems(parsing: request.uri.query ?? "") } catch {
            throw RequestError.badRequest("\(error)")
        }
        for item in query.items where !ImportRules.parameters.contains(item.name) {
            throw RequestError.badRequest(
                "Unknown parameter “\(item.name.prefix(40))”.",
                hint: "known parameters: " + ImportRules.parameters.sorted().joined(separator: ", "))
        }
        var rules = ImportRules()
        rules.making =
            switch kind {
            case .assets: [.models]
            case .people: []
            case .locations: [.locations]
            }
        try rules.read(query)
        guard request.headers[.contentType]?.lowercased().hasPrefix("multipart/") != true else {
            throw RequestError.badRequest(
                "The body must be the file itself, not a form.", hint: "with curl: --data-binary @FILE")
        }
        let file = try SheetFile()
        try await context.forEachChunk(of: request, limit: settings.maximumImport, settings.connections) { bytes in
            try file.append(bytes[...])
        }
        let change = ChangeRequest(
            operation: context.operation, actor: try context.actor(), origin: context.origin, at: station.now())
        let account = try await context.store(station).importSheet(kind, file, rules, change)
        return try reply(account)
    }

    private func exportSheet(_ kind: SheetKind, _ request: Request, _ context: StationContext) throws -> Response {
        let query = try Query(request, "format", "excel_safe")
        let format = try query.word("format", SheetFormat.self) ?? .csv
        let isGuarded = try query.word("excel_safe", Flag.self) == .true
        let store = try context.store(station)
        let place = try answers.enter(try context.caller.get(), on: context.channel.eventLoop) {
            [connection = context.connection] in connection?.close()
        }
        let type = format == .csv ? "text/csv; charset=utf-8" : "application/json"
        let name = "\(kind.rawValue).\(format.rawValue)"
        return Response(
            status: .ok, headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""],
            body: ResponseBody(
                { out in
                    try await SheetExport(store).forEach(kind, format, isGuarded: isGuarded) { bytes in
                        try await out.write(bytes)
                    }
                }, place))
    }
}

/// A Boolean value in a query.
private enum Flag: String, CaseIterable { case `true`, `false` }
