import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import Glibc
import HTTPTypes
import Hummingbird

/// `GET /`, the files under `/screen`, `POST screens/pair`, `GET /pair/{code}`.
struct ScreenRoutes: RouteGroup {
    let station: Station
    let settings: HTTPSettings
    let address: BoundAddress
    private let pairing = Pairing()

    /// The path that redeems a link, and therefore has no HEAD.
    static let pairingPath = "/pair/:code"

    init(station: Station, settings: HTTPSettings, address: BoundAddress) {
        self.station = station
        self.settings = settings
        self.address = address
    }

    var routes: [RouteTable.Route] {
        [
            .init(method: .get, path: "/", access: .anyone, handler: page),
            .init(method: .get, path: "/screen/:file", access: .anyone) { _, context in
                let name = try context.text("file")
                guard let file = EmbeddedFile.screenFiles[name] else { throw RequestError.notFound("file", name) }
                return revalidated(file.reply)
            },
            .station(.post, "screens/pair", .administrator, offer),
            .init(method: .get, path: Self.pairingPath, access: .anyone, handler: pair),
        ]
    }

    /// Returns the counter screen for a paired browser, or otherwise instructions for pairing, without data about
    /// people or assets.
    private func page(_ request: Request, _ context: StationContext) -> Response {
        let isPaired = (try? context.caller.get()).map { $0.access >= .screen } ?? false
        let page = isPaired ? ScreenPage.screen : .unpaired
        return secured(page.reply(station: station.configuration.stationName, language(request)))
    }

    private func language(_ request: Request) -> ScreenLanguage {
        .choose(
            configured: station.configuration.stationLanguage, accepted: request.headers[.acceptLanguage])
    }

    private func revalidated(_ response: Response) -> Response {
        var response = response
        response.headers[.cacheControl] = "no-cache"
        return response
    }

    private func offer(_ request: Request, _ context: StationContext) async throws -> Response {
        let wanted = try await context.body(PairScreenRequest.self, of: request, empty: PairScreenRequest())
        let name = wanted.name ?? ""
        guard name.count <= 60 else { throw RequestError.badRequest("The name is longer than 60 characters.") }
        guard let base = baseURL else {
            throw RequestError(.conflict, "The screen needs the HTTP API, which is not running.", hint: "set http.host")
        }
        let until = station.now().advanced(byMilliseconds: Pairing.lifetime.components.seconds * 1000)
        return try reply(
            PairScreenReply(
                url: "\(base)/pair/\(pairing.offer(name: name, tenant: try context.tenant()))", expiresAt: until),
            .created)
    }

    private func pair(_ request: Request, _ context: StationContext) async throws -> Response {
        // The router treats `//pair/CODE` and `/pair/CODE/` as the same path.
        let parts = request.uri.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let (name, tenant) = pairing.redeem(try context.text("code")) else {
            return secured(
                ScreenPage.spent.reply(station: station.configuration.stationName, language(request), .notFound))
        }
        let suffix = station.newOperation().description.suffix(8)
        let made = try await station.store.createToken(
            name: name.isEmpty ? "screen \(suffix)" : "screen \(name) \(suffix)", role: .screen, tenant: tenant,
            expires: nil, actor: Actor(kind: .station, name: station.configuration.stationName),
            origin: Origin(face: .screen, request: context.requestID, address: context.origin.address))
        var cookie =
            "\(AuthenticationMiddleware.cookie)=\(made.secret); Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
        if settings.publicURL?.lowercased().hasPrefix("https:") ?? (settings.tls != nil) { cookie += "; Secure" }
        // It is not a redirect response with a body, which browsers do not show.
        return secured(Response(status: .seeOther, headers: [.location: "/", .setCookie: cookie]))
    }

    private func secured(_ response: Response) -> Response {
        var response = response
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        response.headers[HTTPField.Name.fieldName("Referrer-Policy")] = "no-referrer"
        response.headers[.cacheControl] = "no-store"
        response.headers[.vary] = "Accept-Language, Cookie"
        return response
    }

    /// The URL under which browsers reach the station, or nil if TCP is not served.
    private var baseURL: String? {
        if let url = settings.publicURL, !url.isEmpty { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        guard let port = address.current else { return nil }
        let isAny = settings.host == "0.0.0.0" || settings.host == "::"
        let host = isAny ? hostName() : settings.host
        return "\(settings.tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// Returns this machine's host name, or `localhost` if it has none.
private func hostName() -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = buffer.count - 1
    let result = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { gethostname($0, length) } ?? -1
    }
    let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    return result == 0 && !name.isEmpty ? name : "localhost"
}
