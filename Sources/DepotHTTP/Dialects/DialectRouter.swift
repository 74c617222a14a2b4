import DepotDialect
import DepotEngine
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import TextFormats

/// Turns requests into calls of dialects, and their answers into responses. Authentication, tenant and limits are
/// handled before, so that a dialect only translates.
struct DialectRouter: RouteGroup {
    let station: Station
    let dialects: [any Dialect]
    let settings: HTTPSettings
    let answers: OpenAnswers

    /// The maximum size in bytes of a body from a caller without credentials.
    private static let strangersBody = 65_536

    /// A route with its dialect.
    private struct Entry: Sendable {
        var dialect: any Dialect
        var route: DialectRoute
        var pattern: PathPattern

        init(_ dialect: any Dialect, _ route: DialectRoute) {
            (self.dialect, self.route) = (dialect, route)
            pattern = PathPattern(route.path)
        }
    }

    /// Returns every route of every dialect. Routes with the same method and path are merged; the first one that
    /// matches the body answers.
    var routes: [RouteTable.Route] {
        var groups: [(key: String, entries: [Entry])] = []
        var places: [String: Int] = [:]
        for dialect in dialects {
            for route in dialect.routes {
                let entry = Entry(dialect, route)
                let key = route.method.rawValue + entry.pattern.unnamed
                if let place = places[key] {
                    groups[place].entries.append(entry)
                } else {
                    places[key] = groups.count
                    groups.append((key, [entry]))
                }
            }
        }
        return groups.compactMap { group in
            guard let first = group.entries.first else { return nil }
            let entries = group.entries
            return RouteTable.Route(
                method: first.route.method, path: first.route.path,
                access: entries.map(\.route.access).max() ?? .administrator,
                dialects: entries.map { $0.dialect.face.rawValue },
                streamsBody: entries.contains { $0.route.maximumStream != nil }
            ) { request, context in try await answer(request, context, entries) }
        }
    }

    /// Returns the dialect that serves a path, or nil if the path belongs to the station's own API.
    func dialect(of path: String) -> (any Dialect)? {
        let slash = UInt8(ascii: "/")
        var found: (any Dialect)?
        var length = 0
        for dialect in dialects {
            for prefix in dialect.prefixes where prefix.utf8.count > length {
                let rest = path.utf8.dropFirst(prefix.utf8.count)
                guard path.utf8.starts(with: prefix.utf8), rest.first ?? slash == slash else { continue }
                (found, length) = (dialect, prefix.utf8.count)
            }
        }
        return found
    }

    /// Returns the response to a request that failed before its route or in it.
    func response(to error: RequestError, _ request: Request, _ context: StationContext, _ dialect: any Dialect)
        -> Response
    {
        var answer = dialect.answer(error, to: head(of: request, context))
        answer.headers.append(contentsOf: dialect.headers(limit: context.rate))
        if context.isDryRun { answer.headers[.dryRun] = "true" }
        return Self.response(answer)
    }

    private func answer(_ request: Request, _ context: StationContext, _ entries: [Entry]) async throws -> Response {
        var (request, context) = (request, context)
        guard let first = entries.first else { throw RequestError.noRoute }
        var chosen = first
        if entries.contains(where: { $0.route.fits != nil }) {
            try refuseUnread(request, context, entries)
            if case .failure = context.caller { context.maximumBody = min(context.maximumBody, Self.strangersBody) }
            let bytes = try await context.bytes(of: request)
            request.body = RequestBody(buffer: ByteBuffer(bytes: bytes))
            let json = bytes.isEmpty ? nil : try? JSONValue(parsing: bytes)
            chosen = entries.first { $0.route.fits?(json) ?? true } ?? first
        }
        context.dialect = chosen.dialect
        do {
            let call = try call(request, context, chosen)
            var answer = try await chosen.route.handler(call)
            // These clients continue by page numbers and would skip the rows that the page lacks.
            guard !answer.isTruncated else { throw RequestError.failed(Self.largePage) }
            answer.headers.append(contentsOf: chosen.dialect.headers(limit: context.rate))
            if context.isDryRun { answer.headers[.dryRun] = "true" }
            guard case .stream = answer.body else { return Self.response(answer) }
            // The connection is closed, so that a client does not mistake an incomplete answer for the whole.
            let place = try answers.enter(call.caller, on: context.channel.eventLoop) {
                [connection = context.connection] in connection?.close()
            }
            return Self.response(answer, place)
        } catch {
            throw Self.error(error, of: chosen.dialect)
        }
    }

    private static let largePage = DepotError(
        .tooExpensive, "The rows of this page are too large for one response.", hint: "request smaller pages")

    /// Returns the error with its dialect, since the path alone does not determine it.
    private static func error(_ error: any Error, of dialect: any Dialect) -> RequestError {
        var error = RequestError(catching: error)
        error.dialect = dialect
        return error
    }

    /// Refuses a caller who may use none of the routes, before the body is read that selects one.
    private func refuseUnread(
        _ request: Request, _ context: StationContext, _ entries: [Entry]
    ) throws(RequestError) {
        var refusal: RequestError?
        for entry in entries {
            do {
                _ = try caller(request, context, entry)
                return
            } catch {
                refusal = refusal ?? Self.error(error, of: entry.dialect)
            }
        }
        if let refusal { throw refusal }
    }

    /// Returns the caller of the route, or nil if the route is public and the request has no credentials.
    private func caller(_ request: Request, _ context: StationContext, _ entry: Entry) throws -> Caller? {
        let isOpen = entry.route.access == .anyone || entry.dialect.allowsAnonymous
        switch context.caller {
        case .success(let known):
            guard isOpen || known.access >= entry.route.access else {
                throw RequestError.forbidden(
                    "\(known.actor.name) may not do this; it needs the role \(entry.route.access.role).")
            }
            return known
        case .failure(let error):
            // An invalid token is an error even if none is needed.
            guard isOpen, request.headers[.authorization] == nil else { throw error }
            return nil
        }
    }

    private func call(_ request: Request, _ context: StationContext, _ entry: Entry) throws -> Call {
        let caller = try caller(request, context, entry)
        var named: [String: String] = [:]
        for (name, raw) in entry.pattern.parameters(of: request.uri.path) ?? [:] {
            guard let text = PercentEncoding.decode(raw) else {
                throw RequestError.invalid(
                    name == PathPattern.rest ? "path" : name,
                    "The path is not valid: its percent escapes are not UTF-8 text.")
            }
            named[name] = text
        }
        let limit = entry.route.maximumStream ?? context.maximumBody
        return Call(
            head: head(of: request, context, query: try QueryItems(parsing: request.uri.query ?? "")),
            parameters: named, body: body(of: request, context, limit: limit), caller: caller,
            scope: try context.scope.get(), operation: context.operation, origin: context.origin, at: station.now(),
            isDryRun: context.isDryRun, expectedVersion: try request.expectedVersion(),
            maximumBody: context.maximumBody, depot: station.store)
    }

    private func head(of request: Request, _ context: StationContext, query: QueryItems = QueryItems()) -> CallHead {
        CallHead(
            method: request.method, path: request.uri.path, query: query, headers: request.headers,
            requestID: context.requestID, base: base(of: request))
    }

    private func base(of request: Request) -> String {
        if let url = settings.publicURL { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        let host = request.head.authority ?? "localhost"
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
                UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        return (settings.tls == nil ? "http://" : "https://") + (isPlain ? host : "localhost")
    }

    private func body(of request: Request, _ context: StationContext, limit: Int) -> CallBody {
        CallBody(
            collect: { most in
                let bytes = try await context.bytes(of: request)
                guard bytes.count <= most else { throw RequestError.tooLarge(most) }
                return bytes
            },
            forEachChunk: { chunk in
                try await context.forEachChunk(of: request, limit: limit, settings.connections, chunk)
            })
    }

    private static func response(_ answer: Answer, _ place: Lease? = nil) -> Response {
        let body: ResponseBody
        switch answer.body {
        case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let write): body = ResponseBody(write, place)
        }
        return Response(status: answer.status, headers: answer.headers, body: body)
    }
}

extension Request {
    /// Returns the version in `If-Match`, or nil if there is none or any version is accepted.
    func expectedVersion() throws(RequestError) -> Int64? {
        guard let header = headers[.ifMatch], header != "*" else { return nil }
        guard header.count > 2, header.first == "\"", header.last == "\"",
            let version = Int64(header.dropFirst().dropLast())
        else { throw .invalid("If-Match", "If-Match must be an entity tag such as \"3\".") }
        return version
    }
}
