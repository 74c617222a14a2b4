import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import TextFormats

/// A request's query, decoded strictly: every name is known, none comes twice, every value is UTF-8 without NUL.
struct Query {
    private var values: [String: String] = [:]

    init(_ request: Request, _ known: String...) throws(RequestError) { try self.init(request, known: known) }

    init(_ request: Request, known: [String]) throws(RequestError) {
        let query: QueryItems
        do { query = try QueryItems(parsing: request.uri.query ?? "") } catch { throw .badRequest("\(error)") }
        for item in query.items {
            guard known.contains(item.name) else {
                throw .badRequest(
                    "Unknown parameter “\(item.name.prefix(40))”.",
                    hint: known.isEmpty ? nil : "known parameters: " + known.sorted().joined(separator: ", "))
            }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw .badRequest("The parameter “\(item.name)” is given twice.")
            }
        }
    }

    /// The text of a parameter; nil where it is absent or empty.
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A whole number in the range; nil where it is absent or empty.
    func number(_ name: String, in range: ClosedRange<Int64>) throws(RequestError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            let largest = range.upperBound == .max ? "" : " to \(range.upperBound)"
            throw .badRequest("“\(name)” must be a whole number from \(range.lowerBound)\(largest).")
        }
        return number
    }

    /// How many rows: 1 to ``StationAPI/maximumLimit``.
    func limit() throws(RequestError) -> Int {
        let limit = try number("limit", in: 1...Int64(StationAPI.maximumLimit))
        return limit.map { Int($0) } ?? StationAPI.defaultLimit
    }

    /// How many rows to leave out in front.
    func offset() throws(RequestError) -> Int {
        try number("offset", in: 0...1_000_000_000).map { Int($0) } ?? 0
    }

    /// One of a closed set of words; nil where it is absent or empty.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) throws(RequestError)
        -> Word?
    where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw .badRequest(
                "“\(text.prefix(40))” is not a value of “\(name)”.",
                hint: "use one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }
}

extension StationContext {
    /// A part of the path as text.
    func text(_ name: String) throws(RequestError) -> String {
        guard let raw = parameters.get(name), let text = PercentEncoding.decode(raw) else {
            throw .badRequest("The path is not valid: its percent escapes are not UTF-8 text.")
        }
        return text
    }

    /// A part of the path as an id; what can be no id is a thing that does not exist.
    func id<ID: RowID>(_ name: String, of what: String, as _: ID.Type = ID.self) throws(RequestError) -> ID {
        let text = try text(name)
        guard let number = Int64(text), number > 0 else { throw .notFound(what, text.prefix(40)) }
        return ID(rawValue: number)
    }

    /// The JSON object in the body, every field of it known.
    ///
    /// - Parameter empty: what an empty body stands for; nil: nothing.
    func body<Value: StrictRequest>(_ type: Value.Type, of request: Request, empty: Value? = nil) async throws -> Value
    {
        let bytes = try await bytes(of: request)
        if bytes.isEmpty, let empty { return empty }
        return try decodeRequest(type, from: bytes)
    }

    /// Reads the body. A client that needs too long for it, or sends more than is allowed, is cut off.
    func bytes(of request: Request) async throws -> [UInt8] {
        let length = request.headers[.contentLength]
        // RFC 9112 §6.3: without either there is no body, and nothing to wait for
        if length == nil, request.headers[.transferEncoding] == nil { return [] }
        let announced = length.flatMap { Int($0) }
        if let announced, announced > maximumBody { throw tooLarge() }
        connection?.readBegins()
        defer { connection?.readEnds() }
        do {
            let buffer = try await request.body.collect(upTo: maximumBody)
            // An inbound stream that ends early looks like the body's end.
            if let announced, announced != buffer.readableBytes {
                throw RequestError.badRequest("The body is incomplete.")
            }
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge()
        } catch let error as RequestError {
            throw error
        } catch {
            throw BodyParts.failure(error)
        }
    }

    /// The error, which ends the connection.
    private func tooLarge() -> RequestError {
        var error = RequestError.tooLarge(maximumBody)
        error.endsConnection = true
        return error
    }
}

/// The parts of a body that is read as it comes. Only the time counts in which the client is waited for.
struct BodyParts {
    private var iterator: RequestBody.AsyncIterator
    private let connection: Connection?
    private let limits: ConnectionLimits
    private var waited = TimeAmount.zero
    private var read = 0

    init(_ body: RequestBody, _ connection: Connection?, _ limits: ConnectionLimits) {
        iterator = body.makeAsyncIterator()
        self.connection = connection
        self.limits = limits
    }

    /// The next part; nil at the end. A client that sends nothing for too long is cut off.
    ///
    /// - Throws: `bad_request` where the body is not valid HTTP, or comes too slowly.
    mutating func next() async throws -> ByteBuffer? {
        let began = NIODeadline.now()
        connection?.readBegins()
        defer { connection?.readEnds() }
        let part: ByteBuffer?
        do { part = try await iterator.next() } catch { throw Self.failure(error) }
        guard let part else { return nil }
        waited = waited + (.now() - began)
        read += part.readableBytes
        let seconds = Double(waited.nanoseconds) / 1_000_000_000
        guard waited <= TimeAmount(limits.grace) || Double(read) >= seconds * Double(limits.slowest) else {
            throw RequestError.badRequest("The body arrives too slowly.")
        }
        return part
    }

    /// What reading a body threw: it is the client's, or the station stops.
    static func failure(_ error: any Error) -> any Error {
        guard !(error is CancellationError) else { return error }
        var invalid = RequestError.badRequest("The body is not valid HTTP/1.1.")
        invalid.endsConnection = true
        return invalid
    }
}
